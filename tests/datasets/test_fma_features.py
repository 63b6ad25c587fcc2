"""FMA's ready-made features: their order is ours, only the size's tracks, what is undefined left out."""

import numpy as np
import pytest

from quintet.backbones.librosa518 import features as librosa518
from quintet.datasets import fma
from quintet.datasets.base import DatasetLocation
from quintet.datasets.fma import features as _fma_features
from quintet.errors import BadData
from tests.datasets.miniatures import fma as miniature

IDS = [2, 3, 5, 98_565, 140_000]


@pytest.fixture
def place(tmp_path) -> DatasetLocation:
    rows = [(n, {"set.subset": "small" if n < 10 else "large"}) for n in IDS]
    miniature.write_metadata(tmp_path / "fma_metadata", rows)
    miniature.write_features(tmp_path / "fma_metadata", IDS)
    return DatasetLocation(tmp_path)


def item(place: DatasetLocation, key: str):
    (found,) = [made for made in fma.ready(place) if made.key == key]
    return found


def all_rows(made) -> tuple[list[str], np.ndarray]:
    batches = list(made.rows())
    return [one for ids, _ in batches for one in ids], np.concatenate([matrix for _, matrix in batches])


def test_the_518_published_values_stand_in_the_order_of_our_own():
    assert ["|".join(names) for names in _fma_features.handcrafted_columns()] == librosa518.columns()


def test_features_csv_is_read_as_it_stands(place):
    values = miniature.write_features(place.root / "fma_metadata", IDS)
    made = item(place, "librosa518:features.csv")
    ids, matrix = all_rows(made)
    assert ids == [str(n) for n in IDS]
    assert (matrix.dtype, matrix.shape, made.dim) == (np.float32, (5, 518), 518)
    np.testing.assert_allclose(matrix, values.astype(np.float32), rtol=1e-6)


def test_columns_in_another_order_are_matched_by_name(place):
    path = place.root / "fma_metadata" / "features.csv"
    _, before = all_rows(item(place, "librosa518:features.csv"))
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("".join(",".join([cells[0], *reversed(cells[1:])]) + "\n" for cells in lines))
    _, after = all_rows(item(place, "librosa518:features.csv"))
    np.testing.assert_array_equal(after, before)


def test_echonest_gives_its_232_values_for_the_tracks_it_has(place):
    made = item(place, "echonest:features")
    ids, matrix = all_rows(made)
    assert ids == ["2", "5", "140000"]
    assert (matrix.dtype, matrix.shape, made.dim) == (np.float32, (3, 232), 232)
    # the miniature writes id + place / 8; 17 columns of prose, ranks and popularity lie between
    np.testing.assert_array_equal(matrix[0, [0, 7, 8, 231]], [2, 2 + 7 / 8, 2 + 25 / 8, 2 + 248 / 8])


@pytest.mark.parametrize(("size", "ids"), [("small", ["2", "3", "5"]), ("large", [str(n) for n in IDS])])
def test_only_tracks_of_the_size_have_features(place, size, ids):
    assert all_rows(item(DatasetLocation(place.root, size), "librosa518:features.csv"))[0] == ids


def test_a_track_with_an_undefined_value_has_none(place):
    miniature.write_features(place.root / "fma_metadata", IDS, undefined=(3,))
    assert all_rows(item(place, "librosa518:features.csv"))[0] == ["2", "5", "98565", "140000"]


def test_a_repeated_row_counts_once_even_in_another_batch(place, monkeypatch):
    monkeypatch.setattr(_fma_features, "CHUNK", 2)
    path = place.root / "fma_metadata" / "features.csv"
    row = path.read_text().splitlines(keepends=True)[4]
    with path.open("a") as file:
        file.write(row)
    batches = [ids for ids, _ in item(place, "librosa518:features.csv").rows()]
    assert batches == [["2", "3"], ["5", "98565"], ["140000"]]


def test_the_stamp_changes_with_the_file(place):
    before = item(place, "librosa518:features.csv").stamp
    assert before == item(place, "librosa518:features.csv").stamp
    path = place.root / "fma_metadata" / "features.csv"
    path.write_bytes(path.read_bytes().replace(b"e+00", b"e-01", 1))
    assert item(place, "librosa518:features.csv").stamp != before


def test_without_the_files_there_is_nothing_ready_made(tmp_path):
    miniature.write_metadata(tmp_path / "fma_metadata", [(2, {})])
    assert fma.ready(DatasetLocation(tmp_path)) == []


@pytest.mark.parametrize("name", ["features.csv", "echonest.csv"])
def test_a_file_that_ends_within_a_line_is_refused(place, name):
    path = place.root / "fma_metadata" / name
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BadData, match="ends within a line, after"):
        fma.ready(place)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b",", b";", r"lacks 518 of 518 columns, the first chroma_cens kurtosis 01"),
        (b"zcr", b"zzz", r"lacks 7 of 518 columns, the first zcr kurtosis 01"),
        (b"track_id", b"track", "its fourth line is not track_id"),
    ],
    ids=["semicolons", "missing columns", "no fourth line"],
)
def test_features_of_another_make_are_refused(place, old, new, says):
    path = place.root / "fma_metadata" / "features.csv"
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(BadData, match=says):
        fma.ready(place)


def test_a_value_that_is_no_number_is_named_when_it_is_reached(place):
    path = place.root / "fma_metadata" / "features.csv"
    path.write_bytes(path.read_bytes().replace(b"e-01", b"e-xx", 1))
    with pytest.raises(BadData, match="is damaged"):
        all_rows(item(place, "librosa518:features.csv"))


def test_the_notebooks_336_values_are_those_of_the_518_with_their_names(place):
    every, fewer = (item(place, f"librosa518:{name}") for name in ("features.csv", "kaggle"))
    assert (every.dim, fewer.dim) == (518, 336)
    kept = [
        at for at, one in enumerate(_fma_features.handcrafted_columns()) if one[0] not in _fma_features.UNUSED
    ]
    assert np.array_equal(all_rows(every)[1][:, kept], all_rows(fewer)[1])
