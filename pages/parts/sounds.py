"""Sound for the browser: the address of a track or an upload, and the routes that serve them."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.parts import cached
from pages.parts.held import ranged
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
    return f"/api/audio/{quote(dataset)}/{quote(track.id, safe='')}" if track.path else ""


def of_upload(data: bytes, name: str, clip: audio.Clip) -> str:
    """The address that plays an upload for as long as the server holds it: memory only, oldest out first."""
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix in PLAYABLE:
        return f"/api/upload/{cached.held().put(data, PLAYABLE[suffix])}"
    return f"/api/upload/{cached.held().put(audio.as_wav(clip.samples, clip.rate), 'audio/wav')}"


def routes() -> list[Route]:
    """Routes for app.py."""
    return [Route("/api/audio/{dataset}/{track:path}", _track), Route("/api/upload/{name}", _upload)]


def _track(request: Request) -> Response:
    dataset, track_id = request.path_params["dataset"], request.path_params["track"]
    try:
        track = cached.by_id(dataset).get(track_id)
        if track is None or track.path is None:
            return PlainTextResponse(f"No sound for {track_id!r} in {dataset!r}.", status_code=404)
        if track.whole and track.path.suffix.lower() in PLAYABLE:
            return FileResponse(track.path, media_type=PLAYABLE[track.path.suffix.lower()])
        return ranged(request, *_cut(dataset, track))
    except QuintetError as error:
        return PlainTextResponse(str(error), status_code=404)


def _cut(dataset: str, track: Track) -> tuple[bytes, str]:
    here = cached.settings()
    name = cached.cuts().get((dataset, track.id))
    data = cached.held().get(name) if name else None
    if data is None:
        limits = audio.Limits(here.max_seconds, here.min_seconds)
        clip = audio.decode(track.path, limits, track.start, None if track.whole else track.seconds)
        data = (audio.as_wav(clip.samples, clip.rate), "audio/wav")
        cached.cuts()[dataset, track.id] = cached.held().put(*data)
    return data


def _upload(request: Request) -> Response:
    data = cached.held().get(request.path_params["name"])
    if data is None:
        return PlainTextResponse("This upload is no longer in memory. Upload it again.", status_code=404)
    return ranged(request, *data)
