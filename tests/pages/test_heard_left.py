"""A visitor who leaves while a net runs: what it made is kept, and nobody has it made twice."""

import threading

import numpy as np
import pytest

from dashboard import cache
from dashboard.cache import predictions as held
from quintet import audio
from quintet.backbones.base import Encoding
from quintet.embeddings import models
from quintet.prediction import classifier
from tests.gated import SOON, Left


def test_what_a_net_made_is_kept_when_its_visitor_has_left(demo, monkeypatch):
    found, goes_on, calls = models.resolve_model("musicnn", demo), threading.Event(), []
    row = np.zeros(found.backbone.spec.dim, np.float32)
    made = classifier.Heard(Encoding(row[None], np.array([[0.0, 1.0]], np.float32), row, None, ()), 1.0)

    def hear(*given: object) -> classifier.Heard:
        calls.append(given)
        goes_on.wait(SOON)
        return made

    def leaves(so_far: float) -> None:
        raise Left

    monkeypatch.setattr(classifier, "hear", hear)
    monkeypatch.setattr(held, "encoder", lambda source: None)
    clip = audio.Clip(np.zeros(16_000, np.float32), 16_000, 1)
    given = cache.Heard("a clip", "5" * 32, clip, "")
    with pytest.raises(Left):
        cache.values(found, given, tell=leaves)
    assert cache.known(found, given.digest) is None
    assert cache.values(found, given, tell=lambda so_far: goes_on.set()) is made
    assert cache.known(found, given.digest) is made
    assert len(calls) == 1
