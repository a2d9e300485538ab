"""What Streamlit is told to run, in a folder of its own: it looks at all that lies beside it."""
