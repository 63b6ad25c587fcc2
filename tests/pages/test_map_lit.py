"""A link that lights clips on the maps: as many as an address holds, and no more."""

from dashboard.views.map import highlight


def test_a_link_names_its_dataset_and_each_clip():
    assert highlight.words("demo", ["a", "b"]) == [
        ("dataset", "demo"),
        (highlight.LIT, "a"),
        (highlight.LIT, "b"),
    ]


def test_a_link_names_at_most_so_many_clips_and_characters():
    assert len(highlight.words("demo", map(str, range(500)))) == 1 + highlight.MOST
    long = highlight.words("demo", [f"{n:03}" + "x" * 297 for n in range(100)])
    assert sum(len(one) for key, one in long if key == highlight.LIT) <= highlight.LONGEST
    assert len(long) == 1 + highlight.LONGEST // 300
