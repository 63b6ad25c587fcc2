"""Counts and Compare by Streamlit's own test client: on the demo, on small FMA and MagnaTagATune tables."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.datasets import sentences
from quintet import cli
from quintet.catalogue import locations
from quintet.catalogue.statistics import Across, Spread
from quintet.datasets import demo as reader
from quintet.datasets.base import Track
from tests.datasets.miniatures import fma, magnatagatune
from tests.pages.opening import at, html
from tests.tables import put_tracks

NASTY = "<b>bold</b> & \"quoted\" 'tag'"


def opened(view: str, dataset: str, **address: str) -> AppTest:
    return at("browse_datasets.py", dataset=dataset, view=view, **address)


def charts(app: AppTest) -> int:
    return len([*app.main.get("vega_lite_chart"), *app.main.get("plotly_chart")])


@pytest.fixture
def archive(here, tmp_path):
    """FMA small by its metadata alone: 16 tracks, a tree, artists, years."""
    rows = list(fma._few())
    rows[0][1]["artist.name"] = NASTY
    rows[1][1]["album.date_released"] = "2001-01-01 00:00:00"
    rows[2][1]["track.genres_all"] = "[12, 21, 539]"  # Rock beside Hip-Hop and Rap
    fma.write_metadata(tmp_path / "fma_metadata", rows)
    assert cli.main(["datasets", "add", "fma_small", "--root", str(tmp_path)]) == 0
    return here


@pytest.fixture
def tagged(here, tmp_path):
    """MagnaTagATune in small, by its tables alone."""
    magnatagatune.tables(tmp_path, magnatagatune.clips())
    assert cli.main(["datasets", "add", "magnatagatune", "--root", str(tmp_path)]) == 0
    return here


@pytest.fixture
def pair(here):
    """Ten genres beside the demo's moods, with one artist in both; nothing else is on this machine."""
    genres = [Track(str(n), None, "", "Ada" if n < 2 else "", (g,), split=("train", "test")[n % 2])
              for n, g in enumerate(["blues", "hiphop", "metal"] * 2)]  # fmt: skip
    put_tracks(here, "gtzan", genres)
    locations.keep(locations.entry("gtzan", Path("/nowhere")), here)
    put_tracks(here, "demo", [Track("a", None, "", "ada", ("Hip-Hop",), tags=("Metal", NASTY)),
                              Track("b", None, "", "Bo", (NASTY,))])  # fmt: skip
    return here


def test_the_demo_has_the_figures_it_can_fill_and_no_empty_ones(demo):
    app = opened("counts", "demo")
    said = html(app)
    assert charts(app) == 2
    assert "Happy, nostalgic and tender are the most frequent, each on 18 of 84 clips" in said
    assert "Four folds of 15 to 27 clips." in said


def test_every_figure_has_its_numbers_in_a_table(demo):
    app = opened("counts", "demo")
    app.toggle(key="table-classes").set_value(True).run()
    assert not app.exception
    assert charts(app) == 1
    assert app.dataframe[0].value.to_dict("list") == {
        "Mood": ["calm", "energetic", "happy", "nostalgic", "tender"],
        "Clips": [15, 15, 18, 18, 18],
    }


def test_a_dataset_with_a_tree_and_artists_shows_them(archive):
    app = opened("counts", "fma_small")
    said = html(app)
    assert "of the tree&#x27;s 163 genres occur, below 16 roots" in said
    assert "Each of 8 genres has 2 clips." in said
    assert "9 artists, 5 with one clip" in said
    assert "have a year: 2001 to 2009, the middle one 2009." in said
    assert len(app.main.get("plotly_chart")) == 1


@pytest.mark.parametrize("key", ["classes", "split", "tags", "artists", "tree", "year", "together"])
def test_each_figure_of_a_full_dataset_turns_into_its_table(archive, key):
    app = opened("counts", "fma_small")
    app.toggle(key=f"table-{key}").set_value(True).run()
    assert not app.exception
    assert len(app.dataframe[0].value) > 0


