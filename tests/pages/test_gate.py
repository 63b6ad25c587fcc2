"""The inference gate: strict order, places, and nothing that can leave it shut."""

import threading
from collections import Counter

import pytest

from dashboard.runtime.inference_gate import Gate
from tests.gated import SOON, Left, Visitor, nobody_waits, one_by_one, queue


@pytest.fixture
def gate() -> Gate:
    """A gate that looks after its visitors every 5 ms."""
    return Gate(beat=0.005)


def test_a_free_gate_opens_without_showing_a_place(gate):
    with gate.turn(nobody_waits):
        assert gate.waiting == 0
    with gate.turn(nobody_waits):
        assert gate.waiting == 0


def test_turns_come_in_the_order_they_were_asked_for(gate):
    one_by_one(queue(gate, 8))


def test_only_one_is_ever_inside(gate):
    inside, most, lock = Counter(), [], threading.Lock()

    def many_turns() -> None:
        for _ in range(30):
            with gate.turn(lambda place: None):
                inside["now"] += 1
                with lock:
                    most.append(inside["now"])
                inside["now"] -= 1

    threads = [threading.Thread(target=many_turns, daemon=True) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert len(most) == 360
    assert set(most) == {1}


def test_one_who_asks_again_stands_behind_those_who_waited(gate):
    """Three nets each of two visitors: the other's first goes before one's own second."""
    order = []

    def nets(name: str, mine: threading.Event, other: threading.Event) -> None:
        for n in range(3):
            with gate.turn(lambda place: mine.set()):
                order.append(f"{name}{n}")
                other.clear()
                assert n == 2 or other.wait(SOON)  # set again by the other while it waits behind this turn

    holder = queue(gate, 0)[0]
    a, b = threading.Event(), threading.Event()
    threads = [threading.Thread(target=nets, args=args, daemon=True) for args in (("a", a, b), ("b", b, a))]
    for thread, queued in zip(threads, (a, b), strict=True):
        thread.start()
        assert queued.wait(SOON)
    holder.finish()
    for thread in threads:
        thread.join(SOON)
    assert order == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_the_place_shown_counts_down_to_next(gate):
    first, second, third, last = queue(gate, 3)
    assert gate.waiting == 3
    for visitor, place in ((first, 2), (second, 1)):
        visitor.finish()
        assert last.stands_at(place)
    third.finish()
    assert last.inside.wait(SOON)
    assert gate.waiting == 0
    last.finish()
    assert last.places == sorted(last.places, reverse=True)


def test_a_visitor_is_looked_after_while_the_place_stays_the_same(gate):
    first, second = queue(gate, 1)
    seen = threading.Semaphore(0)
    third_places = []

    def show(place: int) -> None:
        third_places.append(place)
        seen.release()

    def wait() -> None:
        with gate.turn(show):
            pass

    third = threading.Thread(target=wait, daemon=True)
    third.start()
    assert all(seen.acquire(timeout=SOON) for _ in range(4))
    assert third_places[:4] == [2, 2, 2, 2]
    first.finish()
    second.finish()
    third.join(SOON)


@pytest.mark.parametrize("leaver", [1, 2, 3])
def test_who_leaves_frees_the_place_and_the_order_of_the_others_stays(gate, leaver):
    visitors = queue(gate, 3)
    gone = visitors.pop(leaver)
    gone.gone.set()
    gone.end()
    assert isinstance(gone.raised, Left)
    assert not gone.inside.is_set()
    assert gate.waiting == 2
    one_by_one(visitors)


@pytest.mark.parametrize("error", [ValueError("the net failed"), Left(), GeneratorExit(), SystemExit(1)])
def test_what_is_raised_inside_frees_the_gate_and_goes_on(gate, error):
    def work() -> None:
        raise error

    first, second = queue(gate, 1)
    first.work = work
    first.finish()
    assert first.raised is error
    assert second.inside.wait(SOON)
    second.finish()
    assert second.raised is None


def test_an_exception_while_waiting_leaves_the_gate_whole(gate):
    def leave(place: int) -> None:
        raise Left

    holder = queue(gate, 0)[0]
    with pytest.raises(Left), gate.turn(leave):
        pass
    assert gate.waiting == 0
    holder.finish()
    with gate.turn(nobody_waits):
        pass


def test_a_closed_generator_frees_the_gate(gate):
    def script():
        with gate.turn(nobody_waits):
            yield

    running = script()
    next(running)
    running.close()
    with gate.turn(nobody_waits):
        pass


def test_nobody_waits_for_a_thread_that_ended_without_leaving(gate):
    kept = []

    def enter_and_end() -> None:
        kept.append(gate.turn(nobody_waits))
        kept[0].__enter__()

    lost = threading.Thread(target=enter_and_end)
    lost.start()
    lost.join(SOON)
    after = Visitor(gate).start()
    assert after.inside.wait(SOON)
    kept[0].__exit__(None, None, None)  # late: it must not open the gate a second time
    another = Visitor(gate).start()
    assert another.stands_at(1)
    assert not another.inside.is_set()
    after.finish()
    another.finish()


def test_a_turn_within_a_turn_is_refused_instead_of_waiting_for_ever(gate):
    with (
        gate.turn(nobody_waits),
        pytest.raises(RuntimeError, match="already has a turn"),
        gate.turn(nobody_waits),
    ):
        pass
    with gate.turn(nobody_waits):
        pass


def test_a_turn_asked_for_while_waiting_is_refused(gate):
    def asks_again(place: int) -> None:
        with gate.turn(nobody_waits):
            pass

    holder = queue(gate, 0)[0]
    with pytest.raises(RuntimeError, match="already has a turn"), gate.turn(asks_again):
        pass
    holder.finish()


def test_two_gates_do_not_bar_each_other(gate):
    with gate.turn(nobody_waits), Gate().turn(nobody_waits):
        assert gate.waiting == 0


def test_work_apart_runs_on_the_same_thread_whoever_asks(gate):
    used = []

    def ask() -> None:
        with gate.turn(lambda place: None):
            used.append(gate.apart(threading.current_thread))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert len(used) == 5
    assert len(set(used)) == 1
    assert not set(used) & {*threads, threading.current_thread()}


def test_an_error_of_work_apart_reaches_who_asked_and_frees_the_gate(gate):
    def fails() -> None:
        raise ValueError("the net failed")

    with pytest.raises(ValueError, match="the net failed"), gate.turn(nobody_waits):
        gate.apart(fails)
    with gate.turn(nobody_waits):
        assert gate.apart(lambda: 5) == 5


def test_who_waits_for_work_is_told_how_long_it_runs(gate):
    told, enough = [], threading.Event()

    def tell(so_far: float) -> None:
        told.append(so_far)
        if len(told) == 3:
            enough.set()

    with gate.turn(nobody_waits):
        assert gate.apart(lambda: enough.wait(SOON), tell)
    assert told == sorted(told)
    assert told[0] > 0


def test_who_leaves_while_a_net_runs_is_free_at_once_and_the_next_begins_after_it(gate):
    begun, goes_on, order = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        goes_on.wait(SOON)
        order.append("the net of who left")

    def leaves(so_far: float) -> None:
        raise Left

    with pytest.raises(Left), gate.turn(nobody_waits):
        gate.apart(work, leaves)
    assert begun.wait(SOON)
    assert not order
    assert not gate.free  # so that nobody waits for it before their page is drawn
    with gate.turn(nobody_waits):
        told = []
        gate.apart(lambda: order.append("the next"), lambda so_far: (told.append(so_far), goes_on.set()))
    assert order == ["the net of who left", "the next"]
    assert gate.free


def test_work_apart_without_a_turn_is_refused(gate):
    with pytest.raises(RuntimeError, match="within turn"):
        gate.apart(lambda: 5)
