"""Processes born grown up: the code is imported once, and each child is forked from there.

A child is a process of its own like any other: it reads its own environment, opens its own database, log and sockets,
and is killed by its pid. Only the second and a half of importing is saved, which matters where hundreds are killed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import backend
import shared_schemas
from tests.support.servers import DEADLINE_S, ROOT, Process


class Nursery:
    """The mother of processes; speaks one JSON line each way."""

    def __init__(self) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **words: Any) -> Any:
        assert self._mother.stdin and self._mother.stdout
        self._mother.stdin.write(json.dumps(words) + "\n")
        self._mother.stdin.flush()
        return json.loads(self._mother.stdout.readline())

    def process(self, name: str, command: list[str], log: Path, env: Mapping[str, str]) -> Process:
        """In the place of ``Process``; ``command`` must be ``python -m <module> …``."""
        return Child(self, name, command, log, env)

    def close(self) -> None:
        """Ends every child that is left."""
        assert self._mother.stdin
        self._mother.stdin.close()
        self._mother.wait(DEADLINE_S)
        assert self._mother.stdout
        self._mother.stdout.close()


class Child(Process):
    """One forked process."""

    def __init__(self, nursery: Nursery, name: str, command: list[str], log: Path, env: Mapping[str, str]) -> None:
        super().__init__(name, command, log, env)
        self._nursery = nursery
        self.pid: int | None = None
        self._ended: int | None = None

    def start(self, **env: str) -> Process:
        self._ended = None
        words = {"argv": self._command[2:], "env": self._env | env, "log": str(self.log)}
        self.pid = self._nursery.ask(**words)
        return self

    @property
    def running(self) -> bool:
        return self.pid is not None and self.status is None

    @property
    def status(self) -> int | None:
        if self.pid is not None and self._ended is None:
            self._ended = self._nursery.ask(status_of=self.pid)
        return self._ended

    def send(self, number: int) -> None:
        if self.running:
            assert self.pid is not None
            os.kill(self.pid, number)

    def wait(self, deadline_s: float = DEADLINE_S) -> int:
        end = time.monotonic() + deadline_s
        while self.status is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(self._command, deadline_s)
            time.sleep(0.01)
        assert self._ended is not None
        return self._ended

    def kill(self) -> None:
        """Sudden death of the process and of all that it has forked itself."""
        if self.running:
            assert self.pid is not None
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


_LATE = ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "alembic.command", "engineio.async_drivers.threading")
"""What the libraries import only when they are at work."""


def _grown() -> Iterator[str]:
    """Every module of the house but those that are a process by being imported."""
    yield from _LATE
    for package in (backend, shared_schemas):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.startswith("backend.migrations") and each.name.rpartition(".")[2] not in {
                "wsgi",
                "__main__",
            }:
                yield each.name


def _mother() -> None:
    """Import, then fork on demand until nobody asks any more."""
    for name in _grown():
        importlib.import_module(name)
    # What is grown stays: no child looks through it again for rubbish, and no page of it is copied for that.
    gc.collect()
    gc.freeze()
    ended: dict[int, int | None] = {}
    for line in sys.stdin:
        words = json.loads(line)
        answer = _status(ended, words["status_of"]) if "status_of" in words else _born(ended, words)
        print(json.dumps(answer), flush=True)
    for pid in [pid for pid in ended if _status(ended, pid) is None]:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _status(ended: dict[int, int | None], pid: int) -> int | None:
    if ended[pid] is None:
        found, raw = os.waitpid(pid, os.WNOHANG)
        ended[pid] = os.waitstatus_to_exitcode(raw) if found else None
    return ended[pid]


def _born(ended: dict[int, int | None], words: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _live(words)
    ended[pid] = None
    return pid


def _live(words: Mapping[str, Any]) -> NoReturn:
    status = 1
    try:
        os.setsid()
        log = os.open(words["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open(os.devnull, os.O_RDONLY)
        for number, file in ((0, null), (1, log), (2, log)):
            os.dup2(file, number)
        os.environ.clear()
        os.environ.update(words["env"])
        sys.argv = words["argv"]
        sys.modules.pop(words["argv"][0], None)
        runpy.run_module(words["argv"][0], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _mother()
