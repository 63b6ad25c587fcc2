"""The probe: fitted on its own rows only, calibrated, saved without executing anything."""

import numpy as np
import pytest

from quintet.errors import QuintetError, StoreError, UnknownName
from quintet.evaluation import logistic_probe, probe
from quintet.evaluation.examples import Examples
from quintet.stats.labels import Tags, codes


def fitted(table, name="logistic", seed=0):
    labels = table.labels
    return probe.fitter(name)(table.X, labels.y, labels.groups, labels.classes, seed)


def test_there_are_probes():
    assert "logistic" in probe.NAMES


@pytest.mark.parametrize("name", probe.NAMES)
def test_each_row_of_probabilities_sums_to_1(name, signal):
    found = probe.probabilities(fitted(signal, name), signal.X)
    assert found.dtype == np.float32
    assert found.shape == (len(signal.X), 5)
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", probe.NAMES)
def test_a_saved_probe_answers_bit_for_bit_alike(name, signal, tmp_path):
    made = fitted(signal, name)
    probe.save(made, tmp_path / "new" / "p.npz")
    read = probe.load(tmp_path / "new" / "p.npz")
    assert (read.name, read.classes) == (made.name, made.classes)
    assert np.array_equal(probe.probabilities(read, signal.X), probe.probabilities(made, signal.X))
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["p.npz"]


