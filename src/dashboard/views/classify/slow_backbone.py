"""The column of a backbone that takes minutes a clip: asked for by a button, heard beside the server, kept.

Whoever opens the same clip sees the same job: it is found by the clip's content.
"""

import time
from functools import partial

import streamlit as st

from dashboard import cache
from dashboard.cache import Heard
from dashboard.widgets import bars, html, job_progress, track_rows
from dashboard.widgets.error_boundary import guard
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.embeddings import clip_cache, speed
from quintet.embeddings.models import Model
from quintet.jobs import inference_queue
from quintet.jobs.inference_queue import Job
from quintet.jobs.progress import Status

KEPT = "Its values are kept by the clip's content, the sound is not."
STOPPED = "Stopped. Nothing of it was kept."
LOST = "Stopped when the server was restarted: start it again."


def column(dataset: str, source: Model, heard: Heard) -> bool:
    """Whether this content was heard just now; else a card that hears it when asked."""
    if cache.known(source, heard.digest):
        return True
    job = Job(source, heard.digest, cache.settings())
    with st.container(border=True, key=f"card-hearing-{_key(source)}"):
        st.html(html.line(html.backbone(source.backbone.spec.title, track_rows.sign(source), badge=False)))
        found = inference_queue.status(job)
        if found and found.state in ("waiting", "running"):
            _going(job)
        else:
            _offer(dataset, job, heard, found)
    return False


def _offer(dataset: str, job: Job, heard: Heard, found: Status | None) -> None:
    """How it ended if it ever began, and the button that begins it."""
    title, state = job.model.backbone.spec.title, found.state if found else ""
    if state == "failed":
        st.error(plain(found.message), icon=":material/error:")
    elif state == "stopped":
        st.html(html.note(STOPPED))
    elif state == inference_queue.ORPHANED:
        st.html(html.note(LOST))
    label = f"Hear it with {title}, {_about(dataset, job.model, heard)}"
    ask = partial(inference_queue.enqueue, job, heard.clip)
    job_progress.begin(label, ask, f"hear-{_key(job.model)}", icon=":material/hearing:", width="stretch")
    st.html(html.note(KEPT))


@st.fragment(run_every=1.0)
@guard()
def _going(job: Job) -> None:
    """How far it is; the whole page is drawn again when it ends, and the answer joins the others."""
    found = inference_queue.status(job)
    if found is None or found.state not in ("waiting", "running"):
        st.rerun()
    waits = found.state == "waiting"
    says = _place(inference_queue.position(job)) if waits else _far(job, found)
    st.html(bars.progress(found.done, found.total, says))
    label, key = "Leave the queue" if waits else "Stop", f"stop-{_key(job.model)}"
    st.button(label, key=key, on_click=inference_queue.stop, args=(job,))


def _place(ahead: int) -> str:
    if not ahead:
        return "Its turn is next"
    return f"Waiting for its turn: {wording.word(ahead)} clip{'s' if ahead > 1 else ''} before it"


def _far(job: Job, found: Status) -> str:
    title = job.model.backbone.spec.title
    if not found.total:
        return f"{title} is getting ready"
    layer = f"{title} is hearing: layer {min(found.done + 1, found.total)} of {found.total}"
    if found.seconds_left is None:
        return layer
    since = time.time() - job.status.stat().st_mtime if job.status.exists() else 0.0
    return f"{layer}, {wording.left(found.seconds_left - min(since, 1 / found.rate))}"  # a layer may be late


def _about(dataset: str, found: Model, heard: Heard) -> str:
    """How long it may take: as the last clip did, or as measured on the dataset's."""
    seconds = clip_cache.expected_seconds(found, heard.clip.seconds, cache.settings())
    timed = speed.get(dataset, found, cache.settings()) if seconds is None else None
    if timed:
        alike = clip_cache.encoded_seconds(found, timed.clip_seconds)
        seconds = timed.seconds * clip_cache.encoded_seconds(found, heard.clip.seconds) / alike
    return f"about {wording.left(seconds).removesuffix(' left')}" if seconds else "some minutes"


def _key(found: Model) -> str:
    return found.key.replace(":", "-")
