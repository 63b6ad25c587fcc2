"""What is known of one track, as lines of name and value: its fields, the dataset's own columns, its file."""

from html import escape

from dashboard.views.datasets.columns import written
from dashboard.widgets import html
from quintet import wording
from quintet.datasets.base import Facts, Track

_SAYS = {
    "Group": "Tracks of one group are never on both sides of a split.",
    "Length": "As the dataset's metadata says.",
}


def lines(track: Track, facts: Facts) -> str:
    """Every field of the track that is known, the exact meaning of a name on hover."""
    label = facts.label.capitalize()
    fields = [
        ("Id", track.id), ("Artist", track.artist), ("Album", track.album), ("Year", track.year),
        (label, track.labels), ("Split", track.split),
        ("Length", wording.clock(track.seconds) if track.seconds else ""), ("Group", track.group),
    ]  # fmt: skip
    found = [(name, value, _SAYS.get(name, "")) for name, value in fields if value]
    for own in facts.columns:
        if own.shown and track.columns.get(own.name, "") not in ("", ()):
            found.append((wording.heading(own.name), track.columns[own.name], own.says))
    found += [(name, value, "") for name, value in _file(track)]
    return "".join(['<dl class="q-facts">', *(_line(*one) for one in found), "</dl>"])


def flags(track: Track) -> str:
    """Each flag as a sentence, or that there is none."""
    if not track.flags:
        return (
            f'<div class="q-small q-class"><i class="q-check"></i>{escape("No flags on this track.")}</div>'
        )
    said = (f"{flag[:1].upper()}{flag[1:]}".rstrip(".") + "." for flag in track.flags)
    return "".join(
        '<div class="q-small"><span class="q-badge">flagged</span> '
        f'<span class="q-ink" dir="auto">{escape(one)}</span></div>'
        for one in said
    )


def _line(name: str, value: object, says: str) -> str:
    title = html.term(name, says) if says else escape(name)
    return f'<dt>{title}</dt><dd dir="auto">{escape(written(value))}</dd>'


def _file(track: Track) -> list[tuple[str, str]]:
    if track.path is None:
        return []
    kind = track.path.suffix.lstrip(".").upper() or "no ending"
    try:
        size = wording.size(track.path.stat().st_size)
    except OSError as error:  # it went since the dataset was read
        size = f"cannot be read now ({error.strerror})"
    name = track.path.name.encode("utf-8", "backslashreplace").decode()
    return [("File", name), ("Format", f"{kind}, {size}")]
