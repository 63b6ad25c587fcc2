"""Questions to a table: search, filters, order, pages and counts, each answered as plain Python would."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from quintet.catalogue import query, sorting
from quintet.catalogue.query import Filter, Query, Table
from quintet.datasets.base import Track
from quintet.errors import UsageError
from quintet.storage import tables as store
from tests.tables import put_tracks

TRACKS = (
    Track("a", Path("/music/a.wav"), "Jóga", "Björk", ("pop",), "train", 30.0, album="Homogenic", year=1997,
          tags=("strings", "beats"), columns={"tempo": 84, "live": False}),
    Track("b", None, "army of me", "Björk", ("pop", "rock"), "test", 0.0, year=1995, flags=("too short",),
          columns={"tempo": 120, "live": True}),
    Track("c", Path("/music/c.wav"), "Zebra", "", (), "", 61.5, tags=("beats",), columns={"live": True}),
    Track("d", Path("/music/d.wav"), "", "O'Brien; DROP TABLE t", ("rock",), "train", 200.0, year=2004,
          columns={"tempo": 99}),
    Track("e", None, "Éclair", "björk", ("jazz",), "valid", 12.0, year=1995, columns={"tempo": 84}),
)  # fmt: skip


@pytest.fixture
def table(here) -> Table:
    put_tracks(here, "demo", TRACKS)
    from quintet.catalogue import tracks

    return Table(tracks.path("demo", here), tracks.facts("demo", here))


def ids(table: Table, asked: Query) -> str:
    return "".join(track.id for track in query.page(table, asked, 0, 100))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bjork", "abe"),
        ("BJÖRK joga", "a"),
        ("homogenic", "a"),
        ("beats", "ac"),
        ("eclair", "e"),
        ("björk rock", "b"),
        ("o'brien", "d"),
        ("; drop", "d"),
        ("nothing of the kind", ""),
        ("%", ""),
        ("  ", "abcde"),
    ],
)
def test_every_word_of_a_search_is_found_without_regard_to_case_and_accents(table, text, found):
    assert ids(table, Query(text)) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter("labels", ("rock",)), "bd"),
        (Filter("labels", ("rock", "jazz")), "bde"),
        (Filter("tags", ("beats",)), "ac"),
        (Filter("split", ("train",)), "ad"),
        (Filter("tempo", ("84",)), "ae"),
        (Filter("live", ("true",)), "bc"),
        (Filter("year", low=1995, high=1997), "abe"),
        (Filter("year", high=1996), "be"),  # unknown years are not early ones
        (Filter("seconds", high=100.0), "ace"),  # nor unknown lengths short
        (Filter(query.AUDIO, (query.YES,)), "acd"),
        (Filter(query.AUDIO, (query.NO,)), "be"),
        (Filter(query.FLAGGED, (query.YES,)), "b"),
        (Filter(query.FLAGGED, (query.NO,)), "acde"),
        (Filter("artist", ("O'Brien; DROP TABLE t",)), "d"),
    ],
)
def test_a_filter_leaves_the_rows_it_names(table, wanted, found):
    assert ids(table, Query(filters=(wanted,))) == found


def test_all_filters_and_the_search_hold_at_once(table):
    asked = Query("bjork", (Filter("year", high=1995), Filter(query.AUDIO, (query.NO,))))
    assert ids(table, asked) == "be"


def test_what_an_audit_suspects_counts_as_flagged(table):
    suspicious = replace(table, suspects=frozenset("e"))
    assert ids(suspicious, Query(filters=(Filter(query.FLAGGED, (query.YES,)),))) == "be"
    assert query.summary(suspicious).flagged == 2


@pytest.mark.parametrize(
    ("column", "upwards", "downwards"),
    [
        ("title", "baced", "ecabd"),  # é stands behind z as its code does; an empty title is unknown, so last
        ("year", "beadc", "dabec"),  # equal ones keep the dataset's order
        ("seconds", "eacdb", "dcaeb"),
        ("tempo", "aedbc", "bdaec"),
        ("live", "abcde", "bcade"),
        ("labels", "eabdc", "dbaec"),
    ],
)
def test_a_column_sorts_both_ways_with_unknown_values_last(table, column, upwards, downwards):
    assert ids(table, Query(sort=column)) == upwards
    assert ids(table, Query(sort=column, descending=True)) == downwards


@pytest.mark.parametrize("asked", [Query(sort="year"), Query("bjork"), Query()], ids=str)
def test_pages_in_a_row_are_the_whole(table, asked):
    whole = ids(table, asked)
    pages = [query.page(table, asked, first, 2) for first in range(0, 6, 2)]
    assert "".join(track.id for part in pages for track in part) == whole
    assert "".join(query.ids(table, asked)) == whole
    assert query.count(table, asked) == len(whole)


def test_a_page_past_the_end_is_empty(table):
    assert query.page(table, Query(sort="title"), 50, 17) == []


@pytest.mark.parametrize(
    "asked", [Query(sort="no such"), Query(filters=(Filter("1=1 --", ("x",)),))], ids=str
)
def test_a_column_the_table_lacks_is_refused_by_name(table, asked):
    with pytest.raises(UsageError, match="no column"):
        query.page(table, asked, 0, 17)


def test_only_ids_asked_for_are_left(table):
    assert ids(table, Query(ids=("c", "a", "no such"))) == "ac"


def test_heard_by_a_backbone_means_its_table_holds_the_row(table, tmp_path):
    path = tmp_path / "heard.lance"
    store.append_embeddings(path, "f", ["b", "e"], np.zeros((2, 3), np.float32))
    heard = replace(table, heard={"some": path, "none": tmp_path / "absent.lance"})
    assert ids(heard, Query(heard=("some",))) == "be"
    assert ids(heard, Query(heard=("some", "none"))) == ""


def test_the_summary_says_which_filters_make_sense(table):
    found = query.summary(table)
    assert (found.rows, found.audio, found.flagged) == (5, 3, 1)
    assert found.years == (1995, 2004)
    assert found.seconds == (12.0, 200.0)
    assert found.told == {"artist", "album", "split", "tags"}


def test_counts_are_the_most_frequent_first(table):
    assert query.counts(table, Query(), "labels") == {"pop": 2, "rock": 2, "jazz": 1}
    assert query.counts(table, Query("bjork"), "year") == {"1995": 2, "1997": 1}


@pytest.fixture(scope="module")
def many() -> dict[str, pa.ChunkedArray]:
    """Columns large enough that only a part of them is sorted."""
    rng = np.random.default_rng(0)
    n = 60_000
    words = np.array([f"{word}{k}" for word in ("Amber", "kite", "Ørn", "") for k in range(300)])
    numbers = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    return {
        "texts": pa.chunked_array([pa.array(words[rng.integers(0, len(words), n)])]),
        "numbers": pa.chunked_array([pa.array(numbers[: n // 2]), pa.array(numbers[n // 2 :])]),
        "one value": pa.chunked_array([pa.array(np.full(n, 7))]),
    }


@pytest.mark.parametrize("name", ["texts", "numbers", "one value"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("first", [0, 5_000, 30_000, 53_990, 59_990])
def test_a_page_of_a_large_table_is_the_one_a_whole_sort_gives(many, name, descending, first):
    keys = sorting.keys(many[name], False)
    known = [(value, place) for place, value in enumerate(keys.to_pylist()) if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)  # stable either way
    unknown = [place for place, value in enumerate(keys.to_pylist()) if value is None]
    whole = [place for _, place in known] + unknown
    assert sorting.page(keys, descending, first, 17).tolist() == whole[first : first + 17]
