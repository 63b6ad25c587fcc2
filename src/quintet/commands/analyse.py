"""quintet map, benchmark and prepare: the studies of a collection."""

from argparse import Namespace
from functools import partial

from quintet import collection, predict
from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Difference
from quintet.collection import Source
from quintet.commands import collect, without
from quintet.commands.done import Done, chosen, mark
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.settings import Settings
from quintet.studies import maps, probes, runs, speed, table


def map_(arguments: Namespace, settings: Settings) -> Done:
    """Draws the maps that are missing or out of date."""
    recipe = maps.Recipe(method=arguments.method)
    sources = _heard(arguments, settings)
    made = {s.key for s in maps.make(arguments.dataset, sources, recipe, settings)}
    rows = []
    for found in sources:
        drawn = maps.get(arguments.dataset, found, recipe, settings)
        rows.append({"backbone": found.key, "untrained": found.untrained, "points": len(drawn.ids),
                     "trustworthiness": drawn.trustworthiness, "made": found.key in made})  # fmt: skip
    lines = [
        f"{r['backbone']}{mark(r)}: {r['points']} points, trustworthiness {r['trustworthiness']:.3f}"
        for r in rows
    ]
    document = {"dataset": arguments.dataset, "method": recipe.method, "seed": recipe.seed,
                "n_neighbors": recipe.n_neighbors, "min_dist": recipe.min_dist, "maps": rows}  # fmt: skip
    return Done(document, lines)


def benchmark(arguments: Namespace, settings: Settings) -> Done:
    """Runs what is missing of the protocol and prints every backbone's metrics with intervals."""
    protocol = table.protocol(arguments.dataset, settings, arguments.protocol)
    sources = _heard(arguments, settings)
    rules = runs.Rules(protocol.name, arguments.probe, without=without.listed(arguments, settings))
    made = [_run(arguments.dataset, found, rules, settings) for found in sources]
    results = [_result(run) for run in made]
    document = {"dataset": arguments.dataset, "protocol": protocol.name, "says": protocol.says,
                "probe": rules.probe, "seed": rules.seed, "without": rules.without,
                "left_out": without.counted(arguments.dataset, rules, settings),
                "results": results, "comparisons": _pairs(made)}  # fmt: skip
    said = f"{protocol.name}: {protocol.says}{without.said(document)}"
    return Done(document, [said, *map(_line, results)])


def prepare(arguments: Namespace, settings: Settings) -> Done:
    """Embeds, draws the maps, trains the probes, runs the benchmark; what is there is left alone.

    What cannot be done with these clips (a split without test clips) is said; the rest goes on.
    """
    name = arguments.dataset
    filled = collect.fill(name, chosen(arguments, settings), settings)
    sources, refused = _embedded(arguments, settings), []
    steps = [partial(maps.make, name, sources, maps.Recipe(), settings)] if sources else []
    if table.protocols(name, settings):
        steps += [partial(_score, name, found, settings) for found in sources]
    for step in (*steps, *(partial(_time, name, found, settings) for found in sources)):
        try:
            step()
        except QuintetError as error:
            refused.append(str(error))
    refused = list(dict.fromkeys(refused))
    says = f"{filled.document['tracks']:,} tracks, {len(sources)} backbones"
    last = f"{name}: {says}, but not all could be made of them." if refused else f"{name} is ready: {says}."
    document = {**filled.document, "ready": not refused, "refused": refused}
    return Done(document, [*filled.lines, last], refused)


def _score(dataset: str, found: Source, settings: Settings) -> None:
    if not found.backbone.spec.hand_made:
        probes.get(dataset, found, settings)
    _run(dataset, found, runs.Rules(table.protocol(dataset, settings).name), settings)


def _time(dataset: str, found: Source, settings: Settings) -> None:
    if found.state != "ready-made" and speed.get(dataset, found, settings) is None:
        tracks = collection.tracks(dataset, settings)
        speed.measure(dataset, found, tracks, predict.device(settings), settings)


def _embedded(arguments: Namespace, settings: Settings) -> list[Source]:
    named = chosen(arguments, settings)
    made = [s for s in named if collection.table(arguments.dataset, s, settings).exists()]
    return made if arguments.backbone else [*made, *collection.ready(arguments.dataset, settings)]


def _heard(arguments: Namespace, settings: Settings) -> list[Source]:
    collection.facts(arguments.dataset, settings)
    ready = _embedded(arguments, settings)
    if not ready:
        raise MissingEmbeddings(
            f"No backbone has heard {arguments.dataset!r} yet. Run: quintet embed {arguments.dataset}"
        )
    return ready


def _run(dataset: str, found: Source, rules: runs.Rules, settings: Settings) -> runs.Run:
    if not runs.fresh(dataset, found, rules, settings):
        runs.make(dataset, found, rules, settings)
    return runs.get(dataset, found, rules, settings)


def _result(run: runs.Run) -> dict:
    train = [fold["n_train"] for fold in run.folds]
    return {
        "backbone": run.source.backbone.name, "variant": run.source.backbone.variant,
        "fingerprint": run.source.fingerprint, "untrained": run.source.untrained,
        "n_train": round(sum(train) / len(train)), "n_test": len(run.ids), "folds": list(run.folds),
        "classes": list(run.classes), "confusion": runs.confusion(run).tolist(),
        "metrics": {name: _interval(value) for name, value in runs.scores(run).items()},
    }  # fmt: skip


def _pairs(made: list[runs.Run]) -> list[dict]:
    return [
        {"a": p.a, "b": p.b, "difference": _interval(p.difference), "p": p.difference.p,
         "p_holm": p.corrected, "n": p.difference.n, "groups": p.difference.groups}
        for p in runs.compare(made)
    ]  # fmt: skip


def _interval(value: Interval | Difference) -> dict:
    return {"value": value.value, "low": value.low, "high": value.high}


def _line(result: dict) -> str:
    accuracy = result["metrics"]["accuracy"]
    return (
        f"{result['backbone']}{mark(result)}: accuracy {accuracy['value']:.1%} "
        f"(95 % {accuracy['low']:.1%} to {accuracy['high']:.1%}), {result['n_test']} clips"
    )
