"""What has not been measured yet: the command, a button that runs it beside the server, and how far it is."""

import shlex

import streamlit as st

from pages.parts import bars, cached, html
from pages.parts.benchmarks.board import Board
from quintet import wording
from quintet.commands import measuring
from quintet.errors import QuintetError
from quintet.extract.progress import Status


def offer(shown: Board, study: str, says: str) -> None:
    """The job of one study ("fewshot") as it stands: running, or how to start it; `says` what it gives."""
    with st.container(border=True, key=f"card-measure-{study}"):
        found = measuring.look(study, shown.dataset, cached.settings())
        if found and found.state == "running":
            _going(shown.dataset, study)
            return
        if found and found.state == "failed":
            st.error(found.message, icon=":material/error:")
        st.html(html.section("Not measured for all of them yet") + html.note(says))
        rules = shown.rules
        words = ["quintet", study, shown.dataset, "--protocol", rules.protocol, "--probe", rules.probe]
        st.code(shlex.join(words), language="bash")
        if st.button("Measure it now", key=f"measure-{study}", icon=":material/play_arrow:"):
            try:
                measuring.start(study, shown.dataset, rules, cached.settings())
            except QuintetError as error:
                st.error(str(error), icon=":material/error:")
                return
            st.rerun()


@st.fragment(run_every=1.0)
def _going(dataset: str, study: str) -> None:
    """How far it is; the page is drawn again when it ends."""
    found = measuring.look(study, dataset, cached.settings())
    if found is None or found.state != "running":
        st.rerun()
    st.html(bars.progress(found.done, found.total, _far(found)))
    if st.button("Stop", key=f"stop-{study}"):
        measuring.stop(study, dataset, cached.settings())
        st.rerun()


def _far(found: Status) -> str:
    if not found.total:
        return f"{found.what}: getting ready"
    left = f", {wording.left(found.left)}" if found.left is not None else ""
    return f"{found.what}: {found.done:,} of {found.total:,}{left}"
