"""What stands in a cell: a backbone's mark, a class's swatch and word, a badge, a flag."""

from dataclasses import asdict, dataclass

Colours = tuple[str, str]  # light, dark


@dataclass(frozen=True)
class Mark:
    """A backbone's sign: the shape and colours of its Spec, hollow where it runs untrained."""

    shape: str
    colours: Colours
    untrained: bool = False


@dataclass(frozen=True)
class Cell:
    """One value. `colours` puts a class's swatch before it, hollow for an untrained backbone's answer."""

    text: str
    colours: Colours | None = None
    hollow: bool = False
    strong: bool = False
    muted: bool = False
    badge: str = ""  # the amber word behind it: "untrained"
    flag: str = ""  # why this row is flagged: an amber flag that says so on hover
    mark: Mark | None = None


def sent(cell: Cell | str) -> dict:
    """What the browser reads of a cell: only what is set, for a smaller message."""
    facts = asdict(Cell(cell) if isinstance(cell, str) else cell)
    return {name: value for name, value in facts.items() if value}
