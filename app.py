"""The server: the pages, and beside them the routes for sound, map data and the components' files.

Start it with `quintet serve`, which passes address, port and limits from quintet.toml.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware

from dashboard import cache
from dashboard.routes.app_routes import routes
from dashboard.routes.headers import SecurityHeaders
from quintet.jobs import inference_queue


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Loads the nets beside the first visitors, not before them; sweeps what a stopped server left."""
    inference_queue.cleanup(cache.settings())
    Thread(target=cache.warm, daemon=True).start()
    yield


app = st.App("pages/frame.py", routes=routes(), middleware=[Middleware(SecurityHeaders)], lifespan=lifespan)
