"""Signatures go first, and side effects wait for them no longer than they may."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from backend.worker.rush import Rush
from tests.support.servers import eventually


def _in_a_thread(work: Callable[[], None]) -> Future[None]:
    pool = ThreadPoolExecutor(1)
    waiting = pool.submit(work)
    pool.shutdown(wait=False)
    return waiting


def _come(rush: Rush, count: int) -> None:
    for _ in range(count):
        rush.come()


def test_who_finds_a_hand_free_makes_nobody_wait() -> None:
    rush = Rush(hands=2)
    _come(rush, 2)

    assert _in_a_thread(rush.let_pass).result(60) is None


@pytest.mark.parametrize("ending", [lambda rush: rush.gone(), lambda rush: rush.end()])
def test_side_effects_wait_until_a_hand_is_free_again_or_the_worker_goes_home(ending: Callable[[Rush], None]) -> None:
    rush = Rush(hands=2, longest_s=3600)
    _come(rush, 3)
    waiting = _in_a_thread(rush.let_pass)
    eventually(lambda: rush._over._waiters, what="it waits")  # type: ignore[attr-defined]
    assert not waiting.done()

    ending(rush)

    assert waiting.result(60) is None


def test_a_rush_without_end_holds_nothing_up_for_ever() -> None:
    rush = Rush(hands=2, longest_s=0)
    _come(rush, 1000)

    assert _in_a_thread(rush.let_pass).result(60) is None
