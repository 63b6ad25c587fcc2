"""Where backbones part, track by track: in what they answer, and in whom they take for alike."""

from collections.abc import Sequence

import numpy as np

from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation.runs import Run
from quintet.maps import neighbour_graph
from quintet.maps.neighbour_graph import Graph
from quintet.settings import Settings
from quintet.similarity import measures
from quintet.wording import count

K = 10  # neighbours compared

Values = tuple[tuple[str, ...], np.ndarray]


def disagreement(dataset: str, sources: Sequence[Model], settings: Settings) -> Values:
    """How far the held-out answers of the trained backbones lie apart: ids (m,) all were scored on, 0 to 1.

    The mean Jensen-Shannon divergence of every two answers, in bits. Untrained controls have no say. Raises
    MissingEmbeddings where fewer than two trained ones were scored, MissingData where nothing can be scored.
    """
    return parting(scored(dataset, sources, settings), dataset)


def scored(dataset: str, sources: Sequence[Model], settings: Settings) -> list[Run]:
    """The stored runs of the trained ones of `sources` under the dataset's first protocol, in their order.

    Raises MissingData where the dataset has no protocol of one answer a clip.
    """
    rules = runs.Rules(labelled_embeddings.protocol(dataset, settings).name)
    there = [s for s in sources if not s.untrained and runs.path(dataset, s, rules, settings).exists()]
    return [runs.get(dataset, found, rules, settings) for found in there]


def parting(found: Sequence[Run], dataset: str) -> Values:
    """`disagreement` of runs already read. Raises MissingEmbeddings where fewer than two are trained."""
    trained = [run for run in found if not run.source.untrained]
    if len(trained) < 2:
        raise MissingEmbeddings(
            f"Answers to {dataset!r} are stored of {count(len(trained), 'trained backbones')}; two are "
            f"needed to see where they part. Run: quintet benchmark {dataset}"
        )
    paired = runs.common(trained)
    return paired[0].ids, measures.divergences(np.stack([run.probabilities for run in paired]))


def parted(dataset: str, a: Model, b: Model, settings: Settings) -> Values:
    """1 - overlap of each track's K nearest in a and in b: ids (m,) both hold, 0 the same, 1 none in common.

    Raises MissingEmbeddings where a graph of neighbours is not stored yet.
    """
    return strangers(*(neighbour_graph.get(dataset, found, settings) for found in (a, b)))


def strangers(a: Graph, b: Graph) -> Values:
    """`parted` of graphs already read."""
    ids, shared = neighbour_graph.overlap(a, b, K)
    return ids, (1 - shared).astype(np.float32)


def only(
    dataset: str, a: Model, others: Sequence[Model], track_id: str, settings: Settings, *, k: int = K
) -> list[str]:
    """Neighbours among the k nearest of `a` that none of `others` has there, likest first.

    Counted among the tracks all of them hold; nothing where one does not hold the track. Raises
    MissingEmbeddings where a graph of neighbours is not stored yet.
    """
    own, *rest = (neighbour_graph.get(dataset, found, settings) for found in (a, *others))
    return alone(own, rest, track_id, k)


def alone(own: Graph, others: Sequence[Graph], track_id: str, k: int = K) -> list[str]:
    """`only` of graphs already read."""
    common = held(own, *others)
    seen = {name for graph in others for name, _ in nearest(graph, track_id, k, common)}
    return [name for name, _ in nearest(own, track_id, k, common) if name not in seen]


def held(first: Graph, *others: Graph) -> frozenset[str] | None:
    """The ids all graphs hold; None where they hold the same tracks, so that nothing has to be left out."""
    if all(graph.ids == first.ids for graph in others):
        return None
    return frozenset(first.ids).intersection(*(graph.ids for graph in others))


def nearest(
    graph: Graph, track_id: str, k: int = K, common: frozenset[str] | None = None
) -> list[tuple[str, float]]:
    """(id, cosine) of the k tracks nearest to one of them, likest first; only those in `common` where given.

    Nothing where the track is not held. Fewer than k come where the graph keeps no more of them.
    """
    if track_id not in graph.ids or (common is not None and track_id not in common):
        return []
    row = graph.ids.index(track_id)
    found = (
        (graph.ids[at], float(cosine))
        for at, cosine in zip(graph.neighbours[row], graph.similarity[row], strict=True)
    )
    return [one for one in found if common is None or one[0] in common][:k]
