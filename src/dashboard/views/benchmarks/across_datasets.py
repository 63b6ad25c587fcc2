"""Backbones by datasets: every protocol that was scored with the same probe, side by side, never averaged."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard import cache
from dashboard.cache import Study
from dashboard.views.benchmarks.board import NAMED, PROBE, PROTOCOL, SCORES, A, Board
from dashboard.widgets import html, track_rows
from quintet import wording
from quintet.datasets.base import Protocol
from quintet.embeddings.models import Model
from quintet.evaluation import labelled_embeddings, scored_runs
from quintet.evaluation.runs import Rules
from quintet.prediction import classifier

NOTE = (
    "Scores with their 95 % intervals and the ranks that the comparisons leave open. Each column is a "
    "protocol of its own: no mean is taken over them, and ranks hold within a column."
)
LEAK = "Clips by an artist who is trained on are tested here, which flatters every score of this column."


@dataclass(frozen=True)
class Column:
    """One dataset under one protocol: its runs with this probe, nothing left out."""

    dataset: str
    title: str
    protocol: Protocol
    rules: Rules
    study: Study

    @property
    def shared(self) -> int:
        """Tested clips whose artist is trained on."""
        return max(run.shared_groups for run in self.study.runs)


def show(shown: Board) -> None:
    """The table, where this probe scored more than one protocol on this machine; else nothing."""
    found = columns(shown.rules.probe, shown.rules.seed)
    if len(found) < 2:
        return
    with st.container(border=True, key="card-across"):
        st.html(html.section(f"On every dataset, {shown.rules.probe} probe"))
        st.html(board(found) + html.note(NOTE))


def columns(probe: str, seed: int) -> list[Column]:
    """Everything on this machine that was scored with a probe, in the order of datasets and protocols."""
    here, found = cache.settings(), []
    for name, title, _, _ in cache.datasets():
        sources = cache.embedded(name)
        keys = tuple(source.key for source in sources)
        for protocol, probes in scored_runs.scored(name, sources, seed, here).items():
            rules = Rules(protocol, probe, seed)
            study = cache.study(name, keys, rules) if probe in probes else None
            if study and study.runs:
                found.append(
                    Column(name, title, labelled_embeddings.protocol(name, here, protocol), rules, study)
                )
    return found


def board(found: Sequence[Column]) -> str:
    """Backbones down, datasets and protocols across; every cell opens its run."""
    sources: dict[str, Model] = {}
    for column in found:
        for run in column.study.runs:
            sources.setdefault(run.source.key, run.source)
    head = "".join(f"<th>{_heading(column)}</th>" for column in found)
    body = "".join(_row(source, found) for source in sorted(sources.values(), key=lambda s: s.untrained))
    return (
        '<div class="q-scroll"><table class="q-table q-wrapped" data-table="across"><thead><tr>'
        f"<th>Backbone</th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(column: Column) -> str:
    score = NAMED[SCORES[column.protocol.many][0]]
    tested = max(len(run.ids) for run in column.study.runs)
    said = f"{column.title}, {column.rules.protocol}: {score}, {tested:,} tested"
    leak = f" {html.badge(f'{column.shared:,} share artists', LEAK)}" if column.shared else ""
    return html.term(said, column.protocol.says) + leak


def _row(source: Model, found: Sequence[Column]) -> str:
    name = html.backbone(source.backbone.spec.title, track_rows.sign(source), badge=source.untrained)
    return f"<tr><td>{name}</td>" + "".join(f"<td>{_cell(source.key, one)}</td>" for one in found) + "</tr>"


def _cell(key: str, column: Column) -> str:
    run = next((run for run in column.study.runs if run.source.key == key), None)
    if run is None:
        return html.aside("not scored")
    value = next(iter(column.study.scores[key].values()))
    said = f"{wording.percent(value.value)} ({wording.percent(value.low)} to {wording.percent(value.high)})"
    rank = column.study.ranks.get(key)
    told = f", rank {wording.rank_range(*rank)}" if rank else ", untrained" if run.source.untrained else ""
    view = "class" if column.protocol.many else "confusion"
    link = urlencode({"dataset": column.dataset, "view": view, PROTOCOL: column.rules.protocol,
                      PROBE: column.rules.probe, A: key})  # fmt: skip
    text = f'<a href="?{escape(link)}"><span class="q-name">{escape(said)}</span></a>{html.aside(told)}'
    if classifier.contaminated(run.source, column.title):
        text += " " + html.badge("seen in training", f"Trained on {column.title}: no fair test.")
    return text
