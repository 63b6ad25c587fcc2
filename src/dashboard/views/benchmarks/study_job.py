"""What has not been measured yet: the command, a button that runs it beside the server, and how far it is."""

import shlex
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from dashboard import cache
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import html, job_progress
from dashboard.widgets.markdown import plain
from quintet.commands import study_job
from quintet.embeddings.models import Model
from quintet.evaluation.runs import Rules
from quintet.wording import Headline

Found = TypeVar("Found")
NONE_TRAINED = Headline("No trained backbone has been measured so.", "", "Controls are shown, not ranked.")


def stored(shown: Board, read: Callable[[str, Model, Rules], Found | None]) -> list[Found]:
    """What `read` finds stored of the board's backbones, in its order."""
    found = (read(shown.dataset, run.source, shown.rules) for run in shown.runs)
    return [one for one in found if one]


def offer(shown: Board, study: str, says: str) -> None:
    """The job of one study ("fewshot") as it stands: running, or how to start it; `says` what it gives."""
    with st.container(border=True, key=f"card-measure-{study}"):
        found = study_job.read_status(study, shown.dataset, cache.settings())
        if found and found.state == "running":
            job = study, shown.dataset, cache.settings()
            job_progress.watch(
                partial(study_job.read_status, *job), partial(study_job.stop, *job), f"stop-{study}"
            )
            return
        if found and found.state == "failed":
            st.error(plain(found.message), icon=":material/error:")
        st.html(html.section("Not measured for all of them yet") + html.note(says))
        rules = shown.rules
        words = ["quintet", study, shown.dataset, "--protocol", rules.protocol, "--probe", rules.probe]
        st.code(shlex.join(words), language="bash")
        start = partial(study_job.start, study, shown.dataset, rules, cache.settings())
        job_progress.begin("Measure it now", start, f"measure-{study}", icon=":material/play_arrow:")
