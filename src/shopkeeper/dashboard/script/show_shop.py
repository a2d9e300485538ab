"""Show shop: the script that Streamlit runs for each reader and each change."""

from shopkeeper.dashboard.app import show

show()
