"""quintet robust: how much accuracy noise, gain, mp3, pitch, a low-pass and a room cost each backbone."""

from argparse import Namespace
from dataclasses import asdict

from quintet import predict
from quintet.collection import Source
from quintet.commands import measuring
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.errors import UsageError
from quintet.settings import Settings
from quintet.studies import deforming, runs, table
from quintet.studies import robust as study
from quintet.studies.robust import Drop, Robustness
from quintet.wording import count, p_value, percent, points


def robust(arguments: Namespace, settings: Settings) -> Done:
    """Hears the deformed test clips that are missing and prints every backbone's drops.

    Embeddings that came ready-made cannot be heard anew and are left out, unless they were named.
    """
    if arguments.clips < 0:
        raise UsageError(
            f"--clips {arguments.clips} was given; a number of clips, or 0 for all, was expected."
        )
    dataset = arguments.dataset
    rules = runs.Rules(table.protocol(dataset, settings, arguments.protocol).name, arguments.probe)
    sources = [s for s in heard(arguments, settings) if arguments.backbone or s.state != "ready-made"]
    made, found = 0, []
    for source in sources:
        clips = deforming.clips(dataset, source, rules, settings, arguments.clips)
        made += _hear(dataset, source, clips, settings)
        found.append(study.get(dataset, source, rules, settings, arguments.clips))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "heard": made, "backbones": [_document(one) for one in found]}  # fmt: skip
    return Done(document, [line for one in found for line in _lines(one)])


def _hear(dataset: str, source: Source, clips: list, settings: Settings) -> int:
    what = f"{source.key}: deformed clips of {dataset}"
    with measuring.told("robust", dataset, what, "clips", settings) as told:
        return deforming.hear(dataset, source, clips, settings, predict.device(settings), told=told)


def _document(one: Robustness) -> dict:
    drops = [{**asdict(drop), "difference": asdict(drop.difference)} for drop in one.drops]
    return {"backbone": one.source.key, "untrained": one.source.untrained, "asked": one.asked,
            "failed": one.failed, "drops": drops}  # fmt: skip


def _lines(one: Robustness) -> list[str]:
    key = f"{one.source.key}{mark({'untrained': one.source.untrained})}"
    out = f", {count(len(one.failed), 'clips')} could not be heard" if one.failed else ""
    clean = f"clean accuracy {percent(one.drops[0].clean)}, {count(one.drops[0].difference.n, 'clips')}{out}"
    return [f"{key}: {clean}", *(f"  {_drop(drop)}" for drop in one.drops)]


def _drop(drop: Drop) -> str:
    lost = drop.difference
    return (
        f"{drop.title}: {percent(drop.deformed)}, {points(lost.value)} points lost (95 % {points(lost.low)} "
        f"to {points(lost.high)}, {p_value(drop.corrected)} by Holm)"
    )
