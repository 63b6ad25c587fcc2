"""The server of test_wave.py: one page with one wave, and the hum it plays, as long as it is asked for."""

import io
from pathlib import Path

import numpy as np
import soundfile
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.components import assets_route
from dashboard.runtime.byte_store import ranged

RATE = 8_000


def hum(request: Request) -> Response:
    """A WAV of a quiet sine, of as many seconds as its address says."""
    seconds = np.arange(int(request.path_params["seconds"]) * RATE) / RATE
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.sin(2 * np.pi * 220 * seconds), RATE, format="WAV", subtype="PCM_16")
    return ranged(request, file.getvalue(), "audio/wav")


routes = [assets_route(), Route("/hum/{seconds:int}", hum, methods=["GET"])]
app = st.App(str(Path(__file__).with_name("wave_page.py")), routes=routes)
