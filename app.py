"""The server: the pages, and beside them the routes for sound, map data and the components' files."""

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.headers import SecurityHeaders
from pages.parts.routes import routes
from quintet import settings

app = st.App("pages/frame.py", routes=routes(), middleware=[Middleware(SecurityHeaders)])

if __name__ == "__main__":
    here = settings.load()
    app.run(config={"server.address": here.address, "server.port": here.port,
                    "server.maxUploadSize": here.max_upload_mb})  # fmt: skip
