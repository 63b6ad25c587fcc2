"""quintet prepare: every study of a collection that its pages show."""

from argparse import Namespace
from functools import partial

from quintet.audit import train_test_leaks
from quintet.catalogue import locations
from quintet.commands import embed
from quintet.commands.result import CommandResult, select_models
from quintet.embeddings import models, speed
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.evaluation import benchmark, labelled_embeddings, runs, stored_probes
from quintet.maps import make_maps, stored_maps
from quintet.prediction import classifier, label_space
from quintet.settings import Settings
from quintet.similarity import stored_similarity
from quintet.storage import tables


def prepare(arguments: Namespace, settings: Settings) -> CommandResult:
    """Embeds, draws the maps, trains the probes, scores, measures agreement; what is there is left alone.

    What cannot be done with these clips (a split without test clips) is said; the rest goes on. Raises Busy
    where another job writes the same dataset.
    """
    locations.check(arguments.dataset, settings)
    with tables.write_lock(settings.cache, arguments.dataset):
        return _prepare(arguments, settings)


def _prepare(arguments: Namespace, settings: Settings) -> CommandResult:
    name = arguments.dataset
    filled = embed.fill(name, select_models(arguments, settings), settings)
    chosen_models, refused = _embedded_models(arguments, settings), []
    refused += (
        make_maps.make(name, chosen_models, stored_maps.MapConfig(), settings).refused.values()
        if chosen_models
        else []
    )
    steps = []
    steps += [partial(_train, name, model, settings) for model in chosen_models]
    if labelled_embeddings.protocols(name, settings):
        steps += [partial(_score, name, model, settings) for model in chosen_models]
    steps += [partial(stored_similarity.make, name, chosen_models, settings)] if chosen_models else []
    for step in (*steps, *(partial(_time, name, model, settings) for model in chosen_models)):
        try:
            step()
        except QuintetError as error:
            refused.append(str(error))
    refused = list(dict.fromkeys(refused))
    summary = f"{filled.document['tracks']:,} tracks, {len(chosen_models)} backbones"
    last = (
        f"{name}: {summary}, but not all could be made of them."
        if refused
        else f"{name} is ready: {summary}."
    )
    document = {**filled.document, "ready": not refused, "refused": refused}
    return CommandResult(document, [*filled.lines, last], refused)


def _train(dataset: str, model: Model, settings: Settings) -> None:
    """The probes that Classify answers with."""
    if not model.backbone.spec.hand_made:
        for space in label_space.every(dataset, settings):
            stored_probes.get(dataset, model, settings, space.parts[0].protocol)


def _score(dataset: str, model: Model, settings: Settings) -> None:
    rules = runs.Rules(labelled_embeddings.protocol(dataset, settings).name)
    benchmark.make(dataset, [model], rules, settings)
    if train_test_leaks.judge([model]):
        train_test_leaks.make(dataset, model, rules, settings)


def _time(dataset: str, model: Model, settings: Settings) -> None:
    if model.state != "ready-made" and speed.get(dataset, model, settings) is None:
        tracks = models.tracks(dataset, settings)
        speed.measure(dataset, model, tracks, classifier.device(settings), settings)


def _embedded_models(arguments: Namespace, settings: Settings) -> list[Model]:
    selected = select_models(arguments, settings)
    embedded = [s for s in selected if tables.exists(models.model_table_path(arguments.dataset, s, settings))]
    return (
        embedded if arguments.backbone else [*embedded, *models.published_models(arguments.dataset, settings)]
    )


def select_embedded_models(arguments: Namespace, settings: Settings) -> list[Model]:
    """The backbones that were named, or all, whose embeddings are stored. Raises MissingEmbeddings."""
    models.facts(arguments.dataset, settings)
    selected = _embedded_models(arguments, settings)
    if not selected:
        raise MissingEmbeddings(
            f"No backbone has heard {arguments.dataset!r} yet. Run: quintet embed {arguments.dataset}"
        )
    return selected
