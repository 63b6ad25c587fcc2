"""The probe: fitted on its own rows only, calibrated, saved without executing anything."""

import numpy as np
import pytest

from quintet.analysis import probe
from quintet.errors import QuintetError, StoreError, UnknownName


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


def test_the_fit_in_the_span_of_the_rows_is_the_fit_in_all_columns():
    from sklearn.linear_model import LogisticRegression

    from quintet.analysis import logistic

    lots = np.random.default_rng(1)
    Z, y = lots.normal(size=(40, 200)) / 200**0.5, np.arange(40) % 4
    ((coef, intercept),) = logistic._solved(Z - Z.mean(axis=0), y, 4, (10.0,))
    reference = LogisticRegression(C=10.0, tol=1e-8, max_iter=1000).fit(Z - Z.mean(axis=0), y)
    np.testing.assert_allclose(coef, reference.coef_, atol=1e-4)
    np.testing.assert_allclose(intercept, reference.intercept_, atol=1e-4)


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
