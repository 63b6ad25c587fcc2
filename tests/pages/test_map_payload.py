"""The map's bytes and its selection: what the browser is sent, and what is made of what it sends back."""

import struct

import numpy as np
import pytest

from pages.parts.components.map.payload import pack
from pages.parts.components.map.selection import Stroke, inside, selected, strokes
from quintet.errors import UsageError

SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def unpack(body: bytes) -> tuple[list[np.ndarray], np.ndarray]:
    """The format read by its description alone: panels' xy in [-1, 1], classes."""
    magic, n, panels, rest = struct.unpack_from("<4sIII", body)
    assert (magic, rest) == (b"QMP1", 0)
    xy = np.frombuffer(body, "<u2", panels * n * 2, 16).reshape(panels, n, 2)
    classes = np.frombuffer(body, np.uint8, n, 16 + panels * n * 4)
    assert len(body) == 16 + panels * n * 4 + n
    return list(xy / 65_535 * 2 - 1), classes


def cloud(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (n, 2)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_packed_points_come_back_to_within_half_a_step(count: int) -> None:
    maps = [cloud(100, seed) for seed in range(count)]
    classes = np.arange(100) % 7
    found, kinds = unpack(pack(maps, classes))
    assert np.abs(np.stack(found) - np.stack(maps)).max() <= 1.001 / 65_535
    np.testing.assert_array_equal(kinds, classes)


def test_the_corners_of_the_map_are_the_ends_of_the_scale() -> None:
    corners = np.array([[-1, -1], [1, 1], [0, 0]], np.float32)
    body = pack([corners], np.array([0, 254, 255]))
    np.testing.assert_array_equal(np.frombuffer(body, "<u2", 6, 16), [0, 0, 65_535, 65_535, 32_768, 32_768])


def test_twenty_five_thousand_points_on_five_maps_stay_under_1_3_mb() -> None:
    assert len(pack([cloud(25_000, seed) for seed in range(5)], np.zeros(25_000, int))) < 1_300_000


def test_an_empty_map_is_a_header_alone() -> None:
    assert len(pack([np.empty((0, 2), np.float32)], np.empty(0, int))) == 16


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_place_that_is_not_finite_is_refused_and_counted(bad: float) -> None:
    xy = cloud(10, 0)
    xy[3, 1] = bad
    with pytest.raises(UsageError, match="1 of 10 points have no finite place"):
        pack([xy], np.zeros(10, int))


@pytest.mark.parametrize(
    ("maps", "classes", "says"),
    [
        ([], np.zeros(3, int), "0 maps were given"),
        ([cloud(3, 0)] * 7, np.zeros(3, int), "7 maps were given"),
        ([cloud(4, 0)], np.zeros(3, int), r"shape \(4, 2\); \(3, 2\) was expected"),
        ([cloud(3, 0) * 3], np.zeros(3, int), "between -1 and 1 were expected"),
        ([cloud(3, 0)], np.array([0, 1, 256]), "0 to 256; 0 to 255 were expected"),
        ([cloud(3, 0)], np.array([-1, 1, 2]), "-1 to 2; 0 to 255 were expected"),
    ],
)
def test_what_does_not_fit_the_format_is_refused_with_its_reason(maps, classes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pack(maps, classes)


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


def test_neither_the_direction_nor_the_first_corner_matters() -> None:
    xy = cloud(200, 5)
    expected = inside(SQUARE, xy)
    np.testing.assert_array_equal(inside(SQUARE[::-1], xy), expected)
    np.testing.assert_array_equal(inside(np.roll(SQUARE, 1, axis=0), xy), expected)


def test_an_outline_without_area_and_a_map_without_points_hold_nothing() -> None:
    assert not inside(np.array([[0, 0], [1, 0], [0.5, 0]]), cloud(50, 1)).any()
    assert inside(SQUARE, np.empty((0, 2))).shape == (0,)


def test_a_new_stroke_replaces_and_the_others_change_what_was_selected() -> None:
    xy = np.array([[0.0, 0.0], [0.9, 0.9], [0.4, 0.4]])
    whole, corner = SQUARE * 3, SQUARE * 0.2 + 0.9
    maps = {"a": xy, "b": -xy}
    drawn = [Stroke("a", whole, "new"), Stroke("a", SQUARE, "new")]
    np.testing.assert_array_equal(selected(tuple(drawn), maps, 3), [True, False, True])
    drawn.append(Stroke("a", corner, "add"))
    np.testing.assert_array_equal(selected(tuple(drawn), maps, 3), [True, True, True])
    drawn.append(Stroke("b", SQUARE, "remove"))
    np.testing.assert_array_equal(selected(tuple(drawn), maps, 3), [False, True, False])


def test_a_stroke_on_a_map_that_is_not_shown_selects_nothing() -> None:
    assert not selected((Stroke("gone", SQUARE * 3, "new"),), {"a": cloud(9, 0)}, 9).any()


def test_what_the_browser_sends_is_read_as_strokes() -> None:
    sent = {"strokes": [{"panel": "a", "polygon": SQUARE.tolist(), "mode": "new"}]}
    (found,) = strokes(sent)
    assert (found.panel, found.mode) == ("a", "new")
    np.testing.assert_array_equal(found.polygon, SQUARE)


@pytest.mark.parametrize(
    "stroke",
    [
        None,
        "new",
        {"panel": "a", "mode": "new"},
        {"panel": "a", "mode": "drop", "polygon": SQUARE.tolist()},
        {"panel": "a", "mode": "new", "polygon": [[0, 0], [1, 1]]},
        {"panel": "a", "mode": "new", "polygon": [[0, 0], [1], [2, 2]]},
        {"panel": "a", "mode": "new", "polygon": [[0, 0], [1, "x"], [2, 2]]},
        {"panel": "a", "mode": "new", "polygon": [[0, 0], [1, float("nan")], [2, 2]]},
        {"panel": "a", "mode": "new", "polygon": [[0, 0]] * 2_001},
    ],
)
def test_what_has_not_the_form_of_a_stroke_is_left_out(stroke: object) -> None:
    assert strokes({"strokes": [stroke]}) == ()


@pytest.mark.parametrize("sent", [None, [], {"strokes": "all"}, {}])
def test_nothing_drawn_is_nothing_selected(sent: object) -> None:
    assert strokes(sent) == ()
