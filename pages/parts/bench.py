"""What the Benchmarks page shows of a dataset's runs: leaderboard, paired confusions, the clips of a cell."""

import shlex
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages.parts import cached, html, rows, sidebar
from pages.parts.datasets import address
from pages.parts.tables import Standing
from quintet import wording
from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Pair
from quintet.catalogue import lists
from quintet.datasets.base import Facts
from quintet.errors import MissingEmbeddings
from quintet.studies import runs, speed, table
from quintet.studies.runs import Run
from quintet.wording import Headline

HEADERS = ("Macro F1", "Values", "Seconds a clip")
HOW = (
    "Both answered the same clips. The interval draws whole groups of related clips again 1,000 times; "
    "p flips, group by group, which of the two was better, and is corrected for all comparisons (Holm)."
)
Scores = dict[str, Interval]
WITHOUT = "without"  # in the address


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


def without(dataset: str) -> str:
    """A box of the exclusion lists there are runs without, and the command for those there are none without.

    Returns NAME@stamp of the chosen list, "" for none.
    """
    here = cached.settings()
    rules = runs.Rules(table.protocol(dataset, here).name)
    kept = lists.names(lists.EXCLUSION, dataset, here)
    scored = (
        {one.rpartition("@")[0]: one for one in runs.scored_without(dataset, rules, here)} if kept else {}
    )
    if not scored:
        if kept:
            st.html(html.note(f"Not scored yet without the clips of {', '.join(kept)}:"))
            st.code(f"quintet benchmark {dataset} --without {shlex.quote(kept[0])}", language="bash")
        return ""
    address.seed(WITHOUT, lambda said: said[0] if said and said[0] in scored else "")
    if st.session_state[WITHOUT] not in ("", *scored):
        st.session_state[WITHOUT] = ""
    with st.container(width=320):
        name = st.selectbox(
            "Without", ["", *scored], key=WITHOUT, label_visibility="collapsed",
            format_func=lambda name: f"Without: {name or 'nothing left out'}",
            help="An exclusion list: its clips are neither trained on nor tested.",
        )  # fmt: skip
    address.put(WITHOUT, name)
    return scored.get(name, "")


def board(dataset: str, left_out: str = "") -> Board:
    """Everything above the confusions, `left_out` an exclusion list as NAME@stamp.

    Raises MissingEmbeddings where nothing has been scored.
    """
    facts, protocol = cached.facts(dataset), table.protocol(dataset, cached.settings())
    rules = runs.Rules(protocol.name, without=left_out)
    keys = [one.key for one in sidebar.backbones(hand_made=True)]
    study = cached.study(dataset, tuple(keys), rules)
    if not study.runs:
        raise MissingEmbeddings(f"{facts.title} has not been scored. Run: quintet benchmark {dataset}")
    split = protocol.says.split(",")[0]
    about = f"{facts.title} {facts.label}s, {split}, {rules.probe} probe, seed {rules.seed}"
    name = f"{dataset}-{rules.protocol}-{rules.probe}-s{rules.seed}"
    if left_out:
        listed, _, stamp = left_out.rpartition("@")
        about, name = f"{about}, without the list {listed}", f"{name}-without-{stamp}"
    chance = 1 / len(facts.classes)
    return Board(
        name=name, about=about, facts=facts,
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
        if run.rules.without:
            facts["without"] = run.rules.without
        for name, value in shown.scores[run.source.key].items():
            facts |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        found.append(facts)
    return pd.DataFrame(found).to_csv(index=False).encode()


def _standing(dataset: str, run: Run, study: cached.Study) -> Standing:
    spec, score = run.source.backbone.spec, study.scores[run.source.key]
    timed = speed.get(dataset, run.source, cached.settings())
    accuracy = score["accuracy"]
    return Standing(
        title=spec.title, sign=rows.sign(run.source), rank=study.ranks.get(run.source.key),
        score=accuracy.value, low=accuracy.low, high=accuracy.high,
        cells=(f"{score['macro_f1'].value:.2f}", f"{spec.dim:,}", f"{timed.seconds:.2f}" if timed else ""),
    )  # fmt: skip


def _verdict(study: cached.Study, facts: Facts) -> Headline:
    """The two best trained backbones; an untrained control is never named here."""
    trained = [run for run in study.runs if not run.source.untrained]
    if not trained:
        return Headline(
            "No trained backbone has been scored.", "", "Untrained controls are shown, not ranked."
        )
    if len(trained) < 2:
        best = trained[0]
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
