"""The command line as scripts use it: one JSON document, one line for an error, nothing half-written."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from quintet import cli
from tests.sounds import encode, write_wav

GOLDEN = Path(__file__).parents[1] / "golden"


def run(capsys, *words: str) -> tuple[int, dict, str]:
    """Exit status, the JSON document, stderr."""
    capsys.readouterr()
    status = cli.main([*words, "--json"])
    told = capsys.readouterr()
    return status, json.loads(told.out), told.err


@pytest.fixture
def vibeace(tmp_path) -> Path:
    """The fixtures' clip as a 16 kHz WAV, so that no resampling can matter."""
    with np.load(GOLDEN / "inputs" / "inputs.npz") as held:
        samples = held["vibeace_16000"]
    path = tmp_path / "vibeace.wav"
    soundfile.write(path, samples, 16_000, subtype="PCM_16")
    return path


@pytest.mark.parametrize("variant", ["MSD_musicnn", "MTT_musicnn"])
def test_encode_equals_the_authors_numbers(capsys, here, tmp_path, vibeace, variant):
    out = tmp_path / "x.npz"
    status, document, _ = run(
        capsys, "encode", str(vibeace), "--backbone", f"musicnn:{variant}", "--out", str(out)
    )
    assert status == 0
    assert document["untrained"] is False
    with np.load(out) as made, np.load(GOLDEN / "musicnn" / f"musicnn_{variant}.npz") as golden:
        pools = np.concatenate([golden["vibeace_mean_pool"], golden["vibeace_max_pool"]], axis=1)
        np.testing.assert_allclose(made["frames"], pools, atol=1e-3)
        np.testing.assert_allclose(made["embedding"], pools.mean(axis=0), atol=1e-3)
        np.testing.assert_allclose(made["tags"], golden["vibeace_taggram"], atol=1e-5)
        assert made["tag_names"].tolist() == golden["labels"].tolist()
        assert made["times"].shape == (4, 2)


@pytest.mark.parametrize("variant", ["MSD_vgg", "MTT_vgg"])
def test_encode_equals_the_authors_numbers_of_the_small_filters(capsys, here, tmp_path, vibeace, variant):
    out = tmp_path / "x.npz"
    run(capsys, "encode", str(vibeace), "--backbone", f"musicnn:{variant}", "--out", str(out))
    with np.load(out) as made, np.load(GOLDEN / "musicnn" / f"musicnn_{variant}.npz") as golden:
        np.testing.assert_allclose(made["frames"], golden["vibeace_pool5"].reshape(4, -1), atol=1e-4)
        np.testing.assert_allclose(made["tags"], golden["vibeace_taggram"], atol=1e-5)


