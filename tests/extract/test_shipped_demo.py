"""The embeddings that come with the checkout are today's: some are computed again and compared."""

import numpy as np
import pytest

from quintet import audio, collection, predict, settings
from quintet.datasets import demo
from quintet.datasets.base import Notes, Place
from quintet.extract import local, shipped

FOLDER = settings.HOME / "cache" / "demo"
FILES = sorted(FOLDER.glob("*.npz"))


def test_every_backbone_is_shipped_and_all_fit_into_two_megabytes(here):
    assert {f.name for f in FILES} == {
        shipped.path("demo", s.key, here).name for s in collection.sources(here)
    }
    assert sum(f.stat().st_size for f in FILES) <= 2_000_000


@pytest.mark.parametrize("key", [f.stem.replace("--", ":") for f in FILES])
def test_shipped_embeddings_equal_fresh_ones(here, key):
    found = collection.source(key, here)
    with np.load(shipped.path("demo", key, here)) as held:
        assert str(held["fingerprint"]) == found.fingerprint
        rows = dict(zip(held["ids"].tolist(), held["embedding"].astype(np.float32), strict=True))
    tracks = list(demo.read(Place(demo.home()), Notes()).tracks)
    assert sorted(rows) == sorted(t.id for t in tracks)
    encoder = collection.encoder(found, "cpu")
    for track in (tracks[0], tracks[47]):
        (clip,) = local.clips(track.path, (track,), audio.Limits())
        fresh = predict.encode(found, encoder, clip).embedding
        assert np.linalg.norm(rows[track.id] - fresh) <= 1e-3 * np.linalg.norm(fresh)
