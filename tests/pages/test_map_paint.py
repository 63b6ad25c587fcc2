"""Values made into bytes and colours: none is 255, few are named, a scale leaves out its outermost."""

import numpy as np
import pyarrow as pa
import pytest

from quintet import palette
from quintet.maps import colouring
from tests.test_palette import contrast


def test_classes_keep_the_order_of_the_list_and_none_is_255():
    words = pa.array(["calm", None, "happy", "unheard of"])
    made = colouring.classes("Mood", words, ("happy", "calm"), palette.CLASSES[:2], "")
    assert made.values.tolist() == [1, 255, 0, 255]
    assert made.names == ("happy", "calm")
    assert made.none == "no mood"


def test_two_hundred_classes_are_all_named_and_three_hundred_are_the_most_frequent():
    many = [f"c{n}" for n in range(300)]
    words = pa.array([*many, "c7", "c7", "c9"])
    some = colouring.classes("Tag", words, many[:200], palette.CLASSES * 13, "")
    assert len(some.names) == 200
    assert int(some.values[7]) == 7
    made = colouring.classes("Tag", words, many, palette.CLASSES * 19, "")
    assert made.names[:2] == ("c7", "c9")
    assert len(made.names) == 17
    assert made.names[-1] == "others"


def test_the_sixteen_most_frequent_have_a_colour_and_the_rest_share_one():
    words = pa.array([f"w{n:02}" for n in range(20) for _ in range(20 - n)] + ["", None])
    made = colouring.frequent("Key", words, "What it is.")
    assert made.names == (*(f"w{n:02}" for n in range(16)), "others")
    assert made.colours == (*palette.CLASSES, palette.OTHERS)
    assert made.values[-2:].tolist() == [255, 255]
    counted = np.bincount(made.values, minlength=256)
    assert counted[:16].tolist() == [20 - n for n in range(16)]
    assert counted[16] == 4 + 3 + 2 + 1
    assert "16 most frequent of 20" in made.about


def test_few_values_have_no_others():
    made = colouring.frequent("Split", pa.array(["train", "test", "train"]), "")
    assert made.names == ("train", "test")


def test_a_scale_ends_at_2_and_98_percent_and_what_lies_beyond_has_the_ends_colour():
    numbers = np.r_[np.arange(1_000.0), 1e9, np.nan]
    made = colouring.scale("Tempo", numbers, "")
    low, high = np.percentile(numbers[:-1], [2, 98])
    assert (made.low, made.high) == pytest.approx((low, high))
    assert made.values[0] == 0
    assert made.values[-2] == 254
    assert made.values[-1] == 255
    assert made.values[500] == round((500 - low) / (high - low) * 254)
    assert np.isnan(made.numbers[-1])


def test_a_scale_with_given_ends_keeps_them_for_every_map():
    made = colouring.scale("Sure", np.array([[0.0, 0.5], [1.0, np.nan]]), "", (0.0, 1.0))
    assert made.values.tolist() == [[0, 127], [254, 255]]
    assert (made.low, made.high) == (0.0, 1.0)


@pytest.mark.parametrize("numbers", [[np.nan, np.nan], []], ids=["none", "empty"])
def test_a_scale_of_nothing_has_ends_and_no_value(numbers):
    made = colouring.scale("Year", np.array(numbers), "")
    assert made.values.tolist() == [255] * len(numbers)
    assert (made.low, made.high) == (0.0, 1.0)


def test_a_scale_of_one_number_is_that_number():
    made = colouring.scale("Year", np.array([3.0, 3.0, np.nan]), "")
    assert made.values.tolist() == [0, 0, 255]
    assert made.low == made.high == 3.0


def test_right_and_wrong_are_two_colours_and_unscored_is_none():
    made = colouring.verdicts("The probe is", np.array([[1, 0, -1]]), "")
    assert made.values.tolist() == [[0, 1, 255]]
    assert made.names == ("right", "wrong")


def test_the_bytes_cannot_be_written():
    for made in (
        colouring.scale("x", np.arange(3.0), ""),
        colouring.yes_no("x", np.ones(2, bool), ("a", "b"), ""),
    ):
        with pytest.raises(ValueError, match="read-only"):
            made.values[0] = 1


def lightness(colour: str) -> np.ndarray:
    """OKLab of "#rrggbb" (Ottosson 2020)."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    to_lms = [
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    ]
    to_lab = [
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    ]
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ linear)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_the_ramp_is_even_goes_one_way_and_stands_out_from_the_card(side):
    colours = [pair[side] for pair in palette.RAMP]
    places = np.array([lightness(colour) for colour in colours])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.15
    falls = np.diff(places[:, 0])
    assert (falls < 0).all() or (falls > 0).all()
    assert min(contrast(colour, palette.TOKENS["card"][side]) for colour in colours) >= 3
