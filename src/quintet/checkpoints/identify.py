"""What a weights file is, told by the names of the tensors in it; nothing of it is loaded or executed."""

import logging
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from quintet.checkpoints import leveldb_table, pickle_reader, validation, zip_archive
from quintet.checkpoints.protobuf import every, first
from quintet.errors import BadWeights

LONGEST = 200  # characters of a tensor's name
MOST = 500_000  # names of one file
PICKLES = 5  # at the start of PyTorch's old format: magic, version, system, the object, its storages


log = logging.getLogger(__name__)


class Kind(NamedTuple):
    """A file one can meet: what it is, its net first, and patterns that must each match a tensor's name."""

    what: str
    names: tuple[str, ...]


KINDS = (  # the first that fits is taken
    Kind("musicnn's net", (r"conv2d_7/kernel", r"batch_normalization_10/gamma")),
    Kind("musicnn's VGG net", (r"5CNN/kernel",)),
    Kind("VGGish's net, Google's checkpoint", (r"vggish/fc2/weights",)),
    Kind("VGGish's net, torchvggish's file", (r"features\.13\.weight", r"embeddings\.4\.weight")),
    Kind("VGGish's PCA", (r"pca_eigen_vectors(\.npy)?",)),
    Kind("CLMR's tag head", (r"(model\.)?0\.weight", r"(model\.)?0\.bias")),
    Kind("CLMR's encoder", (r"(.*\.)?(sequential\.10|encoder\.conv11)\.0\.weight",)),
    Kind("OpenJMLA's encoder", (r"(.*\.)?patch_embed\.projection\.weight", r"(.*\.)?layers\.11\.ln1\..*")),
    Kind("OpenJMLA's language adapter", (r"(.*\.)?samplers\..*",)),
    Kind("Jukebox's prior", (r"(.*\.)?(prime_)?prior\.transformer\..*",)),
    Kind("Jukebox's VQ-VAE", (r"(.*\.)?bottleneck\.level_blocks\.\d\.k",)),
    Kind("SadTalker's face model, which has the same file name", (r"net_recon",)),  # as OpenJMLA's encoder
    Kind("a ViT or AST in Hugging Face's layout", (r"(.*\.)?embeddings\.patch_embeddings\..*",)),
)  # fmt: skip


def what(path: Path) -> str:
    """ "CLMR's encoder", or an empty string for a file that is none of KINDS."""
    kind = _kind(names(path))
    return kind.what if kind else ""


def foreign(paths: Iterable[Path], title: str) -> str:
    """The sentence that refuses the first file that is another net's than `title`'s; empty without one."""
    for path in paths:
        kind = _kind(names(path))
        if kind and not kind.what.startswith(title.partition(" ")[0] + "'s"):
            return (
                f"{path.name} is {kind.what}; weights of {title} were expected. "
                "Name those with --weights FILE, or leave it out."
            )
    return ""


def is_tensorflow(path: Path) -> bool:
    """Whether it ends as TensorFlow's checkpoints do."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8))
        return file.read(8) == leveldb_table.MAGIC.to_bytes(8, "little")


def names(path: Path) -> set[str]:
    """Every text in the file that may be a tensor's name; of a damaged file what could be read."""
    found: set[str] = set()
    try:
        with validation.reading((path,), "weights"):
            validation.inspect(path, "weights")
            if is_tensorflow(path):
                return _tensorflow(path)
            with path.open("rb") as file:
                for name in _zipped(file) if zipfile.is_zipfile(file) else _pickled(file):
                    found.add(name)
                    if len(found) > MOST:
                        break
    except BadWeights as error:
        log.debug("%s", error)
    return found


def _kind(found: set[str]) -> Kind | None:
    return next((k for k in KINDS if all(_some(re.compile(p).fullmatch, found) for p in k.names)), None)


def _some(matches: Callable[[str], object], found: set[str]) -> bool:
    return any(matches(name) for name in found)


def _tensorflow(path: Path) -> set[str]:
    """The tensors a checkpoint's table lists; those of its shards need not be there."""
    with path.open("rb") as file:
        table = leveldb_table.entries(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))
    try:
        _, header = next(table)
        listed = first(header, 1, 0)
        if isinstance(listed, memoryview):  # V1: one SavedSliceMeta for each tensor
            return {bytes(first(meta, 1, b"")).decode() for meta in every(listed, 1)}
        return {key.decode() for key, _ in table}
    except (ValueError, IndexError, StopIteration, TypeError):
        return set()


def _zipped(file: BinaryIO, outer: bool = True) -> Iterator[str]:
    """PyTorch's own zip, a zip of such files (and no deeper), or NumPy's: names of members count, too."""
    file.seek(0)
    with zip_archive.opened(file) as held:
        members = held.infolist()
        torchs = [info for info in members if PurePosixPath(info.filename).name == "data.pkl"]
        for info in torchs[:1]:
            with held.open(info) as inner:
                yield from _strings(inner)
        if torchs:
            return
        for info in members:
            yield info.filename
            if outer and info.filename.endswith((".pt", ".pth", ".ckpt")):
                with TemporaryFile() as inner:  # unpacked once: seeking back within a zip unpacks it again
                    with held.open(info) as source:
                        shutil.copyfileobj(source, inner, 1 << 20)
                    yield from _zipped(inner, outer=False) if zipfile.is_zipfile(inner) else _pickled(inner)


def _pickled(file: BinaryIO) -> Iterator[str]:
    file.seek(0)
    for _ in range(PICKLES):
        yield from _strings(file)


def _strings(file: BinaryIO) -> Iterator[str]:
    """The texts in one pickle, whose opcodes are read and not obeyed; those before the damage, if any."""
    try:
        for _, argument in pickle_reader.steps(file):
            if isinstance(argument, str) and len(argument) <= LONGEST:
                yield argument
    except (ValueError, EOFError, IndexError, OverflowError, MemoryError):
        return
