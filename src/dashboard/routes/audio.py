"""Sound for the browser: the address of a track or an upload, and the routes that serve them."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard import cache
from dashboard.components import base
from dashboard.runtime.byte_store import ranged
from quintet import audio
from quintet.datasets.base import Track
from quintet.errors import QuintetError

# What browsers play by themselves; anything else is decoded here and sent as WAV.
PLAYABLE = {
    ".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg",
    ".opus": "audio/ogg", ".m4a": "audio/mp4", ".webm": "audio/webm",
}  # fmt: skip


def of_track(dataset: str, track: Track) -> str:
    """The address that plays a track; "" where there is no audio on this machine."""
    return f"{base()}/api/audio/{quote(dataset)}/{quote(track.id, safe='')}" if track.path else ""


def track_route() -> Route:
    """The route that plays a dataset's tracks."""
    return Route(base() + "/api/audio/{dataset}/{track:path}", _track, methods=["GET"])


def _track(request: Request) -> Response:
    dataset, track_id = request.path_params["dataset"], request.path_params["track"]
    try:
        track = cache.track(dataset, track_id)
        if track is None or track.path is None or not track.path.is_file():
            return PlainTextResponse(f"No sound for {track_id!r} in {dataset!r}.", status_code=404)
        if track.whole and track.path.suffix.lower() in PLAYABLE:
            return FileResponse(track.path, media_type=PLAYABLE[track.path.suffix.lower()])
        return ranged(request, *_cut(dataset, track))
    except QuintetError as error:
        return PlainTextResponse(str(error), status_code=404)


def _cut(dataset: str, track: Track) -> tuple[bytes, str]:
    here = cache.settings()
    name = cache.cuts().get((dataset, track.id))
    data = cache.held().get(name) if name else None
    if data is None:
        limits = audio.Limits(here.max_seconds, here.min_seconds)
        clip = audio.decode(track.path, limits, track.start, None if track.whole else track.seconds)
        data = (audio.as_wav(clip.samples, clip.rate), "audio/wav")
        cache.cuts()[dataset, track.id] = cache.held().put(*data)
    return data
