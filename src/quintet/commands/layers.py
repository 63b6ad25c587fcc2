"""quintet layers: the same probe after each layer of the backbones whose layers can be told apart."""

from argparse import Namespace
from dataclasses import asdict

from quintet import predict
from quintet.commands import measuring
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.studies import layers as study
from quintet.studies import runs, table
from quintet.studies.layers import Curve
from quintet.wording import count, percent


def layers(arguments: Namespace, settings: Settings) -> Done:
    """Hears what is missing, scores every layer, prints each backbone's curve; goes on where it stopped."""
    dataset = arguments.dataset
    rules = runs.Rules(table.benchmarked(dataset, settings, arguments.protocol).name, arguments.probe)
    sources = heard(arguments, settings)
    if not arguments.backbone:
        sources = study.able(sources)
    if not sources:
        raise MissingEmbeddings(
            f"No backbone whose layers can be told apart has heard {dataset!r}. Run: quintet embed {dataset}"
        )
    made, curves = 0, []
    for found in sources:
        what = f"{found.key}: layers, {dataset}"
        with measuring.told("layers", dataset, what, "clips", settings) as told:
            made += study.hear(dataset, found, settings, predict.device(settings),
                               told=lambda what, done, of, told=told: told(done, of, 0))  # fmt: skip
        with measuring.told("layers", dataset, what, "layers", settings) as told:
            study.make(dataset, found, rules, settings, lambda what, done, of, told=told: told(done, of, 0))
        curves.append(study.get(dataset, found, rules, settings))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "heard": made, "curves": [_document(one) for one in curves]}  # fmt: skip
    first = f"{rules.protocol}, {rules.probe} probe, after each layer"
    return Done(document, [first, *(line for one in curves for line in _lines(one))])


def _document(one: Curve) -> dict:
    scores = [{"layer": layer, **{name: asdict(value) for name, value in found.items()}}
              for layer, found in one.layers.items()]  # fmt: skip
    source = one.source
    return {"backbone": source.key, "fingerprint": source.fingerprint, "untrained": source.untrained,
            "n_test": one.n, "total": one.total, "layers": scores}  # fmt: skip


def _lines(one: Curve) -> list[str]:
    first = f"{one.source.key}{mark({'untrained': one.source.untrained})}: {count(one.n, 'clips')} tested"
    lines = []
    for layer, found in one.layers.items():
        name, value = next(iter(found.items()))
        span = f"95 % {percent(value.low)} to {percent(value.high)}"
        lines.append(f"  layer {layer} of {one.total}: {name} {percent(value.value)} ({span})")
    return [first, *lines]
