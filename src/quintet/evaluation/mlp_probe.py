"""Linear probes and probes with one hidden layer, trained step by step and stopped by rows held out.

Two published recipes: that of Castellon et al. 2021 (arXiv:2107.05677; p-lambda/jukemir@0890248) and MARBLE's
constrained track (arXiv:2306.10548).
"""

from dataclasses import asdict, dataclass
from itertools import pairwise, product

import numpy as np

from quintet.errors import QuintetError
from quintet.evaluation import tag_metrics
from quintet.evaluation.examples import Examples
from quintet.stats.neighbours import space

HIDDEN = 512
EVERY = 8  # steps from one look at the rows held out to the next
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Setup:
    """How one probe is trained: `hidden` units or 0, columns standardised or not, and Adam's numbers.

    `patience` is in looks at the rows held out: every EVERY steps, or each epoch where `epochs`. After
    `plateau` epochs without a gain the rate falls to a tenth; 0 never.
    """

    hidden: int
    standardise: bool
    batch: int
    rate: float
    dropout: float
    decay: float
    epochs: bool = False
    patience: int = 256
    plateau: int = 0


@dataclass(frozen=True)
class Grid:
    """Setups of which the one that answers the rows held out best is taken, and what to call them."""

    says: str
    setups: tuple[Setup, ...]


def _jukemir(hidden: tuple, standardise: tuple, batch: tuple, rate: tuple, decay: tuple) -> tuple[Setup, ...]:
    numbers = product(hidden, standardise, batch, rate, (0.25, 0.5, 0.75), decay)
    return tuple(Setup(h, s, b, r, p, d) for h, s, b, r, p, d in numbers)


_FULL = ((True, False), (64, 256), (1e-5, 1e-4, 1e-3), (0.0, 1e-4, 1e-3))
_REDUCED = ((64,), (1e-4, 1e-3), (0.0, 1e-3))
_REDUCED_SAYS = "reduced grid, 24 of 216"
_RATES = (5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2)

GRIDS = {  # the name of a probe -> what it tries
    "linear-full": Grid("the linear half of the grid, 108 of 216", _jukemir((0,), *_FULL)),
    "linear-reduced": Grid(_REDUCED_SAYS, _jukemir((0,), (True, False), *_REDUCED)),
    "mlp-full": Grid("full grid of 216, with a hidden layer and without", _jukemir((0, HIDDEN), *_FULL)),
    "mlp-reduced": Grid(_REDUCED_SAYS, _jukemir((0, HIDDEN), (True,), *_REDUCED)),
    "mlp-marble": Grid(
        "MARBLE's constrained grid of 6 rates",
        tuple(Setup(HIDDEN, False, 64, rate, 0.2, 0.0, True, 20, 6) for rate in _RATES),
    ),
}


def told(setup: Setup) -> dict[str, object]:
    """The setup's numbers by name."""
    return asdict(setup)