BAD = {
    "empty.wav": (b"", "empty"),
    "text.mp3": (b"a text and no music at all\n" * 40, "text file"),
    "noise.ogg": (bytes(range(256)) * 40, "noise.ogg"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line_and_nothing_is_written(capsys, here, tmp_path, name):
    body, says = BAD[name]
    (tmp_path / name).write_bytes(body)
    out = tmp_path / "x.npz"
    status, document, err = run(
        capsys, "encode", str(tmp_path / name), "--backbone", "librosa518", "--out", str(out)
    )
    assert status == 1
    assert says in document["error"]
    assert err.strip() == f"quintet: {document['error']}"
    assert not out.exists()
    assert not list(tmp_path.glob("*.new*"))


def test_nan_samples_and_short_clips_are_refused(capsys, here, tmp_path):
    for name, samples, says in (
        ("nan.wav", np.full(44_100, np.nan, np.float32), "NaN"),
        ("short.wav", np.zeros(8_000, np.float32), "at least 0.5 s"),
    ):
        soundfile.write(tmp_path / name, samples, 44_100, subtype="FLOAT")
        out = str(tmp_path / "x.npz")
        status, document, _ = run(
            capsys, "encode", str(tmp_path / name), "--backbone", "librosa518", "--out", out
        )
        assert status == 1
        assert says in document["error"]


def test_a_wrong_name_is_a_wrong_call(capsys, here, tmp_path):
    status, document, _ = run(capsys, "encode", "x.wav", "--backbone", "musicn", "--out", "x.npz")
    assert status == 2
    assert "Did you mean 'musicnn'?" in document["error"]


def test_classify_without_embeddings_says_what_to_run(capsys, here, tmp_path):
    status, document, _ = run(capsys, "classify", str(write_wav(tmp_path / "a.wav")))
    assert status == 1
    assert "quintet prepare demo" in document["error"]


def test_classify_answers_and_a_bad_file_among_good_ones_is_named(capsys, demo, tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    encode(folder / "a.mp3", "mp3", seconds=6.0)
    (folder / "b.mp3").write_text("no music")
    status, document, err = run(capsys, "classify", str(folder))
    assert status == 1
    good, bad = document["results"]
    assert "text file" in bad["error"]
    assert "b.mp3" in err
    assert {answer["backbone"] for answer in good["answers"]} >= {"musicnn"}
    for answer in good["answers"]:
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert len(answer["nearest"]) == 3
    heard = next(a for a in good["answers"] if a["backbone"] == "musicnn")
    assert list(heard["probabilities"]) == ["calm", "energetic", "happy", "nostalgic", "tender"]
    assert len(heard["tags"]) == 10


def test_classify_folder_hears_what_the_folder_reader_would_and_counts_the_rest(capsys, demo, tmp_path):
    album = tmp_path / "Album"
    (album / "Live.mp3").mkdir(parents=True)
    (tmp_path / ".Trashes").mkdir()
    for name in ("Album/01.mp3", "Album/Live.mp3/02.m4b", ".Trashes/old.mp3"):
        encode(tmp_path / name, "m4a" if name.endswith("m4b") else "mp3", seconds=6.0)
    (album / "._01.mp3").write_bytes(b"a Mac was here")
    (album / "Thumbs.db").touch()
    status, document, err = run(capsys, "classify", str(tmp_path), "--backbone", "musicnn")
    assert (status, err) == (0, "")
    assert [r["clip"] for r in document["results"]] == [str(album / "01.mp3"), str(album / "Live.mp3/02.m4b")]
    assert document["notes"] == {
        "hidden, left out": {"count": 2, "examples": []},
        "no sound file, left out": {"count": 1, "examples": [str(album / "Thumbs.db")]},
    }


@pytest.mark.parametrize("name", ["x" * 300 + ".wav", "x/" * 3000 + "x.wav"])
def test_a_path_that_is_too_long_is_refused_in_a_sentence(capsys, demo, here, name):
    status, document, _ = run(capsys, "classify", name, "--backbone", "musicnn")
    assert (status, "File name too long" in document["error"]) == (1, True)
    status, document, _ = run(capsys, "datasets", "add", "x", "--root", name, "--reader", "folder")
    assert (status, "File name too long" in document["error"]) == (1, True)


def test_the_benchmark_prints_metrics_with_intervals_and_comparisons(capsys, demo):
    status, document, _ = run(capsys, "benchmark", "demo")
    assert status == 0
    assert (document["dataset"], document["protocol"], document["probe"]) == ("demo", "demo", "logistic")
    by_name = {row["backbone"]: row for row in document["results"]}
    assert {"musicnn", "librosa518"} <= set(by_name)
    for row in document["results"]:
        assert row["n_test"] == 84 == int(np.sum(row["confusion"]))
        assert sum(fold["n_test"] for fold in row["folds"]) == 84
        accuracy = row["metrics"]["accuracy"]
        assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
        assert accuracy["value"] == pytest.approx(np.trace(row["confusion"]) / 84)
        folds = row["spread"]["folds"]["points"]
        assert sum(one["value"] * one["n"] for one in folds) == pytest.approx(np.trace(row["confusion"]))
        assert row["spread"]["seeds"]["points"][0]["value"] == accuracy["value"]
    n = sum(not row["untrained"] for row in document["results"])  # controls are shown, never compared
    assert len(document["comparisons"]) == n * (n - 1) / 2
    assert by_name["musicnn"]["metrics"]["accuracy"]["value"] > 0.4  # chance is 0.2
    assert document["leaks"]["n"] == 84 and not document["leaks"]["sentences"]


def test_the_benchmark_says_on_the_terminal_how_far_probabilities_can_be_trusted(capsys, demo):
    assert cli.main(["benchmark", "demo", "--json"]) == 0
    told = {row["backbone"]: row["metrics"]["ece"] for row in json.loads(capsys.readouterr().out)["results"]}
    assert cli.main(["benchmark", "demo"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, error in told.items():
        (line,) = [one for one in lines if one.startswith(name) and "accuracy" in one]
        assert f"calibration error {error['value']:.1%} (95 % {error['low']:.1%} to" in line


def test_two_benchmarks_in_a_row_print_the_same_numbers(capsys, own):
    first, second = (run(capsys, "benchmark", "demo", "--probe", "knn") for _ in range(2))
    assert first[:2] == second[:2]


def test_a_second_prepare_computes_nothing(capsys, demo):
    status, document, _ = run(capsys, "prepare", "demo")
    assert status == 0
    assert document["ready"] is True
    assert all((row["done"], row["failed"]) == (0, 0) for row in document["backbones"])


@pytest.mark.parametrize("name", ["datasets", "weights", "doctor"])
def test_reports_are_one_document(capsys, demo, name):
    status, document, _ = run(capsys, name)
    assert status == 0
    assert document


def test_the_doctor_of_an_empty_machine_says_what_to_run(capsys, here):
    _, document, _ = run(capsys, "doctor")
    assert document["ok"] is False
    missing = [row for row in document["checks"] if not row["ok"]]
    assert all(row["run"] for row in missing)
