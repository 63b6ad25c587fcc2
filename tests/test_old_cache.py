"""A cache written before the source was put in order is taken as it is: nothing is computed again."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path

from quintet import cli
from tests.sounds import write_tone

CACHE = Path(__file__).parent / "golden" / "cache_of_2026_11.zip"
# What `prepare` made of twelve tones; the table of tracks holds paths, and the leaks its version.
KEPT = ("embeddings", "neighbours", "projections", "predictions", "agreement", "speed")


def files(cache: Path) -> dict[str, str]:
    """Path -> SHA-256 of everything that was computed."""
    return {
        str(path.relative_to(cache)): sha256(path.read_bytes()).hexdigest()
        for name in KEPT
        for path in sorted((cache / "tones" / name).rglob("*"))
        if path.is_file()
    }


def test_an_old_cache_is_taken_as_it_is(tmp_path, monkeypatch, capsys):
    for n in range(12):
        path = tmp_path / "music" / ("low", "high")[n % 2] / f"{n}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tone(path, (110, 1760)[n % 2] * (1 + n / 20))
    cache, data = tmp_path / "cache", tmp_path / "data"
    with zipfile.ZipFile(CACHE) as archive:
        archive.extractall(cache)
    data.mkdir()
    entry = {"reader": "folder", "root": str(tmp_path / "music"), "variant": "", "artists": ""}
    (data / "datasets.json").write_text(json.dumps({"tones": entry}))
    monkeypatch.setenv("QUINTET_CACHE", str(cache))
    monkeypatch.setenv("QUINTET_DATA", str(data))
    before = files(cache)
    assert {name.split("/")[1] for name in before} == {*KEPT}
    assert cli.main(["prepare", "tones", "--backbone", "librosa518", "--json"]) == 0
    (backbone,) = json.loads(capsys.readouterr().out)["backbones"]
    assert (backbone["done"], backbone["skipped"]) == (0, 12)
    assert files(cache) == before
