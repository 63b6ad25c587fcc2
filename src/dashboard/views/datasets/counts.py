"""Counts of the Datasets page: classes, splits, tags, the tree, artists, lengths, years; nothing unknown."""

from itertools import permutations

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.cache import statistics
from dashboard.views.datasets import sentences
from dashboard.widgets import html, track_rows
from dashboard.widgets.figure_card import Figure, grid
from quintet import charts
from quintet.catalogue.statistics import Spread, line
from quintet.charts import Bar, Cell, Node
from quintet.datasets.base import Facts, Protocol

SHOWN = 30  # words of a long list that are drawn; its table has all
TOGETHER = 16  # words of the heat map: as many as have room for a number on a phone
ARTISTS = 15
_LINE, _HEAD = 24, 90  # px of a bar, and of a card around its drawing


def show(dataset: str) -> None:
    """Every figure this dataset can fill."""
    facts = cache.facts(dataset)
    rule = _rule(facts)
    found = [
        _classes(dataset, facts),
        _split(dataset, facts, rule) if rule else None,
        _tags(dataset, facts),
        _artists(dataset, facts, rule.split if rule and rule.split else "split"),
        _tree(dataset, facts),
        _seconds(dataset, facts),
        _years(dataset, facts),
        _together(dataset, facts),
    ]
    figures = [figure for figure in found if figure]
    if figures:
        grid(figures)
    else:
        st.html(html.note(f"Nothing is known of these {facts.noun} that could be counted."))


def _rule(facts: Facts) -> Protocol | None:
    """The protocol whose parts are counted: the only one, or the one that is chosen."""
    known = {p.name: p for p in facts.protocols if p.split or p.fold}
    apart = {(p.split or p.fold, p.label, p.only): p.name for p in reversed(known.values())}
    names = [name for name in known if name in apart.values()]
    if len(names) < 2:
        return known[names[0]] if names else None
    with st.container(width=320):
        name = st.selectbox("Split", names, key="counts-split", format_func=lambda n: f"Split as {n}",
                            label_visibility="collapsed")  # fmt: skip
    return known[name]


def _classes(dataset: str, facts: Facts) -> Figure | None:
    counts = statistics.counts(dataset, "labels")
    found = {name: counts.get(name, 0) for name in facts.classes}
    if not any(found.values()):
        return None
    pairs, n = track_rows.colours(dataset), cache.count(dataset)
    bars = [Bar(name, k, pairs[name]) for name, k in found.items()]
    labelled = sum(found.values()) if not facts.many else n
    return Figure(
        "classes", sentences.classes(found, n, facts), lambda dark: charts.bars(bars, dark),
        lambda: pd.DataFrame(found.items(), columns=[facts.label.capitalize(), facts.noun.capitalize()]),
        _HEAD + _LINE * len(bars), note=sentences.without(labelled, n, facts),
    )  # fmt: skip


def _split(dataset: str, facts: Facts, rule: Protocol) -> Figure | None:
    column = rule.split or rule.fold
    sizes = {part: n for part, n in statistics.counts(dataset, column, rule.only).items() if part}
    parts = [part for part in sentences.PARTS if part in sizes] if rule.split else sorted(sizes)
    if len(parts) < 2:
        return None
    table: dict[str, dict[str, int]] = {}
    for name, part, n in statistics.cross(dataset, rule.label, column, rule.only):
        if name:
            table.setdefault(name, {})[part or ""] = n
    classes = [name for name in rule.classes or facts.classes or sorted(table) if name in table]
    largest = sorted(classes, key=lambda name: -sum(table[name].values()))[:SHOWN]
    drawn = {name: table[name] for name in classes if name in largest}
    ends = [*parts, *(["in none"] if any("" in row for row in table.values()) else [])]
    lines = [
        [name, *(table[name].get(part, 0) for part in parts), table[name].get("", 0)] for name in classes
    ]
    columns = [facts.label.capitalize(), *parts, "in none"]
    cut = f"The {SHOWN} most frequent of {len(classes)}. " if len(drawn) < len(classes) else ""
    return Figure(
        "split", sentences.split({part: sizes[part] for part in parts}, cache.count(dataset), facts),
        lambda dark: charts.stacked(drawn, parts, "" if rule.split else column, dark),
        lambda: pd.DataFrame(lines, columns=columns)[columns[: len(ends) + 1]],
        _HEAD + 30 + _LINE * len(drawn), note=f"{cut}{rule.name}: {rule.says}.",
    )  # fmt: skip


