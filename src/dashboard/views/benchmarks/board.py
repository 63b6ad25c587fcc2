"""What the Benchmarks page shows: the runs of one protocol, probe and list, and the words of the address."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import cache
from dashboard.cache import Study
from dashboard.widgets import backbone_picker, html, sidebar, url_state
from quintet.catalogue import track_lists
from quintet.datasets.base import Facts, Protocol
from quintet.errors import MissingEmbeddings, UsageError
from quintet.evaluation import labelled_embeddings, runs, scored_runs
from quintet.evaluation.runs import Rules, Run
from quintet.stats.significance import Pair

PROTOCOL, PROBE, WITHOUT, AMONG, A, B = "protocol", "probe", "without", "among", "a", "b"  # in the address
SCORES = {False: ("accuracy", "macro_f1"), True: ("roc_auc_macro", "ap_macro")}  # of classes, of tags
NAMED = {"accuracy": "Accuracy", "macro_f1": "Macro F1", "roc_auc_macro": "ROC-AUC", "ap_macro": "AP"}


@dataclass(frozen=True)
class Board:
    """The ticked backbones' runs under one set of rules, best first; nothing here mixes two of them."""

    dataset: str
    facts: Facts
    protocol: Protocol
    rules: Rules
    study: Study
    among: str = ""  # the kept selection whose clips alone are shown

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every backbone that was scored under these rules."""
        return self.study.runs

    @property
    def many(self) -> bool:
        """Whether a clip may have several of the classes."""
        return self.protocol.many

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in their order."""
        return self.runs[0].classes

    @property
    def metrics(self) -> tuple[str, str]:
        """What these runs are ranked by, and what stands beside it."""
        return SCORES[self.many]

    @property
    def chance(self) -> float:
        """What is scored by answers that know nothing of the clips: accuracy, or of tags ROC-AUC."""
        return 0.5 if self.many else 1 / len(self.classes)

    @property
    def about(self) -> str:
        """Dataset, protocol, probe and seed in one line."""
        split = self.protocol.says.split(",")[0]
        text = f"{self.facts.title} {self.facts.label}s, {split}, {self.rules.probe} probe, "
        listed = self.rules.without.rpartition("@")[0]
        text += f"seed {self.rules.seed}" + (f", without the list {listed}" if listed else "")
        return text + (f", only the selection {self.among}" if self.among else "")

    @property
    def name(self) -> str:
        """The same as part of a file's name."""
        text = f"{self.dataset}-{self.rules.protocol}-{self.rules.probe}-s{self.rules.seed}"
        stamp = self.rules.without.rpartition("@")[2]
        text = f"{text}-without-{stamp}" if stamp else text
        return f"{text}-among-{self.among}" if self.among else text

    def pair(self, a: str, b: str) -> Pair | None:
        """The comparison of two trained backbones, in whichever order it was made."""
        return next((pair for pair in self.study.pairs if {pair.a, pair.b} == {a, b}), None)


def board(dataset: str) -> Board:
    """Draws what chooses the rules, and finds their runs. Raises MissingEmbeddings where there is none."""
    facts, here = cache.facts(dataset), cache.settings()
    first = labelled_embeddings.benchmarked(dataset, here)
    keys = tuple(one.key for one in sidebar.backbones(hand_made=True))
    found = scored_runs.scored(dataset, [cache.source(dataset, key) for key in keys], Rules("").seed, here)
    if not found:
        raise MissingEmbeddings(f"{facts.title} has not been scored. Run: quintet benchmark {dataset}")
    names = sorted(found, key=lambda name: name != first.name)
    with st.container(horizontal=True, vertical_alignment="center", key="benchmark-rules"):
        protocol = choose(PROTOCOL, names, "Protocol", lambda name: f"Protocol: {name}")
        probe = choose(PROBE, found[protocol], "Probe", lambda name: f"Probe: {name}")
        rules = Rules(protocol, probe)
        rules = Rules(protocol, probe, without=_without(dataset, rules))
        among = _among(dataset)
    study = cache.study(dataset, keys, rules, among)
    if among and not study.runs:
        raise UsageError(
            f"None of the clips of the selection {among!r} was tested under {protocol}. Choose another one."
        )
    if not study.runs:
        raise MissingEmbeddings(
            f"No ticked backbone was scored under {protocol} with the {probe} probe and nothing left out. "
            f"Run: quintet benchmark {dataset} --protocol {protocol}"
        )
    return Board(dataset, facts, labelled_embeddings.protocol(dataset, here, protocol), rules, study, among)


def choose(key: str, options: Sequence[str], label: str, line: Callable[[str], str]) -> str:
    """A select box of words kept in the address, on the first; where there is but one, that one unasked."""
    url_state.seed(key, lambda said: said[0] if said and said[0] in options else options[0])
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    if len(options) < 2:
        url_state.put(key, "")
        return options[0]
    first = list(options).index(st.session_state[key])
    word = st.selectbox(label, options, first, line, key=key, label_visibility="collapsed", width=260)
    url_state.put(key, "" if word == options[0] else word)
    return word


def two(shown: Board) -> list[Run]:
    """Two backbones of the board over the clips both answered; at first the two best trained."""
    by_key = {run.source.key: run for run in shown.runs}
    order = sorted(by_key, key=lambda key: by_key[key].source.untrained)  # stable: best trained first
    with st.container(horizontal=True, vertical_alignment="center", key="benchmark-two"):
        a = choose(A, order, "Compare", lambda key: f"Compare {backbone_picker.named(by_key[key].source)}")
        rest = [key for key in order if key != a]
        b = (
            choose(B, rest, "with", lambda key: f"with {backbone_picker.named(by_key[key].source)}")
            if rest
            else ""
        )
    return runs.common([by_key[a], by_key[b]]) if b else [by_key[a]]


def _without(dataset: str, rules: Rules) -> str:
    """A box of the exclusion lists there are runs without, and the command for those there are none without.

    Returns NAME@stamp of the chosen list, "" for none.
    """
    here = cache.settings()
    kept = track_lists.names(track_lists.EXCLUSION, dataset, here)
    found = runs.scored_without(dataset, rules, here) if kept else []
    scored = {one.rpartition("@")[0]: one for one in found}
    if kept and not scored:
        with st.container():
            st.html(html.note(f"Not scored yet without the clips of {', '.join(kept)}:"))
            st.code(f"quintet benchmark {dataset} --without {shlex.quote(kept[0])}", language="bash")
    if not scored:
        return ""
    name = choose(WITHOUT, ["", *scored], "Without", lambda name: f"Without: {name or 'nothing left out'}")
    return scored.get(name, "")


def _among(dataset: str) -> str:
    """A box of the kept selections, where there are any: whose clips alone are shown, "" for all."""
    kept = track_lists.names(track_lists.SELECTION, dataset, cache.settings())
    if not kept:
        return ""
    return choose(
        AMONG, ["", *kept], "Only", lambda name: f"Only the selection: {name}" if name else "All clips"
    )
