"""A link that lights clips on the maps: as many as an address holds, and no more."""

from pages.parts.map import lit


def test_a_link_names_its_dataset_and_each_clip():
    assert lit.words("demo", ["a", "b"]) == [("dataset", "demo"), (lit.LIT, "a"), (lit.LIT, "b")]


def test_a_link_names_at_most_so_many_clips_and_characters():
    assert len(lit.words("demo", map(str, range(500)))) == 1 + lit.MOST
    long = lit.words("demo", [f"{n:03}" + "x" * 297 for n in range(100)])
    assert sum(len(one) for key, one in long if key == lit.LIT) <= lit.LONGEST
    assert len(long) == 1 + lit.LONGEST // 300
