"""What an audit of a dataset found, held once for all visitors, and never one that is out of date."""

import streamlit as st

from quintet.audit import report as audits
from quintet.audit.report import Audit
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.storage import tables


def audit(dataset: str, sources: list[Model], settings: Settings) -> Audit:
    """The kept audit; `sources` are all that heard the dataset. Raises MissingEmbeddings with its command."""
    where = audits.path(dataset, settings)
    stamp = f"{where}@{tables.version(where)}@{audits.made_from(dataset, sources, settings)}"
    return _audit(dataset, stamp, sources, settings)


@st.cache_resource(max_entries=8, show_spinner=False)
def _audit(dataset: str, stamp: str, _sources: list[Model], _settings: Settings) -> Audit:
    return audits.get(dataset, _sources, _settings)


def suspects(dataset: str, sources: list[Model], settings: Settings) -> frozenset[str]:
    """Clips the audit found at fault; none where there is no audit, or one that is out of date."""
    if not audits.path(dataset, settings).exists():
        return frozenset()
    try:
        return audit(dataset, sources, settings).suspects
    except MissingEmbeddings:
        return frozenset()
