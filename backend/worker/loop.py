"""The worker: asks the CAs about open transactions, finishes what came back, and does the side effects.

One thread looks at the desk, one says that we live, a pool per provider talks to that CA (a slow one starves nobody
else) and a small pool embeds and settles. Between two polls a transaction lives in memory only: no database write, no
read. Whatever is in memory may be lost at any moment; the rows are the truth.
"""

from __future__ import annotations

import heapq
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import structlog

from backend.domain.errors import Fenced, RuleError, SystemBusy
from backend.domain.signing import SignStatus
from backend.services.house import House
from backend.services.sign.ask import Watch
from backend.services.sign.desk import HEARTBEAT, Claim, beat, claim, hurried, leave, look, register
from backend.services.sign.fence import Fence
from backend.services.sign.settle import finish
from backend.services.sign.step import GOES_ON, Due, step
from backend.services.sign.subject import Subjects
from backend.worker.rush import Rush

log = structlog.get_logger(__name__)

TICK_S = 0.1
"""How often the desk is looked at: the longest an approval waits for us before it is sent."""
MOST_OWNED = 6000
"""Transactions one worker holds at a time."""
WAITING_THREADS = 64
"""People a worker can wait for at once at a CA whose answer comes only after the person decided."""
KNOCKS_APART = timedelta(seconds=1)
"""However many knock, a CA is not asked about one request more often."""
HANDS = "hands"
MOST_HANDS = 4
"""Threads that embed and settle."""
MOST_TOGETHER = 8
"""Transactions of one prompt that a hand finishes with one commit; more would keep people waiting for the first."""


@dataclass(slots=True)
class _Task:
    fence: Fence
    provider: str
    watch: Watch | None
    due: datetime
    generation: int
    prompt: str
    status: SignStatus | None
    """Where it stood when it was claimed or looked at last; None: not known, or with the CA."""
    running: bool = False
    hurried: bool = False
    """Somebody knocked while it was running: what was asked then may be out of date already."""
    asked_at: datetime | None = None
    """When the last step began."""
    failures: int = 0


def _as_soon_as_allowed(task: _Task, now: datetime) -> datetime:
    """Now; but knocks, which anybody can send, make nobody ask a CA in a storm."""
    return now if task.asked_at is None else max(now, task.asked_at + KNOCKS_APART)


def stay_on(cores: frozenset[int]) -> None:
    """Keep the calling thread to these cores; none: wherever the system likes."""
    if cores:
        os.sched_setaffinity(0, cores)


