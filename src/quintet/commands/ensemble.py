"""quintet ensemble: what the backbones answer together, what each adds, and what it costs."""

from argparse import Namespace
from dataclasses import asdict

from quintet.analysis.cascade import ALWAYS, Step
from quintet.commands import measuring
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.settings import Settings
from quintet.studies import ensembles, runs, table
from quintet.studies.ensembles import Ensemble
from quintet.wording import count, p_value, percent, points


def ensemble(arguments: Namespace, settings: Settings) -> Done:
    """Over the stored runs of the backbones named, or of all trained ones; controls only where named."""
    dataset = arguments.dataset
    rules = runs.Rules(table.protocol(dataset, settings, arguments.protocol).name, arguments.probe)
    sources = heard(arguments, settings)
    if not arguments.backbone:
        sources = ensembles.default(dataset, sources, rules, settings)
    with measuring.told("ensemble", dataset, f"Together on {dataset}", "results", settings) as told:
        found = ensembles.get(dataset, sources, rules, settings)
        told(1, 1, 0)
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "ways": ensembles.WAYS, **asdict(found)}  # fmt: skip
    return Done(document, [*_scores(found, rules), *_added(found), *_cascade(found), *found.refused.values()])


def _scores(found: Ensemble, rules: runs.Rules) -> list[str]:
    lines = [f"{rules.protocol}, {rules.probe} probe, {count(found.n, 'clips')}"]
    for name, scores in found.scores.items():
        one = scores["accuracy"]
        title = f"{name}{mark({'untrained': name in found.untrained})}"
        line = f"{title}: accuracy {percent(one.value)} (95 % {percent(one.low)} to {percent(one.high)})"
        if name in found.gains:
            gain = found.gains[name]
            line += (
                f", {points(gain.value)} points over {found.best}, the best of them here, {p_value(gain.p)}"
            )
        lines.append(line)
    return lines


def _added(found: Ensemble) -> list[str]:
    return [
        f"{one.name} adds {points(one.difference.value)} points to the average (95 % "
        f"{points(one.difference.low)} to {points(one.difference.high)}, {p_value(one.corrected)} by Holm)"
        for one in found.added
    ]


def _cascade(found: Ensemble) -> list[str]:
    """The ends of the curve and its quarters; --json has every step."""
    if found.cascade is None:
        return ["No cascade: fewer than two of these backbones were timed here. Run: quintet prepare DATASET"]
    steps = found.cascade.steps
    shown = [steps[round(at * (len(steps) - 1) / 4)] for at in range(5)]
    return [
        f"Cascade {', '.join(found.cascade.order)}: one after the other until the answer is sure enough",
        *(f"  {_limit(one)}: {percent(one.accuracy.value)}, {one.seconds:.2f} s a clip" for one in shown),
    ]


def _limit(one: Step) -> str:
    return "always all" if one.threshold == ALWAYS else f"below {one.threshold:.2f} the next is asked"