def test_what_the_tree_says_already_is_no_discovery(archive):
    app = opened("counts", "fma_small")
    app.toggle(key="table-together").set_value(True).run()
    pairs = app.dataframe[0].value[["With", "Also with"]].itertuples(index=False)
    found = set(map(tuple, pairs))
    assert ("Rap", "Rock") in found
    assert ("Rap", "Hip-Hop") not in found


def test_a_dataset_of_tags_counts_its_split_by_protocol(tagged):
    app = opened("counts", "magnatagatune")
    assert "12 clips to train, 4 to choose, 8 to test; 3 take no part." in html(app)
    app.selectbox(key="counts-split").set_value("mtat-top50").run()
    assert not app.exception
    assert "9 clips to train, 3 to choose, 6 to test; 9 take no part." in html(app)


def test_artists_on_both_sides_of_the_split_are_told(tagged):
    assert "% of test clips share an artist with train" in html(opened("counts", "magnatagatune"))


def test_words_of_a_dataset_are_never_markup(pair, archive):
    for view in ("counts", "compare"):
        text = html(opened(view, "demo"))
        assert "<b>bold" not in text


def test_two_datasets_share_what_is_spelt_another_way(pair):
    text = html(opened("compare", "gtzan"))
    assert "1 of GTZAN&#x27;s 3 genres is also among Demo&#x27;s 2 moods." in text
    assert "hiphop and Hip-Hop are taken for one class" in text
    assert "Demo, as a tag" in text
    assert "One artist&#x27;s name is in both, with 2 clips in GTZAN and 1 in Demo." in text


def test_the_most_alike_dataset_is_compared_first_and_the_address_chooses_another(pair, archive):
    assert opened("compare", "gtzan").selectbox(key="compare-gtzan").value == "demo"
    app = opened("compare", "gtzan", **{"with": "fma_small"})
    assert app.selectbox(key="compare-gtzan").value == "fma_small"
    assert "1 of GTZAN&#x27;s 3 genres is also among FMA small&#x27;s 8." in html(app)


def test_one_dataset_alone_says_what_adds_another(demo):
    app = opened("compare", "demo")
    assert "Only one dataset is on this machine." in html(app)
    assert [line.value for line in app.code] == ["quintet datasets add NAME --root DIR"]


FACTS = reader.FACTS


@pytest.mark.parametrize(("found", "sentence"), [
    ({"a": 3, "b": 3}, "Each of 2 moods has 3 clips."),
    ({"a": 3, "b": 1}, "A is the most frequent mood, on 3 of 4 clips (75.0 %); b has 1, the fewest."),
    ({"a": 2, "b": 2, "c": 0},
     "A and b are the most frequent, each on 2 of 4 clips (50.0 %); c has 0, the fewest."),
])  # fmt: skip
def test_the_sentence_of_the_classes_names_the_largest_and_the_smallest(found, sentence):
    assert sentences.classes(found, sum(found.values()), FACTS) == sentence


@pytest.mark.parametrize(("known", "sentence"), [
    (3_282, "61.6 % of test clips share an artist with train (45 of 75 artists)."),
    (0, "No artist of the test clips is in train, going by their names."),
])  # fmt: skip
def test_the_sentence_of_the_artists_says_how_much_of_the_test_is_known(known, sentence):
    assert sentences.across([Across("test", 5_329, known, 75, 45)], FACTS) == sentence


def test_lengths_are_written_as_people_say_them():
    assert [sentences.length(s) for s in (0.5, 10.0, 29.93, 59.99, 60, 245.4, 3_599.7)] == [
        "0.5 s", "10 s", "29.9 s", "60 s", "1:00", "4:05", "60:00",
    ]  # fmt: skip


def test_open_ends_of_a_histogram_are_said():
    steps = ((60, 120, 5), (120, 180, 5))
    assert sentences.ends(Spread(10, 60, 120, 170, steps), "seconds") == ""
    told = sentences.ends(Spread(10, 1, 120, 9_000, steps, below=True, above=True), "seconds")
    assert told == "The first bar holds all below 2:00. The last bar holds all from 2:00 on."
