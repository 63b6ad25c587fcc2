"""Neighbours, growth, counts, exports and colours of a joined map, against the stored graphs and answers."""

import csv
import io
from itertools import combinations

import numpy as np
import pyarrow.parquet as pq
import pytest

from dashboard import cache
from dashboard.cache import maps as drawn
from dashboard.views.map import class_counts, colour_columns, fallback_chart, neighbours, panels
from dashboard.views.map import colouring as colourings
from dashboard.views.map import export as taken
from dashboard.views.map.colouring import APART, CLUSTER, LABEL, PARTED, RIGHT, SAID, SURE, Wanted
from dashboard.views.map.controls import Said
from quintet.catalogue import export
from quintet.embeddings.models import Model
from quintet.maps import colouring as paint
from quintet.maps import neighbour_graph
from quintet.maps.stored_maps import MapConfig


@pytest.fixture
def sources(demo) -> list[Model]:
    """The demo's five nets."""
    return [one for one in cache.embedded("demo") if not one.backbone.spec.hand_made]


@pytest.fixture
def held(sources):
    """Their maps, joined."""
    return drawn.joined("demo", sources, MapConfig())


def test_neighbours_are_those_of_the_stored_graph(held, sources, demo):
    row = 7
    for seen in neighbours.nearest(held, sources, row):
        graph = neighbour_graph.get("demo", seen.source, demo)
        at = graph.ids.index(held.ids[row].as_py())
        wanted = [graph.ids[near] for near in graph.neighbours[at, :10]]
        assert [held.ids[one].as_py() for one in seen.rows] == wanted
        assert seen.alike == pytest.approx(graph.similarity[at, :10])


def test_who_is_alone_and_what_is_shared_are_counted_by_sets(held, sources):
    found = neighbours.nearest(held, sources, 20)
    sets = [set(one.rows.tolist()) for one in found]
    for (a, first), (b, second) in combinations(enumerate(found), 2):
        assert neighbours.common(first, second) == (len(sets[a] & sets[b]), 10)
    for at, own in enumerate(sets):
        others = set().union(*(one for n, one in enumerate(sets) if n != at))
        assert neighbours.alone(found, at) == own - others
    assert neighbours.alone(found[:1], 0) == set()


def test_growth_adds_the_five_nearest_of_each(held, sources, demo):
    chosen, source = np.array([3, 40]), sources[0]
    graph = neighbour_graph.get("demo", source, demo)
    wanted = {3, 40}
    for row in chosen:
        at = graph.ids.index(held.ids[row].as_py())
        wanted |= set(held.rows([graph.ids[near] for near in graph.neighbours[at, :5]]).tolist())
    assert neighbours.grown(held, source, chosen).tolist() == sorted(wanted)
    assert neighbours.grown(held, source, np.array([], np.int64)).tolist() == []


def test_a_selection_is_counted_by_class_and_by_answer(held, sources):
    chosen = np.arange(0, 84, 3)
    words = [held.ids[row].as_py().partition("_")[0] for row in chosen]
    for one in class_counts.counted(held, sources, chosen):
        assert one.selected == words.count(one.name)
        for source, n in zip(sources, one.said, strict=True):
            said = drawn.said(held, source)
            assert n == sum(said.classes[said.index[row]] == one.name for row in chosen)


def test_the_table_of_counts_says_untrained_and_escapes_markup(held, sources):
    found = class_counts.counted(held, sources, np.arange(4))
    text = class_counts.table(
        held, sources, [*found, class_counts.Counted("<b>bold</b>", 1, 2, found[0].said)]
    )
    assert text.count("untrained</span>") == sum(one.untrained for one in sources)
    assert "<b>bold</b>" not in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text


@pytest.mark.parametrize("kind", [export.CSV, export.PARQUET])
def test_a_file_names_who_is_untrained_and_holds_each_tracks_own_answer(held, sources, kind):
    chosen = np.array([70, 2, 33])
    file = taken.file(held, sources, chosen, kind)
    if kind == export.CSV:
        lines = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))
    else:
        lines = pq.read_table(file).to_pylist()
    assert {line["id"] for line in lines} == {held.ids[row].as_py() for row in chosen}
    for source in sources:
        name = source.backbone.spec.title + (" (untrained)" if source.untrained else "") + " says"
        said = drawn.said(held, source)
        for line in lines:
            row = int(held.rows([line["id"]])[0])
            assert line[name] == said.classes[said.index[row]]
            assert float(line[f"{name}, probability"]) == pytest.approx(said.sure[row], abs=1e-4)


def test_a_playlist_names_the_sound_of_each(held, sources):
    text = taken.file(held, sources, np.array([1, 2]), export.PLAYLIST).read().decode()
    assert text.startswith("#EXTM3U")
    assert text.count("#EXTINF") == 2


