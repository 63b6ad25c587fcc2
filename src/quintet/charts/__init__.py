"""Tables to figures: bars, a heat map, a tree as rings, small maps. What draws is imported when asked for."""

from quintet.charts.bar import Bar, bars, histogram, stacked
from quintet.charts.cost import PARAMETERS, SECONDS, Axis, Dot, cost
from quintet.charts.curve import Traced, traced
from quintet.charts.grid import Cell, heat
from quintet.charts.minimap import MOST, mini_map, ring
from quintet.charts.tree import Node, rings
from quintet.charts.trend import Trend, trend

__all__ = [
    "MOST", "PARAMETERS", "SECONDS", "Axis", "Bar", "Cell", "Dot", "Node", "Traced", "Trend", "bars", "cost",
    "heat", "histogram", "mini_map", "ring", "rings", "stacked", "traced", "trend",
]  # fmt: skip