def _tags(dataset: str, facts: Facts) -> Figure | None:
    found = statistics.counts(dataset, "tags")
    if not found:
        return None
    pairs = track_rows.colours(dataset)  # a tag that is a class keeps its colour
    bars = [Bar(name, n, pairs.get(name)) for name, n in list(found.items())[:SHOWN]]
    return Figure(
        "tags", sentences.tags(found, cache.count(dataset), facts), lambda dark: charts.bars(bars, dark),
        lambda: pd.DataFrame(found.items(), columns=["Tag", facts.noun.capitalize()]),
        _HEAD + _LINE * len(bars),
        note=f"The {SHOWN} most frequent." if len(found) > SHOWN else "",
    )  # fmt: skip


def _together(dataset: str, facts: Facts) -> Figure | None:
    column = "labels" if facts.many else "tags"
    counts = statistics.counts(dataset, column)
    implied = {frozenset(pair) for pair in _implied(facts)}
    pairs = [p for p in statistics.together(dataset, column, TOGETHER) if frozenset(p[:2]) not in implied]
    words = list(counts)[:TOGETHER]
    if len(words) < 3 or not pairs:
        return None
    both = {frozenset((a, b)): n for a, b, n in pairs}
    cells = [
        Cell(a, b, both.get(pair, 0) / counts[a], both.get(pair, 0))
        for a, b in permutations(words, 2) if (pair := frozenset((a, b))) not in implied
    ]  # fmt: skip
    names = ["With", "Also with", facts.noun.capitalize(), "Share"]
    lines = sorted(
        ((c.row, c.column, c.n, round(c.share * 100, 1)) for c in cells), key=lambda line: -line[2]
    )
    return Figure(
        "together", sentences.together(pairs, facts.noun), lambda dark: charts.heat(cells, words, dark),
        lambda: pd.DataFrame(lines, columns=names).rename(columns={"Share": "Share, %"}),
        _HEAD + 110 + 22 * len(words), wide=True,
        note=f"The {len(words)} most frequent. Each row says: of the {facts.noun} with this tag, so many "
             f"percent have the column's tag too.{' Empty: the tree says so already.' if implied else ''}",
    )  # fmt: skip


def _implied(facts: Facts) -> list[tuple[str, str]]:
    """(word, a word above it): who has the one has the other, as the tree says."""
    return [(name, above) for name in facts.parents for above in line(name, facts.parents)[1:]]


def _tree(dataset: str, facts: Facts) -> Figure | None:
    found = statistics.under(dataset) if facts.parents else {}
    if not any(found.values()):
        return None
    nodes = [Node(name, facts.parents.get(name, ""), n) for name, n in found.items() if n]
    nodes.sort(key=lambda node: -node.n)
    lines = [(node.word, node.above, node.n) for node in nodes]
    pairs = track_rows.colours(dataset)
    return Figure(
        "tree", sentences.tree(found, facts.parents, facts), lambda dark: charts.rings(nodes, pairs, dark),
        lambda: pd.DataFrame(lines, columns=[facts.label.capitalize(), "Below", facts.noun.capitalize()]),
        _HEAD + 440, rings=True,
        note=f"A click opens what lies deeper. Numbers are {facts.noun}; one that has two {facts.label}s "
             "counts in both.",
    )  # fmt: skip


def _artists(dataset: str, facts: Facts, split: str) -> Figure | None:
    found = statistics.artists(dataset)
    if found.names < 2:
        return None
    leak = sentences.across(statistics.across(dataset, split), facts)
    bars = [Bar(name, n) for name, n in found.most[:ARTISTS]]
    unnamed = cache.count(dataset) - found.tracks
    notes = [leak, f"{unnamed:,} {facts.noun} name no artist." if unnamed else ""]
    return Figure(
        "artists", sentences.artists(found, facts), lambda dark: charts.bars(bars, dark),
        lambda: pd.DataFrame(found.most, columns=["Artist", facts.noun.capitalize()]),
        _HEAD + _LINE * len(bars), note=" ".join(filter(None, notes)),
    )  # fmt: skip


def _seconds(dataset: str, facts: Facts) -> Figure | None:
    found = statistics.spread(dataset, "seconds")
    if found is None or len(found.steps) < 2:
        return None
    return _steps("seconds", sentences.seconds(found, cache.count(dataset), facts), found, facts)


def _years(dataset: str, facts: Facts) -> Figure | None:
    found = statistics.spread(dataset, "year")
    if found is None or len(found.steps) < 2:
        return None
    return _steps("year", sentences.years(found, cache.count(dataset), facts), found, facts)


def _steps(key: str, says: str, found: Spread, facts: Facts) -> Figure:
    """A histogram."""
    return Figure(
        key, says, lambda dark: charts.histogram(found.steps, key, dark),
        lambda: pd.DataFrame(found.steps, columns=["From", "To below", facts.noun.capitalize()]),
        _HEAD + 220, note=sentences.ends(found, key),
    )  # fmt: skip
