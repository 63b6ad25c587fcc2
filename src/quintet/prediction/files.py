"""Files through all backbones: what the command line and Python ask, the nets loaded once for many files."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quintet import audio
from quintet.backbones.base import Encoder
from quintet.catalogue import locations, tracks
from quintet.embeddings import clip_cache, models
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, EncodeError, MissingEmbeddings
from quintet.prediction import classifier, conformal, label_space
from quintet.prediction.classifier import Answer, Judge
from quintet.prediction.label_space import Space
from quintet.settings import Settings


@dataclass(frozen=True)
class Said:
    """One file: its length and what was noticed, every answer; or why it could not be heard.

    `failures` are backbones that could not answer, each with its reason.
    """

    path: Path
    seconds: float = 0.0
    notices: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    error: str = ""
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Ear:
    """A net, and who reads its values: a judge for each dataset of the space."""

    net: Encoder
    judges: tuple[Judge, ...]
    cut: conformal.Cut | None

    @property
    def source(self) -> Model:
        return self.judges[0].source


def of_file(path: Path, dataset: str, keys: Sequence[str], settings: Settings) -> list[Answer]:
    """Every backbone's answer to one file. Raises BadAudio, MissingEmbeddings, UnknownName."""
    (said,) = of_files([path], dataset, columns(dataset, keys, settings), settings, 1)
    if said.error:
        raise BadAudio(said.error)
    return list(said.answers)


def of_files(
    paths: Sequence[Path], dataset: str, sources: Sequence[Model], settings: Settings, jobs: int
) -> Iterator[Said]:
    """Answers file by file in the order given, `jobs` files at once; a file that cannot be heard says why.

    `dataset` is one's name, A:tags for its tags, or A+B for the classes that both have. Raises
    MissingEmbeddings, MissingData, UnknownName.
    """
    space, device = _space(dataset or first(settings), settings), classifier.device(settings)
    ears = [
        _Ear(
            models.encoder(found, device),
            tuple(classifier.judge(part.dataset, found, settings, part.protocol) for part in space.parts),
            label_space.cut(space, found, settings) if space.shared else None,
        )
        for found in sources
    ]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        yield from pool.map(lambda path: _hear(path, space, ears, settings), paths)


def columns(dataset: str, keys: Sequence[str], settings: Settings) -> list[Model]:
    """The backbones named, or all nets that heard the dataset (A+B: both). Raises as `of_files`."""
    names = label_space.datasets(dataset or first(settings))
    if keys:
        return [models.resolve_model(key, settings) for key in keys]
    found: dict[str, list[Model]] = {}
    for name in names:
        models.facts(name, settings)
        found[name] = [s for s in models.embedded_models(name, settings) if not s.backbone.spec.hand_made]
        if not found[name]:
            raise MissingEmbeddings(f"No backbone has heard {name!r} yet. Run: quintet prepare {name}")
    common = set.intersection(*({s.key for s in one} for one in found.values()))
    ready = [s for s in found[names[0]] if s.key in common]
    if not ready:
        raise MissingEmbeddings(
            f"No backbone has heard {' and '.join(names)}. Run: quintet embed {names[-1]}"
        )
    return ready


def first(settings: Settings) -> str:
    """The first dataset that is stored. Raises MissingEmbeddings where none is."""
    stored = tracks.stored(settings)
    if not stored:
        known = locations.known(settings)[0]
        raise MissingEmbeddings(f"No dataset has been read on this machine yet. Run: quintet prepare {known}")
    return stored[0]


def _space(name: str, settings: Settings) -> Space:
    """A dataset's own classes, its tags, or the classes that A+B share. Raises UnknownName, MissingData."""
    names = label_space.datasets(name)
    if names == [name]:
        return label_space.of(name, settings)
    return label_space.named(name, label_space.offered(names, settings))


def _hear(path: Path, space: Space, ears: list[_Ear], settings: Settings) -> Said:
    try:
        clip = audio.decode(path, audio.Limits(settings.max_seconds, settings.min_seconds))
    except BadAudio as error:
        return Said(path, error=str(error))
    digest = sha256(path.read_bytes()).hexdigest()[:32]
    found, failures = [], []
    for ear in ears:
        try:
            heard = _values(ear.source, ear.net, clip, digest, settings)
        except EncodeError as error:
            failures.append(f"{path.name!r}: {error}")
            continue
        parts = [classifier.answer(judge, heard) for judge in ear.judges]
        found.append(classifier.joined(space, parts, ear.cut))
    if not found:
        return Said(path, error=" ".join(failures))
    return Said(path, clip.seconds, clip.notices, tuple(found), failures=tuple(failures))


def _values(
    found: Model, net: Encoder, clip: audio.Clip, digest: str, settings: Settings
) -> classifier.Heard:
    """What a net makes of a clip; a slow one keeps it by content, here and on the pages."""
    if not found.backbone.spec.slow:
        return classifier.hear(found, net, clip)
    kept = clip_cache.get_cached(found, digest, settings)
    if kept:
        return classifier.Heard(kept.encoding, kept.seconds)
    made = classifier.hear(found, net, clip)
    clip_cache.put(found, digest, clip_cache.CachedEncoding(made.encoding, made.seconds), settings)
    return made
