"""One backbone's weights, from their source or from the user's own files, to their place on this machine."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from quintet.backbones import base
from quintet.backbones.base import Backbone, WeightFile
from quintet.errors import BadWeights, MissingWeights, NotFetched, UsageError
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.storage.paths import expanded, instead, is_file, shortened
from quintet.weights import checksums, download, files, staging, wheel
from quintet.weights.connection import Timeouts
from quintet.weights.staging import Staged


@dataclass(frozen=True)
class DownloadRequest:
    """What to get: a backbone's files from their source, or those `given`: the user's own, or one address."""

    backbone: Backbone
    sources: tuple[str, ...] = ()
    accepted: bool = False  # the licence
    quiet: bool = False  # says nothing of licences that are free
    timeouts: Timeouts = field(default_factory=Timeouts)

    @property
    def command(self) -> str:
        """The command that asks the same."""
        return f"quintet weights get {self.backbone.key}"


ProgressFactory = Callable[[str], download.ProgressCallback]  # a file's name -> what its progress is told to


def get(request: DownloadRequest, settings: Settings, progress_for: ProgressFactory) -> list[dict]:
    """Gets what is not here, verified before it is moved into place; returns a row per file of the backbone.

    Raises UsageError where the licence was not accepted, NotFetched, BadWeights, Busy.
    """
    spec = request.backbone.spec
    with _exclusive(request.backbone, settings):
        if request.sources and not _is_address(request.sources[0]):
            staged, names = _import_files(request, settings)
            accepted = _accept(request, staged, settings, names)
            _say_replaced(accepted, names, settings)
            staging.commit(accepted, settings, downloaded=False)
        else:
            needed = [f for f in spec.weights if _state(f, settings) != "official"]
            _refuse_own(request, needed, settings)
            licence(request, needed)
            _wheels(request, needed)
            staged = _fetch_all(request, [f for f in needed if not f.wheel], settings, progress_for)
            if any(not (f.sha256 or f.md5) for f in staged):
                targets = {path: settings.weights / file.name for file, path in staged.items()}
                staged = _accept(request, staged, settings, {p: str(target) for p, target in targets.items()})
            staging.commit(staged, settings, downloaded=True)
    return [files.row(request.backbone.key, file, settings) for file in spec.weights]


def licence(request: DownloadRequest, needed: list[WeightFile]) -> None:
    """Says the licence before anything is loaded. Raises UsageError where it needs a yes and got none."""
    free = all(file.free for file in needed)
    if free and request.quiet:
        return
    size_text = download.size(sum(file.bytes for file in needed))
    title = request.backbone.spec.title
    for name, note in dict.fromkeys((f.licence, f.licence_note) for f in needed):
        sys.stderr.write(f"{title}'s weights, {size_text}. Licence: {name}. {note}".strip() + "\n")
    if request.accepted or free:
        return
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write("Do you accept this licence? y/N ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise UsageError(
        f"The licence of {request.backbone.spec.title}'s weights was not accepted; nothing was downloaded. "
        f"To accept it run: {request.command} --accept-licence"
    )


def _fetch_all(
    request: DownloadRequest, needed: list[WeightFile], settings: Settings, progress_for: ProgressFactory
) -> Staged:
    """All of them, waiting beside their places; where one fails, those that are sure are moved in."""
    staged: Staged = {}
    if request.sources and len({file.url for file in needed}) > 1:
        raise UsageError(
            f"{request.backbone.spec.title} has files from several addresses; one was given. "
            "Name them one by one: [mirrors] in quintet.toml."
        )
    for file in needed:
        if not file.url:
            raise NotFetched(f"{file.name} cannot be had from anywhere. Run: {request.command} --from FILE")

    def source(file: WeightFile) -> str:
        return request.sources[0] if request.sources else staging.address(file, settings)

    for url, group in groupby(sorted(needed, key=source), key=source):
        together = tuple(group)
        try:
            staged |= staging.fetch(together, url, settings, progress_for(together[0].name), request.timeouts)
        except (NotFetched, BadWeights) as error:
            if not all(file.optional for file in together):
                _keep_sure(staged, settings)
                raise type(error)(
                    f"{error} Run: {request.command}, or add --from FILE for your own."
                ) from error
            sys.stderr.write(f"{error} {request.backbone.spec.title} hears without it.\n")
    return staged


def _keep_sure(staged: Staged, settings: Settings) -> None:
    sure = {file: path for file, path in staged.items() if file.sha256 or file.md5}
    staging.commit(sure, settings, downloaded=True)
    staging.abort({file: path for file, path in staged.items() if file not in sure})


def _import_files(request: DownloadRequest, settings: Settings) -> tuple[Staged, dict[Path, str]]:
    """Copies of the user's files, and what the user calls each.

    Raises MissingWeights, UsageError where it is unclear which is which.
    """
    spec, paths = request.backbone.spec, [expanded(Path(name)) for name in request.sources]
    for path in paths:
        if not is_file(path):
            raise MissingWeights(
                f"There is no file {shortened(path)}{instead(path)}. "
                f"Name one that exists: {request.command} --from FILE"
            )
    by_name = {Path(f.name).name: f for f in spec.weights}
    if all(path.name in by_name for path in paths):
        pairs = {by_name[path.name]: path for path in paths}
    elif len(paths) <= len(spec.weights):
        pairs = dict(zip(spec.weights, paths, strict=False))
    else:
        raise UsageError(
            f"{spec.title} was given {len(paths)} files; it reads {len(spec.weights)}: {', '.join(by_name)}."
        )
    staged = {file: staging.import_file(file, path, settings) for file, path in pairs.items()}
    return staged, {staged[file]: str(path) for file, path in pairs.items()}


def _say_replaced(staged: Staged, names: dict[Path, str], settings: Settings) -> None:
    """Says which files on this machine are about to be replaced by others."""
    for file, path in staged.items():
        target = settings.weights / file.name
        if not is_file(target) or checksums.compute(target) == checksums.compute(path):
            continue
        description = "the official file" if _state(file, settings) == "official" else "a file of your own"
        sys.stderr.write(
            f"{shortened(Path(names[path]))} replaces {target}: {description}, "
            f"{download.size(target.stat().st_size)}, SHA-256 {checksums.compute(target)[:12]}….\n"
        )


def _accept(request: DownloadRequest, staged: Staged, settings: Settings, names: dict[Path, str]) -> Staged:
    """Builds the net with the files, so that no other net's take its place; returns those that fit.

    Raises UsageError where files are lacking, BadWeights; an optional file that does not fit is left out.
    """
    spec = request.backbone.spec
    selected = {file: staged.get(file) or files.find(file, settings) for file in spec.weights}
    lacking = [file.name for file, path in selected.items() if path is None and not file.optional]
    if lacking:
        staging.abort(staged)
        raise UsageError(
            f"{spec.title} also needs {', '.join(lacking)} to be sure of these files. "
            f"Name all at once: {request.command} --from {' '.join(['FILE'] * len(spec.weights))}"
        )
    try:
        base.validate(request.backbone, tuple(path for path in selected.values() if path), names)
    except BadWeights as error:
        extra = {file: path for file, path in staged.items() if file.optional}
        needed = {file: path for file, path in staged.items() if not file.optional}
        if not (extra and needed):
            staging.abort(staged)
            raise
        staging.abort(extra)
        sys.stderr.write(f"{error} {spec.title} hears without it.\n")
        return _accept(request, needed, settings, names)
    return staged


def _refuse_own(request: DownloadRequest, needed: list[WeightFile], settings: Settings) -> None:
    own = [path for file in needed if (path := files.find(file, settings))]
    if own:
        raise UsageError(
            f"{own[0]} is not the published file: your own, or damaged. It is left as it is. "
            f"To replace it, remove it first, then run: {request.command}"
        )


def _wheels(request: DownloadRequest, needed: list[WeightFile]) -> None:
    for name in sorted({file.wheel for file in needed if file.wheel}):
        try:
            wheel.install(name, request.timeouts)
        except NotFetched as error:
            raise NotFetched(f"{error} Run: {request.command}, or add --from FILE for your own.") from error


def _state(file: WeightFile, settings: Settings) -> str:
    return files.state(file, files.find(file, settings), settings)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


@contextmanager
def _exclusive(backbone: Backbone, settings: Settings) -> Iterator[None]:
    """Holds one backbone's weights for this process. Raises Busy when another has them, StoreError."""
    name = backbone.name
    busy = f"{name}'s weights are being fetched by another process. Wait for it."
    with atomic.exclusive(settings.cache / "weights" / f"{name}.lock", busy):
        staging.sweep(backbone.spec.weights, settings)
        try:
            yield
        finally:
            staging.sweep(backbone.spec.weights, settings)
