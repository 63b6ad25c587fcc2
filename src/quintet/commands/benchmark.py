"""quintet benchmark: a probe on every backbone of a dataset, or on anyone's embeddings, scored alike."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from quintet.audit import train_test_leaks
from quintet.commands import exclusions, output
from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.embeddings.models import Model
from quintet.errors import UsageError
from quintet.evaluation import benchmark as scoring
from quintet.evaluation import external_embeddings, fold_variance, hyperparameters, labelled_embeddings, runs
from quintet.jobs import pool
from quintet.settings import Settings
from quintet.stats.metrics import Interval
from quintet.stats.significance import Difference
from quintet.wording import count, left

GRIDS = {"linear": ("full", "reduced"), "mlp": ("full", "reduced", "marble")}


def benchmark(arguments: Namespace, settings: Settings) -> CommandResult:
    """Runs what is missing of the protocol and prints every backbone's metrics with intervals."""
    if arguments.arrays:
        return _benchmark_arrays(arguments)
    if not arguments.dataset:
        raise UsageError("Nothing to score was named; expected a DATASET, or --arrays FILE.npz.")
    if arguments.out:
        raise UsageError("--out is for --arrays; a dataset's runs are kept, and quintet compare finds them.")
    rule = labelled_embeddings.benchmarked(arguments.dataset, settings, arguments.protocol)
    models = select_embedded_models(arguments, settings)
    left_out = exclusions.resolve_list(arguments, settings)
    rules = runs.Rules(rule.name, probe_name(arguments), arguments.seed, left_out)
    with _bar() as progress:
        scoring.make(arguments.dataset, models, rules, settings, progress)
    scored_runs = [runs.get(arguments.dataset, model, rules, settings) for model in models]
    results = [_result(run) | _spread(run, settings) for run in scored_runs]
    leaked = _leaks(arguments.dataset, models, rules, settings)
    document = {"dataset": arguments.dataset, "protocol": rule.name, "says": rule.says,
                **_probe(rules), "without": rules.without,
                "left_out": exclusions.count_excluded(arguments.dataset, rules, settings),
                "leaks": leaked, "results": results, "comparisons": _pairs(scored_runs)}  # fmt: skip
    first = f"{rule.name}: {rule.says}{exclusions.exclusion_text(document)}{_grid_text(rules)}"
    sentences = [*(leaked["sentences"] if leaked else []), *_common_clips(scored_runs)]
    return CommandResult(
        document, [first, *(line for result in results for line in _lines(result)), *sentences]
    )


def _spread(run: runs.Run, settings: Settings) -> dict:
    """Accuracy of every fold alone and of every stored seed, with mean and deviation; none of tags."""
    if run.many:
        return {}
    seeds = fold_variance.over_seeds(run.dataset, run.source, run.rules, "accuracy", settings)
    return {
        "spread": {
            "folds": asdict(fold_variance.over_folds(run, "accuracy", settings)),
            "seeds": asdict(seeds),
        }
    }


def _leaks(dataset: str, models: list[Model], rules: runs.Rules, settings: Settings) -> dict | None:
    """Artists (groups) and recordings on both sides, named; None where only controls were scored."""
    model = train_test_leaks.judge(models)
    if model is None:
        return None
    leaks = train_test_leaks.make(dataset, model, rules, settings)
    return {"by": model.key, **asdict(leaks), "sentences": list(leaks.sentences)}


def _common_clips(scored_runs: list[runs.Run]) -> list[str]:
    """On how many clips two are compared, where not every backbone answered the same ones."""
    if len({run.ids for run in scored_runs}) < 2:
        return []
    shared = count(len(set.intersection(*(set(run.ids) for run in scored_runs))), "clips")
    return [f"Compared on the {shared} that all of them answered; each score above is of its own clips."]


def probe_name(arguments: Namespace) -> str:
    """The probe with what it goes by, as runs are kept: mlp-reduced. Raises UsageError."""
    name, requested = arguments.probe, arguments.grid
    if requested and requested not in GRIDS.get(name, ()):
        expected = ", ".join(
            f"--probe {probe} --grid {grid}" for probe, grids in GRIDS.items() for grid in grids
        )
        raise UsageError(f"--probe {name} has no grid {requested!r}; expected one of: {expected}.")
    if arguments.pca and name != "xgboost":
        raise UsageError(f"--pca is for --probe xgboost; {name} looks at all values.")
    if name == "xgboost":
        return f"{name}-pca{arguments.pca or 50}"
    return f"{name}-{requested or 'reduced'}" if name in GRIDS else name


