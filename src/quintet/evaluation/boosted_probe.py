"""Boosted trees on principal components of standardised values: the recipe of a Kaggle notebook on FMA."""

from functools import partial
from types import SimpleNamespace

import numpy as np

from quintet.errors import QuintetError
from quintet.evaluation.examples import Examples
from quintet.stats.neighbours import space

TREES = 50

Arrays = dict[str, np.ndarray]


def of(components: int) -> SimpleNamespace:
    """The probe that looks at so many components: 50 and 60 are both published."""
    return SimpleNamespace(fit=partial(fit, components), probabilities=probabilities)


def fit(components: int, examples: Examples, seed: int) -> Arrays:
    """mean (d,), scale (d,), axes (k, d), the trees as bytes, and which of the classes they know.

    Scaler and components come from the training rows alone; nothing is chosen, so other rows to choose on are
    not looked at. Raises QuintetError for tags.
    """
    from sklearn.decomposition import PCA
    from xgboost import XGBClassifier

    if examples.many:
        raise QuintetError(
            "The xgboost probe answers with one class, and these rows may have several. "
            "Choose --probe logistic, linear, mlp or knn."
        )
    where, truth = space(examples.X), examples.known.truth
    Z = (examples.X - where.mean) / where.scale
    met = np.flatnonzero(truth.any(axis=0))
    axes = PCA(min(components, *Z.shape), svd_solver="full").fit(Z).components_
    trees = np.zeros(0, np.uint8)
    if len(met) > 1:
        model = XGBClassifier(n_estimators=TREES, n_jobs=1, random_state=seed)
        model.fit(Z @ axes.T, truth[:, met].argmax(axis=1))
        trees = np.frombuffer(bytes(model.get_booster().save_raw("ubj")), np.uint8)
    return {"mean": where.mean, "scale": where.scale, "axes": axes, "trees": trees, "met": met,
            "classes": np.int64(truth.shape[1])}  # fmt: skip


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64, rows summing to 1."""
    from xgboost import XGBClassifier

    met = arrays["met"]
    answer = np.zeros((len(X), int(arrays["classes"])))
    if len(met) == 1:
        answer[:, met] = 1
        return answer
    model = XGBClassifier(n_jobs=1)
    model.load_model(bytearray(arrays["trees"].tobytes()))
    Z = ((X - arrays["mean"]) / arrays["scale"]).astype(np.float32)
    answer[:, met] = model.predict_proba(Z @ arrays["axes"].T)
    return answer
