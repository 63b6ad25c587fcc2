"""GTZAN as it lies on a disk: three clips of each genre, in the original's layout or Kaggle's."""

import shutil
from pathlib import Path

import soundfile

from quintet.datasets.base import DatasetLocation
from quintet.datasets.gtzan import GENRES
from tests.sounds import music, write_wav

CLIPS = dict.fromkeys(GENRES, (0, 12, 99)) | {"jazz": (0, 12, 54), "disco": (12, 98, 99)}


def make(root: Path) -> DatasetLocation:
    """Kaggle's tree beside its pictures and feature tables, and an artist table of half the clips."""
    data = root / "Data"
    clips = write_clips(data / "genres_original")
    (data / "images_original" / "blues").mkdir(parents=True)
    (data / "images_original" / "blues" / "blues00000.png").write_bytes(b"a picture")
    (data / "features_30_sec.csv").write_text("filename,length,label\n", encoding="utf-8")
    return DatasetLocation(root, artists=write_artists(root / "artists.csv", clips[::2]))


def write_clips(folder: Path, ending: str = ".wav") -> list[str]:
    """30 clips of a tenth of a second, 22,050 Hz mono 16-bit, as <genre>/<genre>.NNNNN.wav; their names."""
    one = folder / f"one{ending}"
    folder.mkdir(parents=True)
    if ending == ".au":
        soundfile.write(one, music(0.1, 22_050), 22_050, format="AU", subtype="PCM_16")
    else:
        write_wav(one, 0.1, 22_050)
    names = [f"{genre}.{number:05d}" for genre, numbers in CLIPS.items() for number in numbers]
    for name in names:
        genre = folder / name.partition(".")[0]
        genre.mkdir(exist_ok=True)
        shutil.copy(one, genre / f"{name}{ending}")
    one.unlink()
    return names


def write_artists(path: Path, clips: list[str]) -> Path:
    """A user's table: every clip by an artist of its own but for neighbours, who share one."""
    rows = [f"{clip}.wav,Artist <{n // 2}> & Söhne" for n, clip in enumerate(clips)]
    path.write_text("\n".join(["clip,artist", *rows]), encoding="utf-8")
    return path
