"""What was measured beside the scores, as plain tables for a report: only what is stored is in it."""

from collections.abc import Callable

from dashboard import cache
from dashboard.cache import studies as measured
from dashboard.views.benchmarks import ensemble, folds, robustness
from dashboard.views.benchmarks import fewshot as learning
from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.widgets import backbone_picker
from quintet import wording
from quintet.charts.report import Section
from quintet.evaluation import layer_curve, published_scores
from quintet.evaluation.fewshot import Point
from quintet.stats.metrics import Interval


def sections(shown: Board) -> list[Section]:
    """Published scores, folds, few-shot, deformed sound, together, by layer, all of all clips."""
    if shown.among or shown.rules.without:
        return []
    makers: list[Callable[[Board], Section | None]] = [_published]
    if not shown.many:
        makers += [_folds, _learning, _deformed, _together, _added]
    return [one for make in (*makers, _layered) if (one := make(shown))]


def _published(shown: Board) -> Section | None:
    found = published_scores.beside(shown.runs)
    rows = tuple(
        (backbone_picker.named(one.run.source), NAMED[one.said.metric], wording.percent(one.said.value),
         wording.percent(shown.study.scores[one.run.source.key][one.said.metric].value), one.said.recipe,
         "; ".join(one.differs) or "nothing that is known", one.said.source)
        for one in found
    )  # fmt: skip
    head = ("Backbone", "Score", "Published", "Here", "Measured with", "What differs", "Source")
    return Section("Published under the same protocol", head, rows) if rows else None


def _folds(shown: Board) -> Section | None:
    metric, rows = shown.metrics[0], []
    for run in shown.runs:
        by_fold = measured.folds(shown.dataset, run.source, shown.rules, metric)
        by_seed = measured.seeds(shown.dataset, run.source, shown.rules, metric)
        values = [tell(each) for each in (by_fold, by_seed) for tell in (folds.each, folds.summed)]
        rows.append((backbone_picker.named(run.source), *values))
    return Section(f"{NAMED[metric]} of every fold and every seed", folds.HEADERS, tuple(rows))


def _learning(shown: Board) -> Section | None:
    found = learning.curves(shown)
    if not found:
        return None
    steps = list(dict.fromkeys(learning.shots(p) for one in found for p in one.points["accuracy"]))
    rows = []
    for one in found:
        held = {learning.shots(p): p for p in one.points["accuracy"]}
        rows.append((backbone_picker.named(one.source), *(_point(held.get(step)) for step in steps)))
    return Section("Accuracy by training clips of each class", ("Backbone", *steps), tuple(rows))


def _point(point: Point | None) -> str:
    if point is None:
        return ""
    if point.low is None:
        return wording.percent(point.mean)
    return ensemble.spanned(Interval(point.mean, point.low, point.high))


def _deformed(shown: Board) -> Section | None:
    found = robustness.measurements(shown)
    if not found:
        return None
    rows = [
        (
            "Clean",
            *(f"{wording.percent(one.drops[0].clean)} of {one.drops[0].difference.n:,}" for one in found),
        )
    ]
    for at, drop in enumerate(found[0].drops):
        rows.append((drop.title, *(robustness.lost(one.drops[at]) for one in found)))
    head = ("Sound", *(backbone_picker.named(one.source) for one in found))
    return Section("Deformed sound: accuracy, points lost with 95 % interval", head, tuple(rows))


def _together(shown: Board) -> Section | None:
    found = measured.together(shown.dataset, ensemble.chosen(shown), shown.rules)
    if found is None:
        return None
    rows = []
    for name, scores in found.scores.items():
        one, gain = scores["accuracy"], found.gains.get(name)
        title = name if gain else backbone_picker.named(cache.source(shown.dataset, name))
        rows.append((title, ensemble.spanned(one), ensemble.gained(gain) if gain else ""))
    return Section("Answering as one", ("Who answers", "Accuracy", "Points over the best alone"), tuple(rows))


def _added(shown: Board) -> Section | None:
    found = measured.together(shown.dataset, ensemble.chosen(shown), shown.rules)
    if found is None:
        return None
    rows = tuple(
        (backbone_picker.named(cache.source(shown.dataset, one.name)), ensemble.gained(one.difference),
         wording.p_value(one.corrected)) for one in found.added
    )  # fmt: skip
    return Section("What each adds to the average", ("Backbone", "Points", "p after Holm"), rows)


def _layered(shown: Board) -> Section | None:
    able, name = layer_curve.able([run.source for run in shown.runs]), shown.metrics[0]
    found = [one for source in able if (one := measured.layered(shown.dataset, source, shown.rules))]
    rows = tuple(
        (backbone_picker.named(one.source), f"{layer} of {one.total}", ensemble.spanned(scores[name]))
        for one in found for layer, scores in one.layers.items()
    )  # fmt: skip
    head = ("Backbone", "Layer", NAMED[name])
    return Section(f"{NAMED[name]} after each layer", head, rows) if rows else None
