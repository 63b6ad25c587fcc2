"""Report: every form holds the same numbers, names what it was made with, and marks what is untrained."""

import csv
import io
import json
import xml.etree.ElementTree as tree
from dataclasses import replace

import pytest

import quintet
from dashboard.views.benchmarks import ensemble, report, report_sections
from dashboard.widgets import backbone_picker
from quintet.evaluation import runs, stored_ensemble
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


@pytest.fixture
def made(demo):
    shown = board(demo)
    return shown, report.files(shown)


def span(value) -> str:
    return f"{value.value * 100:.1f} ({value.low * 100:.1f} to {value.high * 100:.1f})"


def test_the_document_says_what_is_needed_to_repeat_it(made):
    shown, forms = made
    found = json.loads(forms["json"])
    assert (found["protocol"], found["probe"], found["seed"]) == ("demo", "logistic", 0)
    assert found["versions"]["quintet"] == quintet.__version__
    for one, run in zip(found["results"], shown.runs, strict=True):
        assert one["fingerprint"] == run.source.fingerprint
        assert one["untrained"] == run.source.untrained
        assert one["scores"]["accuracy"]["value"] == pytest.approx(run.right.mean())
    assert found["comparisons"][0]["corrected"] == shown.study.pairs[0].corrected


def test_the_rows_are_the_runs(made):
    shown, forms = made
    rows = list(csv.DictReader(io.StringIO(forms["csv"])))
    assert [row["backbone"] for row in rows] == [run.source.key for run in shown.runs]
    for row, run in zip(rows, shown.runs, strict=True):
        assert float(row["accuracy"]) == pytest.approx(run.right.mean())
        assert row["untrained"] == str(run.source.untrained)


@pytest.mark.parametrize("form", ["md", "tex", "html"])
def test_every_form_to_read_has_all_scores_and_the_word_untrained(made, form):
    shown, forms = made
    controls = sum(run.source.untrained for run in shown.runs)
    assert controls and forms[form].count("(untrained)") >= controls
    for scores in shown.study.scores.values():
        assert span(scores["accuracy"]) in forms[form]
    assert "seed 0" in forms[form]


def test_the_page_of_html_stands_alone_and_its_figure_is_well_formed(made):
    shown, forms = made
    text = forms["html"]
    assert "<script" not in text and "src=" not in text and "@import" not in text and "url(" not in text
    figure = tree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    lines = [one for one in figure.iter("{http://www.w3.org/2000/svg}line") if one.get("stroke-width") == "2"]
    assert len(lines) == len(shown.runs)
    dashed = [one.get("stroke-dasharray") is not None for one in lines]
    assert dashed == [run.source.untrained for run in shown.runs]


def test_names_that_mean_something_to_a_format_are_written_out(made):
    shown, _ = made
    forms = report.files(replace(shown, protocol=replace(shown.protocol, says="50 % of a_b & <c> | d")))
    assert r"50 \% of a\_b \& <c> | d" in forms["tex"]
    assert "50 % of a_b &amp; &lt;c&gt; | d" in forms["html"]


def test_every_form_has_its_button(demo):
    text = html(opened(view="report", form="tex"))
    assert "6 runs as a file to attach." in text
    app = opened(view="report", form="csv")
    assert app.code[0].value.startswith("dataset,protocol,probe,seed,without,only,backbone")
    assert not app.error


def test_tags_are_reported_by_their_own_scores(here, monkeypatch):
    source = tag_runs(here, monkeypatch)
    app = opened(dataset=TAGGED, view="report")
    found = runs.scores(runs.get(TAGGED, source, runs.Rules("mtat-all"), here))
    assert span(found["roc_auc_macro"]) in app.code[0].value
    assert "roc_auc_macro" in app.code[0].value


def test_every_form_to_read_holds_what_else_was_measured(own):
    shown = board(own)
    stored_ensemble.get("demo", ensemble.chosen(shown), shown.rules, own)
    forms = report.files(shown)
    titles = [one["title"] for one in json.loads(forms["json"])["sections"]]
    assert titles == ["Accuracy of every fold and every seed", "Answering as one",
                      "What each adds to the average"]  # fmt: skip
    for title in titles:
        assert f"## {title}" in forms["md"] and f"<h2>{title}</h2>" in forms["html"]
    controls = [backbone_picker.named(run.source) for run in shown.runs if run.source.untrained]
    table = json.loads(forms["json"])["sections"][0]["rows"]
    assert {row[0] for row in table} >= set(controls) and all("(untrained)" in name for name in controls)


def test_published_scores_are_in_the_report_with_their_source(demo):
    shown = board(demo)
    rules = replace(shown.rules, protocol="gtzan-ff")
    moved = tuple(replace(run, rules=rules) for run in shown.runs)
    first = report_sections._published(replace(shown, rules=rules, study=replace(shown.study, runs=moved)))
    assert first.title == "Published under the same protocol"
    assert any("79.7 %" in row and "random weights here" in " ".join(row) for row in first.rows)
    assert report_sections._published(shown) is None
