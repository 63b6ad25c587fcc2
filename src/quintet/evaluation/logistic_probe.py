"""Logistic regression on standardised embeddings: softmax over classes, or a sigmoid for every tag."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from quintet.evaluation import lbfgs
from quintet.evaluation.examples import Examples
from quintet.stats.labels import codes, group_numbers
from quintet.stats.neighbours import space

# Inverse penalties tried. Rows have about length 1, so one list serves 128 values and 4,800.
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)
PLAIN = 1.0  # the strength when one group, or one class, leaves nothing to choose by
LOG_TEMPERATURE = (-3.0, 3.0)  # e^±3: what a temperature may do

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Lines:
    """mean (d,), scale (d,), coef (C, d), intercept (C,): -inf for what is never, inf for what always is."""

    mean: np.ndarray
    scale: np.ndarray
    coef: np.ndarray
    intercept: np.ndarray

    def logits(self, X: np.ndarray) -> np.ndarray:
        """(n, d) -> (n, C) float64."""
        return (X - self.mean) / self.scale @ self.coef.T + self.intercept

    def arrays(self, strength: float | np.ndarray, temperature: float, many: bool) -> Arrays:
        """As they are saved; `strength` is one, or one for each tag."""
        return {"mean": self.mean, "scale": self.scale, "coef": self.coef, "intercept": self.intercept,
                "temperature": np.float64(temperature), "strength": np.asarray(strength, dtype=np.float64),
                "many": np.bool_(many)}  # fmt: skip


def fit(examples: Examples, seed: int) -> Arrays:
    """mean (d,), scale (d,), coef (C, d), intercept (C,), temperature (), strength () or (C,), many ().

    Classes: the penalty and the temperature with the smallest log loss on rows the fit had not seen. Tags:
    the penalty of each tag likewise, no temperature. Rows to choose on are the others that came with the
    examples, and the fit on the examples stands; without others, whole groups are held out in turn, and the
    fit is made again on all. A class that is not among the rows has the intercept -inf.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the products are small: threads cost ten times what they save
        return _tags(examples, seed) if examples.many else _classes(examples, seed)


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64; rows of classes sum to 1."""
    from scipy.special import expit, softmax

    lines = Lines(arrays["mean"], arrays["scale"], arrays["coef"], arrays["intercept"])
    logits = lines.logits(X)
    return expit(logits) if arrays.get("many") else softmax(logits / arrays["temperature"], axis=1)


def along(examples: Examples, strengths: tuple[float, ...]) -> Iterator[Lines]:
    """The fits on the rows of `examples` at each strength, made as they are asked for, each from the last."""
    mean, scale = _standard(examples.X)
    truth = examples.known.truth
    varied = np.flatnonzero(truth.any(axis=0) & ~truth.all(axis=0))
    never = np.where(truth.all(axis=0), np.inf if examples.many else 0.0, -np.inf)
    two = len(varied) == 2 and not examples.many  # one row of weights for the second class against the first
    asked = varied[1:] if two else varied
    data = None
    if len(asked):
        Z = examples.X - mean
        Z /= scale  # in place: 20,000 rows of 4,800 values are 770 MB
        data = lbfgs.turned(Z)
        del Z
    found = None
    for strength in strengths:
        coef, intercept = np.zeros((truth.shape[1], examples.X.shape[1])), never.copy()
        intercept[varied] = 0
        if data is not None:
            exclusive = not examples.many and not two
            found = lbfgs.solve(data, truth[:, asked].astype(np.float64), strength, exclusive, found)
            coef[asked], intercept[asked] = found[0] @ data.axes, found[1]
        yield Lines(mean, scale, coef, intercept)


def _standard(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the columns, and their deviation times the root of how many say something, float64."""
    where = space(X)
    said = max(1, int(np.isfinite(where.scale).sum()))
    return where.mean.astype(np.float64), where.scale * np.sqrt(said)


def _classes(examples: Examples, seed: int) -> Arrays:
    if examples.other is not None:
        return _on_others(examples)
    known = examples.known
    answers, met = [], []
    for part in examples.held_out(seed):
        if len(np.unique(part.known.y)) > 1:
            answers.append([one.logits(part.other_X) for one in along(part, STRENGTHS)])
            met.append(part)
    strength, temperature = PLAIN, 1.0
    if answers:
        logits = np.concatenate(answers, axis=1)  # (strengths, rows out of fold, C)
        rows = np.concatenate([_met(part) for part in met])
        y = np.concatenate([codes(part.other.y, known.classes) for part in met])
        if rows.any():
            tried = [_tempered(table[rows], y[rows], _doubt(known.groups)) for table in logits]
            best = int(np.argmin([loss for _, loss in tried]))  # ties go to the stronger penalty
            strength, temperature = STRENGTHS[best], tried[best][0]
    (lines,) = along(examples, (strength,))
    return lines.arrays(strength, temperature, many=False)


def _on_others(examples: Examples) -> Arrays:
    """From the strongest penalty on, until a weaker one answers the others worse."""
    rows, y = _met(examples), codes(examples.other.y, examples.known.classes)
    if not rows.any() or len(np.unique(examples.known.y)) < 2:
        (lines,) = along(examples, (PLAIN,))
        return lines.arrays(PLAIN, 1.0, many=False)
    doubt, best = _doubt(examples.other.groups), None
    for strength, lines in zip(STRENGTHS, along(examples, STRENGTHS), strict=True):
        temperature, loss = _tempered(lines.logits(examples.other_X)[rows], y[rows], doubt)
        if best is not None and loss >= best[0]:
            break
        best = (loss, lines.arrays(strength, temperature, many=False))
    return best[1]


def _met(part: Examples) -> np.ndarray:
    """Which of the others are of a class the fit has met: no strength helps with the rest."""
    return np.isin(part.other.y, part.known.y)


def _doubt(groups: np.ndarray) -> float:
    return 1 / (2 + len(np.unique(group_numbers(groups))))


def _tags(examples: Examples, seed: int) -> Arrays:
    """Each tag at its own strength; nobody to hold out leaves the plain one."""
    losses, rows = np.zeros((len(STRENGTHS), examples.known.truth.shape[1])), 0
    fits = []
    for part in examples.held_out(seed):
        fits = list(along(part, STRENGTHS))
        losses += [_log_loss(one.logits(part.other_X), part.other.truth) for one in fits]
        rows += len(part.other_X)
    best = losses.argmin(axis=0)  # ties go to the stronger penalty
    if not rows:
        best[:] = STRENGTHS.index(PLAIN)
    if examples.other is None or not fits:
        wanted = tuple(STRENGTHS[i] for i in np.unique(best))
        made = dict(zip(np.unique(best), along(examples, wanted), strict=True))
    else:
        made = dict(enumerate(fits))
    first = next(iter(made.values()))
    lines = Lines(
        first.mean, first.scale, np.stack([made[i].coef[tag] for tag, i in enumerate(best)]),
        np.array([made[i].intercept[tag] for tag, i in enumerate(best)]),
    )  # fmt: skip
    return lines.arrays(np.array(STRENGTHS)[best], 1.0, many=True)


def _log_loss(logits: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Sum over rows for each tag (C,); 0 for a tag that the fit never met, where no strength matters."""
    met = np.isfinite(logits).all(axis=0)
    asked = np.where(met, logits, 0)
    return np.where(met, (np.logaddexp(0, asked) - asked * truth).sum(axis=0), 0)


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
