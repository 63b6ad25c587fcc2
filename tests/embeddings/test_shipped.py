"""The embeddings that come with the checkout are today's: some are computed again and compared."""

import numpy as np
import pytest

from quintet import audio, settings
from quintet.datasets import demo
from quintet.datasets.base import DatasetLocation, ReadReport
from quintet.embeddings import models, runner, shipped
from quintet.prediction import classifier

FOLDER = settings.HOME / "cache" / "demo"
FILES = sorted(FOLDER.glob("*.npz"))


def test_every_backbone_is_shipped_and_all_fit_into_two_megabytes(here):
    assert {f.name for f in FILES} == {
        shipped.path("demo", s.key, here).name for s in models.available_models(here)
    }
    assert sum(f.stat().st_size for f in FILES) <= 2_000_000


@pytest.mark.parametrize("key", [f.stem.replace("--", ":") for f in FILES])
def test_shipped_embeddings_equal_fresh_ones(here, key):
    found = models.resolve_model(key, here)
    with np.load(shipped.path("demo", key, here)) as held:
        assert str(held["fingerprint"]) == found.fingerprint
        rows = dict(zip(held["ids"].tolist(), held["embedding"].astype(np.float32), strict=True))
    tracks = list(demo.read(DatasetLocation(demo.home()), ReadReport()).tracks)
    assert sorted(rows) == sorted(t.id for t in tracks)
    encoder = models.encoder(found, "cpu")
    for track in (tracks[0], tracks[47]):
        (clip,) = runner.decode_clips(track.path, (track,), audio.Limits())
        fresh = classifier.encode(found, encoder, clip).embedding
        assert np.linalg.norm(rows[track.id] - fresh) <= 1e-3 * np.linalg.norm(fresh)
