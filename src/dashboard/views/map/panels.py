"""A joined map as the component shows it: panels, colours, what a point says, what stands below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard import cache
from dashboard.cache import maps as drawn
from dashboard.cache import tooltips
from dashboard.components import linked_maps as canvas
from dashboard.routes import map_points
from dashboard.views.map import colouring, config_labels
from dashboard.views.map.colouring import LABEL, NOTHING
from dashboard.views.map.controls import Said
from dashboard.views.map.neighbours import K, Seen
from dashboard.widgets import backbone_picker, html
from quintet import wording
from quintet.embeddings.models import Model
from quintet.maps.colouring import PointColours
from quintet.maps.joined import JoinedMaps
from quintet.maps.stored_maps import MapConfig

SHARED = (
    "overlap@10 with {}: the mean share of a clip's ten nearest in the full space that they have among "
    "their ten nearest too. Untrained controls are not counted."
)
MEASURED = (
    "Trustworthiness: near on the map means near in the full space; continuity: the other way round; "
    "overlap@10: the share of the ten nearest in the full space that are the ten nearest on the map."
)


@dataclass(frozen=True)
class Drawing:
    """What one drawing of the page goes by: rows, backbones in the order of the panels, recipe, colours."""

    held: JoinedMaps
    sources: tuple[Model, ...]
    recipe: MapConfig
    painted: PointColours

    @property
    def key(self) -> str:
        """The component's: rows of another set of tracks have another selection."""
        return f"maps-{self.held.dataset}-{self.held.tracks}"


def view(made: Drawing, said: Said, found: np.ndarray | None, near: canvas.Near | None) -> dict:
    """Everything of a `canvas.View` but what the address and the visitor's own clip add."""
    held, painted, facts = made.held, made.painted, cache.facts(made.held.dataset)
    sheet = tooltips.Sheet(held, made.sources, painted, said.wanted.kind in (LABEL, NOTHING))
    return {
        "payload_url": drawn.payload(held.digest, lambda: canvas.pack(held.xy)),
        "n": len(held.ids),
        "panels": _panels(made),
        "coloured": _coloured(made),
        "points_url": map_points.prefix(tooltips.keep(sheet, said.wanted.spelt)),
        "noun": facts.noun, "listen": said.listen, "linked": said.linked, "found": found, "near": near,
        "can_grow": any(drawn.has_graph(held.dataset, one) for one in made.sources),
        "title": f"{facts.title} {config_labels.named(made.recipe)}", "made": _told(made),
    }  # fmt: skip


def near_of(row: int, seen: Sequence[Seen]) -> canvas.Near:
    """The chosen row and its neighbours as the component draws them."""
    return canvas.Near(row, tuple(tuple(one.rows.tolist()) for one in seen))


def counts(made: Drawing) -> str:
    """How many tracks each map has, where they are not the same ones; "" where they are."""
    held, facts = made.held, cache.facts(made.held.dataset)
    n, says = len(held.ids), []
    if held.has_different_tracks:
        each = ", ".join(
            f"{backbone_picker.named(one)} {has:,}"
            for one, has in zip(made.sources, held.track_counts, strict=True)
        )
        every = min(held.present_counts) < n
        shown = f"all {n:,}, each on the maps that have it" if every else f"the {n:,} that all of them have"
        says.append(f"Not every backbone has all {facts.noun}: {each}. Shown are {shown}.")
    if held.dropped_count:
        says.append(
            f"{wording.count(held.dropped_count, facts.noun)} without a finite place on some map "
            "are left out."
        )
    return " ".join(says)


def foot(made: Drawing) -> str:
    """Under all maps: how they were made, and on how many tracks the measures were taken."""
    term = html.term("Measures", MEASURED)
    return f'<div class="q-small q-mute" data-foot>{term} under each map. {_told(made)}</div>'


def _told(made: Drawing) -> str:
    some = next((one for one in made.held.measures if one.judged < one.of), None)
    sample = f" Measured on a fixed sample of {some.judged:,} of {some.of:,}." if some else ""
    return f"{config_labels.told(made.held.dataset, made.recipe)}.{sample}"


def measured(made: Drawing, n: int) -> str:
    """Under one map: how faithful it is, and how many of the tracks it has where that is not all."""
    taken, here, every = made.held.measures[n], made.held.present_counts[n], len(made.held.ids)
    some = "" if here == every else f"{here:,} of {every:,}; "
    return (
        f"{some}trustworthiness {taken.trustworthiness:.2f}, continuity {taken.continuity:.2f}, "
        f"overlap@10 {taken.overlap:.2f}"
    )


def _panels(made: Drawing) -> tuple[canvas.Panel, ...]:
    voters = colouring.voters(made.held.dataset, list(made.sources))
    shares = drawn.shares(made.held.dataset, made.sources, voters, K)
    return tuple(_panel(made, n, shares.get(one.key, {})) for n, one in enumerate(made.sources))


def _panel(made: Drawing, n: int, shares: dict[str, float]) -> canvas.Panel:
    source, figure = made.sources[n], {}
    spec = source.backbone.spec
    if shares:
        about, share = SHARED.format(", ".join(shares)), np.mean(list(shares.values()))
        figure = {"term": "shared with others", "figure": f"{share:.2f}", "about": about}
    return canvas.Panel(key=source.key, title=spec.title, mark=spec.mark, colours=spec.colours,
                        xy=made.held.xy[n], untrained=source.untrained, foot=measured(made, n),
                        **figure)  # fmt: skip


def _coloured(made: Drawing) -> canvas.Coloured:
    painted, panels = made.painted, len(made.sources)
    key = f"{made.held.digest}|{painted.digest}"
    url = drawn.payload(key, lambda: canvas.pack_colours(painted.values, panels))
    return canvas.Coloured(
        label=painted.label, url=url, names=painted.names, colours=painted.colours, low=painted.low,
        high=painted.high, unit=painted.unit, about=painted.about, none=painted.none,
    )  # fmt: skip
