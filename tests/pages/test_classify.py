"""The Classify page by Streamlit's test client: what is open is what the address says, and who answers."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache
from dashboard.views.classify import url_state
from quintet.catalogue import user_tracks
from quintet.errors import EncodeError
from tests.pages.opening import FRAME, at, html
from tests.sounds import encode, film, write_wav

CLIP = "nostalgic_acoustic_s411.2"


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """Nets beside other tests: more threads would wait for one another."""


@pytest.fixture
def tone(tmp_path) -> tuple[str, bytes, str]:
    return ("tone.wav", write_wav(tmp_path / "tone.wav", 3.0).read_bytes(), "audio/wav")


def classify(**words: str) -> AppTest:
    """The page as a link opens it, musicnn alone ticked: one net is enough here."""
    app = AppTest.from_file(str(FRAME), default_timeout=120).run()
    for box in app.sidebar.checkbox:
        if box.label != "musicnn":
            box.uncheck()
    app.run()
    for key, word in words.items():
        app.query_params[key] = word
    return app.switch_page("classify.py").run()


def give(app: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    app.file_uploader[0].set_value(list(files))
    app.run()
    assert not app.exception
    return app


def plain(app: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html(app)))


def said(app: AppTest, name: str) -> str:
    """What the address says, "" where it does not."""
    return "".join(app.query_params.get(name, ""))


def tables(app: AppTest) -> list[dict]:
    """What the tables of tracks show."""
    sent = [json.loads(e.proto.json) for e in app.main.get("bidi_component")]
    return [one for one in sent if "rows" in one]


def test_a_clip_of_the_dataset_is_answered(demo):
    app = at("classify.py")
    app.segmented_control(key="way").set_value("From the dataset").run()
    assert not app.exception
    words = html(app)
    assert "It is the only trained backbone here." in words
    assert "The four untrained controls are shown, not counted." in words
    assert "Where it lies on each map" in words
    assert words.count('class="q-fold"') == 5
    assert said(app, "track")


def test_a_link_to_a_track_opens_it(demo):
    app = classify(track=CLIP)
    assert "musicnn says" in plain(app)
    assert said(app, "track") == CLIP


def test_an_upload_is_answered_and_named_by_its_content_in_the_address(demo, tone):
    app = give(classify(), tone)
    assert "musicnn says" in plain(app)
    assert "This track stays in memory and is not kept." in plain(app)
    assert re.fullmatch("[0-9a-f]{32}", said(app, "heard"))


def test_a_teammate_with_the_link_sees_the_same_without_the_file(demo, tone):
    first = give(classify(), tone)
    second = classify(heard=said(first, "heard"))
    assert "tone.wav" not in plain(second)  # the link says a name, the content does not
    assert "tone.wav" in plain(classify(heard=said(first, "heard"), name=said(first, "name")))
    headline = re.search(r"musicnn says \w+", plain(first))[0]
    assert headline in plain(second)


def test_a_link_whose_upload_is_gone_says_so(demo):
    app = classify(heard="0" * 32)
    assert not app.exception
    assert "no longer in the server's memory" in app.warning[0].value


def test_a_link_to_several_files_that_are_gone_says_so(demo):
    app = classify(files="0" * 32)
    assert not app.exception
    assert "no longer in the server's memory" in app.warning[0].value


def test_a_link_to_classes_there_are_not_says_so_and_answers_in_the_datasets_own(demo):
    app = classify(space="<b>nothing</b>", track=CLIP)
    assert not app.exception
    assert "Nothing here can answer in the classes of" in app.warning[0].value
    assert "musicnn says" in plain(app)


def test_the_net_runs_once_for_a_content_whatever_its_name(demo, tone, monkeypatch):
    from quintet.prediction import classifier as predict

    ran, hear = [], predict.hear
    monkeypatch.setattr(predict, "hear", lambda *given: ran.append(1) or hear(*given))
    name, data, kind = tone
    data += b"\0"  # a content no other test has given
    give(give(classify(), (name, data, kind)), ("other name.mp3", data, kind))
    assert len(ran) == 1


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("text.mp3", b"this is a text, not music\n" * 50, "is a text file"),
        ("empty.wav", b"", "is empty"),
        ("<b>noise</b>.flac", bytes(range(256)) * 40, "is damaged or not a sound file"),
    ],
)
def test_what_cannot_be_heard_gets_one_sentence(demo, name, data, says):
    app = give(classify(), (name, data, "audio/mpeg"))
    assert len(app.error) == 1
    assert says in app.error[0].value


def test_a_film_is_heard_by_its_sound(demo, tmp_path):
    data = film(tmp_path / "film.mp4", 3.0).read_bytes()
    assert "musicnn says" in plain(give(classify(), ("film.mp4", data, "video/mp4")))


def test_an_mp3_that_calls_itself_a_text_is_heard(demo, tmp_path):
    data = encode(tmp_path / "a.mp3", "mp3").read_bytes()
    assert "musicnn says" in plain(give(classify(), ("a.txt", data, "text/plain")))


def test_a_broken_file_among_others_has_a_row_and_a_sentence_and_they_go_on(demo, tone, tmp_path):
    other = write_wav(tmp_path / "tone.wav", 4.0).read_bytes()
    broken = ("<i>text</i>.mp3", b"no music\n" * 50, "audio/mpeg")
    app = give(classify(), tone, broken, ("tone.wav", other, "audio/wav"))
    rows = tables(app)[0]["rows"]
    assert [row["cells"][0]["text"] for row in rows] == ["tone.wav", "<i>text</i>.mp3", "tone.wav (2)"]
    assert "is a text file" in rows[1]["cells"][0]["flag"]
    assert rows[1]["cells"][2]["text"] == "not heard"
    assert all(re.search(r"\w+ \d+ %", rows[n]["cells"][2]["text"]) for n in (0, 2))
    assert len(app.error) == 1
    assert said(app, "files")
    assert not said(app, "heard")


def test_a_batch_of_everything_that_is_wrong_costs_nobody_their_row(demo, tone, tmp_path):
    megahertz = bytearray(tone[1])
    megahertz[24:28] = (1_000_000).to_bytes(4, "little")  # the sample rate of a WAV's header
    broken = [
        ("nothing.wav", b"", "audio/wav"),
        ("text.mp3", b"no music\n" * 50, "audio/mpeg"),
        ("megahertz.wav", bytes(megahertz), "audio/wav"),
        ("a\nb" + "x" * 10_000 + ".wav", tone[1][:20], "audio/wav"),
    ]
    app = give(classify(), tone, *broken, tone)
    rows = tables(app)[0]["rows"]
    assert ["not heard" in row["cells"][2]["text"] for row in rows] == [False, True, True, True, True, False]
    assert all("\n" not in row["cells"][0]["text"] for row in rows)
    assert re.search(r"\w+ \d+ %", rows[0]["cells"][2]["text"])
    assert rows[0]["cells"][2:] == rows[5]["cells"][2:]
    for row, says in zip(rows[1:5], ("is empty", "is a text file", "1000000 Hz", ""), strict=True):
        assert says in row["cells"][0]["flag"]
    assert len(app.error) == 4


def test_a_net_that_fails_on_one_file_of_several_says_so_in_its_cell(demo, tone, tmp_path, monkeypatch):
    from quintet.prediction import classifier as predict

    hear = predict.hear

    def failing(found, encoder, clip):
        if len(clip.samples) > 5 * clip.rate:
            raise EncodeError("musicnn failed on this clip (a test); finite values were expected.")
        return hear(found, encoder, clip)

    monkeypatch.setattr(predict, "hear", failing)
    long = write_wav(tmp_path / "long.wav", 9.0).read_bytes() + b"\1"  # a content no other test has given
    rows = tables(give(classify(), tone, ("long.wav", long, "audio/wav")))[0]["rows"]
    assert re.search(r"\w+ \d+ %", rows[0]["cells"][2]["text"])
    assert rows[1]["cells"][2]["text"] == "no answer"
    assert "a test" in rows[1]["cells"][2]["flag"]


def test_a_row_opens_its_file_and_the_link_keeps_both(demo, tone, tmp_path):
    other = write_wav(tmp_path / "other.wav", 4.0).read_bytes()
    app = give(classify(), tone, ("other.wav", other, "audio/wav"))
    digest = tables(app)[0]["rows"][1]["id"].partition("-")[2]
    again = classify(files=said(app, "files"), heard=digest)
    assert "musicnn says" in plain(again)
    assert tables(again)[0]["chosen"] == f"1-{digest}"


def test_where_only_one_of_several_can_be_heard_it_is_open(demo, tone):
    app = give(classify(), ("text.mp3", b"no music\n" * 50, "audio/mpeg"), tone)
    assert "musicnn says" in plain(app)
    assert said(app, "heard")


def test_another_way_to_choose_begins_with_nothing_chosen(demo, tone):
    app = give(classify(), tone)
    app.segmented_control(key="way").set_value("Record").run()
    assert not said(app, "heard")
    assert "Or try one of these" in plain(app)


def test_an_example_is_one_click(demo):
    app = classify()
    first = next(button.key for button in app.main.button if button.key.startswith("try-"))
    app.button(key=first).click().run()
    assert "musicnn says" in plain(app)
    assert said(app, "track")


def test_a_search_finds_any_track_of_the_dataset(demo):
    app = classify(track=CLIP)
    app.text_input(key="find-track").set_value("tender electronic").run()
    found = next(one for one in tables(app) if one["key"].startswith("pick-"))
    assert 0 < len(found["rows"]) <= 6
    assert all("Tender electronic" in row["cells"][0]["text"] for row in found["rows"])


def test_a_search_that_finds_nothing_keeps_what_is_open(demo):
    app = classify(track=CLIP)
    app.text_input(key="find-track").set_value("nothing of that name").run()
    assert "No track matches" in plain(app)
    assert "musicnn says" in plain(app)


def test_a_part_of_a_long_track_is_heard_when_the_link_says_so(demo, tmp_path):
    long = ("long.wav", write_wav(tmp_path / "long.wav", 70.0, 8_000).read_bytes(), "audio/wav")
    app = give(classify(), long)
    assert "What is heard: the whole 1:10" in app.expander[0].label
    part = classify(heard=said(app, "heard"), part="5.0-12.0")
    assert "What is heard: 0:05 to 0:12" in part.expander[0].label
    assert any("Only 0:05 to 0:12 is heard" in info.value for info in part.info)
    part.button(key="hear-whole").click().run()
    assert not said(part, "part")
    assert "the whole" in part.expander[0].label


@pytest.mark.parametrize("part", ["12.0-5.0", "5.0-5.1", "0-900", "x-y", "900-950"])
def test_a_part_that_makes_no_sense_is_the_whole(demo, tmp_path, part):
    long = ("long.wav", write_wav(tmp_path / "long.wav", 70.0, 8_000).read_bytes(), "audio/wav")
    digest = said(give(classify(), long), "heard")
    app = classify(heard=digest, part=part)
    assert not app.exception
    assert "the whole" in app.expander[0].label


def test_keeping_a_track_writes_it_and_says_what_makes_it_heard(demo, tone):
    app = give(classify(), tone)
    app.button(key="add-mine").click().run()
    assert not app.exception
    assert "tone\\.wav is kept" in app.success[0].value
    assert [line.value for line in app.code][-1] == "quintet embed my-tracks"
    assert (demo.data / "tracks" / "tone.wav").read_bytes() == tone[1]


def test_a_part_has_a_digest_of_its_own_that_anybody_gets_again():
    first = url_state.of_part("0" * 32, 5.0, 12.0)
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first == url_state.of_part("0" * 32, 5.04, 12.0) != url_state.of_part("0" * 32, 6.0, 12.0)


def test_an_upload_is_found_by_its_content_under_the_name_that_is_asked_for():
    digest = cache.keep(b"some bytes", "audio/wav")
    assert cache.keep(b"some bytes", "audio/wav") == digest
    assert cache.upload(digest, "two.wav").name == "two.wav"
    assert cache.upload("0" * 32, "two.wav") is None


def test_a_list_of_files_is_no_upload_and_an_upload_no_list():
    files = cache.keep_list([("a.wav", "0" * 32)])
    assert cache.listed(files) == [("a.wav", "0" * 32)]
    assert cache.listed(cache.keep(b'[["x", "y"]] ', "application/octet-stream")) is None


def test_an_upload_is_kept_only_where_the_visitor_says_so(own, tone):
    app = give(classify(), tone)
    assert "This track stays in memory and is not kept." in html(app)
    assert not user_tracks.folder(own).exists()
    app.button(key="add-mine").click().run()
    assert not app.exception
    kept = list(user_tracks.folder(own).iterdir())
    assert [file.read_bytes() for file in kept] == [tone[1]]
    assert " is kept, in " in app.success[0].value
    assert "quintet embed my-tracks" in [code.value for code in app.code]
    app.button(key="add-mine").click().run()
    assert " is there already" in app.success[0].value
    assert list(user_tracks.folder(own).iterdir()) == kept


def test_an_upload_that_left_memory_cannot_be_kept_and_says_so(own, tone, monkeypatch):
    app = give(classify(), tone)
    monkeypatch.setattr(cache, "upload", lambda digest, name="": None)
    app.button(key="add-mine").click().run()
    assert not user_tracks.folder(own).exists()
    assert "no longer in the server's memory" in app.warning[0].value
    assert "added" not in app.session_state  # nor is it said later, of another track
