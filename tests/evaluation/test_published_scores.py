"""Published scores: facts with a source, beside the protocol they were measured with, differences named."""

from dataclasses import replace

import numpy as np
import pytest

from quintet import registry
from quintet.backbones import base
from quintet.embeddings.models import Model
from quintet.evaluation import hyperparameters, published_scores, scored_runs
from quintet.evaluation.runs import Rules, Run


def run(key: str, rules: Rules, n: int = 290, state: str = "official") -> Run:
    backbone = base.resolve(key)
    y = np.array(["a"] * n)
    return Run(Model(backbone, state, (), "f" * 16), "d", rules, tuple(map(str, range(n))), y, y,
               np.ones((n, 1)), ("a",), ())  # fmt: skip


def test_every_row_is_a_fact_with_a_source_of_a_known_backbone_and_probe():
    rows = published_scores.every()
    assert len(rows) > 30
    known = set(registry.names("backbones"))
    for row in rows:
        assert row.key.partition(":")[0] in known
        assert row.source and row.recipe and 0 < row.value < 1
        assert row.probe in ("", *scored_runs.PROBES)
        assert "unverified" not in " ".join((row.source, row.recipe, row.apart))


@pytest.mark.parametrize(("protocol", "key", "metric", "value"), [
    ("gtzan-ff", "jukebox", "accuracy", 0.797),
    ("gtzan-ff", "clmr", "accuracy", 0.652),
    ("mtat-all", "musicnn:MSD_musicnn_big", "ap_macro", 0.384),
])  # fmt: skip
def test_the_figures_are_those_of_their_sources(protocol, key, metric, value):
    found = [
        r.value for r in published_scores.every() if (r.protocol, r.key, r.metric) == (protocol, key, metric)
    ]
    assert value in found


def test_a_row_stands_only_under_its_own_protocol():
    rules = Rules("gtzan-ff", "mlp-full")
    assert published_scores.beside([run("clmr", rules)])
    assert not published_scores.beside([run("clmr", replace(rules, protocol="gtzan-artist"))])
    assert not published_scores.beside([run("librosa518", rules)])


def test_the_same_measurement_differs_in_nothing():
    same, other = published_scores.beside([run("clmr", Rules("gtzan-ff", "mlp-full"))])
    assert (same.said.value, same.differs) == (0.686, ())
    assert (other.said.value, other.differs) == (0.652, ("here the mlp-full probe",))


def test_another_checkpoint_size_probe_and_number_of_clips_are_named():
    (found,) = published_scores.beside([run("musicnn", Rules("gtzan-ff"), n=200)])
    assert found.differs == (
        "measured with musicnn MSD_musicnn_big, here musicnn", "4,194 values, here 1,506",
        "here the logistic probe", "290 clips tested, here 200",
    )  # fmt: skip
    big = base.resolve("musicnn:MSD_musicnn_big")
    rules = Rules("gtzan-ff", "mlp-marble")
    (same,) = published_scores.beside([run("musicnn", rules), run(big.key, rules)])
    assert (same.run.source.key, same.differs) == (big.key, ())


def test_random_weights_beside_a_published_score_are_said_first():
    found = published_scores.beside([run("jukebox", Rules("gtzan-ff", "mlp-full"), state="untrained")])
    assert all(one.differs[0] == "random weights here" for one in found)


def test_the_grids_a_row_names_are_the_published_ones():
    assert {row.probe for row in published_scores.every()} & set(hyperparameters.NAMES) == {
        "mlp-full",
        "mlp-marble",
    }
