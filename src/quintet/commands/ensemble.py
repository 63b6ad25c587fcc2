"""quintet ensemble: what the backbones answer together, what each adds, and what it costs."""

from argparse import Namespace
from dataclasses import asdict

from quintet.commands import study_job
from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.evaluation import labelled_embeddings, runs, stored_ensemble
from quintet.evaluation.cascade import ALWAYS, Step
from quintet.evaluation.stored_ensemble import Ensemble
from quintet.settings import Settings
from quintet.wording import count, p_value, percent, points


def ensemble(arguments: Namespace, settings: Settings) -> CommandResult:
    """Over the stored runs of the backbones named, or of all trained ones; controls only where named."""
    dataset = arguments.dataset
    rules = runs.Rules(
        labelled_embeddings.protocol(dataset, settings, arguments.protocol).name, arguments.probe
    )
    models = select_embedded_models(arguments, settings)
    if not arguments.backbone:
        models = stored_ensemble.default(dataset, models, rules, settings)
    with study_job.progress_bar(
        "ensemble", dataset, f"Together on {dataset}", "results", settings
    ) as progress:
        result = stored_ensemble.get(dataset, models, rules, settings)
        progress(1, 1, 0)
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "ways": stored_ensemble.WAYS, **asdict(result)}  # fmt: skip
    return CommandResult(
        document, [*_scores(result, rules), *_added(result), *_cascade(result), *result.refused.values()]
    )


def _scores(result: Ensemble, rules: runs.Rules) -> list[str]:
    lines = [f"{rules.protocol}, {rules.probe} probe, {count(result.n, 'clips')}"]
    for name, scores in result.scores.items():
        interval = scores["accuracy"]
        title = f"{name}{untrained_suffix({'untrained': name in result.untrained})}"
        line = (
            f"{title}: accuracy {percent(interval.value)} (95 % {percent(interval.low)} to "
            f"{percent(interval.high)})"
        )
        if name in result.gains:
            gain = result.gains[name]
            line += (
                f", {points(gain.value)} points over {result.best}, the best of them here, {p_value(gain.p)}"
            )
        lines.append(line)
    return lines


def _added(result: Ensemble) -> list[str]:
    return [
        f"{addition.name} adds {points(addition.difference.value)} points to the average (95 % "
        f"{points(addition.difference.low)} to {points(addition.difference.high)}, "
        f"{p_value(addition.corrected)} by Holm)"
        for addition in result.added
    ]


def _cascade(result: Ensemble) -> list[str]:
    """The ends of the curve and its quarters; --json has every step."""
    if result.cascade is None:
        return ["No cascade: fewer than two of these backbones were timed here. Run: quintet prepare DATASET"]
    steps = result.cascade.steps
    sampled = [steps[round(at * (len(steps) - 1) / 4)] for at in range(5)]
    return [
        f"Cascade {', '.join(result.cascade.order)}: one after the other until the answer is sure enough",
        *(
            f"  {_limit(step)}: {percent(step.accuracy.value)}, {step.seconds:.2f} s a clip"
            for step in sampled
        ),
    ]


def _limit(step: Step) -> str:
    return "always all" if step.threshold == ALWAYS else f"below {step.threshold:.2f} the next is asked"