def _benchmark_arrays(arguments: Namespace) -> CommandResult:
    options = {"DATASET": arguments.dataset, "--protocol": arguments.protocol, "--without": arguments.without,
             "--backbone": arguments.backbone}  # fmt: skip
    for word, value in options.items():
        if value:
            raise UsageError(f"{word} cannot stand beside --arrays, which brings its own rows and split.")
    if arguments.out:
        output.check(Path(arguments.out).expanduser(), [Path(arguments.arrays).expanduser()])
    with _bar() as progress:
        rules = runs.Rules(external_embeddings.PROTOCOL, probe_name(arguments), arguments.seed)
        run = external_embeddings.score(Path(arguments.arrays).expanduser(), rules, progress)
    if arguments.out:
        external_embeddings.save(run, Path(arguments.out).expanduser())
    result = _result(run)
    answers = {"ids": list(run.ids), "truth": run.y.tolist(), "predicted": run.predicted.tolist(),
               "probabilities": run.probabilities.tolist()}  # fmt: skip
    document = {"arrays": str(arguments.arrays), "protocol": run.rules.protocol, **_probe(rules),
                "results": [result], "comparisons": [], "predictions": answers,
                "out": str(arguments.out or "")}  # fmt: skip
    notices = [f"Kept as {arguments.out}: quintet compare reads it."] if arguments.out else []
    return CommandResult(
        document, [f"{arguments.arrays}: its own split{_grid_text(rules)}", *_lines(result), *notices]
    )


def _probe(rules: runs.Rules) -> dict:
    return {"probe": rules.probe, "grid": hyperparameters.says(rules.probe), "seed": rules.seed}


def _grid_text(rules: runs.Rules) -> str:
    text = hyperparameters.says(rules.probe)
    return f"; {text}" if text else ""


@contextmanager
def _bar() -> Iterator[scoring.Told]:
    """A bar on stderr for what is told; nothing to do, no bar."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def progress(stage: str, done: int, of: int) -> None:
        if stage == hyperparameters.EXPECTED:
            tqdm.write(_expected(done, of), file=sys.stderr)
            return
        if of and stage not in bars:
            unit = f" {stage}"
            bars[stage] = tqdm(total=of, unit=unit, initial=done, desc="Scoring", file=sys.stderr, delay=2)
        if stage in bars:
            bars[stage].update(done - bars[stage].n)
        if done == of and stage in bars:
            bars.pop(stage).close()

    try:
        yield progress
    finally:
        for bar in bars.values():
            bar.close()


def _expected(seconds: int, setups: int) -> str:
    cores = count(pool.cores(), "cores")
    about = left(seconds).removesuffix(" left")
    return (
        f"The first setups were timed: the other {setups:,} take about {about} on {cores}. Every finished "
        "one is kept: the same command goes on from there."
    )


def _result(run: runs.Run) -> dict:
    document = {
        "backbone": run.source.backbone.name, "variant": run.source.backbone.variant,
        "fingerprint": run.source.fingerprint, "untrained": run.source.untrained,
        "n_train": _mean([fold["n_train"] for fold in run.folds]), "n_test": len(run.ids),
        "folds": list(run.folds), "classes": list(run.classes), "notes": list(run.notes),
        "shared_groups": run.shared_groups, "chosen": list(run.chosen),
    }  # fmt: skip
    if not run.many:
        scores = {name: _interval(value) for name, value in runs.scores(run).items()}
        return document | {"confusion": runs.confusion(run).tolist(), "metrics": scores}
    tag_scores = runs.per_tag(run)
    tags = {
        name: {"roc_auc": _interval(tag_scores.roc_auc[name]), "ap": _interval(tag_scores.ap[name])}
        for name in tag_scores.roc_auc
    }
    scores = {name: _interval(value) for name, value in tag_scores.summary.items()}
    return document | {"metrics": scores, "tags": tags, "silent": list(tag_scores.silent)}


def _mean(sizes: list[int]) -> int:
    return round(sum(sizes) / len(sizes))


def _pairs(scored_runs: list[runs.Run]) -> list[dict]:
    return [
        {"a": p.a, "b": p.b, "difference": _interval(p.difference), "p": p.difference.p,
         "p_holm": p.corrected, "n": p.difference.n, "groups": p.difference.groups}
        for p in runs.compare(scored_runs)
    ]  # fmt: skip


def _interval(value: Interval | Difference) -> dict:
    return {"value": value.value, "low": value.low, "high": value.high}


def _lines(result: dict) -> list[str]:
    """The scores people look for first, then what to know of them, indented."""
    tagged = {"ROC-AUC": "roc_auc_macro", "average precision": "ap_macro"}
    metrics = tagged if "tags" in result else {"accuracy": "accuracy", "calibration error": "ece"}
    parts = []
    for title, name in metrics.items():
        score = result["metrics"][name]
        parts.append(f"{title} {score['value']:.1%} (95 % {score['low']:.1%} to {score['high']:.1%})")
    first = (
        f"{result['backbone']}{untrained_suffix(result)}: {', '.join(parts)}, "
        f"{count(result['n_test'], 'clips')}"
    )
    return [first, *(f"  {note}" for note in result["notes"])]
