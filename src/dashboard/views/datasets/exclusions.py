"""Findings of an audit as an exclusion list: kept under a name, or taken along as a file."""

import shlex

import streamlit as st

from dashboard import cache
from dashboard.widgets import html
from dashboard.widgets.markdown import plain
from quintet.audit import report as audits
from quintet.audit.findings import KINDS
from quintet.audit.report import Audit
from quintet.catalogue import track_lists
from quintet.errors import QuintetError
from quintet.wording import count

_KINDS, _NAME, _KEPT = "exclude-kinds", "exclude-name", "exclude-kept"


def form(dataset: str, found: Audit, kinds: list[str], kind: str) -> None:
    """Which kinds, under which name; the command that scores without them once they are kept."""
    st.html(html.section("Leave them out of a benchmark"))
    if not set(st.session_state.get(_KINDS, ())) <= set(kinds):
        del st.session_state[_KINDS]  # of another dataset
    chosen = st.pills(
        "Kinds", kinds, selection_mode="multi", default=[kind], key=_KINDS, label_visibility="collapsed",
        format_func=lambda one: f"{KINDS[one].title} {found.counts[one]:,}",
    )  # fmt: skip
    reasons = audits.reasons(f for f in found.findings if f.kind in (chosen or ()))
    noun = cache.facts(dataset).noun
    pairs = any(KINDS[one].pair for one in chosen or ())
    stays = " Of a pair, the first is left out and the second stays." if pairs else ""
    st.html(html.note(f"{count(len(reasons), noun)}.{stays}"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="excluding"):
        st.text_input("Name of the exclusion list", key=_NAME, max_chars=80, placeholder="audit", width=280)
        st.button("Keep as exclusion list", icon=":material/playlist_remove:", key="exclude-keep",
                  disabled=not reasons, on_click=_keep, args=(dataset, reasons))  # fmt: skip
        st.download_button("CSV", as_csv(reasons), f"{dataset}-exclude.csv", "text/csv", key="exclude-csv",
                           icon=":material/download:", disabled=not reasons, on_click="ignore")  # fmt: skip
    _kept(dataset)


def as_csv(reasons: dict[str, str]) -> bytes:
    """The list as a file, as `quintet benchmark --without FILE.csv` takes it."""
    return track_lists.as_csv(reasons).encode("utf-8", "backslashreplace")


def _keep(dataset: str, reasons: dict[str, str]) -> None:
    name = str(st.session_state.get(_NAME, "")).strip() or "audit"
    try:
        track_lists.save(track_lists.EXCLUSION, dataset, name, reasons, cache.settings())
    except QuintetError as error:
        st.session_state.pop(_KEPT, None)
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state[_KEPT] = (dataset, name)
    st.toast(
        f"Kept {count(len(reasons), cache.facts(dataset).noun)} as {plain(name)}.", icon=":material/check:"
    )


def _kept(dataset: str) -> None:
    """The lists there are, and the command for the one kept last."""
    names = track_lists.names(track_lists.EXCLUSION, dataset, cache.settings())
    of, name = st.session_state.get(_KEPT, ("", ""))
    if of == dataset and name in names:
        st.html(html.note(f"Kept as {name}. Score without it:"))
        st.code(f"quintet benchmark {dataset} --without {shlex.quote(name)}", language="bash")
    elif names:
        st.html(html.note(f"Kept before: {', '.join(names)}."))
