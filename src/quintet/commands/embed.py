"""quintet embed and quintet ship: fill the store, and write what comes with the checkout."""

import sys
from argparse import Namespace

from quintet.catalogue import ingest, locations
from quintet.commands.result import CommandResult, select_models, untrained_suffix
from quintet.embeddings import models, plan, published, runner, shipped
from quintet.embeddings.models import Model
from quintet.jobs import progress
from quintet.prediction import classifier
from quintet.settings import Settings
from quintet.storage import tables


def embed(arguments: Namespace, settings: Settings) -> CommandResult:
    """Hears what is missing, with a bar on stderr; the document counts done, skipped and failed."""
    return fill(arguments.dataset, select_models(arguments, settings), settings)


def fill(dataset: str, chosen_models: list[Model], settings: Settings) -> CommandResult:
    """Registers the dataset, takes shipped embeddings, and computes the rest. Raises Busy."""
    locations.check(dataset, settings)
    with tables.write_lock(settings.cache, dataset):
        return _fill(dataset, chosen_models, settings)


def _fill(dataset: str, chosen_models: list[Model], settings: Settings) -> CommandResult:
    ingest.update(dataset, settings)
    published_counts = published.import_published(dataset, settings)
    tracks = models.tracks(dataset, settings)
    shipped.import_bundled(dataset, chosen_models, settings)
    todo = plan.make(dataset, tracks, chosen_models, settings)
    if todo.clips:
        _run(todo, settings)
    rows = [_counts(job, settings) for job in todo.jobs]
    lines = [
        f"{r['backbone']}{untrained_suffix(r)}: {r['done']} computed, {r['skipped']} already "
        f"there, {r['failed']} failed"
        for r in rows
    ]
    lines += [f"  {i}: {why}" for r in rows for i, why in r["failures"].items()]
    lines += [f"{key}: {n} came with the dataset's files" for key, n in published_counts.items()]
    if todo.without_audio:
        lines.append(f"{todo.without_audio} tracks have no audio on this machine.")
    return CommandResult(
        {
            "dataset": dataset,
            "tracks": len(tracks),
            "silent": todo.without_audio,
            "ready": published_counts,
            "backbones": rows,
        },
        lines,
    )


def ship(arguments: Namespace, settings: Settings) -> CommandResult:
    """Writes the shipped files of the dataset from the store."""
    files = shipped.make(arguments.dataset, select_models(arguments, settings), settings)
    sizes = {f.name: f.stat().st_size for f in files}
    return CommandResult({"files": sizes}, [f"{name}: {size / 1000:.0f} kB" for name, size in sizes.items()])


def _run(todo: plan.Plan, settings: Settings) -> None:
    from tqdm import tqdm

    with tqdm(total=todo.clips, unit="clip", desc=f"Embedding {todo.dataset}", file=sys.stderr) as bar:
        meter = progress.ProgressWriter(
            f"Embedding {todo.dataset}",
            settings.cache / todo.dataset / "job.json",
            on_status=lambda status: bar.update(status.done - bar.n),
        )
        state = "stopped"
        try:
            runner.run(todo, settings, classifier.device(settings), meter.report)
            state = "done"
        finally:
            meter.write(state)


def _counts(job: plan.BackboneJob, settings: Settings) -> dict:
    failed = tables.failures(job.table)
    now = tables.embedded(job.table)
    return {
        "backbone": job.model.key,
        "fingerprint": job.model.fingerprint,
        "untrained": job.model.untrained,
        "done": len(job.missing & now),
        "skipped": len(now - job.missing),
        "failed": len(failed),
        "failures": failed,
    }
