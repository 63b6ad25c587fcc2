"""Findings of an audit as an exclusion list: kept under a name, or taken along as a file."""

import shlex

import streamlit as st

from pages.parts import cached, html
from pages.parts.markdown import plain
from quintet.catalogue import lists
from quintet.errors import QuintetError
from quintet.studies import audit as audits
from quintet.studies.audit import Audit
from quintet.studies.findings import KINDS
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
    noun = cached.facts(dataset).noun
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
    return lists.as_csv(reasons).encode("utf-8", "backslashreplace")


def _keep(dataset: str, reasons: dict[str, str]) -> None:
    name = str(st.session_state.get(_NAME, "")).strip() or "audit"
    try:
        lists.save(lists.EXCLUSION, dataset, name, reasons, cached.settings())
    except QuintetError as error:
        st.session_state.pop(_KEPT, None)
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state[_KEPT] = (dataset, name)
    st.toast(
        f"Kept {count(len(reasons), cached.facts(dataset).noun)} as {plain(name)}.", icon=":material/check:"
    )


def _kept(dataset: str) -> None:
    """The lists there are, and the command for the one kept last."""
    names = lists.names(lists.EXCLUSION, dataset, cached.settings())
    of, name = st.session_state.get(_KEPT, ("", ""))
    if of == dataset and name in names:
        st.html(html.note(f"Kept as {name}. Score without it:"))
        st.code(f"quintet benchmark {dataset} --without {shlex.quote(name)}", language="bash")
    elif names:
        st.html(html.note(f"Kept before: {', '.join(names)}."))
