"""Which protocols and probes there are stored runs for, without opening any of them."""

from collections.abc import Sequence

from quintet.embeddings.models import Model
from quintet.evaluation import hyperparameters, labelled_embeddings, probe
from quintet.settings import Settings

PROBES = (*probe.NAMES, *hyperparameters.NAMES)


def scored(dataset: str, sources: Sequence[Model], seed: int, settings: Settings) -> dict[str, list[str]]:
    """Protocol -> probes with a run of one of `sources`, in the dataset's order and that of PROBES.

    A run without the clips of an exclusion list counts too. Raises UnknownName.
    """
    there = [path.stem for path in (settings.cache / dataset / "predictions").glob("*.lance")]
    found: dict[str, list[str]] = {}
    for rule in labelled_embeddings.protocols(dataset, settings, many=True):
        for name in PROBES:
            wanted = [source.file_stem(rule, name, f"s{seed}") for source in sources]
            if any(one == stem or stem.startswith(f"{one}-without-") for one in wanted for stem in there):
                found.setdefault(rule, []).append(name)
    return found
