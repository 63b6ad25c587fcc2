"""The server: the pages, and beside them the routes for sound, map data and the components' files.

Start it with `quintet serve`, which passes address, port and limits from quintet.toml.
"""

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.headers import SecurityHeaders
from pages.parts.routes import routes

app = st.App("pages/frame.py", routes=routes(), middleware=[Middleware(SecurityHeaders)])
