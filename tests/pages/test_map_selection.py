"""What the visitor did to the selection: as sent, as rows, as written in an address and read again."""

import base64

import numpy as np
import pytest

from dashboard.components.linked_maps.polygon import simplified
from dashboard.components.linked_maps.selection import (
    LONGEST,
    Grow,
    Invert,
    Op,
    Stroke,
    from_text,
    operations,
    selected,
    sendable,
    to_text,
)

SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
NONE = np.zeros(3, bool)


def sent(polygon: np.ndarray, mode: str = "new") -> dict:
    return {"ops": [{"kind": "stroke", "panel": "a", "polygon": polygon.tolist(), "mode": mode}]}


def lasso(corners: int, seed: int = 0) -> np.ndarray:
    """A hand's round outline."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = 0.5 + 0.1 * np.sin(5 * turn) + rng.normal(0, 0.002, corners)
    return radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def same(a: tuple[Op, ...], b: tuple[Op, ...]) -> bool:
    return [sendable(op) for op in a] == [sendable(op) for op in b]


def test_strokes_replace_add_and_remove() -> None:
    xy = np.array([[0.0, 0.0], [0.9, 0.9], [0.4, 0.4]])
    maps = {"a": xy, "b": -xy}
    drawn = [Stroke("a", SQUARE * 3, "new"), Stroke("a", SQUARE, "new")]
    np.testing.assert_array_equal(selected(tuple(drawn), maps, NONE), [True, False, True])
    drawn.append(Stroke("a", SQUARE * 0.2 + 0.9, "add"))
    np.testing.assert_array_equal(selected(tuple(drawn), maps, NONE), [True, True, True])
    drawn.append(Stroke("b", SQUARE, "remove"))
    np.testing.assert_array_equal(selected(tuple(drawn), maps, NONE), [False, True, False])
    drawn.append(Invert())
    np.testing.assert_array_equal(selected(tuple(drawn), maps, NONE), [True, False, True])


def test_what_was_there_at_the_start_is_changed_and_left_as_it_was() -> None:
    start = np.array([True, False, False])
    maps = {"a": np.zeros((3, 2))}
    np.testing.assert_array_equal(selected((Invert(),), maps, start), [False, True, True])
    np.testing.assert_array_equal(start, [True, False, False])


def test_growing_asks_for_the_neighbours_of_the_rows_selected() -> None:
    asked = []

    def grow(panel: str, rows: np.ndarray) -> np.ndarray:
        asked.append((panel, rows.tolist()))
        return np.array([2])

    start = np.array([True, False, False])
    maps = {"a": np.zeros((3, 2))}
    np.testing.assert_array_equal(selected((Grow("a"),), maps, start, grow), [True, False, True])
    np.testing.assert_array_equal(selected((Grow("gone"),), maps, start, grow), start)
    np.testing.assert_array_equal(selected((Grow("a"),), maps, start), start)
    assert asked == [("a", [0])]


def test_a_stroke_on_a_map_that_is_not_shown_selects_nothing() -> None:
    assert not selected((Stroke("gone", SQUARE * 3, "new"),), {"a": np.zeros((3, 2))}, NONE).any()


def test_what_the_browser_sends_is_read_as_operations() -> None:
    listed = [*sent(SQUARE)["ops"], {"kind": "invert"}, {"kind": "grow", "panel": "b"}]
    stroke, *others = operations({"ops": listed})
    assert (stroke.panel, stroke.mode) == ("a", "new")
    np.testing.assert_allclose(stroke.polygon, SQUARE)
    assert others == [Invert(), Grow("b")]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "invert",
        {"kind": "dance"},
        {"kind": "stroke", "panel": "a", "mode": "new"},
        {"kind": "stroke", "panel": "a", "mode": "drop", "polygon": SQUARE.tolist()},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0], [1, 1]]},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0], [1], [2, 2]]},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0], [1, "x"], [2, 2]]},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0], [1, float("nan")], [2, 2]]},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0], [1, 1e30], [2, 2]]},
        {"kind": "stroke", "panel": "a", "mode": "new", "polygon": [[0, 0]] * 2_001},
    ],
)
def test_what_has_not_the_form_of_an_operation_is_left_out(entry: object) -> None:
    assert operations({"ops": [entry]}) == ()


@pytest.mark.parametrize("nothing", [None, [], {"ops": "all"}, {}])
def test_nothing_done_is_no_operation(nothing: object) -> None:
    assert operations(nothing) == ()


def test_an_outline_keeps_its_farthest_corners_and_its_shape() -> None:
    drawn = lasso(600)
    kept = simplified(drawn)
    assert len(kept) == 64
    assert {tuple(c) for c in kept} <= {tuple(c) for c in drawn}
    ends = list(zip(kept, np.roll(kept, -1, axis=0), strict=True))

    def off(at: np.ndarray) -> float:
        """Distance of a corner to the outline kept, edge by edge."""
        gaps = []
        for a, b in ends:
            share = np.clip((at - a) @ (b - a) / max((b - a) @ (b - a), 1e-12), 0, 1)
            gaps.append(np.hypot(*(a + share * (b - a) - at)))
        return min(gaps)

    assert max(off(at) for at in drawn) < 0.01  # of a map 2 wide: a pixel or two


def test_an_outline_of_one_place_or_a_line_is_made_simpler_without_fault() -> None:
    assert len(simplified(np.zeros((100, 2)))) <= 64
    line = np.stack([np.linspace(0, 1, 100), np.zeros(100)], axis=1)
    assert len(simplified(line)) <= 64


def test_an_address_holds_just_what_was_selected() -> None:
    for seed in range(5):
        drawn = operations(sent(lasso(400, seed) * 0.01 + 0.3))  # as drawn from very near
        ops = (*drawn, Invert(), Grow("vggish é"), Stroke("b", drawn[0].polygon, "remove"))
        text = to_text(ops)
        assert text.isascii()
        assert same(from_text(text), ops)
        assert to_text(from_text(text)) == text
    assert to_text(()) == ""
    assert from_text("") == ()


@pytest.mark.parametrize("count", [10, 40, 100])
def test_an_address_never_grows_beyond_its_length(count: int) -> None:
    ops = tuple(operations(sent(lasso(500, seed), "add"))[0] for seed in range(count))
    text = to_text(ops)
    assert len(text) <= LONGEST
    back = from_text(text)
    assert back
    np.testing.assert_allclose(back[-1].polygon.mean(axis=0), ops[-1].polygon.mean(axis=0), atol=0.1)


def test_no_text_is_too_odd_to_be_read() -> None:
    rng = np.random.default_rng(0)
    whole = to_text((*operations(sent(lasso(100))), Grow("a"), Invert()))
    odd = ["=", "a", "!!!!", "é", " ", "AQ", "A" * 5_000, whole[:-3], whole[1:], whole + "ab", "Af8"]
    odd += [base64.urlsafe_b64encode(rng.bytes(int(n))).decode() for n in rng.integers(1, 200, 200)]
    odd += [base64.urlsafe_b64encode(b"\x01" + rng.bytes(int(n))).decode() for n in rng.integers(1, 200, 200)]
    for text in odd:
        assert isinstance(from_text(text), tuple)
