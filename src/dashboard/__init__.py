"""The dashboard: everything that imports streamlit, from a page's views to the routes of the server."""
