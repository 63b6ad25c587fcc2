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

from quintet.datasets import _msd_found, _msd_hdf5, _msd_lists, _msd_songs, _msd_timbre
from quintet.datasets._files import readable
from quintet.datasets._msd_found import METADATA, SUMMARY, UNIQUE, Found
from quintet.datasets._msd_lists import CD1, CD2, CD2C, LASTFM, LastfmTags
from quintet.datasets._msd_songs import Song
from quintet.datasets.base import Column, Facts, Notes, Place, Protocol, Reading, ReadyMade, Track, Value

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
class Beside:
    """What other files say of a track, by its id."""

    genres: dict[str, dict[str, tuple[str, ...]]]  # column -> track id -> genres
    split: dict[str, str]
    lastfm: LastfmTags
    lastfm_split: dict[str, str]
    terms: dict[str, tuple[str, ...]]  # artist id -> tags
    previews: dict[str, str]


def read(place: Place, notes: Notes) -> Reading:
    """The tracks as they are asked for, a few thousand in memory at a time. Raises MissingData, BadData."""
    found = _msd_found.find(place.root, notes)
    songs = _songs(found, notes)
    terms, lastfm = found.named(TERMS), found.files.get(_msd_lists.LASTFM_DB)
    beside = Beside(
        genres=_msd_lists.tagtraum(found, notes),
        split=_msd_lists.split(found, _msd_lists.CD2C_SPLIT, notes),
        lastfm=LastfmTags(lastfm, notes),
        lastfm_split=_msd_lists.split(found, _msd_lists.LASTFM_SPLIT, notes),
        terms=_msd_songs.artist_tags(terms, notes) if terms else {},
        previews=_msd_found.previews(found.root),
    )
    return Reading(_facts(found, beside), _tracks(songs, found.root, beside, notes))


def ready(place: Place) -> list[ReadyMade]:
    """Echo Nest's timbre and pitch, where the HDF5 files with segments are. Raises MissingData."""
    return _msd_timbre.ready(_msd_found.find(place.root, Notes()), FACTS.licence, FACTS.source)


def _songs(found: Found, notes: Notes) -> Iterator[Song]:
    """From the best source there is; a damaged one is told at once, not after the first page."""
    summary, metadata = found.named(SUMMARY), found.named(METADATA)
    if summary:
        _msd_hdf5.check(summary)
        return _msd_hdf5.songs(summary, notes)
    if metadata:
        _msd_songs.opened(metadata).close()
        return _msd_songs.from_database(metadata, notes)
    if found.tracks:
        return _msd_hdf5.songs_of(_msd_found.track_files(found.root, notes), notes)
    if found.aggregates:
        return _msd_hdf5.songs_of(found.aggregates, notes)
    return _msd_songs.from_text(found.files.get(UNIQUE) or found.files[_msd_found.SUBSET + UNIQUE], notes)


def _tracks(songs: Iterator[Song], root: Path, beside: Beside, notes: Notes) -> Iterator[Track]:
    heard: set[str] = set()
    for song in songs:
        if not song.id:
            notes.add("row without an id, left out", song.title or "no title")
            continue
        names = (song.id, str(song.sevendigital))
        name = next((n for n in names if n in beside.previews), "") if beside.previews else ""
        if name:
            heard.add(name)
        yield _track(song, root / beside.previews[name] if name else None, beside)
    for name, path in beside.previews.items():
        if name not in heard:
            notes.add("sound file of no track here, left out", readable(path))


def _track(song: Song, path: Path | None, beside: Beside) -> Track:
    columns: dict[str, Value] = dict(song.columns)
    if song.sevendigital:
        columns["sevendigital_id"] = song.sevendigital
    genres = {column: held[song.id] for column, held in beside.genres.items() if song.id in held}
    for column, both in genres.items():
        columns[column] = both[0] if column == CD2C else both
    if tags := beside.lastfm.of(song.id):
        columns["lastfm"] = tags
    if part := beside.lastfm_split.get(song.id):
        columns["lastfm_split"] = part
    if path is not None and song.seconds:
        columns["song_length"] = song.seconds
    genre = genres.get(_labelled(beside), ())[:1]
    return Track(
        id=song.id, path=path, title=song.title, artist=song.artist, labels=genre,
        split=beside.split.get(song.id, "") if genre else "",
        seconds=0.0 if path is not None else song.seconds,  # a preview's length is not the song's
        group=song.artist_id or song.artist, album=song.album, year=song.year,
        tags=song.tags or beside.terms.get(song.artist_id, ()), columns=columns,
    )  # fmt: skip


def _labelled(beside: Beside) -> str:
    """The column that gives a track its class: CD2C before CD2 before CD1."""
    return next((column for column in (CD2C, CD2, CD1) if column in beside.genres), "")


def _facts(found: Found, beside: Beside) -> Facts:
    genres = beside.genres.get(_labelled(beside), {})
    lists = {**dict.fromkeys(beside.genres, True), "lastfm": len(beside.lastfm) > 0,
             "lastfm_split": bool(beside.lastfm_split)}  # fmt: skip
    analysed = found.named(SUMMARY) or (not found.named(METADATA) and (found.tracks or found.aggregates))
    whole = SUMMARY in found.files or (not found.named(SUMMARY) and METADATA in found.files)
    return replace(
        FACTS,
        classes=tuple(sorted({both[0] for both in genres.values()})),
        columns=(*_OWN, *(_ANALYSIS if analysed else ()), *(c for n, c in _LISTS.items() if lists.get(n))),
        protocols=tuple(_protocols(beside)),
        expects={"tracks": 1_000_000} if whole else {},
        missing=tuple(_missing(found, beside, bool(analysed))),
    )


def _protocols(beside: Beside) -> Iterator[Protocol]:
    if CD2C in beside.genres and beside.split:
        yield Protocol(
            "msd-cd2c", split="split", group="group",
            says="one of tagtraum CD2C's genres, on the split of the lists that lie beside it",
        )  # fmt: skip
    if len(beside.lastfm) and beside.lastfm_split:
        yield Protocol(
            "msd-lastfm50", split="lastfm_split", group="group", label="lastfm", classes=LASTFM, many=True,
            says="Last.fm's 50 most frequent tags, on the split of the lists that lie beside them",
        )  # fmt: skip


def _missing(found: Found, beside: Beside, analysed: bool) -> Iterator[str]:
    if CD2C not in beside.genres:
        yield "msd_tagtraum_cd2c.cls (tagtraum.com/msd_genre_datasets.html) would add genres."
    if CD2C not in beside.genres or not beside.split:
        yield "Lists of track ids, tagtraum_cd2c_train.txt, …_valid.txt, …_test.txt, would add msd-cd2c."
    if not len(beside.lastfm):
        yield "lastfm_tags.db (millionsongdataset.com/lastfm) would add Last.fm's tags."
    if not beside.lastfm_split:
        yield "Lists of track ids, filtered_list_train.txt, …_valid.txt, …_test.txt, would add msd-lastfm50."
    for name in found.pickles():
        yield f"{name} is a pickle, which can run code when opened, and is not read: save its ids as text."
    if not analysed:
        yield f"{SUMMARY} would add tempo, key, mode and loudness."
    if not (found.tracks or found.aggregates):
        yield "HDF5 files of single tracks would add The Echo Nest's timbre and pitch as an embedding."
    if not beside.terms and (found.named(SUMMARY) or found.named(METADATA)):
        yield f"{TERMS} would add the artists' tags."
    if not beside.previews:
        yield "Sound files in previews/, named 7digital id or track id, would let the tracks be heard."
