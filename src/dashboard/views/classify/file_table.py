"""Several files at once: a row each, what every backbone says, how far they part; a row opens its file."""

import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.cache import Content, Heard
from dashboard.components import players
from dashboard.views.classify import cards, export, label_space_picker, sentences, uploads, url_state
from dashboard.views.classify.card_row import Row
from dashboard.views.classify.cards import Column
from dashboard.views.classify.uploads import File
from dashboard.widgets import bars, html, track_rows
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, EncodeError
from quintet.palette import Pair
from quintet.prediction import classifier
from quintet.prediction.classifier import Answer
from quintet.prediction.label_space import Space

ORDERS = {"given": "As given", "name": "By name", "apart": "Most disagreement first"}
_FAILED = "batch-failed"  # (content, backbone) -> why that net gave no answer to this visitor's file
BUDGET = 1.0  # s of work between two looks at the page
APART = (
    "How many of the trained backbones do not give the most common answer; behind it how far their "
    "probabilities lie apart: the mean Jensen-Shannon divergence of every two, 0 to 1."
)


def table(given: Sequence[File], space: Space, found: Sequence[Model]) -> list[Row]:
    """Draws the table with what is known so far; `listen` hears the rest at the end of the page."""
    here = cache.settings()
    quick = [source for source in found if not classifier.takes_minutes(source, here)]
    listed = [_row(file, space, quick) for file in given]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        st.html(html.section(f"{len(listed)} files"))
    with right:
        order = st.segmented_control("Order", list(ORDERS), format_func=ORDERS.__getitem__, key="order",
                                     default="given", required=True)  # fmt: skip
    _draw(_sorted(listed, order or "given"), space, quick)
    for row in listed:
        if row.error:
            st.error(plain(row.error), icon=":material/error:")
    if len(quick) < len(found):
        names = sentences.both([s.backbone.spec.title for s in found if s not in quick])
        st.html(html.note(f"{names} takes minutes a clip here: open a file to have it heard."))
    _exports(listed, space)
    return listed


def only(listed: Sequence[Row]) -> Heard | None:
    """The file that is open without a click: the one that can be heard, where the others cannot."""
    audible = [row for row in listed if not row.error]
    if len(audible) != 1:
        return None
    url_state.put(heard=audible[0].file.digest)
    return uploads.heard(audible[0].file)


def listen(listed: Sequence[Row], place: DeltaGenerator) -> bool:
    """Hears what is missing for about a second; says whether anything was, so the page is drawn again."""
    missing = [(row, one.source) for row in listed for one in row.found if not one.answer and not one.error]
    if not missing:
        return False
    total = sum(len(row.found) for row in listed)
    until = time.monotonic() + BUDGET

    def show(ahead: int) -> None:
        place.html(html.note(sentences.queued(ahead)))

    for n, (row, source) in enumerate(missing):
        done, title = total - len(missing) + n, source.backbone.spec.title
        says = f"{done:,} of {total:,} answers. {title} hears {row.file.name}."
        bar = f'<div role="status">{bars.progress(done, total, says)}</div>'
        place.html(bar)
        try:
            # said again as long as the net runs: only who is sent something is noticed to have left
            cache.values(source, uploads.heard(row.file), show, lambda so_far, bar=bar: place.html(bar))
        except EncodeError as error:  # this net's trouble with this file: the others answer
            st.session_state.setdefault(_FAILED, {})[row.file.digest, source.key] = str(error)
        if time.monotonic() > until:
            break
    return True


def _row(file: File, space: Space, found: Sequence[Model]) -> Row:
    try:
        seconds = uploads.length(file)
    except BadAudio as error:
        return Row(file, error=str(error))
    answers = cards.known(space, found, Content(file.digest))
    return Row(file, seconds, uploads.url(file.digest), tuple(_with_failure(file, one) for one in answers))


def _with_failure(file: File, column: Column) -> Column:
    failure = st.session_state.get(_FAILED, {}).get((file.digest, column.source.key))
    return replace(column, error=failure) if failure and not column.answer else column


def _sorted(listed: Sequence[Row], order: str) -> list[Row]:
    if order == "name":
        return sorted(listed, key=lambda row: row.file.name.casefold())
    if order == "apart":
        return sorted(listed, key=lambda row: row.apart, reverse=True)
    return list(listed)


def _draw(listed: Sequence[Row], space: Space, found: Sequence[Model]) -> None:
    pairs = label_space_picker.colours(space)
    titles = [players.Column("File"), players.Column("Length", align="right", phone=False)]
    titles += [players.Column(s.backbone.spec.title, mark=track_rows.sign(s), phone=False) for s in found]
    counted = sum(not source.untrained for source in found) > 1 and not space.several
    titles += [players.Column("Disagreement", align="right", says=APART)] if counted else []
    shown = [
        players.Row(f"{n}-{row.file.digest}", row.url, _cells(row, titles, pairs))
        for n, row in enumerate(listed)
    ]
    one = url_state.said(url_state.HEARD)
    chosen = next((row.id for row in shown if row.id.endswith(f"-{one}")), None) if one else None
    players.table(shown, titles, key=uploads.rows_key(), chosen=chosen)


def _cells(
    row: Row, titles: Sequence[players.Column], pairs: dict[str, Pair]
) -> tuple[players.Cell | str, ...]:
    if row.error:
        said = (players.Cell(row.file.name, flag=row.error), "", players.Cell("not heard", muted=True))
    else:
        told = (_cell(one, pairs) for one in row.found)
        said = (row.file.name, wording.clock(row.seconds, tenths=False), *told, apart(row))
    return (*said, *[""] * len(titles))[: len(titles)]


def _cell(column: Column, pairs: dict[str, Pair]) -> players.Cell:
    answer: Answer | None = column.answer
    if answer is None:
        return players.Cell("no answer" if column.error else "waits", muted=True, flag=column.error)
    says = f"{answer.best} {answer.probabilities.max() * 100:.0f} %"
    return players.Cell(says, colours=pairs[answer.best], hollow=answer.untrained, muted=answer.untrained)


def apart(row: Row) -> str:
    """ "1 of 3, 0.21": who says something else, and how far the answers lie apart. "" below two trained."""
    k = len(row.told)
    if k < 2:
        return ""
    share, far = row.apart
    return f"{round(share * k)} of {k}, {far:.2f}"


def _exports(listed: Sequence[Row], space: Space) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, title, mime, icon in export.KINDS:
            st.download_button(title, export.made(kind, listed, space), f"answers.{kind}", mime, icon=icon,
                               key=f"answers-{kind}", on_click="ignore")  # fmt: skip
        st.html(html.note(export.SAYS))
