"""Many independent pieces of work over the cores: each on one thread, so that any number finds the same."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from quintet.errors import QuintetError

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parallel_map(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int
) -> Iterator[tuple[int, Result]]:
    """(place of the item, its result) as they are done, in this process for one worker or one item.

    `work` is a function of a module, and with items and results goes from process to process. Leaving the
    loop early stops what is under way. Raises as `work`, and QuintetError where a process was killed.
    """
    if workers < 2 or len(items) < 2:
        for index, item in enumerate(items):
            yield index, work(item)
        return
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # a fork would copy threads that hold locks
    pool = ProcessPoolExecutor(min(workers, len(items)), mp_context=context, initializer=_init_worker)
    futures = {pool.submit(work, item): index for index, item in enumerate(items)}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenProcessPool as error:
        raise QuintetError(
            f"One of {workers} working processes was killed, most often for lack of memory. What was "
            "finished is kept; close other programs, then run the same command again."
        ) from error
    finally:
        early = not all(submitted.done() for submitted in futures)
        started = set(multiprocessing.active_children()) - before
        pool.shutdown(wait=not early, cancel_futures=True)
        for process in started if early else ():
            process.terminate()


def _init_worker() -> None:
    """One thread for linear algebra and torch; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
