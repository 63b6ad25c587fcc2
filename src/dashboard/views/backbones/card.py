"""The card of one backbone on the Backbones page: what it is, and the state of its weights."""

import streamlit as st

from dashboard import cache
from dashboard.views.backbones import weights
from dashboard.views.overview.summary import STATES
from dashboard.widgets import html, tables, track_rows
from quintet.backbones import base
from quintet.backbones.base import Spec
from quintet.embeddings import speed
from quintet.embeddings.models import Model
from quintet.weights.download import size


def backbone(source: Model) -> None:
    """Mark, state, facts, variants, weights files."""
    spec = source.backbone.spec
    kind = "untrained" if source.untrained else "card"
    with st.container(border=True, key=f"{kind}-{source.key.replace(':', '-')}"):
        st.html(html.backbone(spec.title, track_rows.sign(source), 15) + html.note(spec.about))
        st.html(tables.facts(_facts(source, spec)))
        weights.files(source)
        if source.untrained:
            weights.offer(source)


def _facts(source: Model, spec: Spec) -> list[tuple[str, str]]:
    state = STATES[source.state] if spec.weights else "none needed: a fixed recipe"
    heard = f"{spec.sample_rate / 1000:g} kHz mono" if spec.sample_rate else "the file's own rate"
    window = f"{spec.window / spec.sample_rate:.2f} s" if spec.sample_rate else "the whole clip"
    found = [
        ("Weights", state),
        ("Learned from", ", ".join(spec.trained_on) or "nothing: nobody trained it"),
        ("Hears", f"{heard}, {window} at a time"),
        ("Embedding", f"{spec.dim:,} values, {spec.layer}"),
        ("Size", _size(source, spec)),
        ("Speed here", _speed(source)),
        ("Licence", spec.licence),
        ("Source", spec.source),
    ]
    others = [name for name in base.variants(source.backbone.name) if name != source.backbone.variant]
    if others:
        found.append(("Also as", ", ".join(f"{source.backbone.name}:{name}" for name in others)))
    return found


def _size(source: Model, spec: Spec) -> str:
    if not spec.weights:
        return "no parameters"
    if source.untrained:
        return f"{spec.parameters:,} parameters, all random"
    return f"{spec.parameters:,} parameters, {size(sum(w.bytes for w in spec.weights))} on disk"


def _speed(source: Model) -> str:
    for name, *_ in cache.datasets():
        timed = speed.get(name, source, cache.settings())
        if timed:
            return (
                f"{timed.seconds:.2f} s for a clip of {timed.clip_seconds:.0f} s, "
                f"{timed.audio_per_cpu:.0f} s of audio per CPU second"
            )
    return "not measured yet"
