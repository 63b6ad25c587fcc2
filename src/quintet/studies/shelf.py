"""Which protocols and probes there are stored runs for, without opening any of them."""

from collections.abc import Sequence

from quintet.analysis import probe
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import grid, table

PROBES = (*probe.NAMES, *grid.NAMES)


def scored(dataset: str, sources: Sequence[Source], seed: int, settings: Settings) -> dict[str, list[str]]:
    """Protocol -> probes with a run of one of `sources`, in the dataset's order and that of PROBES.

    A run without the clips of an exclusion list counts too. Raises UnknownName.
    """
    there = [path.stem for path in (settings.cache / dataset / "predictions").glob("*.lance")]
    found: dict[str, list[str]] = {}
    for rule in table.protocols(dataset, settings, many=True):
        for name in PROBES:
            wanted = [table.name(source, rule, name, f"s{seed}") for source in sources]
            if any(one == stem or stem.startswith(f"{one}-without-") for one in wanted for stem in there):
                found.setdefault(rule, []).append(name)
    return found
