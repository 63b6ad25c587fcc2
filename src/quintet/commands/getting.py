"""One backbone's weights, from their source or from the user's own files, to their place on this machine."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from quintet.backbones import base
from quintet.backbones.base import Backbone
from quintet.errors import BadWeights, MissingWeights, NotFetched, UsageError
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.storage.paths import expanded, instead, is_file, shortened
from quintet.weights import download, files, staging, sums, wheel
from quintet.weights.connection import Patience
from quintet.weights.files import WeightFile
from quintet.weights.staging import Staged


@dataclass(frozen=True)
class Ask:
    """What to get: a backbone's files from their source, or those `given`: the user's own, or one address."""

    backbone: Backbone
    given: tuple[str, ...] = ()
    accepted: bool = False  # the licence
    quiet: bool = False  # says nothing of licences that are free
    patience: Patience = field(default_factory=Patience)

    @property
    def command(self) -> str:
        """The command that asks the same."""
        return f"quintet weights get {self.backbone.key}"


Shows = Callable[[str], download.Show]  # a file's name -> what its progress is told to


def get(ask: Ask, settings: Settings, shows: Shows) -> list[dict]:
    """Gets what is not here, verified before it is moved into place; returns a row per file of the backbone.

    Raises UsageError where the licence was not accepted, NotFetched, BadWeights, Busy.
    """
    spec = ask.backbone.spec
    with _alone(ask.backbone, settings):
        if ask.given and not _is_address(ask.given[0]):
            staged, names = _taken(ask, settings)
            accepted = _accept(ask, staged, settings, names)
            _say_replaced(accepted, names, settings)
            staging.move_in(accepted, settings, downloaded=False)
        else:
            wanted = [f for f in spec.weights if _state(f, settings) != "official"]
            _refuse_own(ask, wanted, settings)
            licence(ask, wanted)
            _wheels(ask, wanted)
            staged = _fetched(ask, [f for f in wanted if not f.wheel], settings, shows)
            if any(not (f.sha256 or f.md5) for f in staged):
                places = {path: settings.weights / file.name for file, path in staged.items()}
                staged = _accept(ask, staged, settings, {p: str(place) for p, place in places.items()})
            staging.move_in(staged, settings, downloaded=True)
    return [files.row(ask.backbone.key, file, settings) for file in spec.weights]


def licence(ask: Ask, wanted: list[WeightFile]) -> None:
    """Says the licence before anything is loaded. Raises UsageError where it needs a yes and got none."""
    free = all(file.free for file in wanted)
    if free and ask.quiet:
        return
    much = download.size(sum(file.bytes for file in wanted))
    title = ask.backbone.spec.title
    for name, note in dict.fromkeys((f.licence, f.licence_note) for f in wanted):
        sys.stderr.write(f"{title}'s weights, {much}. Licence: {name}. {note}".strip() + "\n")
    if ask.accepted or free:
        return
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write("Do you accept this licence? y/N ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise UsageError(
        f"The licence of {ask.backbone.spec.title}'s weights was not accepted; nothing was downloaded. "
        f"To accept it run: {ask.command} --accept-licence"
    )


def _fetched(ask: Ask, wanted: list[WeightFile], settings: Settings, shows: Shows) -> Staged:
    """All of them, waiting beside their places; where one fails, those that are sure are moved in."""
    staged: Staged = {}
    if ask.given and len({file.url for file in wanted}) > 1:
        raise UsageError(
            f"{ask.backbone.spec.title} has files from several addresses; one was given. "
            "Name them one by one: [mirrors] in quintet.toml."
        )
    for file in wanted:
        if not file.url:
            raise NotFetched(f"{file.name} cannot be had from anywhere. Run: {ask.command} --from FILE")

    def source(file: WeightFile) -> str:
        return ask.given[0] if ask.given else staging.address(file, settings)

    for url, group in groupby(sorted(wanted, key=source), key=source):
        together = tuple(group)
        try:
            staged |= staging.fetch(together, url, settings, shows(together[0].name), ask.patience)
        except (NotFetched, BadWeights) as error:
            if not all(file.optional for file in together):
                _keep_sure(staged, settings)
                raise type(error)(f"{error} Run: {ask.command}, or add --from FILE for your own.") from error
            sys.stderr.write(f"{error} {ask.backbone.spec.title} hears without it.\n")
    return staged


def _keep_sure(staged: Staged, settings: Settings) -> None:
    sure = {file: path for file, path in staged.items() if file.sha256 or file.md5}
    staging.move_in(sure, settings, downloaded=True)
    staging.discard({file: path for file, path in staged.items() if file not in sure})


def _taken(ask: Ask, settings: Settings) -> tuple[Staged, dict[Path, str]]:
    """Copies of the user's files, and what the user calls each.

    Raises MissingWeights, UsageError where it is unclear which is which.
    """
    spec, paths = ask.backbone.spec, [expanded(Path(one)) for one in ask.given]
    for path in paths:
        if not is_file(path):
            raise MissingWeights(
                f"There is no file {shortened(path)}{instead(path)}. "
                f"Name one that exists: {ask.command} --from FILE"
            )
    named = {Path(f.name).name: f for f in spec.weights}
    if all(path.name in named for path in paths):
        pairs = {named[path.name]: path for path in paths}
    elif len(paths) <= len(spec.weights):
        pairs = dict(zip(spec.weights, paths, strict=False))
    else:
        raise UsageError(
            f"{spec.title} was given {len(paths)} files; it reads {len(spec.weights)}: {', '.join(named)}."
        )
    staged = {file: staging.take(file, path, settings) for file, path in pairs.items()}
    return staged, {staged[file]: str(path) for file, path in pairs.items()}


def _say_replaced(staged: Staged, names: dict[Path, str], settings: Settings) -> None:
    """Says which files on this machine are about to be replaced by others."""
    for file, path in staged.items():
        place = settings.weights / file.name
        if not is_file(place) or sums.digest(place) == sums.digest(path):
            continue
        what = "the official file" if _state(file, settings) == "official" else "a file of your own"
        sys.stderr.write(
            f"{shortened(Path(names[path]))} replaces {place}: {what}, "
            f"{download.size(place.stat().st_size)}, SHA-256 {sums.digest(place)[:12]}….\n"
        )


def _accept(ask: Ask, staged: Staged, settings: Settings, names: dict[Path, str]) -> Staged:
    """Builds the net with the files, so that no other net's take its place; returns those that fit.

    Raises UsageError where files are lacking, BadWeights; an optional file that does not fit is left out.
    """
    spec = ask.backbone.spec
    chosen = {file: staged.get(file) or files.find(file, settings) for file in spec.weights}
    lacking = [file.name for file, path in chosen.items() if path is None and not file.optional]
    if lacking:
        staging.discard(staged)
        raise UsageError(
            f"{spec.title} also needs {', '.join(lacking)} to be sure of these files. "
            f"Name all at once: {ask.command} --from {' '.join(['FILE'] * len(spec.weights))}"
        )
    try:
        base.validate(ask.backbone, tuple(path for path in chosen.values() if path), names)
    except BadWeights as error:
        extra = {file: path for file, path in staged.items() if file.optional}
        needed = {file: path for file, path in staged.items() if not file.optional}
        if not (extra and needed):
            staging.discard(staged)
            raise
        staging.discard(extra)
        sys.stderr.write(f"{error} {spec.title} hears without it.\n")
        return _accept(ask, needed, settings, names)
    return staged


def _refuse_own(ask: Ask, wanted: list[WeightFile], settings: Settings) -> None:
    own = [path for file in wanted if (path := files.find(file, settings))]
    if own:
        raise UsageError(
            f"{own[0]} is not the published file: your own, or damaged. It is left as it is. "
            f"To replace it, remove it first, then run: {ask.command}"
        )


def _wheels(ask: Ask, wanted: list[WeightFile]) -> None:
    for name in sorted({file.wheel for file in wanted if file.wheel}):
        try:
            wheel.install(name, ask.patience)
        except NotFetched as error:
            raise NotFetched(f"{error} Run: {ask.command}, or add --from FILE for your own.") from error


def _state(file: WeightFile, settings: Settings) -> str:
    return files.state(file, files.find(file, settings), settings)


def _is_address(given: str) -> bool:
    return given.startswith(("http://", "https://"))


@contextmanager
def _alone(backbone: Backbone, settings: Settings) -> Iterator[None]:
    """Holds one backbone's weights for this process. Raises Busy when another has them, StoreError."""
    name = backbone.name
    busy = f"{name}'s weights are being fetched by another process. Wait for it."
    with atomic.exclusive(settings.cache / "weights" / f"{name}.lock", busy):
        staging.sweep(backbone.spec.weights, settings)
        try:
            yield
        finally:
            staging.sweep(backbone.spec.weights, settings)
