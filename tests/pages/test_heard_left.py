"""A visitor who leaves while a net runs: what it made is kept, and nobody has it made twice."""

import threading

import numpy as np
import pytest

from pages.parts import cached
from pages.parts.cached import heard as held
from quintet import audio, collection, predict
from quintet.backbones.base import Encoding
from tests.gated import SOON, Left


def test_what_a_net_made_is_kept_when_its_visitor_has_left(demo, monkeypatch):
    found, goes_on, calls = collection.source("musicnn", demo), threading.Event(), []
    row = np.zeros(found.backbone.spec.dim, np.float32)
    made = predict.Heard(Encoding(row[None], np.array([[0.0, 1.0]], np.float32), row, None, ()), 1.0)

    def hear(*given: object) -> predict.Heard:
        calls.append(given)
        goes_on.wait(SOON)
        return made

    def leaves(so_far: float) -> None:
        raise Left

    monkeypatch.setattr(predict, "hear", hear)
    monkeypatch.setattr(held, "encoder", lambda source: None)
    clip = audio.Clip(np.zeros(16_000, np.float32), 16_000, 1)
    given = cached.Heard("a clip", "5" * 32, clip, "")
    with pytest.raises(Left):
        cached.values(found, given, tell=leaves)
    assert cached.known(found, given.digest) is None
    assert cached.values(found, given, tell=lambda so_far: goes_on.set()) is made
    assert cached.known(found, given.digest) is made
    assert len(calls) == 1
