"""The Tracks view by Streamlit's own test client: search, filters, order, pages and links to them."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from quintet.catalogue import track_lists
from quintet.datasets.base import Track
from tests.pages.opening import at, html
from tests.tables import put_tracks

MARKUP = "<script>alert(1)</script><b>bold</b>"


def opened(**address: str | list[str]) -> AppTest:
    return at("browse_datasets.py", **address)


def listed(app: AppTest) -> dict:
    """What the table of tracks was given."""
    found = [json.loads(e.proto.json) for e in app.main.get("bidi_component") if '"browse"' in e.proto.json]
    assert len(found) == 1
    return found[0]


def ids(app: AppTest) -> list[str]:
    return [row["id"] for row in listed(app)["rows"]]


def foot(app: AppTest) -> str:
    return next(c.value for c in app.caption if " of " in c.value)


def test_the_first_page_shows_seventeen_rows(demo):
    app = opened()
    assert len(ids(app)) == 17
    assert foot(app) == "1 to 17 of 84 clips"


def test_a_link_shows_the_rows_it_was_made_from(demo):
    app = opened(filter_mood="happy", sort="-tempo", page="2")
    assert foot(app) == "18 to 18 of 18 clips"
    assert app.selectbox(key="filter-mood").value == "happy"
    assert listed(app)["browse"] == {"ticked": [], "sort": "tempo", "descending": True}


def test_a_search_and_a_filter_go_into_the_address(demo):
    app = opened()
    app.text_input(key="search").set_value("acoustic")
    app.selectbox(key="filter-mood").set_value("calm").run()
    assert app.query_params["search"] == "acoustic"
    assert app.query_params["filter-mood"] == "calm"
    assert foot(app) == "1 to 9 of 9 clips"


def test_clearing_takes_search_and_filters_out_of_the_address(demo):
    app = opened(search="acoustic", filter_mood="calm")
    app.button(key="clear").click().run()
    assert foot(app) == "1 to 17 of 84 clips"
    assert "search" not in app.query_params
    assert app.text_input(key="search").value == ""


def test_another_question_starts_at_its_first_page(demo):
    app = opened(page="3")
    assert foot(app) == "35 to 51 of 84 clips"
    app.selectbox(key="filter-mood").set_value("happy").run()
    assert foot(app) == "1 to 17 of 18 clips"


@pytest.mark.parametrize("asked", ["99", "5"])
def test_a_page_past_the_end_is_the_last(demo, asked):
    assert foot(opened(page=asked)) == "69 to 84 of 84 clips"


@pytest.mark.parametrize(
    "address",
    [
        {"filter_mood": "of no kind"},
        {"sort": "no such column"},
        {"sort": "--tempo"},
        {"page": "minus one"},
        {"view": "<b>"},
        {"track": "nobody"},
        {"in": "nothing kept"},
        {"heard": ["nobody"]},
        {"columns": ["id; drop"]},
        {"filter_seed": "' OR 1=1 --"},
    ],
    ids=str,
)
def test_what_a_link_names_and_the_dataset_lacks_is_left_out(demo, address):
    assert foot(opened(**address)) == "1 to 17 of 84 clips"


def test_filters_that_make_no_sense_are_not_shown(demo):
    keys = {e.key for kind in ("selectbox", "slider", "multiselect") for e in app_of(kind, opened())}
    assert {"filter-mood", "filter-style", "filter-seed", "heard"} <= keys
    assert not keys & {"filter-split", "year", "seconds", "tags", "audio", "flagged", "in"}


def app_of(kind: str, app: AppTest) -> list:
    return list(getattr(app.main, kind))


def test_an_untrained_backbone_says_so_where_it_is_named(demo):
    app = opened()
    named = app.multiselect(key="heard").options
    assert sum("(untrained)" in name for name in named) == 4
    assert html(app).count(">untrained</span>") == 4


def test_a_kept_selection_is_a_filter(demo):
    track_lists.save(
        track_lists.SELECTION,
        "demo",
        "two of them",
        {"calm_acoustic_1.1": "", "happy_electronic_1.2": ""},
        demo,
    )
    app = opened(**{"in": "two of them"})
    assert ids(app) == ["calm_acoustic_1.1", "happy_electronic_1.2"]


def test_what_matches_is_kept_under_a_name(demo):
    app = opened(filter_mood="tender")
    app.text_input(key="selection-name").set_value("tender ones")
    app.button(key="keep-now").click().run()
    assert not app.exception
    assert len(track_lists.read(track_lists.SELECTION, "demo", "tender ones", demo)) == 18


def test_a_name_that_cannot_be_kept_is_refused_with_its_reason(demo):
    app = opened()
    app.text_input(key="selection-name").set_value("../../etc")
    app.button(key="keep-now").click().run()
    assert not app.exception
    assert "cannot name a list" in app.toast[0].value


def test_play_all_hands_the_rows_to_the_player_in_their_order(demo):
    app = opened(filter_mood="happy", sort="-tempo")
    app.button(key="play-all").click().run()
    found = listed(app)
    assert len(found["playlist"]["tracks"]) == 18
    assert [one["id"] for one in found["playlist"]["tracks"]][:17] == ids(app)


@pytest.fixture
def odd(here) -> None:
    """The worst of tables: markup, no title, right to left, very long, without audio, 200 classes."""
    named = [MARKUP, "", "שלום 🎵 مرحبا", "long " * 200, "=1+1"]
    tracks = [
        Track(f"id {n}", None, named[n] if n < 5 else f"track {n}", MARKUP if n == 0 else "x",
              (f"class <i>{n}</i>",) if n != 1 else (), seconds=10.0 + n, year=1990 + n % 3,
              split="train" if n % 2 else "test", tags=(MARKUP, "rock") if n < 3 else (),
              flags=(f"clipped {MARKUP}",) if n == 0 else (),
              columns={"tempo": 100.0 + n, "live": n % 2 == 0})
        for n in range(200)
    ]  # fmt: skip
    put_tracks(here, "demo", tracks)


def test_markup_in_a_files_strings_stays_text(odd):
    app = opened(track="id 0")
    assert "<script" not in html(app)
    assert "<b>bold" not in html(app)
    assert "Clipped &lt;script&gt;" in html(app)


def test_two_hundred_classes_do_not_fill_the_page(odd):
    said = html(opened())
    assert said.count("q-bar") <= 17
    assert "and 183 more" in said


def test_tracks_without_audio_show_everything_but_the_player(odd):
    app = opened(track="id 3")
    assert "There is no audio for this track on this machine." in html(app)
    assert not [e for e in app.main.get("bidi_component") if '"peaks"' in e.proto.json]
    assert all(row["url"] == "" for row in listed(app)["rows"])
    assert "play-all" not in {button.key for button in app.button}


def test_a_track_without_a_title_goes_by_its_id(odd):
    assert listed(opened())["rows"][1]["cells"][0]["text"] == "id 1"


def test_years_and_lengths_are_ranges_and_part_of_the_address(odd):
    app = opened(year="1990-1991")
    assert app.slider(key="year").value == (1990, 1991)
    assert foot(app).endswith("of 134 clips")
    app.slider(key="seconds").set_range(10, 20).run()
    assert app.query_params["seconds"] == "10-20"
    assert foot(app) == "1 to 8 of 8 clips"


def test_tags_filter_by_any_of_them(odd):
    app = opened(tags=["rock"])
    assert ids(app) == ["id 0", "id 1", "id 2"]
    assert app.multiselect(key="tags").value == ["rock"]


def test_flagged_tracks_are_a_filter_and_wear_a_flag(odd):
    app = opened(flagged="yes")
    assert ids(app) == ["id 0"]
    assert listed(app)["rows"][0]["cells"][0]["flag"].startswith("clipped")


def test_columns_are_chosen_and_kept_in_the_address(odd):
    app = opened(columns=["year", "live"])
    assert [column["title"] for column in listed(app)["columns"]] == ["Track", "Year", "Live"]
    assert [cell.get("text") for cell in listed(app)["rows"][4]["cells"]] == ["=1+1", "1991", "yes"]
