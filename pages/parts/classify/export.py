"""The table of several files as CSV, a line per file and backbone, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from quintet.studies.spaces import Space

if TYPE_CHECKING:
    from pages.parts.classify.batch import Row
    from pages.parts.classify.columns import Column

KINDS = (
    ("csv", "CSV", "text/csv", ":material/table:"),
    ("json", "JSON", "application/json", ":material/data_object:"),
)
SAYS = "What has been heard so far. Untrained backbones are named so, and count in no disagreement."
_FIRST = ("file", "digest", "seconds", "space", "backbone", "weights", "fingerprint", "answer", "probability")
_LAST = ("trained", "apart", "divergence", "error")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what opens a formula in a spreadsheet (OWASP, CSV injection)


def made(kind: str, listed: Sequence[Row], space: Space) -> Callable[[], bytes]:
    """Writes the file when the button is pressed, not before."""
    return (lambda: as_csv(listed, space)) if kind == "csv" else (lambda: as_json(listed, space))


def as_csv(listed: Sequence[Row], space: Space) -> bytes:
    """A line per file and backbone; a file that could not be heard has one line with its reason."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([*_FIRST, *space.classes, *_LAST])
    for row in listed:
        share, far = row.apart
        last = [len(row.told), f"{share:.6f}", f"{far:.6f}", row.error]
        for facts, chances in _lines(row, space):
            lines.writerow([_plain(value) for value in (*facts, *chances, *last)])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _lines(row: Row, space: Space) -> Iterator[tuple[tuple, list[str]]]:
    head = (row.file.name, row.file.digest, f"{row.seconds:.3f}" if row.seconds else "", space.name)
    heard = [one for one in row.found if one.answer]
    for one in heard:
        answer = one.answer
        facts = (
            answer.key,
            answer.state,
            answer.fingerprint,
            answer.best,
            f"{answer.probabilities.max():.6f}",
        )
        yield (*head, *facts), [f"{share:.6f}" for share in answer.probabilities]
    if not heard:
        yield (*head, "", "", "", "", ""), ["" for _ in space.classes]


def as_json(listed: Sequence[Row], space: Space) -> bytes:
    """The same as one document: classes and datasets once, answers by backbone within each file."""
    document = {
        "space": space.name, "datasets": list(space.datasets), "classes": list(space.classes),
        "about": space.about, "files": [_file(row) for row in listed],
    }  # fmt: skip
    return json.dumps(document, indent=1, ensure_ascii=True).encode()


def _file(row: Row) -> dict:
    found = {"file": row.file.name, "digest": row.file.digest}
    if row.error:
        return found | {"error": row.error}
    share, far = row.apart
    answers = {one.answer.key: _answer(one) for one in row.found if one.answer}
    agreed = {"trained": len(row.told), "apart": share, "divergence": far}
    return found | {"seconds": row.seconds, "answers": answers} | agreed


def _answer(one: Column) -> dict:
    answer = one.answer
    shares = zip(answer.classes, map(float, answer.probabilities), strict=True)
    return {
        "weights": answer.state, "untrained": answer.untrained, "fingerprint": answer.fingerprint,
        "answer": answer.best, "probabilities": dict(shares),
        "may_be": None if answer.members is None else list(answer.members), "promise": answer.promise,
    }  # fmt: skip


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
