"""quintet prepare: every study of a collection that its pages show."""

from argparse import Namespace
from functools import partial

from quintet import collection, predict, store
from quintet.catalogue import places
from quintet.collection import Source
from quintet.commands import collect
from quintet.commands.done import Done, chosen
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.settings import Settings
from quintet.studies import agreement, leaks, mapmaking, maps, probes, runs, scoring, spaces, speed, table


def prepare(arguments: Namespace, settings: Settings) -> Done:
    """Embeds, draws the maps, trains the probes, scores, measures agreement; what is there is left alone.

    What cannot be done with these clips (a split without test clips) is said; the rest goes on. Raises Busy
    where another job writes the same dataset.
    """
    places.check(arguments.dataset, settings)
    with store.writing(settings.cache, arguments.dataset):
        return _prepare(arguments, settings)


def _prepare(arguments: Namespace, settings: Settings) -> Done:
    name = arguments.dataset
    filled = collect.fill(name, chosen(arguments, settings), settings)
    sources, refused = _embedded(arguments, settings), []
    refused += mapmaking.make(name, sources, maps.Recipe(), settings).refused.values() if sources else []
    steps = []
    steps += [partial(_train, name, found, settings) for found in sources]
    if table.protocols(name, settings):
        steps += [partial(_score, name, found, settings) for found in sources]
    steps += [partial(agreement.make, name, sources, settings)] if sources else []
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


def _train(dataset: str, found: Source, settings: Settings) -> None:
    """The probes that Classify answers with."""
    if not found.backbone.spec.hand_made:
        for space in spaces.every(dataset, settings):
            probes.get(dataset, found, settings, space.parts[0].protocol)


def _score(dataset: str, found: Source, settings: Settings) -> None:
    rules = runs.Rules(table.protocol(dataset, settings).name)
    scoring.make(dataset, [found], rules, settings)
    if leaks.judge([found]):
        leaks.make(dataset, found, rules, settings)


def _time(dataset: str, found: Source, settings: Settings) -> None:
    if found.state != "ready-made" and speed.get(dataset, found, settings) is None:
        tracks = collection.tracks(dataset, settings)
        speed.measure(dataset, found, tracks, predict.device(settings), settings)


def _embedded(arguments: Namespace, settings: Settings) -> list[Source]:
    named = chosen(arguments, settings)
    made = [s for s in named if store.exists(collection.table(arguments.dataset, s, settings))]
    return made if arguments.backbone else [*made, *collection.ready(arguments.dataset, settings)]


def heard(arguments: Namespace, settings: Settings) -> list[Source]:
    """The backbones that were named, or all, whose embeddings are stored. Raises MissingEmbeddings."""
    collection.facts(arguments.dataset, settings)
    ready = _embedded(arguments, settings)
    if not ready:
        raise MissingEmbeddings(
            f"No backbone has heard {arguments.dataset!r} yet. Run: quintet embed {arguments.dataset}"
        )
    return ready
