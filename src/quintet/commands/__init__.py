"""What each command does: settings and arguments in, a `Done` out; nothing here prints."""

from quintet.commands.agreement import agreement
from quintet.commands.audit import audit
from quintet.commands.benchmark import benchmark
from quintet.commands.classify import classify
from quintet.commands.compare import compare
from quintet.commands.datasets import datasets
from quintet.commands.doctor import doctor
from quintet.commands.embed import embed, ship
from quintet.commands.encode import encode
from quintet.commands.ensemble import ensemble
from quintet.commands.fewshot import fewshot
from quintet.commands.hear import hear
from quintet.commands.layers import layers
from quintet.commands.map import map_
from quintet.commands.prepare import prepare
from quintet.commands.robust import robust
from quintet.commands.serve import serve
from quintet.commands.weights import weights

__all__ = [
    "agreement",
    "audit",
    "benchmark",
    "classify",
    "compare",
    "datasets",
    "doctor",
    "embed",
    "encode",
    "ensemble",
    "fewshot",
    "hear",
    "layers",
    "map_",
    "prepare",
    "robust",
    "serve",
    "ship",
    "weights",
]
