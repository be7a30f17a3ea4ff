"""Runs candidates in interleaved rounds and writes what was measured.

Machines are shared and noisy, so a claim is a ratio of medians of one run; absolute figures are context. Each round
calls every candidate once, in an order that turns from round to round. A candidate returns the seconds it measured
itself, or None to be timed from outside.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

Candidate = Callable[[int], "float | None"]
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Goal:
    """One claim about the medians."""

    what: str
    """The claim in words."""
    ratio: float
    """What was measured."""
    limit: float
    """The number it is held against."""
    at_least: bool = False
    """True when more is better."""

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def rounds(candidates: Mapping[str, Candidate], count: int = 15, warm_up: int = 3) -> dict[str, list[float]]:
    """Seconds of each candidate in ``count`` interleaved rounds after ``warm_up`` that do not count."""
    names = list(candidates)
    measured: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-warm_up, count):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            start = time.perf_counter()
            own = candidates[name](number)
            seconds = time.perf_counter() - start if own is None else own
            if number >= 0:
                measured[name].append(seconds)
    return measured


def median_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def report(name: str, measured: Mapping[str, Sequence[float]], goals: Sequence[Goal], **facts: object) -> bool:
    """Print one table and write one JSON under results/. True when every goal is met."""
    print(f"\n{name}  {machine()}")
    for candidate, seconds in measured.items():
        low, high = min(seconds) * 1000, max(seconds) * 1000
        print(f"  {candidate:<34}{median_ms(seconds):10.2f} ms  ({low:.2f}–{high:.2f}, n={len(seconds)})")
    for fact, value in facts.items():
        print(f"  {fact}: {value}")
    for goal in goals:
        sign = "≥" if goal.at_least else "≤"
        print(f"  {'met   ' if goal.is_met else 'MISSED'} {goal.what}: {goal.ratio:.3f} {sign} {goal.limit:g}")
    _write(name, measured, goals, facts)
    return all(goal.is_met for goal in goals)


def machine() -> str:
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    return (
        f"{platform.machine()} {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _write(
    name: str, measured: Mapping[str, Sequence[float]], goals: Sequence[Goal], facts: Mapping[str, object]
) -> None:
    RESULTS.mkdir(exist_ok=True)
    result = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "command": sys.argv,
        "median_ms": {candidate: median_ms(seconds) for candidate, seconds in measured.items()},
        "seconds": {candidate: list(seconds) for candidate, seconds in measured.items()},
        "goals": [{"what": goal.what, "ratio": goal.ratio, "limit": goal.limit, "met": goal.is_met} for goal in goals],
        "facts": {fact: str(value) for fact, value in facts.items()},
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
