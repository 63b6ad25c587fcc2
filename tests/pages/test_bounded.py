"""Memory by size: the oldest goes first, and what nobody asks for is let go."""

from dashboard.runtime.lru import Bounded


def test_what_was_not_asked_for_the_longest_goes_first():
    held = Bounded(100)
    held.put("a", 1, 40)
    held.put("b", 2, 40)
    held.get("a")
    held.put("c", 3, 40)
    assert (held.get("a"), held.get("b"), held.get("c")) == (1, None, 3)
    assert held.size == 80


def test_the_newest_stays_however_large():
    held = Bounded(100)
    held.put("a", 1, 40)
    held.put("b", 2, 400)
    assert (held.get("a"), held.get("b"), held.size) == (None, 2, 400)


def test_a_value_put_again_counts_once():
    held = Bounded(100)
    held.put("a", 1, 40)
    held.put("a", 2, 50)
    assert (held.get("a"), held.size) == (2, 50)


def test_what_nobody_asked_for_in_a_while_is_let_go():
    now = [0.0]
    held = Bounded(100, idle=10.0, clock=lambda: now[0])
    held.put("a", 1, 40)
    held.put("b", 2, 40)
    now[0] = 8.0
    held.get("b")
    now[0] = 12.0
    assert (held.get("a"), held.get("b")) == (None, 2)
    now[0] = 30.0
    held.get("c")
    assert held.size == 0
