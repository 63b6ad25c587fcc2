"""The sentences of the Agreement page. An untrained control takes part in none of them."""

from dashboard.views.agreement.board import FIRST, Board, alike
from quintet import wording
from quintet.similarity.disagreement import K
from quintet.similarity.pairs import Pair
from quintet.similarity.stored_similarity import PAIRED
from quintet.stats.metrics import Interval
from quintet.wording import Headline

HOW = (
    "The interval holds 95 % of 1,000 draws of whole groups of related tracks. Chance is what the same two "
    "give when the tracks of one are shuffled. All is taken of embeddings whose columns are standardised."
)


def number(value: float) -> str:
    """Two decimals, a true minus."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", wording.MINUS)


def span(value: Interval) -> str:
    """ "0.47 to 0.56"."""
    return f"{number(value.low)} to {number(value.high)}"


def headline(shown: Board, measure: str) -> Headline:
    """Which two trained backbones are the most alike by a measure, and which the least."""
    trained, noun = alike(shown.trained, measure), shown.facts.noun
    controls = _controls(shown)
    if not trained:
        return Headline(*_alone(shown), controls)
    best = trained[0]
    evidence = f"95 % interval {span(best.measures[measure])}, by chance {number(best.chance[measure])}."
    names, on = _names(shown, best), f"on {wording.count(best.n, noun)}."
    if len(trained) == 1:
        claim = f"{names} {_amount(best, measure, noun)}, {on}"
        return Headline(claim, "No other two here are trained.", f"{evidence} {controls}".strip())
    claim = f"{names} hear most alike: they {_amount(best, measure, noun)}, {on}"
    rest = f"{_names(shown, trained[-1])} least: {number(trained[-1].measures[measure].value)}."
    if unsettled := [one for one in trained[1:] if _reaches(one, best, measure)]:
        rest = f"{_names(shown, unsettled[0])} are too close to them to tell. {rest}"
    return Headline(claim, rest, f"{evidence} {controls}".strip())


def where(shown: Board, pair: Pair) -> str:
    """On which tracks a pair is judged, and what has to be said of it."""
    noun, a, b = shown.facts.noun, *shown.order(pair)
    parts = [f"{wording.count(pair.n, noun).capitalize()} both have heard."]
    heard = {one.key: one.n for one in shown.found.shapes}
    for key in (a, b):
        if heard.get(key, pair.n) > pair.n:
            parts.append(f"{shown.title(key)} has heard {heard[key]:,}.")
    if pair.judged < pair.n:
        parts.append(f"All but shared neighbours are taken of a fixed draw of {pair.judged:,}.")
    kind = "debiased, since there are fewer " if pair.debiased else "not debiased, since there are more "
    parts.append(f"CKA is {kind}{noun} than values.")
    if not pair.exact:
        parts.append("Neighbours were searched for, not all compared: a few may be missed.")
    return " ".join(parts)


def partial(shown: Board) -> str:
    """What is not measured of the ticked backbones, "" where everything is."""
    names = [shown.title(key) for key in shown.found.missing if key in shown.sources]
    count = sum("~" in key for key in shown.found.missing)
    if not shown.found.missing:
        return ""
    pairs = f"{wording.word(count).capitalize()} pair{'' if count == 1 else 's'}"
    of = f" and {', '.join(names)}" if names else ""
    return f"{pairs}{of} {'is' if count == 1 and not names else 'are'} not measured as they are now."


def _names(shown: Board, pair: Pair) -> str:
    return " and ".join(shown.title(key) for key in shown.order(pair))


def _amount(pair: Pair, measure: str, noun: str) -> str:
    value = pair.measures[measure].value
    if measure == FIRST:
        return f"share {K * value:.1f} of a {noun.removesuffix('s')}'s {K} nearest neighbours"
    title = PAIRED[measure].title
    return f"have a {title if title.isupper() else title.lower()} of {number(value)}".replace(
        "procrustes", "Procrustes"
    )


def _reaches(other: Pair, best: Pair, measure: str) -> bool:
    """Whether another pair's interval takes in the best one's value."""
    value = other.measures[measure]
    return value.low <= best.measures[measure].value <= value.high


def _alone(shown: Board) -> tuple[str, str]:
    trained = [key for key in shown.sources if not shown.untrained(key)]
    if len(shown.sources) == 1:
        title = shown.title(next(iter(shown.sources)))
        return f"Only {title} is here.", "Agreement takes two."
    if not trained:
        return "No trained backbone has heard this dataset.", ""
    if len(trained) == 1:
        return f"{shown.title(trained[0])} is the only trained backbone here.", "Agreement takes two."
    return f"No two trained backbones have been compared on the same {shown.facts.noun}.", ""


def _controls(shown: Board) -> str:
    many = len(shown.untrained(*shown.sources))
    if not many:
        return ""
    return f"{'Untrained controls are' if many > 1 else 'The untrained control is'} shown, not counted."
