"""Colours and marks as plain facts: tokens, sixteen class colours, two scales, and the shape of every mark.

A colour is a pair: on the light page, on the dark page. A backbone's own colour and mark stand in its Spec.
"""

from collections.abc import Sequence

Pair = tuple[str, str]

TOKENS: dict[str, Pair] = {
    "page": ("#faf9f7", "#121214"),
    "sidebar": ("#f4f2ee", "#0d0d0f"),
    "card": ("#ffffff", "#19191c"),
    "sunk": ("#f1efea", "#202024"),  # tracks, code, the chosen row or segment
    "chosen": ("#e5e2db", "#1f1f23"),  # the current page in the navigation
    "line": ("#e5e2db", "#29292e"),
    "strong": ("#d3cfc6", "#3b3b42"),  # inputs, buttons, dashed edges
    "ink": ("#1c1b19", "#f4f2ee"),  # headings, values
    "text": ("#34322e", "#d6d3cd"),
    "mute": ("#625e57", "#a6a39c"),  # labels, the second sentence
    "faint": ("#706b61", "#8b8883"),  # times, axes
    "action": ("#1c1b19", "#f0ede7"),  # primary button, tick, play
    "on-action": ("#ffffff", "#141416"),
    "amber": ("#8a5a00", "#f0bd58"),  # the word untrained and flags, nothing else
    "amber-ground": ("#fdf3dc", "#2b2314"),
    "amber-edge": ("#ecd69f", "#54431f"),
    "good": ("#24734a", "#5cc28d"),
    "bad": ("#b3261e", "#ff8a80"),
    "wave": ("#cfcac0", "#3d3d44"),
    "played": ("#34322e", "#e4e1da"),
    "hatch": ("rgb(28 27 25 / 16%)", "rgb(244 242 238 / 17%)"),  # the stripes of what is untrained
}

# In the order of a dataset's label list. Smallest CIEDE2000 between any two: 10.6 light, 9.6 dark.
CLASSES: tuple[Pair, ...] = (
    ("#5b7c8a", "#8398b0"),
    ("#b23a32", "#e8605c"),
    ("#bd8d22", "#f0c04f"),
    ("#a787cf", "#d2b0fb"),
    ("#19645f", "#92ccc4"),
    ("#613502", "#9e652d"),
    ("#8c2047", "#c83e6b"),
    ("#7a8c59", "#d9e9b1"),
    ("#4356cb", "#456eca"),
    ("#597047", "#a2c08b"),
    ("#7f417e", "#93618f"),
    ("#40403c", "#7c7c7c"),
    ("#bf5c24", "#f38f61"),
    ("#4d9ea4", "#87eaf1"),
    ("#739689", "#cce9d8"),
    ("#a16e6f", "#c48e99"),
)
OTHERS: Pair = TOKENS["faint"]  # every class from the seventeenth on

SEQUENTIAL: tuple[Pair, ...] = (("#f1efea", "#202024"), ("#96acbc", "#3a5c76"), ("#1c2c3e", "#f0e8d6"))
# A scale for points on a card, low to high: three anchors joined in OKLab at even steps (0.069 to 0.076 in
# light, 0.065 to 0.067 in dark), so that lightness only falls, or only rises. No stop is paler than 3:1
# against the card, as SEQUENTIAL's first is, which shows an area but no point.
RAMP: tuple[Pair, ...] = (
    ("#a4906f", "#4d7593"),
    ("#7a8c8b", "#67889c"),
    ("#4d839c", "#829ba5"),
    ("#406c84", "#9caeae"),
    ("#34556b", "#b8c1bb"),
    ("#284054", "#d4d4c8"),
    ("#1c2c3e", "#f0e8d6"),
)
DIVERGING: tuple[Pair, ...] = (("#1f5a8a", "#7db4e6"), ("#dce1e3", "#2c323b"), ("#8f5010", "#f0b45e"))

# Outlines in a 16 x 16 box.
MARKS: dict[str, str] = {
    "circle": "M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6Z",
    "diamond": "M8 .8 15.2 8 8 15.2.8 8Z",
    "square": "M2.2 2.2h11.6v11.6H2.2Z",
    "triangle-up": "M8 1.4 15.2 14.2H.8Z",
    "triangle-down": "M8 14.6.8 1.8h14.4Z",
    "plus": "M5.7 1.2h4.6v4.5h4.5v4.6h-4.5v4.5H5.7v-4.5H1.2V5.7h4.5Z",
    "star": "M8 .6l2.2 5 5.4.5-4.1 3.6 1.2 5.3L8 12.2 3.3 15l1.2-5.3L.4 6.1l5.4-.5Z",
}


def class_colours(classes: Sequence[str]) -> dict[str, Pair]:
    """Each class's colour by its place in the label list; the seventeenth and later share `OTHERS`."""
    return {name: CLASSES[i] if i < len(CLASSES) else OTHERS for i, name in enumerate(classes)}


def mark_svg(mark: str, colour: str, hollow: bool = False) -> str:
    """One mark as an SVG document. Hollow, the sign of untrained, is drawn within the same 16 x 16 box."""
    paint = f'fill="{colour}"'
    if hollow:  # 1.9 of stroke at 0.8375 of the size keeps the outer edge where the solid mark has it
        paint = (
            f'fill="none" stroke="{colour}" stroke-width="1.9" transform="translate(1.3 1.3) scale(.8375)"'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<path d="{MARKS[mark]}" {paint} stroke-linejoin="round"/></svg>'
    )
