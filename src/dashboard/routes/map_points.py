"""One point of a map for the browser: what its tooltip says, where its sound is, its spectrogram."""

import io
from urllib.parse import quote

import numpy as np
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard import cache
from dashboard.cache import maps, tooltips
from dashboard.cache.tooltips import Sheet
from dashboard.components import base
from dashboard.routes import audio
from dashboard.runtime.byte_store import FOREVER
from dashboard.widgets import track_rows
from quintet.catalogue import query
from quintet.datasets.base import Track
from quintet.errors import QuintetError
from quintet.maps import colouring

INK = (0x4F, 0x7D, 0x97)  # of a spectrogram whose quiet cells are clear: slate, 4:1 on either card
GONE = "The server does not hold this map any more. Reload the page."


def prefix(digest: str) -> str:
    """The address before a row's number."""
    return f"{base()}/api/map/{digest}"


def point_route() -> Route:
    """The route that describes one point."""
    return Route(base() + "/api/map/{digest}/{row}", _point, methods=["GET"])


def mel_route() -> Route:
    """The route that pictures one track's sound."""
    return Route(base() + "/api/mel/{dataset}/{track:path}", _mel, methods=["GET"])


def _point(request: Request) -> Response:
    sheet, said = tooltips.get(request.path_params["digest"]), request.path_params["row"]
    if sheet is None:
        return PlainTextResponse(GONE, status_code=404)
    n = len(sheet.rows.ids)
    if not (said.isascii() and said.isdecimal() and len(said) < 10 and int(said) < n):
        return PlainTextResponse(f"This map has no point {said[:20]!r}: 0 to {n - 1} are there.", 404)
    try:
        track = _track(sheet, int(said))
        if track is None:
            return PlainTextResponse(GONE, status_code=404)
        return JSONResponse(described(sheet, int(said), track), headers={"Cache-Control": FOREVER})
    except QuintetError as error:
        return PlainTextResponse(str(error), status_code=404)


def _track(sheet: Sheet, row: int) -> Track | None:
    """The track of a row, None where the dataset was read again since and another lies at its place."""
    asked, place = cache.asked(sheet.rows.dataset), sheet.rows.table_rows[row : row + 1]
    try:
        (found,) = query.arranged(asked, query.EVERYTHING, place, 0, 1)
    except (ValueError, IndexError, OSError):  # the table has fewer rows now
        return None
    return found if found.id == sheet.rows.ids[row].as_py() else None


def described(sheet: Sheet, row: int, track: Track) -> dict:
    """What the browser shows of a point."""
    dataset = sheet.rows.dataset
    pairs = track_rows.colours(dataset)
    word = track.labels[0] if track.labels else ""
    seconds = track.seconds or None
    return {
        "id": track.id,
        "title": track.title or track.id,
        "artist": track.artist,
        "note": track_rows.place(track),
        "url": audio.of_track(dataset, track),
        "start": 0.0,
        "end": seconds,
        "mel": mel(dataset, track),
        "label": {"word": word, "colours": list(pairs.get(word, colouring.OTHERS))} if word else None,
        "value": value(sheet, row),
        "answers": [one for source, key in zip(sheet.sources, sheet.rows.keys, strict=True)
                    if (one := _answer(sheet, source, key, row))],
    }  # fmt: skip


def mel(dataset: str, track: Track) -> str:
    """Where the spectrogram of a track is; "" where there is no sound of it."""
    return f"{base()}/api/mel/{quote(dataset)}/{quote(track.id, safe='')}" if track.path else ""


def value(sheet: Sheet, row: int) -> str:
    """What a point's colour stands for, in words; "" where its class or the answers say it already."""
    painted = sheet.painted
    if sheet.plain:
        return ""
    if painted.values.ndim == 1 and painted.names:
        at = int(painted.values[row]) if len(painted.values) else colouring.NONE
        return painted.names[at] if at < len(painted.names) else ""
    if painted.numbers is None:
        return ""
    if painted.numbers.ndim == 1:
        return written(float(painted.numbers[row]), painted.unit)
    parts = [
        f"{source.backbone.spec.title} {written(float(one[row]), painted.unit)}"
        for source, one in zip(sheet.sources, painted.numbers, strict=True)
        if np.isfinite(one[row])
    ]
    return ", ".join(parts)


def written(number: float, unit: str = "") -> str:
    """A number as people read it: two decimals where it is no whole one; "" for none."""
    if not np.isfinite(number):
        return ""
    text = f"{number:.0f}" if number == round(number) and abs(number) >= 2 else f"{number:,.2f}"
    return f"{text} {unit}".strip().replace("-", "\N{MINUS SIGN}")


def _answer(sheet: Sheet, source, key: str, row: int) -> dict | None:
    said = maps.said(sheet.rows, source)
    if said is None or said.index[row] < 0:
        return None
    word = said.classes[said.index[row]]
    colours = track_rows.colours(sheet.rows.dataset).get(word, colouring.OTHERS)
    return {"panel": key, "word": word, "colours": list(colours), "hollow": source.untrained}


def _mel(request: Request) -> Response:
    dataset, track_id = request.path_params["dataset"], request.path_params["track"]
    try:
        track = cache.track(dataset, track_id)
        if track is None or track.path is None:
            return PlainTextResponse(f"No sound for {track_id!r} in {dataset!r}.", status_code=404)
        picture = cache.picture(dataset, track)
    except QuintetError as error:
        return PlainTextResponse(str(error), status_code=404)
    return Response(
        png(picture.mel), media_type="image/png", headers={"Cache-Control": "private, max-age=3600"}
    )


def png(levels: np.ndarray) -> bytes:
    """A spectrogram uint8 (bands, columns), low bands first, as a picture: low bands below, silence clear."""
    image = np.empty((*levels.shape, 4), np.uint8)
    image[..., :3] = INK
    image[..., 3] = levels[::-1]
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()
