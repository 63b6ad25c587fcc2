"""quintet benchmark: a probe on every backbone of a dataset, or on anyone's embeddings, scored alike."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Difference
from quintet.collection import Source
from quintet.commands import output, without
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.errors import UsageError
from quintet.settings import Settings
from quintet.studies import arrays, grid, leaks, runs, scoring, spread, table, workers
from quintet.wording import count, left

GRIDS = {"linear": ("full", "reduced"), "mlp": ("full", "reduced", "marble")}


def benchmark(arguments: Namespace, settings: Settings) -> Done:
    """Runs what is missing of the protocol and prints every backbone's metrics with intervals."""
    if arguments.arrays:
        return _of_arrays(arguments)
    if not arguments.dataset:
        raise UsageError("Nothing to score was named; expected a DATASET, or --arrays FILE.npz.")
    if arguments.out:
        raise UsageError("--out is for --arrays; a dataset's runs are kept, and quintet compare finds them.")
    rule = table.benchmarked(arguments.dataset, settings, arguments.protocol)
    sources = heard(arguments, settings)
    left_out = without.listed(arguments, settings)
    rules = runs.Rules(rule.name, probe_name(arguments), arguments.seed, left_out)
    with _bar() as told:
        scoring.make(arguments.dataset, sources, rules, settings, told)
    made = [runs.get(arguments.dataset, found, rules, settings) for found in sources]
    results = [_result(run) | _spread(run, settings) for run in made]
    leaked = _leaks(arguments.dataset, sources, rules, settings)
    document = {"dataset": arguments.dataset, "protocol": rule.name, "says": rule.says,
                **_probe(rules), "without": rules.without,
                "left_out": without.counted(arguments.dataset, rules, settings),
                "leaks": leaked, "results": results, "comparisons": _pairs(made)}  # fmt: skip
    first = f"{rule.name}: {rule.says}{without.said(document)}{_searched(rules)}"
    said = [*(leaked["sentences"] if leaked else []), *_common(made)]
    return Done(document, [first, *(line for result in results for line in _lines(result)), *said])


def _spread(run: runs.Run, settings: Settings) -> dict:
    """Accuracy of every fold alone and of every stored seed, with mean and deviation; none of tags."""
    if run.many:
        return {}
    seeds = spread.over_seeds(run.dataset, run.source, run.rules, "accuracy", settings)
    return {"spread": {"folds": asdict(spread.over_folds(run, "accuracy", settings)), "seeds": asdict(seeds)}}


def _leaks(dataset: str, sources: list[Source], rules: runs.Rules, settings: Settings) -> dict | None:
    """Artists (groups) and recordings on both sides, named; None where only controls were scored."""
    judge = leaks.judge(sources)
    if judge is None:
        return None
    found = leaks.make(dataset, judge, rules, settings)
    return {"by": judge.key, **asdict(found), "sentences": list(found.sentences)}


def _common(made: list[runs.Run]) -> list[str]:
    """On how many clips two are compared, where not every backbone answered the same ones."""
    if len({run.ids for run in made}) < 2:
        return []
    held = count(len(set.intersection(*(set(run.ids) for run in made))), "clips")
    return [f"Compared on the {held} that all of them answered; each score above is of its own clips."]


def probe_name(arguments: Namespace) -> str:
    """The probe with what it goes by, as runs are kept: mlp-reduced. Raises UsageError."""
    name, asked = arguments.probe, arguments.grid
    if asked and asked not in GRIDS.get(name, ()):
        known = ", ".join(f"--probe {probe} --grid {one}" for probe, named in GRIDS.items() for one in named)
        raise UsageError(f"--probe {name} has no grid {asked!r}; expected one of: {known}.")
    if arguments.pca and name != "xgboost":
        raise UsageError(f"--pca is for --probe xgboost; {name} looks at all values.")
    if name == "xgboost":
        return f"{name}-pca{arguments.pca or 50}"
    return f"{name}-{asked or 'reduced'}" if name in GRIDS else name


