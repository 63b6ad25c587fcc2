"""quintet embed and quintet ship: fill the store, and write what comes with the checkout."""

import sys
from argparse import Namespace

from quintet import collection, predict, store
from quintet.catalogue import places, register
from quintet.collection import Source
from quintet.commands.done import Done, chosen, mark
from quintet.extract import local, plan, progress, ready, shipped
from quintet.settings import Settings


def embed(arguments: Namespace, settings: Settings) -> Done:
    """Hears what is missing, with a bar on stderr; the document counts done, skipped and failed."""
    return fill(arguments.dataset, chosen(arguments, settings), settings)


def fill(dataset: str, sources: list[Source], settings: Settings) -> Done:
    """Registers the dataset, takes shipped embeddings, and computes the rest. Raises Busy."""
    places.check(dataset, settings)
    with store.writing(settings.cache, dataset):
        return _fill(dataset, sources, settings)


def _fill(dataset: str, sources: list[Source], settings: Settings) -> Done:
    register.update(dataset, settings)
    came = ready.take(dataset, settings)
    tracks = collection.tracks(dataset, settings)
    shipped.take(dataset, sources, settings)
    todo = plan.make(dataset, tracks, sources, settings)
    if todo.clips:
        _run(todo, settings)
    rows = [_counts(job, settings) for job in todo.jobs]
    lines = [
        f"{r['backbone']}{mark(r)}: {r['done']} computed, {r['skipped']} already there, {r['failed']} failed"
        for r in rows
    ]
    lines += [f"  {i}: {why}" for r in rows for i, why in r["failures"].items()]
    lines += [f"{key}: {n} came with the dataset's files" for key, n in came.items()]
    if todo.silent:
        lines.append(f"{todo.silent} tracks have no audio on this machine.")
    return Done(
        {"dataset": dataset, "tracks": len(tracks), "silent": todo.silent, "ready": came, "backbones": rows},
        lines,
    )


def ship(arguments: Namespace, settings: Settings) -> Done:
    """Writes the shipped files of the dataset from the store."""
    files = shipped.make(arguments.dataset, chosen(arguments, settings), settings)
    sizes = {f.name: f.stat().st_size for f in files}
    return Done({"files": sizes}, [f"{name}: {size / 1000:.0f} kB" for name, size in sizes.items()])


def _run(todo: plan.Plan, settings: Settings) -> None:
    from tqdm import tqdm

    with tqdm(total=todo.clips, unit="clip", desc=f"Embedding {todo.dataset}", file=sys.stderr) as bar:
        meter = progress.Meter(
            f"Embedding {todo.dataset}",
            settings.cache / todo.dataset / "job.json",
            show=lambda status: bar.update(status.done - bar.n),
        )
        state = "stopped"
        try:
            local.run(todo, settings, predict.device(settings), meter.report)
            state = "done"
        finally:
            meter.write(state)


def _counts(job: plan.Job, settings: Settings) -> dict:
    failed = store.failures(job.table)
    now = store.embedded(job.table)
    return {
        "backbone": job.source.key,
        "fingerprint": job.source.fingerprint,
        "untrained": job.source.untrained,
        "done": len(job.missing & now),
        "skipped": len(now - job.missing),
        "failed": len(failed),
        "failures": failed,
    }
