"""Several backbones laid out at once: the same every time, a shared track in about one place."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.maps import aligned_layout
from quintet.maps.projection import UmapParams, fit_to_square

IDS = tuple(f"t{n}" for n in range(45))


@pytest.fixture(scope="module")
def spaces() -> list[np.ndarray]:
    """Three groups seen by two backbones; the second lacks five tracks, and holds them backwards."""
    lots = np.random.default_rng(0)
    X = 4 * lots.normal(size=(3, 6))[np.arange(45) % 3] + lots.normal(size=(45, 6))
    return [X.astype(np.float32), (X + 0.1 * lots.normal(size=X.shape)).astype(np.float32)[44:4:-1]]


@pytest.fixture(scope="module")
def laid(spaces) -> list[np.ndarray]:
    """Their layouts."""
    return aligned_layout.aligned(spaces, [IDS, IDS[44:4:-1]], UmapParams(n_neighbors=8))


def test_a_shared_track_has_about_the_same_place(laid):
    first, second = laid[0][5:], laid[1][::-1]
    assert first.shape == second.shape == (40, 2)
    width = np.linalg.norm(first - first.mean(axis=0), axis=1).mean()
    assert np.linalg.norm(first - second, axis=1).mean() < 0.5 * width
    assert np.isfinite(fit_to_square(laid[1])).all()


def test_the_same_seed_lays_the_same_maps(spaces, laid):
    again = aligned_layout.aligned(spaces, [IDS, IDS[44:4:-1]], UmapParams(n_neighbors=8))
    assert all(np.array_equal(a, b) for a, b in zip(laid, again, strict=True))


def test_one_backbone_alone_is_refused(spaces):
    with pytest.raises(QuintetError, match="need two at least"):
        aligned_layout.aligned(spaces[:1], [IDS], UmapParams())


def test_too_few_common_tracks_are_refused(spaces):
    others = tuple(f"u{n}" for n in range(35)) + IDS[:5]
    with pytest.raises(QuintetError, match="every two backbones hold; there are 5"):
        aligned_layout.aligned(spaces, [IDS, others], UmapParams())
