"""quintet layers: the same probe after each layer of the backbones whose layers can be told apart."""

from argparse import Namespace
from dataclasses import asdict

from quintet.commands import study_job
from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.errors import MissingEmbeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation import layer_curve as study
from quintet.evaluation.layer_curve import Curve
from quintet.prediction import classifier
from quintet.settings import Settings
from quintet.wording import count, percent


def layers(arguments: Namespace, settings: Settings) -> CommandResult:
    """Hears what is missing, scores every layer, prints each backbone's curve; goes on where it stopped."""
    dataset = arguments.dataset
    rules = runs.Rules(
        labelled_embeddings.benchmarked(dataset, settings, arguments.protocol).name, arguments.probe
    )
    models = select_embedded_models(arguments, settings)
    if not arguments.backbone:
        models = study.able(models)
    if not models:
        raise MissingEmbeddings(
            f"No backbone whose layers can be told apart has heard {dataset!r}. Run: quintet embed {dataset}"
        )
    encoded_count, curves = 0, []
    for model in models:
        title = f"{model.key}: layers, {dataset}"
        with study_job.progress_bar("layers", dataset, title, "clips", settings) as progress:
            encoded_count += study.hear(
                dataset,
                model,
                settings,
                classifier.device(settings),
                told=lambda stage, done, of, progress=progress: progress(done, of, 0),
            )
        with study_job.progress_bar("layers", dataset, title, "layers", settings) as progress:
            study.make(
                dataset,
                model,
                rules,
                settings,
                lambda stage, done, of, progress=progress: progress(done, of, 0),
            )
        curves.append(study.get(dataset, model, rules, settings))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "heard": encoded_count, "curves": [_document(curve) for curve in curves]}  # fmt: skip
    first = f"{rules.protocol}, {rules.probe} probe, after each layer"
    return CommandResult(document, [first, *(line for curve in curves for line in _lines(curve))])


def _document(curve: Curve) -> dict:
    scores = [{"layer": layer, **{name: asdict(value) for name, value in metrics.items()}}
              for layer, metrics in curve.layers.items()]  # fmt: skip
    model = curve.source
    return {"backbone": model.key, "fingerprint": model.fingerprint, "untrained": model.untrained,
            "n_test": curve.n, "total": curve.total, "layers": scores}  # fmt: skip


def _lines(curve: Curve) -> list[str]:
    first = (
        f"{curve.source.key}{untrained_suffix({'untrained': curve.source.untrained})}: "
        f"{count(curve.n, 'clips')} tested"
    )
    lines = []
    for layer, metrics in curve.layers.items():
        name, value = next(iter(metrics.items()))
        span = f"95 % {percent(value.low)} to {percent(value.high)}"
        lines.append(f"  layer {layer} of {curve.total}: {name} {percent(value.value)} ({span})")
    return [first, *lines]
