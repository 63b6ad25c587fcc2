"""Parts that several views share: HTML, tables, the sidebar, the address."""
