"""What the Benchmarks page shows of a dataset's runs: leaderboard, paired confusions, the clips of a cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import cached, html, matrix, pick, players, rows, sidebar, tables
from pages.parts.tables import Bar, Standing
from quintet import collection, wording
from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Pair
from quintet.datasets.base import Facts
from quintet.errors import MissingEmbeddings
from quintet.palette import TOKENS
from quintet.studies import runs, speed, table
from quintet.studies.runs import Run
from quintet.wording import Headline

HEADERS = ("Macro F1", "Values", "Seconds a clip")
HOW = (
    "Both answered the same clips. The interval draws whole groups of related clips again 1,000 times; "
    "p flips, group by group, which of the two was better, and is corrected for all comparisons (Holm)."
)
Scores = dict[str, Interval]


@dataclass(frozen=True)
class Board:
    """The runs of one dataset under one protocol, best first, with their scores and comparisons."""

    name: str
    about: str
    facts: Facts
    runs: tuple[Run, ...]
    scores: dict[str, Scores]
    pairs: tuple[Pair, ...]
    verdict: Headline
    standings: tuple[Standing, ...]
    chance: float
    foot: str


def board(dataset: str) -> Board:
    """Everything above the confusions. Raises MissingEmbeddings where nothing has been scored."""
    facts, protocol = collection.facts(dataset), table.protocol(dataset)
    rules = runs.Rules(protocol.name)
    keys = [one.key for one in sidebar.backbones(hand_made=True)]
    study = cached.study(dataset, tuple(keys), rules)
    if not study.runs:
        raise MissingEmbeddings(f"{facts.title} has not been scored. Run: quintet benchmark {dataset}")
    split = protocol.says.split(",")[0]
    about = f"{facts.title} {facts.label}s, {split}, {rules.probe} probe, seed {rules.seed}"
    chance = 1 / len(facts.classes)
    return Board(
        name=f"{dataset}-{rules.protocol}-{rules.probe}-s{rules.seed}", about=about, facts=facts,
        runs=study.runs, scores=study.scores, pairs=study.pairs,
        verdict=_verdict(study, facts), chance=chance,
        standings=tuple(_standing(dataset, run, study) for run in study.runs),
        foot=f"Dotted line: chance, {wording.percent(chance)}. Lines: 95 % bootstrap over groups of related "
             f"{facts.noun}. Overlapping ranks mean the order is not settled. {protocol.says.capitalize()}.",
    )  # fmt: skip


def csv(shown: Board) -> bytes:
    """One row per backbone: every metric with its interval, and the word untrained where it is true."""
    found = []
    for run in shown.runs:
        facts = {"backbone": run.source.key, "untrained": run.source.untrained,
                 "protocol": run.rules.protocol, "probe": run.rules.probe, "seed": run.rules.seed,
                 "n": len(run.ids), "fingerprint": run.source.fingerprint}  # fmt: skip
        for name, value in shown.scores[run.source.key].items():
            facts |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        found.append(facts)
    return pd.DataFrame(found).to_csv(index=False).encode()


def confusions(shown: Board) -> None:
    """How the same clips split, two matrices, their difference, and the clips of the chosen cell."""
    dataset = shown.runs[0].dataset
    if len(shown.runs) == 1:
        left, right = st.columns(2)
        with left:
            cell = _matrix(shown.runs[0], shown.facts)
        with right:
            _clips(dataset, cell, list(shown.runs), shown)
        return
    first, second = _two(dataset, shown)
    _split(first, second, shown.facts)
    columns = st.columns(4)
    with columns[0]:
        _matrix(first, shown.facts)
    with columns[1]:
        cell = _matrix(second, shown.facts)
    with columns[2]:
        cell = _difference(first, second, shown.facts)
    with columns[3]:
        _clips(dataset, cell, [first, second], shown)


def _two(dataset: str, shown: Board) -> tuple[Run, Run]:
    by_key = {run.source.key: run for run in shown.runs}
    columns = st.columns([1, 1, 2])
    chosen = []
    for place, (column, label) in enumerate(zip(columns, ("Compare", "with"), strict=False)):
        with column:
            options = [key for key in by_key if key not in chosen]
            chosen.append(pick.among(options, f"compare-{place}", label))
    return tuple(runs.common([by_key[key] for key in chosen]))


def _split(first: Run, second: Run, facts: Facts) -> None:
    a, b = first.right, second.right
    names = [run.source.backbone.spec for run in (first, second)]
    parts = [
        Bar("both right", TOKENS["mute"], int((a & b).sum())),
        Bar(f"only {names[0].title}", names[0].colours, int((a & ~b).sum())),
        Bar(f"only {names[1].title}", names[1].colours, int((~a & b).sum())),
        Bar("both wrong", TOKENS["strong"], int((~a & ~b).sum())),
    ]
    st.html(tables.split(parts, f"The same {wording.count(len(a), facts.noun)}"))


def _matrix(run: Run, facts: Facts) -> matrix.Cell | None:
    spec, untrained = run.source.backbone.spec, run.source.untrained
    kind = "untrained" if untrained else "card"
    with st.container(border=True, key=f"{kind}-confusion-{run.source.key.replace(':', '-')}"):
        right = f'<span class="q-small q-mute">{int(run.right.sum())} of {len(run.ids)} right</span>'
        name = html.backbone(spec.title, rows.sign(run.source))
        st.html(f'<div class="q-row q-spread">{name}{right}</div>')
        counts = runs.confusion(run)
        shown = matrix.Matrix(counts, run.classes, spec.title, facts.label, facts.noun, untrained)
        return matrix.confusion(shown, f"matrix-{run.source.key}", "cell", _start(run))


def _difference(first: Run, second: Run, facts: Facts) -> matrix.Cell | None:
    specs = [run.source.backbone.spec for run in (first, second)]
    sides = tuple(matrix.Side(spec.title, spec.colours) for spec in specs)
    with st.container(border=True, key="card-difference"):
        marks = [html.mark(rows.sign(run.source)) for run in (first, second)]
        st.html(
            f'<div class="q-row q-spread"><span class="q-name">{marks[0]} minus {marks[1]}</span>'
            '<span class="q-small q-mute">difference</span></div>'
        )
        counts = runs.confusion(first) - runs.confusion(second)
        title = f"{sides[0].title} minus {sides[1].title}"
        untrained = first.source.untrained or second.source.untrained
        shown = matrix.Matrix(counts, first.classes, title, facts.label, facts.noun, untrained, sides)
        key = f"difference-{first.source.key}-{second.source.key}"
        return matrix.confusion(shown, key, "cell", _start(first))


def _start(run: Run) -> matrix.Cell:
    """The largest confusion: where a reader would click first."""
    wrong = runs.confusion(run) * (1 - np.eye(len(run.classes), dtype=int))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(i), int(j)


def _clips(dataset: str, cell: matrix.Cell, compared: list[Run], shown: Board) -> None:
    truth, said = shown.facts.classes[cell[0]], shown.facts.classes[cell[1]]
    with st.container(border=True, key="card-cell"):
        told = f"{truth.capitalize()}, heard {'rightly' if truth == said else f'as {said}'}"
        here = {run.source.key: (run.y == truth) & (run.predicted == said) for run in compared}
        counts = ", ".join(
            f"{int(here[r.source.key].sum())} by {r.source.backbone.spec.title}" for r in compared
        )
        st.html(html.section(told) + html.note(f"{shown.facts.noun}: {counts}"))
        ids = [i for n, i in enumerate(compared[0].ids) if any(mask[n] for mask in here.values())]
        if not ids:
            st.html(html.note(f"No {shown.facts.noun} in this cell."))
            return
        listed, columns = _answers(dataset, ids, shown)
        players.table(listed, columns, key="cell-clips", compact=True)


def _answers(dataset: str, ids: list[str], shown: Board) -> tuple[list[players.Row], list[players.Column]]:
    """Each clip with what every backbone of the board says of it."""
    tracks, pairs = cached.by_id(dataset), rows.colours(dataset)
    said = [dict(zip(run.ids, run.predicted, strict=True)) for run in shown.runs]
    columns = [players.Column("Track"), *(
        players.Column(run.source.backbone.spec.title, mark=rows.sign(run.source)) for run in shown.runs
    )]  # fmt: skip
    listed = []
    for name in ids:
        words = tuple(
            rows.said(str(one[name]), pairs, run.source.untrained) if name in one else ""
            for one, run in zip(said, shown.runs, strict=True)
        )
        place = rows.place(tracks[name])
        title = tracks[name].title + (f", {place}" if place else "")
        listed.append(rows.row(dataset, tracks[name], (title, *words)))
    return listed, columns


def _standing(dataset: str, run: Run, study: cached.Study) -> Standing:
    spec, score = run.source.backbone.spec, study.scores[run.source.key]
    timed = speed.get(dataset, run.source, cached.settings())
    accuracy = score["accuracy"]
    return Standing(
        title=spec.title, sign=rows.sign(run.source), rank=study.ranks[run.source.key], score=accuracy.value,
        low=accuracy.low, high=accuracy.high,
        cells=(f"{score['macro_f1'].value:.2f}", f"{spec.dim:,}", f"{timed.seconds:.2f}" if timed else ""),
    )  # fmt: skip


def _verdict(study: cached.Study, facts: Facts) -> Headline:
    """The two best trained backbones; an untrained control is never named here."""
    trained = [run for run in study.runs if not run.source.untrained]
    if len(trained) < 2:
        best = (trained or study.runs)[0]
        score = study.scores[best.source.key]["accuracy"]
        span = f"95 % interval {wording.percent(score.low)} to {wording.percent(score.high)}"
        many = wording.count(len(best.ids), facts.noun)
        claim = f"{best.source.backbone.spec.title} names {wording.percent(score.value)} rightly."
        return Headline(claim, "It is the only trained backbone here.", f"{span}, {many}")
    a, b = trained[:2]
    pair = next(p for p in study.pairs if {p.a, p.b} == {a.source.key, b.source.key})
    sign = 1 if pair.a == a.source.key else -1
    low, high = sorted((sign * pair.difference.low, sign * pair.difference.high))
    many = len(study.pairs)
    return wording.compare_headline(wording.Gap(
        ahead=a.source.backbone.spec.title, behind=b.source.backbone.spec.title, p=pair.corrected,
        difference=sign * pair.difference.value, low=low, high=high, n=pair.difference.n, noun=facts.noun,
        correction="" if many == 1 else f"after correction for {wording.word(many)} comparisons",
    ))  # fmt: skip
