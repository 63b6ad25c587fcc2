"""What a server does beside its first visitors: nets and libraries loaded, garbage made cheap to collect."""

import gc
from functools import partial
from importlib import import_module

import numpy as np

from dashboard.cache import predictions, stored
from quintet import bounded

# What pages import when they draw; together they took 2 s of the first visit to Datasets.
LIBRARIES = ("altair", "duckdb", "librosa.filters", "plotly.graph_objects", "scipy.cluster.hierarchy",
             "scipy.stats", "sklearn.metrics")  # fmt: skip


def warm() -> None:
    """Loads the first dataset's quick backbones, so that the first visitor need not wait for PyTorch.

    Each net's first run is slow, so it is done here; then come the libraries. Before all that starts the
    process that decodes uploads: every answer begins with it.
    """
    bounded.warm("quintet.audio.decoding")
    for part in (space.parts[0] for space in predictions.label_spaces()[:1]):
        for found in stored.embedded(part.dataset):
            spec = found.backbone.spec
            if not spec.hand_made and not spec.slow:
                predictions.judge(part.dataset, found, part.protocol)
                silence = np.zeros(spec.sample_rate, np.float32)
                with predictions.gate().turn(lambda place: None):
                    predictions.gate().apart(partial(predictions.encoder(found), silence, spec.sample_rate))
    for library in LIBRARIES:
        import_module(library)
    # Streamlit collects garbage after every run, which took 0.1 to 0.3 s of a page's turn with the libraries
    # loaded; what lives as long as the server need not be looked at.
    gc.collect()
    gc.freeze()
