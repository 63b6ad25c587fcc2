"""How a question to a dataset's table becomes SQL: conditions, and the values bound to them."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.catalogue import rows
from quintet.errors import UsageError
from quintet.storage import tables

YES, NO = "yes", "no"
AUDIO, FLAGGED = "audio", "flagged"  # filters every dataset has: has a sound file, has a flag
_SETTINGS = {"memory_limit": "400MB", "temp_directory": str(Path(tempfile.gettempdir()) / "quintet-duckdb")}
ZERO_IS_UNKNOWN = ("year", "seconds")


class Asked:
    """One question: the tables it looks at, the WHERE clause, and its bound values."""

    def __init__(self, table, query) -> None:
        self.table, self.query = table, query
        self.held = tables.open_table(table.path)
        self.views = {"t": self.held}
        self.bound: dict[str, object] = {}
        parts = [*self._text(), *map(self._filter, query.filters), *map(self._heard, query.heard)]
        if query.ids is not None:
            parts.append(f"id IN {self._listed(query.ids)}")
        self.where = f"WHERE {' AND '.join(parts)}" if parts else ""

    def run(self, sql: str) -> pa.Table:
        """The answer as a table."""
        import duckdb

        connection = duckdb.connect(config=_SETTINGS)
        for name, source in self.views.items():
            connection.register(name, source)
        used = {name: value for name, value in self.bound.items() if f"${name}" in sql}
        return connection.sql(sql, params=used).to_arrow_table()

    def places(self, sql: str) -> np.ndarray:
        """The answer's one column (n,) int32: places in the dataset's order."""
        return self.run(sql).column(0).to_numpy().astype(np.int32)

    def bind(self, value: object) -> str:
        """The placeholder of a value."""
        name = f"v{len(self.bound)}x"  # the x: v1 is no part of v10's name
        self.bound[name] = value
        return f"${name}"

    def name(self, column: str) -> str:
        """A column of the table, quoted. Raises UsageError for any other."""
        return '"' + known_column(self.held, column).replace('"', '""') + '"'

    def words(self, column: str) -> str:
        """A column's values as text, one row a word where it holds lists."""
        name = self.name(column)
        return f"unnest({name})" if self.is_list(column) else f"CAST({name} AS VARCHAR)"

    def known(self, column: str) -> str:
        """The condition that a number is known: a file's NaN is as unknown as nothing at all."""
        name = self.name(column)
        least = f"{name} > 0" if column in ZERO_IS_UNKNOWN else f"{name} IS NOT NULL"
        decimal = pa.types.is_floating(self.held.schema.field(column).type)
        return f"({least} AND isfinite({name}))" if decimal else least

    def is_list(self, column: str) -> bool:
        """Whether a column holds several words a row."""
        return pa.types.is_list(self.held.schema.field(column).type)

    def _text(self) -> list[str]:
        return [f"contains(words, {self.bind(word)})" for word in rows.plain(self.query.text).split()]

    def _filter(self, wanted) -> str:
        if wanted.column in (AUDIO, FLAGGED):
            true = "path IS NOT NULL" if wanted.column == AUDIO else self.flagged()
            return true if YES in wanted.values else f"NOT ({true})"
        name = self.name(wanted.column)
        if wanted.values and self.is_list(wanted.column):
            return f"list_has_any({name}, {self.bind(list(wanted.values))})"
        if wanted.values:
            return f"CAST({name} AS VARCHAR) IN {self._listed(wanted.values)}"
        tests = [self.known(wanted.column)]
        tests += [f"{name} >= {self.bind(wanted.low)}"] if wanted.low is not None else []
        tests += [f"{name} <= {self.bind(wanted.high)}"] if wanted.high is not None else []
        return f"({' AND '.join(tests)})"

    def flagged(self) -> str:
        """The condition that a dataset or an audit said something against a row."""
        by_audit = f" OR id IN {self._listed(self.table.suspects)}" if self.table.suspects else ""
        return f"(len(flags) > 0{by_audit})"

    def _listed(self, values: Iterable[str]) -> str:
        """Values as a table of their own: looked up by hash, however many there are."""
        return self._seen(pa.table({"value": pa.array(list(values), pa.string())}), "value")

    def _heard(self, key: str) -> str:
        path: Path | None = self.table.heard.get(key)
        if path is None or not path.exists():
            return "FALSE"
        return f"id IN {self._seen(tables.open_table(path), 'id')}"

    def _seen(self, source, column: str) -> str:
        view = f"w{len(self.views)}"
        self.views[view] = source
        return f"(SELECT {column} FROM {view})"


def known_column(held, name: str) -> str:
    """The name of a column a table has. Raises UsageError for any other."""
    if name not in held.schema.names:
        raise UsageError(f"The table has no column {name!r}. Known: {', '.join(held.schema.names)}.")
    return name
