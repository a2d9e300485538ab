"""The visual face: pages in a browser of this machine, from published runs; Streamlit lives here."""