def _of_arrays(arguments: Namespace) -> Done:
    named = {"DATASET": arguments.dataset, "--protocol": arguments.protocol, "--without": arguments.without,
             "--backbone": arguments.backbone}  # fmt: skip
    for word, given in named.items():
        if given:
            raise UsageError(f"{word} cannot stand beside --arrays, which brings its own rows and split.")
    if arguments.out:
        output.check(Path(arguments.out).expanduser(), [Path(arguments.arrays).expanduser()])
    with _bar() as told:
        rules = runs.Rules(arrays.PROTOCOL, probe_name(arguments), arguments.seed)
        run = arrays.score(Path(arguments.arrays).expanduser(), rules, told)
    if arguments.out:
        arrays.save(run, Path(arguments.out).expanduser())
    result = _result(run)
    answers = {"ids": list(run.ids), "truth": run.y.tolist(), "predicted": run.predicted.tolist(),
               "probabilities": run.probabilities.tolist()}  # fmt: skip
    document = {"arrays": str(arguments.arrays), "protocol": run.rules.protocol, **_probe(rules),
                "results": [result], "comparisons": [], "predictions": answers,
                "out": str(arguments.out or "")}  # fmt: skip
    kept = [f"Kept as {arguments.out}: quintet compare reads it."] if arguments.out else []
    return Done(document, [f"{arguments.arrays}: its own split{_searched(rules)}", *_lines(result), *kept])


def _probe(rules: runs.Rules) -> dict:
    return {"probe": rules.probe, "grid": grid.says(rules.probe), "seed": rules.seed}


def _searched(rules: runs.Rules) -> str:
    says = grid.says(rules.probe)
    return f"; {says}" if says else ""


@contextmanager
def _bar() -> Iterator[scoring.Told]:
    """A bar on stderr for what is told; nothing to do, no bar."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def told(what: str, done: int, of: int) -> None:
        if what == grid.EXPECTED:
            tqdm.write(_expected(done, of), file=sys.stderr)
            return
        if of and what not in bars:
            unit = f" {what}"
            bars[what] = tqdm(total=of, unit=unit, initial=done, desc="Scoring", file=sys.stderr, delay=2)
        if what in bars:
            bars[what].update(done - bars[what].n)
        if done == of and what in bars:
            bars.pop(what).close()

    try:
        yield told
    finally:
        for bar in bars.values():
            bar.close()


def _expected(seconds: int, setups: int) -> str:
    cores = count(workers.cores(), "cores")
    about = left(seconds).removesuffix(" left")
    return (
        f"The first setups were timed: the other {setups:,} take about {about} on {cores}. Every finished "
        "one is kept: the same command goes on from there."
    )


def _result(run: runs.Run) -> dict:
    said = {
        "backbone": run.source.backbone.name, "variant": run.source.backbone.variant,
        "fingerprint": run.source.fingerprint, "untrained": run.source.untrained,
        "n_train": _mean([fold["n_train"] for fold in run.folds]), "n_test": len(run.ids),
        "folds": list(run.folds), "classes": list(run.classes), "notes": list(run.notes),
        "shared_groups": run.shared_groups, "chosen": list(run.chosen),
    }  # fmt: skip
    if not run.many:
        scores = {name: _interval(value) for name, value in runs.scores(run).items()}
        return said | {"confusion": runs.confusion(run).tolist(), "metrics": scores}
    found = runs.per_tag(run)
    tags = {
        name: {"roc_auc": _interval(found.roc_auc[name]), "ap": _interval(found.ap[name])}
        for name in found.roc_auc
    }
    scores = {name: _interval(value) for name, value in found.summary.items()}
    return said | {"metrics": scores, "tags": tags, "silent": list(found.silent)}


def _mean(sizes: list[int]) -> int:
    return round(sum(sizes) / len(sizes))


def _pairs(made: list[runs.Run]) -> list[dict]:
    return [
        {"a": p.a, "b": p.b, "difference": _interval(p.difference), "p": p.difference.p,
         "p_holm": p.corrected, "n": p.difference.n, "groups": p.difference.groups}
        for p in runs.compare(made)
    ]  # fmt: skip


def _interval(value: Interval | Difference) -> dict:
    return {"value": value.value, "low": value.low, "high": value.high}


def _lines(result: dict) -> list[str]:
    """The scores people look for first, then what to know of them, indented."""
    tagged = {"ROC-AUC": "roc_auc_macro", "average precision": "ap_macro"}
    shown = tagged if "tags" in result else {"accuracy": "accuracy", "calibration error": "ece"}
    said = []
    for title, name in shown.items():
        score = result["metrics"][name]
        said.append(f"{title} {score['value']:.1%} (95 % {score['low']:.1%} to {score['high']:.1%})")
    first = f"{result['backbone']}{mark(result)}: {', '.join(said)}, {count(result['n_test'], 'clips')}"
    return [first, *(f"  {note}" for note in result["notes"])]
