"""Report: the shown runs as one file to take along, with everything needed to repeat them."""

import streamlit as st

from dashboard.components import declare
from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.views.benchmarks.report_sections import sections
from dashboard.widgets import html
from dashboard.widgets.url_state import buttons
from quintet import wording
from quintet.charts import report
from quintet.charts.intervals import intervals
from quintet.charts.look import token
from quintet.wording import Headline

FORM = "form"  # in the address
HOLDS = (
    "Protocol, probe, seed, versions, fingerprints, scores with intervals, comparisons, and of the "
    "other tests what was measured."
)
FORMS = {"md": "Markdown", "tex": "LaTeX", "csv": "CSV", "json": "JSON", "html": "HTML"}
MIME = {"md": "text/markdown", "tex": "application/x-tex", "csv": "text/csv", "json": "application/json",
        "html": "text/html"}  # fmt: skip


def show(shown: Board) -> None:
    """What the report holds, the forms it comes in, and the chosen one to read."""
    made = files(shown)
    runs = wording.count(len(shown.runs), "runs")
    controls = sum(run.source.untrained for run in shown.runs)
    told = f"{wording.count(controls, 'untrained controls')} among them, marked." if controls else ""
    st.html(html.headline(Headline(f"{runs} as a file to attach.", told, shown.about), small=True))
    name = NAMED[shown.metrics[0]]
    with st.container(border=True, key="card-figure"):
        st.html(html.section(f"{name} as a figure"))
        figure(shown)
    form = buttons(FORM, FORMS, "Form")
    st.download_button(
        f"Download {FORMS[form]}", made[form], f"{shown.name}.{form}", MIME[form], icon=":material/download:"
    )
    st.html(html.note(HOLDS))
    if form == "html":
        st.iframe(made["html"], height=620)
    else:
        language = {"md": "markdown", "tex": "latex", "json": "json", "csv": None}[form]
        st.code(made[form], language=language, height=620)


def figure(shown: Board) -> None:
    """Every backbone's score with its interval, to be saved as SVG or PNG."""
    first = shown.metrics[0]
    scores = {key: found[first] for key, found in shown.study.scores.items()}
    drawn = intervals(shown.runs, scores)
    title = f"{NAMED[first]} of {wording.count(len(shown.runs), 'runs')} with 95 % intervals"
    data = {"svg": drawn, "name": shown.name, "ground": token("page", False), "title": title}
    declare("figure")(data=data, key="report-figure")


def files(shown: Board) -> dict[str, str]:
    """The report in every form, by the ending of its file."""
    scores = shown.study.scores
    made = report.with_sections(
        report.document(shown.runs, scores, shown.study.pairs, shown.protocol, shown.facts), sections(shown)
    )
    return {
        "md": report.as_markdown(made), "tex": report.as_latex(made), "csv": report.as_csv(made),
        "json": report.as_json(made), "html": report.as_html(made, shown.runs),
    }  # fmt: skip
