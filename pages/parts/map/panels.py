"""A joined map as the component shows it: panels, colours, what a point says, what stands below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pages.parts import cached, html, pick, points
from pages.parts.cached import drawn, sheets
from pages.parts.components import map as canvas
from pages.parts.map import colourings, recipes
from pages.parts.map.colourings import LABEL, NOTHING
from pages.parts.map.controls import Said
from pages.parts.map.joined import Joined
from pages.parts.map.neighbours import K, Seen
from pages.parts.map.paint import Painted
from quintet import wording
from quintet.collection import Source
from quintet.studies.maps import Recipe

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

    held: Joined
    sources: tuple[Source, ...]
    recipe: Recipe
    painted: Painted

    @property
    def key(self) -> str:
        """The component's: rows of another set of tracks have another selection."""
        return f"maps-{self.held.dataset}-{self.held.tracks}"


def view(made: Drawing, said: Said, found: np.ndarray | None, near: canvas.Near | None) -> dict:
    """Everything of a `canvas.View` but what the address and the visitor's own clip add."""
    held, painted, facts = made.held, made.painted, cached.facts(made.held.dataset)
    sheet = sheets.Sheet(held, made.sources, painted, said.wanted.kind in (LABEL, NOTHING))
    return {
        "payload_url": drawn.payload(held.digest, lambda: canvas.pack(held.xy)),
        "n": len(held.ids),
        "panels": _panels(made),
        "coloured": _coloured(made),
        "points_url": points.prefix(sheets.keep(sheet, said.wanted.spelt)),
        "noun": facts.noun, "listen": said.listen, "linked": said.linked, "found": found, "near": near,
        "can_grow": any(drawn.has_graph(held.dataset, one) for one in made.sources),
        "title": f"{facts.title} {recipes.named(made.recipe)}", "made": _told(made),
    }  # fmt: skip


def near_of(row: int, seen: Sequence[Seen]) -> canvas.Near:
    """The chosen row and its neighbours as the component draws them."""
    return canvas.Near(row, tuple(tuple(one.rows.tolist()) for one in seen))


def counts(made: Drawing) -> str:
    """How many tracks each map has, where they are not the same ones; "" where they are."""
    held, facts = made.held, cached.facts(made.held.dataset)
    n, says = len(held.ids), []
    if held.differ:
        each = ", ".join(
            f"{pick.named(one)} {has:,}" for one, has in zip(made.sources, held.has, strict=True)
        )
        every = min(held.here) < n
        shown = f"all {n:,}, each on the maps that have it" if every else f"the {n:,} that all of them have"
        says.append(f"Not every backbone has all {facts.noun}: {each}. Shown are {shown}.")
    if held.lost:
        says.append(
            f"{wording.count(held.lost, facts.noun)} without a finite place on some map are left out."
        )
    return " ".join(says)


def foot(made: Drawing) -> str:
    """Under all maps: how they were made, and on how many tracks the measures were taken."""
    term = html.term("Measures", MEASURED)
    return f'<div class="q-small q-mute" data-foot>{term} under each map. {_told(made)}</div>'


def _told(made: Drawing) -> str:
    some = next((one for one in made.held.measures if one.judged < one.of), None)
    sample = f" Measured on a fixed sample of {some.judged:,} of {some.of:,}." if some else ""
    return f"{recipes.told(made.held.dataset, made.recipe)}.{sample}"


def measured(made: Drawing, n: int) -> str:
    """Under one map: how faithful it is, and how many of the tracks it has where that is not all."""
    taken, here, every = made.held.measures[n], made.held.here[n], len(made.held.ids)
    some = "" if here == every else f"{here:,} of {every:,}; "
    return (
        f"{some}trustworthiness {taken.trustworthiness:.2f}, continuity {taken.continuity:.2f}, "
        f"overlap@10 {taken.overlap:.2f}"
    )


def _panels(made: Drawing) -> tuple[canvas.Panel, ...]:
    voters = colourings.voters(made.held.dataset, list(made.sources))
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
