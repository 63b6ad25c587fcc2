"""Stored tables to be damaged, packed once: python -m tests.fuzz.tables writes tables.zip anew."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np

from quintet.datasets.base import Track
from quintet.settings import load
from quintet.storage import tables as store
from tests.fuzz.seeds import TABLES
from tests.tables import put_tracks


def embeddings(root: Path) -> None:
    """Two commits of four embeddings each, and one failure."""
    for n in range(2):
        ids = [f"t{n}{k}" for k in range(4)]
        store.append_embeddings(root / "x.lance", "abc", ids, np.full((4, 8), n, np.float32))
    store.append_failures(root / "x.lance", "abc", {"t9": "'t9.wav' is damaged."})


def tracks(root: Path) -> None:
    """Five tracks of a dataset."""
    own = {f"QUINTET_{name}": str(root / name.lower()) for name in ("CACHE", "DATA", "WEIGHTS")}
    settings = load(own | {"QUINTET_CONFIG": str(root / "none.toml")})
    put_tracks(
        settings,
        "gtzan",
        [Track(f"t{k}", Path(f"/music/t{k}.wav"), f"Title {k}", "", ("rock",)) for k in range(5)],
    )


def main() -> None:
    """Writes tables.zip."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(TABLES, "w", zipfile.ZIP_DEFLATED) as file:
        for make in (embeddings, tracks):
            root = Path(folder) / make.__name__
            root.mkdir()
            make(root)
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                info = zipfile.ZipInfo(str(path.relative_to(folder)), (1980, 1, 1, 0, 0, 0))
                file.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
