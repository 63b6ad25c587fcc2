"""Maps joined to one set of rows: which tracks stay, in which order, and where each lies in the table."""

import numpy as np
import pyarrow as pa
import pytest

from quintet.errors import UsageError
from quintet.maps.joined import JoinedMaps, join
from quintet.maps.stored_maps import Map, MapConfig, MapQuality

TABLE = pa.array(["a", "b", "c", "d", "e"])


def drawn(ids: str, xy: list | None = None) -> Map:
    places = np.array(xy or [(n / 10, -n / 10) for n in range(len(ids))], np.float32)
    return Map(tuple(ids), places, MapConfig(), MapQuality(1, 1, 1, len(ids), len(ids)))


def joined(*ids: str) -> JoinedMaps:
    return join("music", {f"net{n}": drawn(one) for n, one in enumerate(ids)}, TABLE, "stamp")


def test_the_common_tracks_stay_in_the_first_maps_order():
    made = joined("ecab", "abcd")
    assert made.ids.to_pylist() == ["c", "a", "b"]
    assert made.table_rows.tolist() == [2, 0, 1]
    assert made.track_counts == (4, 4)
    assert made.xy[0] == pytest.approx(np.array([(0.1, -0.1), (0.2, -0.2), (0.3, -0.3)]))
    assert made.xy[1] == pytest.approx(np.array([(0.2, -0.2), (0.0, 0.0), (0.1, -0.1)]))


def test_every_track_stays_where_that_is_asked_with_no_place_on_the_maps_that_lack_it():
    maps = {"one": drawn("ecz"), "two": drawn("abc", [(0, 0), (np.nan, 0), (0.5, 0.5)])}
    made = join("music", maps, TABLE, "stamp", every=True)
    assert made.ids.to_pylist() == ["e", "c", "a"]  # z left the dataset, b has no place anywhere
    assert made.table_rows.tolist() == [4, 2, 0]
    assert np.isnan(made.xy[0]).all(axis=1).tolist() == [False, False, True]
    assert made.xy[1][1:] == pytest.approx(np.array([(0.5, 0.5), (0, 0)]))
    assert np.isnan(made.xy[1][0]).all()
    assert made.dropped_count == 1
    assert made.digest != join("music", maps, TABLE, "stamp").digest


def test_maps_of_the_same_tracks_do_not_differ():
    assert not joined("abc", "cba").has_different_tracks
    assert joined("abc", "ab").has_different_tracks
    both = {"one": drawn("abc"), "two": drawn("ab")}
    assert join("music", both, TABLE, "stamp", every=True).has_different_tracks


def test_a_track_that_left_the_dataset_is_on_no_map():
    assert joined("azb").ids.to_pylist() == ["a", "b"]


def test_a_track_without_a_finite_place_is_left_out_and_counted():
    held = drawn("abc", [(0, 0), (np.nan, 0), (0.5, np.inf)])
    made = join("music", {"one": held, "two": drawn("abc")}, TABLE, "stamp")
    assert made.ids.to_pylist() == ["a"]
    assert made.dropped_count == 2


def test_maps_with_no_finite_place_at_all_say_what_draws_them_again():
    held = drawn("ab", [(np.nan, 0), (0, np.nan)])
    with pytest.raises(UsageError, match=r"finite place.*quintet map music"):
        join("music", {"one": held}, TABLE, "stamp")


def test_maps_without_a_common_track_say_so():
    with pytest.raises(UsageError, match="net0, net1 share no track of 'music'"):
        joined("ab", "cd")


def test_ids_and_places_find_their_rows():
    made = joined("dab")
    assert made.rows(["b", "nobody", "d"]).tolist() == [2, -1, 0]
    assert made.mask_of(np.array([0, 4])).tolist() == [False, True, False]  # d a b lie at 3 0 1
    assert made.mask_of(np.array([], np.int32)).tolist() == [False, False, False]


def test_the_same_tracks_keep_their_name_whatever_the_maps():
    one, other = joined("abc"), joined("abc", "cba")
    assert one.tracks == other.tracks
    assert one.digest != other.digest
    assert joined("abd").tracks != one.tracks
    assert joined("bac").tracks != one.tracks  # rows would be other tracks


def test_what_visitors_share_cannot_be_written():
    made = joined("abc", "abc")
    for array in (made.table_rows, *made.xy):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
