"""Benchmark runs as a document for an appendix: JSON, CSV, Markdown, a LaTeX table, one HTML file."""

import csv as tables
import io
import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from importlib.metadata import version

import quintet
from quintet.catalogue.export import formula_safe_row
from quintet.charts.intervals import intervals
from quintet.datasets.base import Facts, Protocol
from quintet.evaluation.runs import Run
from quintet.stats.metrics import Interval
from quintet.stats.significance import Pair

LIBRARIES = ("numpy", "scipy", "scikit-learn")
_SPECIAL = {**{c: f"\\{c}" for c in "&%$#_{}"}, "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
            "\\": r"\textbackslash{}"}  # fmt: skip
_STYLE = (
    "body{font:14px/20px system-ui,sans-serif;color:#34322e;background:#faf9f7;max-width:1000px;"
    "margin:32px auto;padding:0 16px}h1,h2{color:#1c1b19}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #e5e2db;padding:6px 12px 6px 0;text-align:left;vertical-align:top}"
    "td.n{font-variant-numeric:tabular-nums;white-space:nowrap}.untrained{color:#8a5a00}svg{height:auto;max-width:100%}"
)


@dataclass(frozen=True)
class Section:
    """A further table of the report: words alone, the untrained ones named so."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def document(
    shown: Sequence[Run], scores: Mapping[str, Mapping[str, Interval]], pairs: Sequence[Pair],
    rule: Protocol, facts: Facts,
) -> dict:  # fmt: skip
    """Everything needed to read, and to repeat, these runs; scores and intervals are fractions."""
    first = shown[0]
    return {
        "dataset": first.dataset, "title": facts.title, "classes": list(first.classes),
        "protocol": rule.name, "says": rule.says, "probe": first.rules.probe, "seed": first.rules.seed,
        "without": first.rules.without, "only": first.among,
        "versions": {"quintet": quintet.__version__, "python": platform.python_version(),
                     **{name: version(name) for name in LIBRARIES}},
        "results": [_result(run, scores[run.source.key]) for run in shown],
        "comparisons": [{"a": pair.a, "b": pair.b, **asdict(pair.difference), "corrected": pair.corrected}
                        for pair in pairs],
    }  # fmt: skip


def _result(run: Run, scores: Mapping[str, Interval]) -> dict:
    spec, source = run.source.backbone.spec, run.source
    return {
        "backbone": source.key, "title": spec.title, "state": source.state, "untrained": source.untrained,
        "fingerprint": source.fingerprint, "layer": spec.layer, "values": spec.dim, "licence": spec.licence,
        "trained_on": [] if source.untrained else list(spec.trained_on), "n": len(run.ids),
        "notes": list(run.notes), "scores": {name: asdict(value) for name, value in scores.items()},
    }  # fmt: skip


def with_sections(made: dict, sections: Sequence[Section]) -> dict:
    """The document with further tables behind its own."""
    return {**made, "sections": [asdict(one) for one in sections]}


def as_json(made: dict) -> str:
    """The document itself."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def as_csv(made: dict) -> str:
    """One row a backbone, each score with the ends of its interval; "untrained" is True or False."""
    rules = {name: made[name] for name in ("dataset", "protocol", "probe", "seed", "without", "only")}
    rows = []
    for one in made["results"]:
        row = {**rules, **{name: one[name] for name in ("backbone", "untrained", "fingerprint", "n")}}
        for name, value in one["scores"].items():
            row |= {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
        rows.append(row)
    text = io.StringIO()
    writer = tables.writer(text, lineterminator="\n")
    writer.writerows(formula_safe_row(row) for row in (rows[0], *(row.values() for row in rows)))
    return text.getvalue()


def as_markdown(made: dict) -> str:
    """A table of scores, one of comparisons, and what they were made with."""
    names = _names(made)
    head = ["Backbone", *names, "n", "Fingerprint"]
    rows = [[_titled(one), *(_span(one["scores"][name]) for name in names), str(one["n"]), one["fingerprint"]]
            for one in made["results"]]  # fmt: skip
    parts = [f"# {_markdown(made['title'])}, {_markdown(made['protocol'])}", *_said(made), _piped(head, rows)]
    if made["comparisons"]:
        parts += ["## Comparisons", _piped(_AGAINST, [_against(one) for one in made["comparisons"]])]
    for one in made.get("sections", ()):
        parts += [f"## {_markdown(one['title'])}", _piped(one["head"], one["rows"])]
    return "\n\n".join(parts) + "\n"


def as_latex(made: dict) -> str:
    """A table for a paper: values in percent, the interval behind each; needs no package."""
    names = _names(made)
    rows = [" & ".join([_tex(_titled(one)), *(_tex(_span(one["scores"][name])) for name in names)]) + r" \\"
            for one in made["results"]]  # fmt: skip
    head = " & ".join(["Backbone", *map(_tex, names)]) + r" \\"
    lines = [r"\begin{table}", rf"\caption{{{_tex(' '.join(_said(made)))}}}",
             rf"\begin{{tabular}}{{l{'r' * len(names)}}}", r"\hline", head, r"\hline", *rows, r"\hline",
             r"\end{tabular}", r"\end{table}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def as_html(made: dict, shown: Sequence[Run]) -> str:
    """One file that needs nothing else: the first score drawn as SVG, all of it as tables, no script."""
    names = _names(made)
    drawn = intervals(
        shown, {one["backbone"]: Interval(**one["scores"][names[0]]) for one in made["results"]}
    )
    head = ["Backbone", *names, "n", "Trained on", "Licence", "Fingerprint"]
    rows = [[_titled(one), *(_span(one["scores"][name]) for name in names), str(one["n"]),
             ", ".join(one["trained_on"]) or "nothing", one["licence"], one["fingerprint"]]
            for one in made["results"]]  # fmt: skip
    title = escape(f"{made['title']}, {made['protocol']}")
    parts = [
        f"<h1>{title}</h1>",
        *(f"<p>{escape(text)}</p>" for text in _said(made)),
        drawn,
        _table(head, rows),
    ]
    if made["comparisons"]:
        against = [_against(one) for one in made["comparisons"]]
        parts += ["<h2>Comparisons</h2>", _table(_AGAINST, against)]
    for one in made.get("sections", ()):
        parts += [f"<h2>{escape(one['title'])}</h2>", _table(one["head"], one["rows"], numbers=False)]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


_AGAINST = ["A", "B", "A minus B, points", "p", "p after Holm", "n", "Groups"]


def _against(one: dict) -> list[str]:
    gap = f"{one['value'] * 100:.1f} ({one['low'] * 100:.1f} to {one['high'] * 100:.1f})"
    return [one["a"], one["b"], gap, f"{one['p']:.4f}", f"{one['corrected']:.4f}", str(one["n"]),
            str(one["groups"])]  # fmt: skip


def _said(made: dict) -> list[str]:
    probe = f"{made['probe']} probe, seed {made['seed']}"
    without = f", without the list {made['without']}" if made["without"] else ""
    only = f", only the clips of the selection {made['only']}" if made["only"] else ""
    held = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
    return [
        f"{made['says'].capitalize()}; {probe}{without}{only}.",
        "Percent, with 95 % intervals by a bootstrap over groups of related clips. Untrained backbones run "
        "on random weights: controls, compared with nothing.",
        f"Made with {held}.",
    ]


def _names(made: dict) -> list[str]:
    return list(made["results"][0]["scores"])


def _titled(one: dict) -> str:
    return f"{one['title']} (untrained)" if one["untrained"] else one["title"]


def _span(value: dict) -> str:
    return f"{value['value'] * 100:.1f} ({value['low'] * 100:.1f} to {value['high'] * 100:.1f})"


def _piped(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    escaped = [[_markdown(cell) for cell in line] for line in (head, *rows)]
    lines = [escaped[0], ["---"] * len(head), *escaped[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _markdown(text: str) -> str:
    """A text that a person named, as it stands, on one line: what would be markup is escaped."""
    return re.sub(r"([\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w))", r"\\\1", " ".join(text.split()))


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = True) -> str:
    cell_of = '<td class="n">' if numbers else "<td>"
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f'<tr{" class=untrained" if row[0].endswith("(untrained)") else ""}>'
        + "".join(f"{cell_of}{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )  # fmt: skip
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
