"""The table of several files as CSV, a line per file and backbone, and as JSON."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence

from dashboard.views.classify.card_row import Row
from quintet.catalogue.export import formula_safe_row
from quintet.prediction.classifier import Answer
from quintet.prediction.label_space import Space

KINDS = (
    ("csv", "CSV", "text/csv", ":material/table:"),
    ("json", "JSON", "application/json", ":material/data_object:"),
)
SAYS = "What has been heard so far. Untrained backbones are named so, and count in no disagreement."
_FIRST = ("file", "digest", "seconds", "space", "backbone", "weights", "fingerprint", "answer", "probability")
_LAST = ("trained", "apart", "divergence", "error")


def made(kind: str, listed: Sequence[Row], space: Space) -> Callable[[], bytes]:
    """Writes the file when the button is pressed, not before."""
    return (lambda: as_csv(listed, space)) if kind == "csv" else (lambda: as_json(listed, space))


def as_csv(listed: Sequence[Row], space: Space) -> bytes:
    """A line per file and backbone; a file that could not be heard has one line with its reason."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(formula_safe_row((*_FIRST, *space.classes, *_LAST)))
    for row in listed:
        share, far = row.apart
        last = [len(row.told), f"{share:.6f}", f"{far:.6f}", row.error]
        for facts, chances in _lines(row, space):
            lines.writerow(formula_safe_row((*facts, *chances, *last)))
    return text.getvalue().encode("utf-8", "backslashreplace")


def _lines(row: Row, space: Space) -> Iterator[tuple[tuple, list[str]]]:
    head = (row.file.name, row.file.digest, f"{row.seconds:.3f}" if row.seconds else "", space.name)
    heard = [one for one in row.found if one.answer]
    for one in heard:
        answer = one.answer
        own = _shares(answer, space)
        facts = (
            answer.key,
            answer.state,
            answer.fingerprint,
            answer.best,
            f"{answer.probabilities.max():.6f}",
        )
        yield (*head, *facts), [f"{own[name]:.6f}" if name in own else "" for name in answer.classes]
    if not heard:
        yield (*head, "", "", "", "", ""), ["" for _ in space.classes]


def as_json(listed: Sequence[Row], space: Space) -> bytes:
    """The same as one document: classes and datasets once, answers by backbone within each file."""
    document = {
        "space": space.name, "datasets": list(space.datasets), "classes": list(space.classes),
        "about": space.about, "files": [_file(row, space) for row in listed],
    }  # fmt: skip
    return json.dumps(document, indent=1, ensure_ascii=True).encode()


def _file(row: Row, space: Space) -> dict:
    found = {"file": row.file.name, "digest": row.file.digest}
    if row.error:
        return found | {"error": row.error}
    share, far = row.apart
    answers = {one.answer.key: _answer(one.answer, space) for one in row.found if one.answer}
    agreed = {"trained": len(row.told), "apart": share, "divergence": far}
    return found | {"seconds": row.seconds, "answers": answers} | agreed


def _shares(answer: Answer, space: Space) -> dict[str, float]:
    """What it gives to each class; of tags only those the net has."""
    shares = dict(zip(answer.classes, map(float, answer.probabilities), strict=True))
    own = dict(answer.tags) if space.native else shares
    return {name: share for name, share in shares.items() if name in own}


def _answer(answer: Answer, space: Space) -> dict:
    return {
        "weights": answer.state, "untrained": answer.untrained, "fingerprint": answer.fingerprint,
        "answer": answer.best, "probabilities": _shares(answer, space),
        "may_be": None if answer.members is None else list(answer.members), "promise": answer.promise,
    }  # fmt: skip
