"""The app's own browser components: small ES modules, served by the app itself, mounted without a build step.

A component is a folder beside this file with `main.js`, whose default export takes Streamlit's component
object and returns a function that takes everything down again, and if it likes a `style.css`. In Python:

    from dashboard.components import declare

    _WAVE = declare("timeline")  # at import, once

    def wave(url: str, *, key: str) -> float | None:
        return _WAVE(data={"url": url}, key=key, on_seek_change=lambda: None).seek

and `app.py` serves the files: `st.App("pages/frame.py", routes=[assets_route(), ...])`. Modules import one
another by relative paths (`../shared/theme.js`). The default export runs again whenever data or theme change,
so it keeps what it built in a WeakMap keyed by `component.parentElement`, and draws into its `.q-root`, where
`shared/base.css` holds.
"""

import hashlib
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"  # a year: new content has a new address

# Streamlit runs the default export anew on every change and calls only the last cleanup, perhaps before the
# import is done: the state of one place in the page is therefore kept by its element.
_LOADER = """
const ready = import(new URL("{address}", location.origin).href);
const mounted = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  const place = mounted.get(host) ?? { gone: false, cleanup: null };
  mounted.set(host, place);
  ready.then((module) => {
    if (!place.gone) place.cleanup = module.default(component) ?? place.cleanup;
  }).catch((error) => {
    console.error(error);
    const root = host.querySelector(".q-root");
    root.dataset.error = "script";
    root.textContent = "This part of the page did not load. Reload the page to try again.";
  });
  return () => {
    place.gone = true;
    mounted.delete(host);
    place.cleanup?.();
  };
}
"""


def declare(name: str) -> ComponentRenderer:
    """Register the component in the folder `name`; returns what mounts it. To be called once, at import."""
    files = _files()
    style = [files[part].decode() for part in ("shared/base.css", f"{name}/style.css") if part in files]
    address = f"{base()}/assets/{_version()}/{name}/main.js"
    return st.components.v2.component(
        f"quintet_{name}",
        html="<div class='q-root'></div>",
        css="\n".join(style) or None,
        js=_LOADER.replace("{address}", address),
    )


def assets_route() -> Route:
    """The route that serves the components' files, to be kept by the browser for good."""
    return Route(base() + "/assets/{version}/{path:path}", _asset, methods=["GET"])


async def _asset(request: Request) -> Response:
    path = request.path_params["path"]
    body = _files().get(path)  # only what was found at start is ever served: no path reaches the disk
    if body is None or request.path_params["version"] != _version():
        return Response("No such file.", status_code=404, media_type="text/plain")
    return Response(body, media_type=_TYPES[Path(path).suffix], headers={"Cache-Control": _FOREVER})


@cache
def _files() -> dict[str, bytes]:
    """Every file a component may ask for, by its path below this folder; read once per process."""
    found = (f for f in sorted(_HERE.rglob("*")) if f.suffix in _TYPES and f.is_file())
    return {f.relative_to(_HERE).as_posix(): f.read_bytes() for f in found}


@cache
def _version() -> str:
    """16 hex digits that change with any of the files."""
    digest = hashlib.sha256()
    for path, body in _files().items():
        digest.update(f"{path}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:16]


def base() -> str:
    """The path the whole app lives under ("" or "/quintet"), from Streamlit's own setting."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
