"""The visual face: pages in a browser of this machine; the only place with Streamlit."""
