"""Tables to figures: bars, a heat map, a tree as rings, small maps. What draws is imported when asked for."""

from quintet.charts.bar import Bar, bars, histogram, stacked
from quintet.charts.grid import Cell, heat
from quintet.charts.minimap import MOST, mini_map, ring
from quintet.charts.tree import Node, rings

__all__ = ["MOST", "Bar", "Cell", "Node", "bars", "heat", "histogram", "mini_map", "ring", "rings", "stacked"]
