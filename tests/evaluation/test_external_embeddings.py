"""Anyone's embeddings: the same scores as a dataset's, and a sentence for everything that is wrong."""

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from quintet import cli
from quintet.errors import BadData
from quintet.evaluation import external_embeddings


def good(seed=0) -> dict[str, np.ndarray]:
    """60 rows of three classes that leave a trace, two rows an artist."""
    lots = np.random.default_rng(seed)
    y = np.arange(60) % 3
    X = lots.normal(size=(60, 8)) + 2 * np.eye(3, 8)[y]
    return {
        "X": X.astype(np.float32), "y": np.array(["a", "b", "c"])[y],
        "split": np.array(["train"] * 30 + ["valid"] * 12 + ["test"] * 18),
        "group": np.array([f"artist {n // 2}" for n in range(60)]),
        "ids": np.array([f"track {n}" for n in range(60)]),
    }  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, **good())
    return path


def run(capsys, *words: str) -> tuple[int, dict]:
    capsys.readouterr()
    status = cli.main(["benchmark", *words, "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("probe", ["logistic", "knn", "xgboost"])
def test_arrays_are_scored_with_intervals_and_answers(capsys, here, file, probe):
    status, document = run(capsys, "--arrays", str(file), "--probe", probe)
    assert status == 0
    (result,) = document["results"]
    assert (result["n_train"], result["n_test"], result["backbone"]) == (30, 18, "mine")
    told = document["predictions"]
    assert told["ids"] == [f"track {n}" for n in range(42, 60)]
    accuracy = result["metrics"]["accuracy"]
    assert accuracy["value"] == pytest.approx(accuracy_score(told["truth"], told["predicted"]))
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
    assert np.allclose(np.sum(told["probabilities"], axis=1), 1)


def test_a_run_is_written_and_read_again(capsys, here, file, tmp_path):
    out = tmp_path / "run.npz"
    _, document = run(capsys, "--arrays", str(file), "--out", str(out))
    read = external_embeddings.read(out)
    assert list(read.ids) == document["predictions"]["ids"]
    assert np.allclose(read.probabilities, document["predictions"]["probabilities"])
    assert (read.source.key, read.rules.protocol) == ("mine", "arrays")
    assert [p.name for p in tmp_path.glob("*run*")] == ["run.npz"]
    with pytest.raises(BadData, match="is no run"):
        external_embeddings.read(file)


def test_clips_of_an_artist_on_both_sides_are_counted(capsys, here, tmp_path):
    held = good()
    held["group"][50:54] = held["group"][0]
    np.savez(tmp_path / "x.npz", **held)
    _, document = run(capsys, "--arrays", str(tmp_path / "x.npz"))
    (result,) = document["results"]
    assert result["shared_groups"] == 4
    assert any("4 of 18 test clips share an artist" in note for note in result["notes"])


def test_permuted_labels_give_chance(tmp_path, here):
    held = good()
    held = {key: np.concatenate([good(n)[key] for n in range(10)]) for key in held}
    held["y"] = np.random.default_rng(3).permutation(held["y"])
    held["ids"] = np.arange(600)
    del held["group"]
    np.savez(tmp_path / "x.npz", **held)
    found = external_embeddings.score(
        tmp_path / "x.npz", external_embeddings.Rules(external_embeddings.PROTOCOL)
    )
    assert abs(found.right.mean() - 1 / 3) < 0.12


def test_without_valid_rows_parts_of_train_are_held_out(tmp_path, here):
    held = good()
    held["split"][held["split"] == "valid"] = "train"
    del held["group"], held["ids"]
    np.savez(tmp_path / "x.npz", **held)
    found = external_embeddings.score(
        tmp_path / "x.npz", external_embeddings.Rules(external_embeddings.PROTOCOL)
    )
    assert found.folds == ({"n_train": 42, "n_test": 18},)
    assert found.ids[0] == "42"


def _but(**other) -> dict[str, np.ndarray]:
    return {key: value for key, value in {**good(), **other}.items() if value is not None}


def _nan() -> np.ndarray:
    X = good()["X"]
    X[3, 1] = np.nan
    return X


def _but_taught(name: str) -> np.ndarray:
    y = good()["y"]
    y[:30] = name
    return y


BAD = {
    "no y": (_but(y=None), "has no 'y', only"),
    "flat X": (_but(X=np.zeros(60)), r"X of .* is float64 of shape \(60,\)"),
    "short y": (_but(y=np.array(["a"])), r"y of .* has shape \(1,\); \(60,\) was expected"),
    "NaN": (_but(X=_nan()), "NaN, infinity or what float32 cannot hold in 1 row, the first 'track 3'"),
    "one class": (_but(y=np.full(60, "a")), "only the class 'a'; at least two were expected"),
    "no class": (_but(y=np.full(60, "")), "no class; at least two were expected"),
    "one class to train on": (_but(y=_but_taught("a")), "All rows to train on in .* are of the class 'a'"),
    "too large": (_but(X=good()["X"].astype(float) * 1e300), "what float32 cannot hold in 60 rows"),
    "all alike": (_but(X=np.ones((60, 8))), "All 60 rows of X of .* are the same"),
    "no test": (_but(split=np.full(60, "train")), "no 'test' row"),
    "no train": (_but(split=np.full(60, "test")), "no 'train' row"),
    "word": (_but(split=np.array(["train"] * 59 + ["dev"])), "split of .* says 'dev'"),
    "objects": (
        _but(y=np.array(["a", {}] * 30, dtype=object)),
        "Python objects in .*, which are never opened",
    ),
    "ids": (_but(ids=np.full(60, "x")), "ids of .* alike"),
    "numbers": (_but(split=np.zeros(60)), "split of .* is float64; words"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arrays_get_a_sentence(name, capsys, here, tmp_path):
    held, says = BAD[name]
    np.savez(tmp_path / "x.npz", **held)
    status, document = run(capsys, "--arrays", str(tmp_path / "x.npz"))
    assert status == 1
    with pytest.raises(BadData, match=says):
        external_embeddings.load(tmp_path / "x.npz")
    assert document["error"].endswith((".", "label"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_is_no_npz_is_refused(content, here, tmp_path):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(BadData, match=r"is no \.npz|is damaged"):
        external_embeddings.load(tmp_path / "x.npz")
    with pytest.raises(BadData, match="is not there"):
        external_embeddings.load(tmp_path / "y.npz")
    np.save(tmp_path / "z.npy", np.zeros(3))
    with pytest.raises(BadData, match="one array alone"):
        external_embeddings.load(tmp_path / "z.npy")


def test_a_class_with_one_track_is_said(tmp_path, here):
    held = good()
    held["y"] = np.array(held["y"], dtype="<U8")
    held["y"][59] = "rare"
    np.savez(tmp_path / "x.npz", **held)
    found = external_embeddings.score(
        tmp_path / "x.npz", external_embeddings.Rules(external_embeddings.PROTOCOL)
    )
    assert any(note.startswith("rare: one clip only") for note in found.notes)
    assert (found.probabilities[:, found.classes.index("rare")] == 0).all()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["demo", "--arrays", "x.npz"], "DATASET cannot stand beside --arrays"),
        (["--probe", "logistic"], "Nothing to score was named"),
        (["demo", "--grid", "full"], "logistic has no grid 'full'"),
        (["demo", "--pca", "60"], "--pca is for --probe xgboost"),
        (["demo", "--out", "x.npz"], "--out is for --arrays"),
    ],
)
def test_a_wrong_call_is_refused(capsys, demo, words, says):
    status, document = run(capsys, *words)
    assert status == 2
    assert says in document["error"]


def test_what_is_not_possible_with_a_probe_is_said(capsys, demo):
    status, document = run(capsys, "demo", "--probe", "mlp", "--backbone", "musicnn", "--protocol", "dem")
    assert status == 2
    assert "Did you mean 'demo'" in document["error"]


def test_a_class_of_one_track_and_one_never_trained_on_are_scored_and_said(capsys, here, tmp_path):
    held = good()
    held["y"] = held["y"].astype("U6")
    held["y"][5] = "lonely"
    held["y"][(held["split"] != "test") & (held["y"] == "c")] = "a"
    np.savez(tmp_path / "x.npz", **held)
    status, document = run(capsys, "--arrays", str(tmp_path / "x.npz"))
    assert status == 0
    (result,) = document["results"]
    assert "lonely: one clip only, which is either trained on or tested, never both." in result["notes"]
    assert "c: tested where no clip of it is trained on, so always missed." in result["notes"]
    assert sum(result["confusion"][result["classes"].index("c")]) == 6
    assert result["confusion"][result["classes"].index("c")][result["classes"].index("c")] == 0
