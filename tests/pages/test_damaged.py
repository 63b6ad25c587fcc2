"""A dataset whose table is damaged: it is said with what mends it, and everything else goes on."""

import json
import shutil
from pathlib import Path

import pytest

from quintet import cli
from quintet.storage import tables
from tests.pages.opening import at, html
from tests.sounds import write_wav

PAGES = (
    "overview.py",
    "classify.py",
    "map.py",
    "browse_datasets.py",
    "benchmarks.py",
    "agreement.py",
    "backbones.py",
)


def no_versions(table: Path) -> None:
    shutil.rmtree(table / "_versions")


def empty_manifest(table: Path) -> None:
    for path in (table / "_versions").glob("*.manifest"):
        path.write_bytes(b"")


def flipped_manifest(table: Path) -> None:
    for path in (table / "_versions").glob("*.manifest"):
        path.write_bytes(bytes(byte ^ 0xFF for byte in path.read_bytes()))


DAMAGE = (no_versions, empty_manifest, flipped_manifest)


@pytest.fixture(params=DAMAGE, ids=lambda damage: damage.__name__)
def damaged(request, own, tmp_path) -> Path:
    """The demo, and beside it a folder whose table of tracks was hit."""
    for name in ("x/a.wav", "y/b.wav"):
        (tmp_path / "music" / name).parent.mkdir(parents=True, exist_ok=True)
        write_wav(tmp_path / "music" / name, 0.7)
    assert cli.main(["datasets", "add", "hit", "--root", str(tmp_path / "music"), "--reader", "folder"]) == 0
    table = own.cache / "hit" / "tracks.lance"
    request.param(table)
    return table


def test_lists_name_it_and_go_on(damaged, capsys):
    capsys.readouterr()
    assert cli.main(["datasets", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["datasets"]}
    assert "quintet prepare hit" in rows["hit"]["missing"]
    assert rows["demo"]["tracks"] == 84


def test_every_page_goes_on(damaged):
    for page in PAGES:
        app = at(page, dataset="demo")
        assert html(app)
    assert damaged.is_dir()  # a page moves nothing


def test_the_command_that_is_named_mends_it(damaged, capsys):
    assert cli.main(["embed", "hit", "--backbone", "librosa518"]) == 0
    assert tables.exists(damaged)
    assert cli.main(["datasets"]) == 0
    assert "hit: 2 tracks" in capsys.readouterr().out
