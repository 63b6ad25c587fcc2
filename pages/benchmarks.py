"""Benchmarks: who is ahead, whether that is settled, and the clips behind every confusion."""

import streamlit as st

from pages.parts import bench, confusion, html, sidebar, tables
from pages.parts.guard import guard


def page() -> None:
    """Verdict, leaderboard, how the same clips split, two confusions and their difference, a cell's clips."""
    dataset, head = sidebar.dataset(), st.container()
    board = bench.board(dataset, bench.without(dataset))
    left, right = head.columns([5, 1], vertical_alignment="center")
    left.html(html.title("Benchmarks", board.about))
    file = f"{board.name}.csv"
    right.download_button("CSV", bench.csv(board), file, "text/csv", icon=":material/download:")
    st.html(html.headline(board.verdict, small=True, definition=bench.HOW))
    st.html(tables.leaderboard(board.standings, board.chance, bench.HEADERS))
    st.html(html.note(board.foot))
    confusion.confusions(board)


with guard():
    page()
