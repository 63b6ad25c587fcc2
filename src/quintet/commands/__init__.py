"""What each command does: settings and arguments in, a `Done` out; nothing here prints."""

from quintet.commands.analyse import benchmark, map_, prepare
from quintet.commands.audit import audit
from quintet.commands.classify import classify
from quintet.commands.collect import embed, ship
from quintet.commands.datasets import datasets
from quintet.commands.hear import hear
from quintet.commands.listen import encode
from quintet.commands.report import doctor
from quintet.commands.serve import serve
from quintet.commands.weights import weights

__all__ = [
    "audit",
    "benchmark",
    "classify",
    "datasets",
    "doctor",
    "embed",
    "encode",
    "hear",
    "map_",
    "prepare",
    "serve",
    "ship",
    "weights",
]