def cores_of_this_process() -> frozenset[int]:
    """Empty where the system does not tell."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


class Worker:
    """One worker process. ``background`` are further loops that end when the stop event is set; they may let a
    ``rush`` of signatures pass.
    """

    def __init__(
        self,
        house: House,
        subjects: Subjects,
        background: Sequence[Callable[[threading.Event], None]] = (),
        *,
        threads_per_provider: int = 32,
        hands: int = MOST_HANDS,
        rush: Rush | None = None,
    ) -> None:
        self._house = house
        self._subjects = subjects
        self._background = background
        self._rush = rush or Rush(hands)
        self._id = house.chance.uuid()
        self._tasks: dict[str, _Task] = {}
        self._heap: list[tuple[datetime, int, str]] = []
        self._signed: deque[_Task] = deque()
        self._hands = hands
        self._generations = count()
        self._lock = threading.Lock()
        cores = cores_of_this_process()
        # Python runs one of the asking threads at a time anyway; spread over cores they spend more time handing the
        # interpreter from core to core than asking. A thread inherits the cores of its maker, so the hands say theirs.
        one = frozenset(sorted(cores)[os.getpid() % len(cores) :][:1]) if cores else cores
        self._pools: Mapping[str, ThreadPoolExecutor] = {
            **{
                slug: ThreadPoolExecutor(
                    WAITING_THREADS if provider.descriptor.asks_while_sending else threads_per_provider,
                    f"ask-{slug}",
                    stay_on,
                    (one,),
                )
                for slug, provider in house.providers.items()
            },
            HANDS: ThreadPoolExecutor(hands, HANDS, stay_on, (cores,)),
        }

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set, then let everything go."""
        register(self._house, self._id)
        threads = [threading.Thread(target=self._live, args=(stop,), name="heartbeat", daemon=True)]
        threads += [threading.Thread(target=self._keep, args=(work, stop), daemon=True) for work in self._background]
        for thread in threads:
            thread.start()
        log.info("worker.started", worker_id=self._id)
        while not stop.is_set():
            self._guarded("desk", self._tick)
            stop.wait(TICK_S)
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
        self._rush.end()
        self._guarded("leave", lambda: leave(self._house, self._id))

    def _keep(self, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
        """A background loop that fell over is started again: a locked database must not end the side effects."""
        while not stop.is_set():
            self._guarded("background", lambda: work(stop))
            stop.wait(1)

    def _live(self, stop: threading.Event) -> None:
        while not stop.wait(HEARTBEAT.total_seconds()):
            self._guarded("heartbeat", self._beat)

    def _beat(self) -> None:
        owned = {each.fence.transaction_id: each for each in beat(self._house, self._id)}
        with self._lock:
            forgotten = [each for id_, each in owned.items() if id_ not in self._tasks]
        # A row that is ours but in nobody's memory (its release failed in an outage) would be lost for ever.
        self._take(forgotten)

    def _tick(self) -> None:
        due, knocked = look(self._house, self._id)
        room = MOST_OWNED - len(self._tasks)
        if due and room > 0:
            self._take(claim(self._house, self._id, min(room, 200)))
        now = self._house.clock.now()
        for id_ in hurried(self._house, self._id) if knocked else ():
            self._hurry(id_, now)
        self._hand_out(now)

    def _take(self, claims: Sequence[Claim]) -> None:
        now = self._house.clock.now()
        with self._lock:
            for each in claims:
                known = self._tasks.get(each.fence.transaction_id)
                if known is not None and known.fence == each.fence:
                    continue
                task = _Task(each.fence, each.provider, None, now, next(self._generations), each.prompt, each.status)
                self._tasks[each.fence.transaction_id] = task
                self._push(task)

    def _push(self, task: _Task) -> None:
        task.generation = next(self._generations)
        heapq.heappush(self._heap, (task.due, task.generation, task.fence.transaction_id))

    def _hurry(self, id_: str, now: datetime) -> None:
        with self._lock:
            task = self._tasks.get(id_)
            if task is None:
                return
            task.hurried = task.running
            if not task.running:
                task.due = min(task.due, _as_soon_as_allowed(task, now))
                self._push(task)

    def _hand_out(self, now: datetime) -> None:
        with self._lock:
            while self._heap and self._heap[0][0] <= now:
                _, generation, id_ = heapq.heappop(self._heap)
                task = self._tasks.get(id_)
                if task is None or task.generation != generation or task.running:
                    continue
                task.running, task.asked_at = True, now
                if task.status in GOES_ON:
                    self._rush.come()
                    self._signed.append(task)
                    self._pools[HANDS].submit(self._finish)
                else:
                    self._pools[task.provider].submit(self._step, task)

    def _finish(self) -> None:
        """One hand takes its share of what is signed."""
        tasks = self._share()
        try:
            if not self._finished_together(tasks):
                for task in tasks:
                    self._step(task)
        finally:
            for _ in tasks:
                self._rush.gone()

    def _share(self) -> list[_Task]:
        """What one hand takes: one, or several of one prompt when more are there than hands. Empty: others took all."""
        with self._lock:
            share: list[_Task] = []
            most = min(MOST_TOGETHER, -(-len(self._signed) // self._hands))
            while len(share) < most and self._signed[0].prompt == (share or self._signed)[0].prompt:
                share.append(self._signed.popleft())
            return share

    def _finished_together(self, tasks: Sequence[_Task]) -> bool:
        """Whether all went well at once; if not, each is looked at anew and goes on alone."""
        if len(tasks) < 2 or any(task.status is not SignStatus.COLLECTED for task in tasks):
            return False
        try:
            finish(self._house, self._subjects, [task.fence for task in tasks])
        except Exception as error:  # nothing is lost: each goes on alone
            # What only befalls several at once never comes again, so it is told here with its trace.
            report = log.info if isinstance(error, RuleError) else log.exception
            report("worker.one_by_one", signing_id=tasks[0].fence.transaction_id, reason=type(error).__name__)
            for task in tasks:
                task.status = None
            return False
        for task in tasks:
            self._drop(task)
        return True

    def _step(self, task: _Task) -> None:
        try:
            due = step(self._house, self._subjects, task.fence, task.watch, task.status)
        except Fenced:
            self._drop(task)
        except Exception as error:  # the one place: whatever goes wrong, the transaction is tried again later
            self._again_later(task, error)
        else:
            self._next(task, due)

    def _again_later(self, task: _Task, error: Exception) -> None:
        task.failures += 1
        wait = min(2**task.failures, 30)
        report = log.warning if isinstance(error, SystemBusy) else log.exception
        report("worker.step_failed", signing_id=task.fence.transaction_id, failures=task.failures)
        self._next(task, Due(self._house.clock.now() + timedelta(seconds=wait)), failed=True)

    def _next(self, task: _Task, due: Due | None, *, failed: bool = False) -> None:
        if due is None:
            self._drop(task)
            return
        with self._lock:
            task.running = False
            task.due = min(due.at, _as_soon_as_allowed(task, self._house.clock.now())) if task.hurried else due.at
            task.hurried = False
            task.watch, task.status = due.watch, due.status
            task.failures = task.failures if failed else 0
            self._push(task)
        self._hand_out(self._house.clock.now())

    def _drop(self, task: _Task) -> None:
        with self._lock:
            if self._tasks.get(task.fence.transaction_id) is task:
                del self._tasks[task.fence.transaction_id]

    def _guarded(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            # The database may be away for a while; the next round tries again.
            log.exception("worker.round_failed", what=what)
