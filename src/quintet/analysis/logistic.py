"""Multinomial logistic regression on standardised embeddings, tuned and calibrated by inner folds."""

import numpy as np

from quintet.analysis.folds import stratified_groups
from quintet.analysis.neighbours import space
from quintet.analysis.rows import group_numbers

# Inverse penalties tried. Rows have about length 1, so one list serves 128 values and 4,800.
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)
PLAIN = 1.0  # the strength when one group, or one class, leaves nothing to choose by
INNER = 5  # folds
LOG_TEMPERATURE = (-3.0, 3.0)  # e^±3: what a temperature may do

Arrays = dict[str, np.ndarray]


def fit(X: np.ndarray, y: np.ndarray, groups: np.ndarray, n_classes: int, seed: int) -> Arrays:
    """mean (d,), scale (d,), coef (C, d), intercept (C,), temperature () from X (n, d) and columns y (n,).

    Penalty and temperature are those with the smallest log loss on rows an inner probe had not seen, whole
    groups at a time: nothing but these rows is used. A class that is not among them has the intercept -inf.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the products are small: threads cost ten times what they save
        strength, temperature = _chosen(X, y, groups, n_classes, seed)
        mean, scale = _standard(X)
        (coef, intercept), *_ = _solved((X - mean) / scale, y, n_classes, (strength,))
    return {"mean": mean, "scale": scale, "coef": coef, "intercept": intercept,
            "temperature": np.float64(temperature), "strength": np.float64(strength)}  # fmt: skip


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64, rows summing to 1."""
    from scipy.special import softmax

    logits = (X - arrays["mean"]) / arrays["scale"] @ arrays["coef"].T + arrays["intercept"]
    return softmax(logits / arrays["temperature"], axis=1)


def _standard(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the columns, and their deviation times the root of how many say something, float64."""
    where = space(X)
    said = max(1, int(np.isfinite(where.scale).sum()))
    return where.mean.astype(np.float64), where.scale * np.sqrt(said)


def _solved(
    Z: np.ndarray, y: np.ndarray, n_classes: int, strengths: tuple
) -> list[tuple[np.ndarray, np.ndarray]]:
    """coef (C, d) and intercept (C,) at each strength.

    With fewer rows than columns the fit is made in the span of the rows: the penalty does not change under
    rotation, so the answer is the same and 84 clips of 1,506 values cost as much as 84 values.
    """
    from sklearn.linear_model import LogisticRegression

    present = np.unique(y)
    if len(present) == 1:
        return [_spread(np.zeros((1, Z.shape[1])), np.zeros(1), present, n_classes)] * len(strengths)
    basis = None
    if len(Z) < Z.shape[1]:
        left, size, basis = np.linalg.svd(Z, full_matrices=False)
        Z = left * size
    found = []
    for strength in strengths:
        model = LogisticRegression(C=strength, tol=1e-6, max_iter=5000).fit(Z, y)
        coef, intercept = model.coef_, model.intercept_
        if len(present) == 2:  # one row of weights for the second class against the first
            coef, intercept = np.vstack([0 * coef, coef]), np.append(0.0, intercept)
        coef = coef if basis is None else coef @ basis
        found.append(_spread(coef, intercept, present, n_classes))
    return found


def _spread(coef: np.ndarray, intercept: np.ndarray, present: np.ndarray, n_classes: int) -> tuple:
    """The fitted rows in the places of their classes; a class without rows gets the probability 0."""
    all_coef, all_intercept = np.zeros((n_classes, coef.shape[1])), np.full(n_classes, -np.inf)
    all_coef[present], all_intercept[present] = coef, intercept
    return all_coef, all_intercept


def _chosen(
    X: np.ndarray, y: np.ndarray, groups: np.ndarray, n_classes: int, seed: int
) -> tuple[float, float]:
    """Strength and temperature with the smallest log loss out of fold; ties go to the stronger penalty."""
    logits, known = np.zeros((len(STRENGTHS), len(X), n_classes)), np.zeros(len(X), dtype=bool)
    for train, test in stratified_groups(y, groups, INNER, seed):
        if len(np.unique(y[train])) < 2:
            continue
        mean, scale = _standard(X[train])
        fits = _solved((X[train] - mean) / scale, y[train], n_classes, STRENGTHS)
        for i, (coef, intercept) in enumerate(fits):
            logits[i, test] = (X[test] - mean) / scale @ coef.T + intercept
        known[test] = np.isin(y[test], y[train])  # no strength helps with a class never met
    if not known.any():
        return PLAIN, 1.0
    doubt = 1 / (2 + len(np.unique(group_numbers(groups))))
    tried = [_tempered(table[known], y[known], doubt) for table in logits]
    best = int(np.argmin([loss for _, loss in tried]))
    return STRENGTHS[best], tried[best][0]


def _tempered(logits: np.ndarray, y: np.ndarray, doubt: float) -> tuple[float, float]:
    """The temperature that makes logits (n, C) most likely, and the log loss left (arXiv:1706.04599).

    `doubt` of each row is spread over the classes, as in Platt 1999 with one row per group: where all of a
    few groups were right, the temperature would otherwise fall until every answer is certain.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows, met = np.arange(len(y)), np.isfinite(logits)
    target = doubt * met / met.sum(axis=1, keepdims=True)
    target[rows, y] += 1 - doubt

    def loss(log_temperature: float) -> float:
        log_p = np.where(met, log_softmax(logits / np.exp(log_temperature), axis=1), 0)
        return -float((target * log_p).sum(axis=1).mean())

    best = minimize_scalar(loss, bounds=LOG_TEMPERATURE, method="bounded", options={"xatol": 1e-4})
    return float(np.exp(best.x)), float(best.fun)
