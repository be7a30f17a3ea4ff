"""The smoke client against real installations: the embedded one, and the grown one behind a round-robin."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FoundedOn
from tests.support.balancer import RoundRobin
from tests.support.servers import ROOT, Instance, Redis, Sandbox, closing, free_port

PATIENT_MS = "10000"
"""The test machine is shared; how quick the event is, the smoke run on a quiet one says."""


def _smoke(instance: Instance, base_url: str, out: Path) -> dict[str, object]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "backend.smoke", "--json", "--base-url", base_url, "--out", str(out)),
            *("--sandbox-url", instance.sandbox.url, "--people", str(instance.folder / "demo.json")),
            *("--event-limit-ms", PATIENT_MS),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    logs = "\n".join(process.tail(15) for process in instance.processes)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs}"
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_the_main_job_works_on_sqlite_with_one_web_process_and_one_worker(sandbox_ca: Sandbox, tmp_path: Path) -> None:
    with closing(Instance(tmp_path, sandbox_ca)) as instance:
        instance.prepare()
        instance.web()
        instance.worker()

        told = _smoke(instance, instance.base_url, tmp_path / "out")

        assert told["ok"]
        assert list((tmp_path / "out").glob("*.pdf"))
        assert instance.command("audit", check=False).returncode == 0


def test_the_main_job_works_grown_with_two_web_processes_and_two_workers(
    founded_on: FoundedOn, redis_server: Redis, tmp_path: Path
) -> None:
    instance = founded_on("postgresql", tmp_path, redis_server.url)
    with closing(instance), closing(RoundRobin()) as front:
        instance.env["PUBLIC_URL"] = front.url
        ports = [free_port(), free_port()]
        for port in ports:
            instance.web(port)
        instance.worker()
        instance.worker()
        front.over(*ports)

        told = _smoke(instance, front.url, tmp_path / "out")

        assert told["ok"]
        for process in instance.processes[:2]:
            assert "/api/" in process.tail(500), "each web process had its share"
        assert instance.command("audit", check=False).returncode == 0


def test_a_run_without_a_worker_fails_and_names_the_step(
    founded_on: FoundedOn, sandbox_ca: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend import smoke

    monkeypatch.setattr(smoke, "PATIENCE_S", 2.0)
    with closing(founded_on("sqlite", tmp_path)) as instance:
        instance.web()
        people = json.loads((tmp_path / "demo.json").read_text())["people"]
        run = smoke.Run(instance.base_url, people, smoke.Phones(sandbox_ca.url), event_limit_s=10)

        with pytest.raises(smoke.Failed):
            run.main_job(tmp_path / "out")

        assert run.at == "second signature: phone"
