"""Million Song Dataset: what is known of a million songs, and previews where the user has them.

The tracks come from the best of these that lies below the folder: msd_summary_file.h5, track_metadata.db, the
HDF5 files of single tracks (A/B/C/TRABC….h5), aggregates of them, unique_tracks.txt; the 10,000-song subset's
are called subset_…. Beside them, each optional: artist_term.db (tags), msd_tagtraum_cd1.cls, …cd2.cls and
…cd2c.cls, also zipped (genres), tagtraum_cd2c_train….txt, …valid….txt, …test….txt (a split of CD2C),
lastfm_tags.db and filtered_list_train.txt, …valid.txt, …test.txt (the 50 tags and their split); lists have
one track id a line. Previews lie below previews/, audio/ or 7digital/, named by 7digital id or track id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from quintet.datasets._files import readable
from quintet.datasets.base import (
    Column,
    DatasetLocation,
    Facts,
    Protocol,
    PublishedEmbeddings,
    ReadReport,
    ReadResult,
    Track,
    Value,
)
from quintet.datasets.msd import files as _msd_files
from quintet.datasets.msd import hdf5 as _msd_hdf5
from quintet.datasets.msd import lists as _msd_lists
from quintet.datasets.msd import songs as _msd_songs
from quintet.datasets.msd import timbre as _msd_timbre
from quintet.datasets.msd.files import METADATA, SUMMARY, UNIQUE, MsdFiles
from quintet.datasets.msd.lists import CD1, CD2, CD2C, LASTFM, LastfmTags
from quintet.datasets.msd.songs import Song

TERMS = "artist_term.db"

_OWN = (
    Column("song_length", "number", says="seconds of the whole song, where only a preview can be heard"),
    Column("familiarity", "number", says="how well known the artist was, 0 to 1, by The Echo Nest in 2010"),
    Column("hotttnesss", "number", says="how much was said of the artist, 0 to 1, by The Echo Nest in 2010"),
    Column("song_id", shown=False, says="The Echo Nest's id of the song; several tracks may share it"),
    Column("sevendigital_id", "integer", shown=False, says="the track's id at the shop 7digital"),
)
_ANALYSIS = (
    Column("tempo", "number", says="beats per minute, estimated by The Echo Nest"),
    Column("loudness", "number", says="overall loudness in dB, by The Echo Nest"),
    Column("key", filter=True, says="estimated by The Echo Nest"),
    Column("mode", filter=True, says="major or minor, estimated by The Echo Nest"),
    Column("time_signature", "integer", filter=True, says="beats in a bar, estimated by The Echo Nest"),
    Column("song_hotttnesss", "number", says="how much was said of the song, 0 to 1, by The Echo Nest"),
)
_LISTS = {
    CD1: Column(CD1, "many", filter=True, says="tagtraum CD1: the majority's genre, then the minority's"),
    CD2: Column(CD2, "many", filter=True, says="tagtraum CD2: the genre, and the other one where two differ"),
    CD2C: Column(CD2C, filter=True, says="tagtraum CD2C: the genre where both sources agree"),
    "lastfm": Column(
        "lastfm", "many", filter=True, says="of Last.fm's 50 most frequent tags, weight over 50"
    ),
    "lastfm_split": Column("lastfm_split", filter=True, says="the split of the Last.fm tags"),
}

FACTS = Facts(
    title="Million Song Dataset",
    noun="tracks",
    label="genre",
    classes=(),
    about="Metadata and The Echo Nest's analysis of a million songs; the sound itself is not part of it.",
    licence="not stated in its files; see millionsongdataset.com",
    source="Bertin-Mahieux et al., ISMIR 2011; millionsongdataset.com",
    columns=(*_OWN, *_ANALYSIS),
)


@dataclass(frozen=True)
class Annotations:
    """What other files say of a track, by its id."""

    genres: dict[str, dict[str, tuple[str, ...]]]  # column -> track id -> genres
    split: dict[str, str]
    lastfm: LastfmTags
    lastfm_split: dict[str, str]
    terms: dict[str, tuple[str, ...]]  # artist id -> tags
    previews: dict[str, str]


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """The tracks as they are asked for, a few thousand in memory at a time. Raises MissingData, BadData."""
    msd_files = _msd_files.find(location.root, notes)
    songs = _songs(msd_files, notes)
    terms, lastfm = msd_files.find_file(TERMS), msd_files.files.get(_msd_lists.LASTFM_DB)
    annotations = Annotations(
        genres=_msd_lists.tagtraum(msd_files, notes),
        split=_msd_lists.split(msd_files, _msd_lists.CD2C_SPLIT, notes),
        lastfm=LastfmTags(lastfm, notes),
        lastfm_split=_msd_lists.split(msd_files, _msd_lists.LASTFM_SPLIT, notes),
        terms=_msd_songs.artist_tags(terms, notes) if terms else {},
        previews=_msd_files.previews(msd_files.root),
    )
    return ReadResult(_facts(msd_files, annotations), _tracks(songs, msd_files.root, annotations, notes))


def ready(location: DatasetLocation) -> list[PublishedEmbeddings]:
    """Echo Nest's timbre and pitch, where the HDF5 files with segments are. Raises MissingData."""
    return _msd_timbre.ready(_msd_files.find(location.root, ReadReport()), FACTS.licence, FACTS.source)


