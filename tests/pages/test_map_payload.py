"""The map's bytes as the browser is sent them, and which points an outline holds."""

import struct

import numpy as np
import pytest

from dashboard.components.linked_maps.payload import pack, pack_colours, scaled
from dashboard.components.linked_maps.polygon import inside
from quintet.errors import UsageError

SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def unpack(body: bytes) -> list[np.ndarray]:
    """The format read by its description alone: panels' xy in [-1, 1]."""
    magic, n, panels, rest = struct.unpack_from("<4sIII", body)
    assert (magic, rest) == (b"QMP2", 0)
    xy = np.frombuffer(body, "<u2", panels * n * 2, 16).reshape(panels, n, 2)
    assert len(body) == 16 + panels * n * 4
    return list(xy / 65_535 * 2 - 1)


def cloud(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (n, 2)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_packed_points_come_back_to_within_half_a_step(count: int) -> None:
    maps = [cloud(100, seed) for seed in range(count)]
    found = unpack(pack(maps))
    assert np.abs(np.stack(found) - np.stack(maps)).max() <= 1.001 / 65_535


def test_the_corners_of_the_map_are_the_ends_of_the_scale() -> None:
    corners = np.array([[-1, -1], [1, 1], [0, 0]], np.float32)
    body = pack([corners])
    np.testing.assert_array_equal(np.frombuffer(body, "<u2", 6, 16), [0, 0, 65_534, 65_535, 32_768, 32_768])


def test_twenty_five_thousand_points_on_five_maps_stay_under_1_3_mb() -> None:
    places = pack([cloud(25_000, seed) for seed in range(5)])
    assert len(places) + len(pack_colours(np.zeros(25_000, int), 5)) < 1_300_000


def test_an_empty_map_is_a_header_alone() -> None:
    assert len(pack([np.empty((0, 2), np.float32)])) == 16
    assert len(pack_colours(np.empty(0, int), 1)) == 16


def test_a_point_a_map_lacks_is_both_ends_and_no_place_is_taken_for_it() -> None:
    xy = cloud(4, 0)
    xy[2] = np.nan
    xy[3] = 1
    found = np.frombuffer(pack([cloud(4, 1), xy]), "<u2", 16, 16).reshape(2, 4, 2)[1]
    assert (found == 65_535).all(axis=1).tolist() == [False, False, True, False]
    assert found[3].tolist() == [65_534, 65_535]  # a 65th of a pixel beside the corner


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_place_that_is_not_finite_is_refused_and_counted(bad: float) -> None:
    xy = cloud(10, 0)
    xy[3, 1] = bad
    with pytest.raises(UsageError, match="1 of 10 points have no finite place"):
        pack([xy])


@pytest.mark.parametrize(
    ("maps", "says"),
    [
        ([], "0 maps were given"),
        ([cloud(3, 0)] * 7, "7 maps were given"),
        ([cloud(3, 0), cloud(4, 0)], r"shape \(4, 2\); \(3, 2\) was expected"),
        ([np.zeros((3, 3))], r"shape \(3, 3\); \(3, 2\) was expected"),
        ([cloud(3, 0) * 3], "between -1 and 1 were expected"),
    ],
)
def test_maps_that_do_not_fit_the_format_are_refused_with_the_reason(maps, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pack(maps)


@pytest.mark.parametrize(("values", "rows"), [(np.array([0, 7, 255]), 1), (np.arange(9).reshape(3, 3), 3)])
def test_colours_come_for_all_panels_alike_or_for_each(values: np.ndarray, rows: int) -> None:
    body = pack_colours(values, 3)
    assert struct.unpack_from("<4sIII", body) == (b"QMC1", 3, rows, 0)
    np.testing.assert_array_equal(np.frombuffer(body, np.uint8, offset=16), values.ravel())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros((2, 3), int), "one row or 3 were expected"),
        (np.array([0, 256]), "0 to 256; 0 to 255 were expected"),
        (np.array([-1, 2]), "-1 to 2; 0 to 255 were expected"),
    ],
)
def test_colours_that_do_not_fit_the_format_are_refused_with_the_reason(values, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pack_colours(values, 3)


def test_a_scale_runs_from_its_low_end_to_its_high_end_and_nan_has_no_value() -> None:
    values = np.array([-3.0, -1.0, 0.0, 1.0, 9.0, np.nan, np.inf])
    np.testing.assert_array_equal(scaled(values, -1, 1), [0, 0, 127, 254, 254, 255, 255])
    with pytest.raises(UsageError, match="from 1 to 1"):
        scaled(values, 1, 1)


def test_a_square_holds_what_lies_in_it() -> None:
    xy = np.array([[0, 0], [0.49, -0.49], [0.51, 0], [0, -0.51], [-0.6, -0.6]])
    np.testing.assert_array_equal(inside(SQUARE, xy), [True, True, False, False, False])


def test_a_bay_in_the_outline_is_outside() -> None:
    horseshoe = np.array([[-1, -1], [1, -1], [1, 1], [0.5, 1], [0.5, -0.5], [-0.5, -0.5], [-0.5, 1], [-1, 1]])
    np.testing.assert_array_equal(
        inside(horseshoe, np.array([[0, 0.5], [0.75, 0.5], [-0.75, 0.5], [0, -0.75]])),
        [False, True, True, True],
    )


def test_what_an_outline_circles_twice_is_outside_by_the_even_odd_rule() -> None:
    turns = np.linspace(0, 2 * np.pi, 5, endpoint=False) * 2  # a pentagram
    star = np.stack([np.sin(turns), np.cos(turns)], axis=1)
    np.testing.assert_array_equal(inside(star, np.array([[0, 0], [0, 0.8]])), [False, True])


def test_inside_agrees_with_counting_crossings_point_by_point() -> None:
    rng = np.random.default_rng(3)
    polygon, xy = rng.uniform(-1, 1, (17, 2)), rng.uniform(-1.2, 1.2, (500, 2))

    def one(x: float, y: float) -> bool:
        ends = zip(polygon, np.roll(polygon, -1, axis=0), strict=True)
        crossings = [
            (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            for a, b in ends
        ]
        return sum(crossings) % 2 == 1

    np.testing.assert_array_equal(inside(polygon, xy), [one(x, y) for x, y in xy])


@pytest.mark.parametrize("seed", range(6))
def test_many_points_are_sorted_out_by_raster_with_the_same_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    polygon = rng.uniform(-1, 1, (rng.integers(3, 40), 2))
    if seed % 2:
        polygon = np.round(polygon, 1)  # level and upright edges, corners on one another
    xy = rng.uniform(-1, 1, (60_000, 2)).astype(np.float32)
    few = np.concatenate([inside(polygon, part) for part in np.array_split(xy, 10)])
    np.testing.assert_array_equal(inside(polygon, xy), few)
    assert few.any()


def test_neither_the_direction_nor_the_first_corner_matters() -> None:
    xy = cloud(200, 5)
    expected = inside(SQUARE, xy)
    np.testing.assert_array_equal(inside(SQUARE[::-1], xy), expected)
    np.testing.assert_array_equal(inside(np.roll(SQUARE, 1, axis=0), xy), expected)


def test_an_outline_without_area_and_a_map_without_points_hold_nothing() -> None:
    assert not inside(np.array([[0, 0], [1, 0], [0.5, 0]]), cloud(50, 1)).any()
    assert inside(SQUARE, np.empty((0, 2))).shape == (0,)