def test_confidence_and_answers_are_each_backbones_own(held, sources):
    said = colourings.painted(held, sources, Wanted(SAID))
    sure = colourings.painted(held, sources, Wanted(SURE))
    right = colourings.painted(held, sources, Wanted(RIGHT))
    for at, source in enumerate(sources):
        run = cache.run("demo", source, drawn.runs.Rules("demo"))
        row = {name: n for n, name in enumerate(run.ids)}
        order = [row[name] for name in held.ids.to_pylist()]
        assert [said.names[n] for n in said.values[at]] == run.predicted[order].tolist()
        assert sure.numbers[at] == pytest.approx(run.probabilities.max(axis=1)[order], abs=1e-6)
        assert (right.values[at] == 0).tolist() == run.right[order].tolist()


def test_disagreement_counts_the_trained_and_says_whom(held, sources):
    made = colourings.painted(held, sources, Wanted(APART))
    assert made.values.shape == (84,)
    assert (made.numbers >= 0).all() and (made.numbers <= 1).all()
    named = made.about.partition("answers of ")[2].partition(":")[0].split(", ")
    every = colourings.voters("demo", sources)
    assert named == [one.backbone.spec.title for one in every]
    assert not any(one.untrained for one in every)


def test_neighbourhoods_that_part_are_1_minus_what_they_share(held, sources, demo):
    a, b = sources[:2]
    made = colourings.painted(held, sources, Wanted(PARTED, f"{a.key}~{b.key}"))
    first, second = (neighbour_graph.get("demo", one, demo) for one in (a, b))
    for row in (0, 41, 83):
        name = held.ids[row].as_py()
        near = [
            {graph.ids[n] for n in graph.neighbours[graph.ids.index(name), :10]} for graph in (first, second)
        ]
        assert made.numbers[row] == pytest.approx(1 - len(near[0] & near[1]) / 10)


def test_clusters_come_largest_first_and_are_the_same_again(held, sources):
    wanted = Wanted(CLUSTER, sources[0].key, 4)
    made = colourings.painted(held, sources, wanted)
    sizes = np.bincount(made.values, minlength=4)[:4]
    assert sizes.sum() == 84
    assert (np.diff(sizes) <= 0).all()
    assert colourings._make(held, sources, wanted).values.tolist() == made.values.tolist()


def test_words_and_numbers_of_a_column_are_each_tracks_own(held):
    tracks = cache.some("demo", held.ids.to_pylist())
    wanted = [tracks[name] for name in held.ids.to_pylist()]
    assert colour_columns.words(held, "labels").to_pylist() == [one.labels[0] for one in wanted]
    assert colour_columns.words(held, "style").to_pylist() == [one.columns["style"] for one in wanted]
    assert colour_columns.numbers(held, "tempo").tolist() == [one.columns["tempo"] for one in wanted]
    assert colour_columns.carries(held, ["labels"], "calm").tolist() == [
        "calm" in one.labels for one in wanted
    ]


def test_a_picture_without_webgl_has_each_points_name_or_number(held, sources):
    kept = fallback_chart.sample(84, np.array([], int))
    label = colourings.painted(held, sources, Wanted(colourings.LABEL))
    assert (
        fallback_chart.frame(held, label, 0, kept)["said"].tolist()
        == colour_columns.words(held, "labels").to_pylist()
    )
    tempo = colourings.painted(held, sources, Wanted("column-tempo"))
    step = (tempo.high - tempo.low) / paint.STEPS
    found = fallback_chart.frame(held, tempo, 1, kept)["said"].to_numpy()
    assert found == pytest.approx(
        np.clip(colour_columns.numbers(held, "tempo"), tempo.low, tempo.high), abs=step
    )
    none, some = np.array([], int), np.arange(0, 25_000, 1_000)
    assert len(fallback_chart.sample(25_000, none)) == 5_000
    assert fallback_chart.sample(25_000, none).tolist() == fallback_chart.sample(25_000, none).tolist()
    assert set(some) <= set(fallback_chart.sample(25_000, some))


def test_what_a_map_shares_with_others_counts_the_trained(held, sources, demo):
    voters = colourings.voters("demo", sources)
    assert len(voters) > 1
    made = panels.Drawing(held, tuple(sources), MapConfig(), colourings.painted(held, sources, Wanted(LABEL)))
    said = panels.view(made, Said(Wanted(LABEL), "off", True, ""), None, None)["panels"]
    for source, panel in zip(sources, said, strict=True):
        graph = neighbour_graph.get("demo", source, demo)
        others = [neighbour_graph.get("demo", one, demo) for one in voters if one.key != source.key]
        shares = [neighbour_graph.overlap(graph, other, 10)[1].mean() for other in others]
        assert panel.figure == f"{np.mean(shares):.2f}"
        assert "Untrained controls are not counted" in panel.about
