"""P12: how soon the four screens that count stand on a phone, as Lighthouse simulates it: slow 4G, a processor four
times slower. Median of five; a single run on a shared machine says nothing.

Lighthouse starts every run with an empty cache, so this is a first visit; logged-in screens get the session by header.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.bench import Goal, report
from tests.e2e.desk import CA_PASSWORD, Desk
from tests.e2e.phones import CHIEF, HOLDER, MAKER
from tests.support.servers import ROOT, Instance, Sandbox, closing, program

PWA = ROOT / "pwa"
RUNS = 5
TRIES = 2
"""The browser itself sometimes ends without a report; a second time is a fault."""
CHROMIUM = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
LCP_S = {"inbox": 1.3, "login": 1.6, "review": 1.6, "waiting": 1.6}


@dataclass(frozen=True, slots=True)
class Look:
    """What one run of Lighthouse said."""

    lcp_s: float
    """Largest contentful paint."""
    tbt_ms: float
    """Total blocking time."""
    shift: float
    """Cumulative layout shift."""
    performance: float
    accessibility: float
    best_practices: float
    """Scores from 0 to 100."""
    kb: float
    """Everything that crossed the wire."""
    faults: frozenset[str]
    """Audits outside performance that found something."""


def look(url: str, cookie: str, folder: Path) -> Look:
    """One run."""
    out = folder / "report.json"
    command = ["node", str(PWA / "node_modules/lighthouse/cli/index.js"), url, "--quiet", "--output=json"]
    command += [f"--output-path={out}", "--throttling-method=simulate", f"--chrome-flags={CHROMIUM}"]
    command += ["--only-categories=performance,accessibility,best-practices"]
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    env = {**os.environ, "CHROME_PATH": program("chromium")}
    for attempt in range(TRIES):
        done = subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=240)
        if done.returncode == 0:
            return _read(json.loads(out.read_text(encoding="utf-8")))
        print(f"{url}: run {attempt + 1} came to nothing: {done.stderr[-400:]}", file=sys.stderr)
    raise RuntimeError(f"no picture of {url} in {TRIES} tries")


def _read(said: Mapping[str, Any]) -> Look:
    audits, scores = said["audits"], said["categories"]
    graded = [each["id"] for name in ("accessibility", "best-practices") for each in scores[name]["auditRefs"]]
    return Look(
        lcp_s=audits["largest-contentful-paint"]["numericValue"] / 1000,
        tbt_ms=audits["total-blocking-time"]["numericValue"],
        shift=audits["cumulative-layout-shift"]["numericValue"],
        performance=scores["performance"]["score"] * 100,
        accessibility=scores["accessibility"]["score"] * 100,
        best_practices=scores["best-practices"]["score"] * 100,
        kb=audits["total-byte-weight"]["numericValue"] / 1024,
        faults=frozenset(name for name in graded if audits[name]["score"] not in (None, 1)),
    )


class House:
    """The installation that is looked at, and its people."""

    def __init__(self, instance: Instance, sandbox: Sandbox) -> None:
        self._base, self._sandbox = instance.base_url, sandbox
        self._maker = Desk(self._base, MAKER)
        self._chief, self._holder = Desk(self._base, CHIEF.username), Desk(self._base, HOLDER.username)
        for _ in range(10):
            self._submitted()
        self.cookie = "; ".join(f"{one['name']}={one['value']}" for one in self._chief.cookies)

    def _submitted(self) -> dict[str, Any]:
        return self._maker.submits(self._maker.drafts(), self._chief.id)

    @contextmanager
    def address(self, name: str) -> Iterator[str]:
        """Where that screen stands; a request to sign is a new one each time, since it lives five minutes."""
        if name == "review":
            yield f"{self._base}/chung-tu/{self._submitted()['id']}"
        elif name == "waiting":
            signing = self._chief.signs(self._submitted(), self._holder.id, CA_PASSWORD)
            yield f"{self._base}/ky/{self._chief.until(signing, 'waiting')['id']}"
            for prompt in self._sandbox.waiting(CHIEF.login):
                self._sandbox.control(f"/_control/transactions/{prompt['id']}/approve", {})
        else:
            yield f"{self._base}/"


def sizes() -> tuple[float, float]:
    """Initial script and first view in KB, as the build weighs them."""
    said = subprocess.run(["node", "build/size-report.mjs"], cwd=PWA, capture_output=True, text=True, check=False)
    found = re.search(r"initial script ([\d.]+) KB.*first view ([\d.]+) KB", said.stdout)
    assert found, said.stdout + said.stderr
    return float(found[1]), float(found[2])


def middle(looks: Sequence[Look], what: str) -> float:
    return statistics.median(getattr(one, what) for one in looks)


def goals_of(name: str, looks: Sequence[Look]) -> list[Goal]:
    return [
        Goal(f"{name}: largest paint, s", middle(looks, "lcp_s"), LCP_S[name]),
        Goal(f"{name}: blocked, ms", middle(looks, "tbt_ms"), 60),
        Goal(f"{name}: layout shift", middle(looks, "shift"), 0.01),
        Goal(f"{name}: performance", middle(looks, "performance"), 98, at_least=True),
        Goal(f"{name}: accessibility", middle(looks, "accessibility"), 100, at_least=True),
        Goal(f"{name}: best practices", middle(looks, "best_practices"), 95, at_least=True),
    ]


def main() -> bool:
    with tempfile.TemporaryDirectory() as folder, closing(Sandbox(Path(folder))) as sandbox:
        (home := Path(folder) / "house").mkdir()
        with closing(Instance(home, sandbox).prepare()) as instance:
            instance.web()
            instance.worker()
            found: dict[str, list[Look]] = {}
            house = House(instance, sandbox)
            # The rounds go through all screens in turn, so that a busy minute spoils one run of each and no median.
            for _ in range(RUNS):
                for name in LCP_S:
                    with house.address(name) as url:
                        cookie = "" if name == "login" else house.cookie
                        one = look(url, cookie, Path(folder))
                        found.setdefault(name, []).append(one)
                        print(f"{name}: {one.lcp_s:.2f} s, {one.tbt_ms:.0f} ms, {one.shift:.4f}", file=sys.stderr)
    script, view = sizes()
    goals = [Goal("initial script, KB", script, 12), Goal("first view, KB", view, 60)]
    goals += [goal for name, looks in found.items() for goal in goals_of(name, looks)]
    facts = {f"{name}: on the wire": f"{middle(looks, 'kb'):.0f} KB" for name, looks in found.items()}
    faults = {name: ", ".join(sorted(looks[-1].faults)) or "nothing" for name, looks in found.items()}
    facts |= {f"{name}: found fault with": what for name, what in faults.items()}
    measured = {f"{name}: largest paint": [one.lcp_s for one in looks] for name, looks in found.items()}
    return report("p12", measured, goals, **facts)


if __name__ == "__main__":
    sys.exit(not main())