def fit(setup: Setup, examples: Examples, seed: int) -> tuple[Arrays, float, int]:
    """The probe at its best look, its score there, and the steps that were taken.

    The score is the accuracy on the rows held out, of tags the macro ROC-AUC; of equal ones the first counts.
    The rows are the others of `examples`, or the first inner fold of its own. One thread, so that the same
    numbers come out anywhere on this machine. Raises QuintetError where nothing is held out.
    """
    import torch

    part = examples if examples.other is not None else next(iter(examples.held_out(seed)), None)
    if part is None:
        raise QuintetError(
            "All clips to train on are of one group, so none can be held out to stop the training by. "
            "Give a valid split, or choose --probe logistic."
        )
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _trained(setup, part, torch.Generator().manual_seed(seed))
    finally:
        torch.set_num_threads(before)


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64; rows of classes sum to 1."""
    from scipy.special import expit, softmax

    logits = (X.astype(np.float64) - arrays["mean"]) / arrays["scale"]
    for n in range(int(arrays["layers"])):
        if n:
            logits = np.maximum(logits, 0)
        logits = logits @ arrays[f"weight{n}"].T + arrays[f"bias{n}"]
    return expit(logits) if arrays["many"] else softmax(logits, axis=1)


def _trained(setup: Setup, part: Examples, lots) -> tuple[Arrays, float, int]:
    import torch

    where = space(part.X) if setup.standardise else None
    mean, scale = (where.mean, where.scale) if where else (np.float32(0), np.float32(1))
    X, other = (torch.from_numpy((rows - mean) / scale) for rows in (part.X, part.other_X))
    target = torch.from_numpy(part.known.truth.astype(np.float32))
    sizes = [X.shape[1], *([setup.hidden] if setup.hidden else []), target.shape[1]]
    net = _drawn(sizes, lots)
    adam = torch.optim.Adam(net, lr=setup.rate, weight_decay=setup.decay, fused=True)
    watch = _Watch(part, setup, adam)
    batches = _batches(len(X), setup, lots)
    for step, batch in enumerate(batches):
        if batch is None or (not setup.epochs and step % EVERY == 0):
            with torch.no_grad():
                if watch.bored(_logits(net, other, 0, lots), net, step):
                    break
        if batch is None:
            continue
        adam.zero_grad()
        _loss(_logits(net, X[batch], setup.dropout, lots), target[batch], part.many).backward()
        adam.step()
    d = part.X.shape[1]
    arrays = {"mean": np.broadcast_to(mean, d).copy(), "scale": np.broadcast_to(scale, d).copy(),
              "many": np.bool_(part.many), "layers": np.int64(len(sizes) - 1)}  # fmt: skip
    for n, value in enumerate(watch.kept):
        arrays[f"{'bias' if n % 2 else 'weight'}{n // 2}"] = value
    return arrays, watch.best, step


class _Watch:
    """Keeps the best net so far, and says when there was no gain for too long."""

    def __init__(self, part: Examples, setup: Setup, adam) -> None:
        self._truth, self._many, self._setup, self._adam = part.other.truth, part.many, setup, adam
        self._looks = self._flat = 0
        self.best, self.kept = -np.inf, []

    def bored(self, logits, net, step: int) -> bool:
        """Whether to stop. Raises QuintetError where the training went astray."""
        score = self._score(logits.numpy())
        if score > self.best:
            self.best, self.kept = score, [value.detach().numpy().copy() for value in net]
            self._looks = self._flat = 0
            return False
        self._looks, self._flat = self._looks + 1, self._flat + 1
        if self._setup.plateau and self._flat > self._setup.plateau:
            self._flat = 0
            for group in self._adam.param_groups:
                group["lr"] /= 10
        return self._looks >= self._setup.patience

    def _score(self, logits: np.ndarray) -> float:
        if not np.isfinite(logits).all():
            return -1.0  # too high a rate for these columns: never the best
        if self._many:
            score = tag_metrics.macro_roc_auc(self._truth, logits)
            return score if np.isfinite(score) else -1.0  # nothing held out has a tag to tell apart
        return float(self._truth[np.arange(len(logits)), logits.argmax(axis=1)].mean())


def _drawn(sizes: list[int], lots) -> list:
    """Weights and biases of each layer, uniform within 1 / sqrt(inputs), as torch.nn.Linear draws them."""
    import torch

    net = []
    for a, b in pairwise(sizes):
        for shape in ((b, a), (b,)):
            drawn = torch.rand(shape, generator=lots).mul_(2).sub_(1).mul_(a**-0.5)
            net.append(drawn.requires_grad_())
    return net


def _batches(n: int, setup: Setup, lots):
    """Row numbers to train on, without end: drawn anew each step, or in epochs, each ended by None."""
    import torch

    while True:
        order = torch.randperm(n, generator=lots)
        if not setup.epochs:
            yield order[: setup.batch]
            continue
        yield from order.split(setup.batch)
        yield None


def _logits(net: list, X, dropout: float, lots):
    """Dropout on the input and behind the hidden layer, ReLU between."""
    import torch

    for n in range(0, len(net), 2):
        X = X.relu() if n else X
        if dropout:
            X = X * torch.empty_like(X).bernoulli_(1 - dropout, generator=lots) / (1 - dropout)
        X = X @ net[n].T + net[n + 1]
    return X


def _loss(logits, target, many: bool):
    from torch.nn import functional

    if many:
        return functional.binary_cross_entropy_with_logits(logits, target)
    return functional.cross_entropy(logits, target)