def test_a_failed_save_leaves_the_old_probe_and_nothing_else(signal, tmp_path, monkeypatch):
    path = tmp_path / "p.npz"
    probe.save(fitted(signal), path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        probe.save(fitted(signal), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_pickle_in_the_file_is_refused_unopened(tmp_path):
    path = tmp_path / "p.npz"
    np.savez(path, name="logistic", classes=np.array([{"a": 1}], dtype=object))
    with pytest.raises(StoreError, match="not a saved probe"):
        probe.load(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive", b"\x93NUMPY\x01"])
def test_a_damaged_file_is_refused(content, tmp_path):
    path = tmp_path / "p.npz"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a saved probe"):
        probe.load(path)


def test_the_same_seed_gives_the_same_probe(signal):
    one, two = fitted(signal), fitted(signal)
    assert all(np.array_equal(one.arrays[key], two.arrays[key]) for key in one.arrays)


@pytest.mark.parametrize("name", probe.NAMES)
def test_one_row_is_answered_as_in_a_batch(name, signal):
    made = fitted(signal, name)
    batch = probe.probabilities(made, signal.X)
    alone = np.concatenate([probe.probabilities(made, row[None]) for row in signal.X[:9]])
    np.testing.assert_allclose(alone, batch[:9], atol=1e-6)


@pytest.mark.parametrize("name", probe.NAMES)
def test_a_class_without_rows_has_a_column_of_zeros(name, signal):
    kept = signal.labels.y != "happy"
    made = probe.fitter(name)(
        signal.X[kept], signal.labels.y[kept], signal.labels.groups[kept], signal.labels.classes, 0
    )
    found = probe.probabilities(made, signal.X)
    assert (found[:, 2] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("y", [["calm"] * 3, ["calm", "calm", "tender"], ["calm", "happy", "tender"]])
@pytest.mark.parametrize("groups", [["a", "b", "c"], ["a", "a", "a"], ["", "", ""]])
def test_three_rows_are_enough(y, groups):
    X = np.eye(3, 7, dtype=np.float32)
    made = probe.fit(X, np.array(y), np.array(groups), ("calm", "happy", "tender"), 0)
    found = probe.probabilities(made, X)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert (found[:, [c not in y for c in made.classes]] == 0).all()


def test_two_classes_are_fitted_as_scikit_learn_does():
    from sklearn.linear_model import LogisticRegression

    lots = np.random.default_rng(0)
    X = lots.normal(size=(90, 4)).astype(np.float32)
    y = np.where(X[:, 0] + lots.normal(size=90) > 0, "yes", "no")
    made = probe.fit(X, y, np.full(90, ""), ("no", "yes"), 0)
    Z = (X - made.arrays["mean"]) / made.arrays["scale"]
    reference = LogisticRegression(C=float(made.arrays["strength"]), tol=1e-8).fit(Z, y)
    logit = reference.decision_function(Z) / made.arrays["temperature"]
    np.testing.assert_allclose(probe.probabilities(made, X)[:, 1], 1 / (1 + np.exp(-logit)), atol=1e-4)


def test_the_strength_and_the_temperature_are_those_that_answer_the_rows_to_choose_on_best(signal):
    rows, labels = np.arange(len(signal.X)), signal.labels
    other = labels.of(rows[60:])
    examples = Examples(signal.X[:60], labels.of(rows[:60]), signal.X[60:], other)
    made = probe.make("logistic", examples, 0)
    known = codes(other.y, other.classes)
    found = probe.probabilities(made, signal.X[60:])[np.arange(60), known]
    losses = []
    for lines in logistic_probe.along(
        Examples(signal.X[:60], labels.of(rows[:60])), logistic_probe.STRENGTHS
    ):
        arrays = lines.arrays(1.0, made.arrays["temperature"], many=False)
        losses.append(
            -np.log(logistic_probe.probabilities(arrays, signal.X[60:])[np.arange(60), known]).mean()
        )
    assert -np.log(found).mean() <= min(losses) + 1e-3
    assert float(made.arrays["strength"]) in logistic_probe.STRENGTHS


def test_tags_have_a_strength_each_and_answer_alone(signal):
    truth = np.stack([signal.labels.y == "calm", signal.X[:, 3] > np.median(signal.X[:, 3])], axis=1)
    tags = Tags(truth, signal.labels.groups, ("calm", "much of 3"))
    made = probe.make("logistic", Examples(signal.X, tags), 0)
    assert made.arrays["strength"].shape == (2,)
    one = probe.make("logistic", Examples(signal.X, Tags(truth[:, :1], tags.groups, ("calm",))), 0)
    both = probe.probabilities(made, signal.X)
    np.testing.assert_allclose(both[:, :1], probe.probabilities(one, signal.X), atol=2e-3)
    assert both.min() >= 0
    assert both.max() <= 1


def test_a_tag_without_rows_is_never_answered_and_one_of_all_rows_always(signal):
    truth = np.zeros((len(signal.X), 3), bool)
    truth[:, 1], truth[:, 2] = True, signal.labels.y == "calm"
    made = probe.make(
        "logistic", Examples(signal.X, Tags(truth, signal.labels.groups, ("no", "yes", "calm"))), 0
    )
    found = probe.probabilities(made, signal.X)
    assert (found[:, 0] == 0).all()
    assert (found[:, 1] == 1).all()


def test_columns_of_mere_rounding_change_nothing(signal):
    lots = np.random.default_rng(4)
    dead = (3.3 * (1 + 1e-7 * lots.normal(size=(len(signal.X), 30)))).astype(np.float32)
    tiny = 1e-12 * lots.normal(size=(len(signal.X), 30)).astype(np.float32)
    labels = signal.labels
    more = np.concatenate([signal.X, dead, tiny], axis=1)
    made = probe.fit(more, labels.y, labels.groups, labels.classes, 0)
    expected = probe.probabilities(fitted(signal), signal.X)
    np.testing.assert_allclose(probe.probabilities(made, more), expected, atol=1e-4)


def test_constant_columns_change_nothing(signal):
    flat = np.concatenate([signal.X, np.full((len(signal.X), 2), 7, dtype=np.float32)], axis=1)
    labels = signal.labels
    made = probe.fit(flat, labels.y, labels.groups, labels.classes, 0)
    assert np.isfinite(probe.probabilities(made, flat)).all()


def test_nan_is_refused_with_its_row(signal):
    X = signal.X.copy()
    X[4, 2] = np.nan
    with pytest.raises(QuintetError, match="1 of 120 embeddings hold NaN or infinity, the first in row 4"):
        probe.fit(X, signal.labels.y, signal.labels.groups, signal.labels.classes, 0)
    with pytest.raises(QuintetError, match="NaN"):
        probe.probabilities(fitted(signal), X)


def test_an_embedding_of_another_backbone_is_refused(signal):
    with pytest.raises(QuintetError, match="59 values was given to a probe trained on 60"):
        probe.probabilities(fitted(signal), signal.X[:, 1:])


def test_a_label_outside_the_classes_is_named(signal):
    with pytest.raises(QuintetError, match="'tender' is not one of the classes"):
        probe.fit(signal.X, signal.labels.y, signal.labels.groups, signal.labels.classes[:4], 0)


def test_an_unknown_probe_gets_a_hint():
    with pytest.raises(UnknownName, match="Did you mean 'logistic'"):
        probe.fitter("logistc")
