"""Runs every benchmark and writes one table and one JSON: ``python -m tests.benchmarks [p1 p8 …]``.

A benchmark is a module ``p<number>.py`` in a folder below this one, run in a process of its own so that none inherits
another's warm caches; it writes ``results/p<number>.json`` by ``bench.report``. The machine is described once.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.bench import RESULTS, machine

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAME = re.compile(r"(?:.*_)?p(\d+)")


def modules(wanted: Sequence[str] = ()) -> dict[str, str]:
    """Module by name of the benchmark, in the order of the goals."""
    found = {}
    for path in HERE.rglob("*.py"):
        match = NAME.fullmatch(path.stem)
        if match is not None:
            found[int(match[1])] = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return {f"p{number}": found[number] for number in sorted(found) if not wanted or f"p{number}" in wanted}


def main(wanted: Sequence[str]) -> bool:
    results: dict[str, dict[str, Any]] = {}
    print(machine())
    for name, module in modules(wanted).items():
        file = RESULTS / f"{name}.json"
        before = file.stat().st_mtime_ns if file.exists() else 0
        ended = subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=False).returncode
        if file.exists() and file.stat().st_mtime_ns != before:
            results[name] = json.loads(file.read_text(encoding="utf-8"))
        else:
            results[name] = {"goals": [], "error": f"ended with {ended} and wrote nothing"}
    _table(results)
    whole = {"machine": machine(), "results": {name: _without_machine(each) for name, each in results.items()}}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "all.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return all("error" not in each and all(goal["met"] for goal in each["goals"]) for each in results.values())


def _table(results: dict[str, dict[str, Any]]) -> None:
    print(f"\n{'':5}{'goal':<68}{'measured':>10}{'limit':>9}")
    for name, result in results.items():
        for goal in result["goals"]:
            sign = "met" if goal["met"] else "MISSED"
            print(f"{name:5}{goal['what'][:66]:<68}{goal['ratio']:>10.3f}{goal['limit']:>9g}  {sign}")
        if "error" in result:
            print(f"{name:5}{result['error']}")


def _without_machine(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "machine"}


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
