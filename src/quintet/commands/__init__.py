"""What each command does: settings and arguments in, a `Done` out; nothing here prints."""

from quintet.commands.analyse import benchmark, map_, prepare
from quintet.commands.collect import embed, ship
from quintet.commands.listen import classify, encode
from quintet.commands.report import datasets, doctor
from quintet.commands.serve import serve
from quintet.commands.weights import weights

__all__ = [
    "benchmark",
    "classify",
    "datasets",
    "doctor",
    "embed",
    "encode",
    "map_",
    "prepare",
    "serve",
    "ship",
    "weights",
]
