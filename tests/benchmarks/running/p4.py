"""P4: from the commit in one process to the knock at the screen, 3,000 screens on one web process; and none lost.

A grown web process (gevent) carries the three thousand. The embedded one (gthread, SQLite) gives every socket a thread
and is measured with the two hundred it lets in (``MOST_SOCKETS``).

The way is the real one: a business commit with ``notify``, the knock after it, a datagram (SQLite) or Redis
(PostgreSQL) to the web process, the person's room, the screen. Afterwards every screen loses its line at once while
commits go on; each connects again and asks for what it missed, as the app does.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from tests.benchmarks.bench import Goal, report
from tests.benchmarks.running.crowd import crowd
from tests.benchmarks.running.ground import ROOT, Ground, ground, start_house
from tests.benchmarks.running.people import house_of
from tests.benchmarks.running.screens import Screen, connect_all, drop_all

KNOCKS, A_SECOND = 2000, 50.0
AFTER_DROP = 500


@dataclass(frozen=True, slots=True)
class Setup:
    """One way to run the web process, and what it carries."""

    database: str
    mode: str
    words: tuple[str, ...]
    screens: int


SETUPS = {
    "gevent, PostgreSQL and Redis": Setup(
        "postgresql",
        "gevent",
        ("-k", "gevent", "--worker-connections", "5000"),
        int(os.environ.get("P4_SCREENS", "3000")),
    ),
    "gthread, SQLite": Setup(
        "sqlite", "threading", ("-k", "gthread", "--threads", "256", "--worker-connections", "2000"), 200
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one setup did."""

    latencies: list[float]
    """Seconds from commit to screen, while nobody was dropped."""
    unheard: int
    """Knocks that never came by socket while nobody was dropped."""
    lost: int
    """Events that neither the socket nor catching up brought."""
    connect_s: float
    again_s: float
    """For all to be connected again."""
    memory_mb: float
    """Resident memory of the web process."""


def run(setup: str) -> Run:
    how = SETUPS[setup]
    with ground(how.database, ASYNC_MODE=how.mode) as here:
        screens = crowd(here, house_of(here), how.screens)
        start_house(here, web=("-w", "1", *how.words), workers=0)
        return asyncio.run(_measure(here, screens))


async def _measure(here: Ground, screens: list[Screen]) -> Run:
    connect_s = await connect_all(here.port, screens)
    await _committed(here, screens, 100)
    await asyncio.sleep(1)
    for screen in screens:
        screen.heard.clear()
    moments = await _committed(here, screens, KNOCKS)
    await asyncio.sleep(1)
    heard = {knock.ref_id: knock.at_ns for screen in screens for knock in screen.heard}
    latencies = [(heard[ref_id] - at_ns) / 1e9 for ref_id, at_ns in moments.items() if ref_id in heard]
    memory = here.memory_mb("web")
    later = asyncio.create_task(_committed(here, screens, AFTER_DROP))
    await asyncio.sleep(2)
    drop_all(screens)
    again_s = await connect_all(here.port, screens)
    await later
    await asyncio.sleep(1)
    lost = await asyncio.to_thread(_lost, here, screens)
    return Run(latencies, len(moments) - len(latencies), lost, connect_s, again_s, memory)


async def _committed(here: Ground, screens: Sequence[Screen], count: int) -> dict[str, int]:
    """Reference and moment of commit of ``count`` knocks, by a process of its own."""
    task = {"user_ids": [screen.user_id for screen in screens], "count": count, "a_second": A_SECOND}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks.running.crowd",
        cwd=ROOT,
        env=here.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(task).encode())
    found: dict[str, int] = json.loads(out)
    return found


def _lost(here: Ground, screens: Sequence[Screen]) -> int:
    """Everybody asks for what came after the last number they heard; then the numbers must be whole from 1."""
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda screen: _missing(here, screen), screens))


def _missing(here: Ground, screen: Screen) -> int:
    answer = requests.get(f"{here.web}/api/events?after=0", headers={"Cookie": screen.cookie}, timeout=60)
    caught_up = {item["seq"] for item in answer.json()["items"]}
    seqs = caught_up | {knock.seq for knock in screen.heard}
    return answer.json()["seq"] - len(seqs)


def percentile(values: Sequence[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1]


def main(setups: Sequence[str] = tuple(SETUPS)) -> bool:
    goals, facts, measured = [], {}, {}
    for setup in setups:
        done = run(setup)
        p99 = percentile(done.latencies, 99) * 1000
        measured[setup] = done.latencies
        goals.append(Goal(f"p99 ms from commit to screen, {setup}", p99, 10))
        goals.append(Goal(f"events lost over a reconnect of all, {setup}", done.lost, 0))
        facts[setup] = (
            f"{SETUPS[setup].screens} screens; p50 {percentile(done.latencies, 50) * 1000:.1f}, "
            f"p95 {percentile(done.latencies, 95) * 1000:.1f}, p99 {p99:.1f} ms; {done.unheard} of {KNOCKS} not heard; "
            f"all connected in {done.connect_s:.1f} s, again in {done.again_s:.1f} s; web {done.memory_mb:.0f} MB"
        )
    return report("p4", measured, goals, **facts)


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:] or tuple(SETUPS)))
