"""What has not been measured yet: the command, a button that runs it beside the server, and how far it is."""

import shlex
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from pages.parts import cached, going, html
from pages.parts.benchmarks.board import Board
from pages.parts.markdown import plain
from quintet.collection import Source
from quintet.commands import measuring
from quintet.studies.runs import Rules
from quintet.wording import Headline

Found = TypeVar("Found")
NONE_TRAINED = Headline("No trained backbone has been measured so.", "", "Controls are shown, not ranked.")


def stored(shown: Board, read: Callable[[str, Source, Rules], Found | None]) -> list[Found]:
    """What `read` finds stored of the board's backbones, in its order."""
    found = (read(shown.dataset, run.source, shown.rules) for run in shown.runs)
    return [one for one in found if one]


def offer(shown: Board, study: str, says: str) -> None:
    """The job of one study ("fewshot") as it stands: running, or how to start it; `says` what it gives."""
    with st.container(border=True, key=f"card-measure-{study}"):
        found = measuring.look(study, shown.dataset, cached.settings())
        if found and found.state == "running":
            job = study, shown.dataset, cached.settings()
            going.watch(partial(measuring.look, *job), partial(measuring.stop, *job), f"stop-{study}")
            return
        if found and found.state == "failed":
            st.error(plain(found.message), icon=":material/error:")
        st.html(html.section("Not measured for all of them yet") + html.note(says))
        rules = shown.rules
        words = ["quintet", study, shown.dataset, "--protocol", rules.protocol, "--probe", rules.probe]
        st.code(shlex.join(words), language="bash")
        start = partial(measuring.start, study, shown.dataset, rules, cached.settings())
        going.begin("Measure it now", start, f"measure-{study}", icon=":material/play_arrow:")
