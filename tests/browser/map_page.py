"""The page of test_map.py: linked maps of made-up points, told by the address, and what they say."""

import numpy as np
import streamlit as st

from dashboard.components import linked_maps as canvas
from quintet.palette import CLASSES, OTHERS, RAMP
from tests.browser import map_made

NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
MARKS = ("square", "circle", "triangle-up", "diamond", "plus", "triangle-down")
COLOURS = (
    ("#0f6a3a", "#62dba6"),
    ("#e0700f", "#ff9f45"),
    ("#c2336a", "#f5517a"),
    ("#4a84ec", "#92b4ff"),
    ("#5429b8", "#8c68f8"),
    ("#77747c", "#a09da6"),
)


def number(name: str, default: int) -> int:
    """A number in the address."""
    return int(st.query_params.get(name, default))


def panel(i: int) -> canvas.Panel:
    """The fifth is untrained."""
    foot = f"trustworthiness 0.9{i}, continuity 0.95, overlap@10 0.41" if number("foot", 1) else ""
    return canvas.Panel(
        f"key-{i}",
        NAMES[i],
        MARKS[i],
        COLOURS[i],
        map_made.heard(n, i, classes, lacks),
        i == 4,
        "overlap@10",
        "0.47",
        "Mean share of common neighbours.",
        foot,
    )


def coloured() -> canvas.Coloured:
    """Classes, a scale, or right and wrong on every map apart."""
    url = f"/colours/{kind}/{n}/{panels}/{classes}"
    if kind == "scale":
        return canvas.Coloured("Confidence", url, (), RAMP, -1.0, 1.0, "dB", "How sure it is.", "not scored")
    if kind == "right":
        return canvas.Coloured(
            "Right or wrong", url, ("wrong", "right"), CLASSES[:2], about="Held-out answers."
        )
    names = map_made.WORDS[:classes] if classes <= 6 else tuple(f"class {k}" for k in range(classes))
    return canvas.Coloured("Mood", url, names, (*CLASSES, *[OTHERS] * 300)[:classes], none="no mood")


def grown(_: str, rows: np.ndarray) -> np.ndarray:
    """Every row brings the next one."""
    return (rows + 1) % n


def near(row: int) -> canvas.Near:
    """Two neighbours all maps share, and one of each map's own."""
    return canvas.Near(row, tuple(((row + 1) % n, (row + 2) % n, (row + 10 + p) % n) for p in range(panels)))


st.set_page_config(layout="wide")
n, panels, classes, lacks = number("n", 300), number("panels", 5), number("classes", 6), number("lacks", 0)
kind = st.query_params.get("kind", "label")
if st.checkbox("Another colouring"):
    kind = "scale" if kind == "label" else "label"
held = st.session_state.get("maps") or {}
focus = held.get("focus", -1)
camera = st.query_params.get("camera")
own = canvas.Marker("Your <clip>", f"/hum/{map_made.OWN}", ((0.0, 0.0),) * panels)
view = canvas.View(
    payload_url=f"/places/{n}/{panels}/{classes}/{lacks}",
    n=n,
    panels=tuple(map(panel, range(panels))),
    coloured=coloured(),
    points_url="/said/1",
    tool=st.query_params.get("tool", "lasso"),
    listen=st.query_params.get("listen", "hover"),
    linked=not st.checkbox("Free"),
    reset=number("reset", 0) + st.checkbox("Reset"),
    found=np.arange(0, n, 50) if st.checkbox("Found") else None,
    marker=own if number("own", 0) else None,
    near=near(focus) if 0 <= focus < n and number("near", 1) else None,
    camera=tuple(map(float, camera.split())) if camera else None,
    ops=canvas.from_text(st.query_params.get("ops", "")),
    can_grow=bool(number("grow", 1)),
    title="Demo, UMAP",
    made="UMAP, 15 neighbours, minimum distance 0.1, seed 42.",
)
event = canvas.linked_maps(view, key="maps", grow=grown)
st.text(f"rows {len(event.rows)} sum {event.rows.sum()} on {event.panel or 'none'} by {len(event.ops)}")
st.text(f"focus {event.focus}")
st.text("camera " + (" ".join(f"{v:.3f}" for v in event.camera) if event.camera else "none"))
st.text(f"drawn {event.drawn}")
st.text(f"ops [{canvas.to_text(event.ops)}]")