def _songs(msd_files: MsdFiles, notes: ReadReport) -> Iterator[Song]:
    """From the best source there is; a damaged one is told at once, not after the first page."""
    summary, metadata = msd_files.find_file(SUMMARY), msd_files.find_file(METADATA)
    if summary:
        _msd_hdf5.check(summary)
        return _msd_hdf5.songs(summary, notes)
    if metadata:
        _msd_songs.opened(metadata).close()
        return _msd_songs.from_database(metadata, notes)
    if msd_files.tracks:
        return _msd_hdf5.songs_of(_msd_files.track_files(msd_files.root, notes), notes)
    if msd_files.aggregates:
        return _msd_hdf5.songs_of(msd_files.aggregates, notes)
    return _msd_songs.from_text(
        msd_files.files.get(UNIQUE) or msd_files.files[_msd_files.SUBSET + UNIQUE], notes
    )


def _tracks(
    songs: Iterator[Song], root: Path, annotations: Annotations, notes: ReadReport
) -> Iterator[Track]:
    used_names: set[str] = set()
    for song in songs:
        if not song.id:
            notes.add("row without an id, left out", song.title or "no title")
            continue
        names = (song.id, str(song.sevendigital))
        name = next((n for n in names if n in annotations.previews), "") if annotations.previews else ""
        if name:
            used_names.add(name)
        yield _track(song, root / annotations.previews[name] if name else None, annotations)
    for name, path in annotations.previews.items():
        if name not in used_names:
            notes.add("sound file of no track here, left out", readable(path))


def _track(song: Song, path: Path | None, annotations: Annotations) -> Track:
    columns: dict[str, Value] = dict(song.columns)
    if song.sevendigital:
        columns["sevendigital_id"] = song.sevendigital
    genres = {
        column: by_track[song.id] for column, by_track in annotations.genres.items() if song.id in by_track
    }
    for column, both in genres.items():
        columns[column] = both[0] if column == CD2C else both
    if tags := annotations.lastfm.of(song.id):
        columns["lastfm"] = tags
    if part := annotations.lastfm_split.get(song.id):
        columns["lastfm_split"] = part
    if path is not None and song.seconds:
        columns["song_length"] = song.seconds
    genre = genres.get(_labelled(annotations), ())[:1]
    return Track(
        id=song.id, path=path, title=song.title, artist=song.artist, labels=genre,
        split=annotations.split.get(song.id, "") if genre else "",
        seconds=0.0 if path is not None else song.seconds,  # a preview's length is not the song's
        group=song.artist_id or song.artist, album=song.album, year=song.year,
        tags=song.tags or annotations.terms.get(song.artist_id, ()), columns=columns,
    )  # fmt: skip


def _labelled(annotations: Annotations) -> str:
    """The column that gives a track its class: CD2C before CD2 before CD1."""
    return next((column for column in (CD2C, CD2, CD1) if column in annotations.genres), "")


def _facts(msd_files: MsdFiles, annotations: Annotations) -> Facts:
    genres = annotations.genres.get(_labelled(annotations), {})
    lists = {**dict.fromkeys(annotations.genres, True), "lastfm": len(annotations.lastfm) > 0,
             "lastfm_split": bool(annotations.lastfm_split)}  # fmt: skip
    analysed = msd_files.find_file(SUMMARY) or (
        not msd_files.find_file(METADATA) and (msd_files.tracks or msd_files.aggregates)
    )
    is_full_set = SUMMARY in msd_files.files or (
        not msd_files.find_file(SUMMARY) and METADATA in msd_files.files
    )
    return replace(
        FACTS,
        classes=tuple(sorted({both[0] for both in genres.values()})),
        columns=(*_OWN, *(_ANALYSIS if analysed else ()), *(c for n, c in _LISTS.items() if lists.get(n))),
        protocols=tuple(_protocols(annotations)),
        expects={"tracks": 1_000_000} if is_full_set else {},
        missing=tuple(_missing(msd_files, annotations, bool(analysed))),
    )


def _protocols(annotations: Annotations) -> Iterator[Protocol]:
    if CD2C in annotations.genres and annotations.split:
        yield Protocol(
            "msd-cd2c", split="split", group="group",
            says="one of tagtraum CD2C's genres, on the split of the lists that lie beside it",
        )  # fmt: skip
    if len(annotations.lastfm) and annotations.lastfm_split:
        yield Protocol(
            "msd-lastfm50", split="lastfm_split", group="group", label="lastfm", classes=LASTFM, many=True,
            says="Last.fm's 50 most frequent tags, on the split of the lists that lie beside them",
        )  # fmt: skip


def _missing(msd_files: MsdFiles, annotations: Annotations, analysed: bool) -> Iterator[str]:
    if CD2C not in annotations.genres:
        yield "msd_tagtraum_cd2c.cls (tagtraum.com/msd_genre_datasets.html) would add genres."
    if CD2C not in annotations.genres or not annotations.split:
        yield "Lists of track ids, tagtraum_cd2c_train.txt, …_valid.txt, …_test.txt, would add msd-cd2c."
    if not len(annotations.lastfm):
        yield "lastfm_tags.db (millionsongdataset.com/lastfm) would add Last.fm's tags."
    if not annotations.lastfm_split:
        yield "Lists of track ids, filtered_list_train.txt, …_valid.txt, …_test.txt, would add msd-lastfm50."
    for name in msd_files.pickles():
        yield f"{name} is a pickle, which can run code when opened, and is not read: save its ids as text."
    if not analysed:
        yield f"{SUMMARY} would add tempo, key, mode and loudness."
    if not (msd_files.tracks or msd_files.aggregates):
        yield "HDF5 files of single tracks would add The Echo Nest's timbre and pitch as an embedding."
    if not annotations.terms and (msd_files.find_file(SUMMARY) or msd_files.find_file(METADATA)):
        yield f"{TERMS} would add the artists' tags."
    if not annotations.previews:
        yield "Sound files in previews/, named 7digital id or track id, would let the tracks be heard."
