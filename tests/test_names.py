"""Names: one spelling to compare, and nothing in a text that deceives the eye."""

import unicodedata

import pytest

from quintet import names

E_ACUTE = ["\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}"]


@pytest.mark.parametrize("text", E_ACUTE)
def test_a_letter_in_two_spellings_is_one(text):
    assert names.normalised(text) == E_ACUTE[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202egnp.exe", "a gnp.exe"), ("a\u2066b\u2069c", "a b c"), ("one\ntwo\0three\u2028four",
         "one two three four"), ("\x1b[31mred", "[31mred"), ("  spaces   stay ", "  spaces   stay "),
        ("\N{FAMILY}\u200d\N{GIRL}", "\N{FAMILY}\u200d\N{GIRL}"), (E_ACUTE[1], E_ACUTE[0]),
    ],
)  # fmt: skip
def test_what_reverses_or_hides_letters_is_not_shown(text, shown):
    assert names.display(text) == shown


def test_a_title_of_ten_thousand_letters_is_cut():
    shown = names.display("x" * 10_000)
    assert (len(shown), shown[-1]) == (names.LONGEST, "…")


def test_a_name_that_is_not_utf8_is_written_out():
    assert names.readable("caf\udce9") == "caf\\udce9"
    assert unicodedata.is_normalized("NFC", names.display("ascii"))
