"""PostgreSQL, Redis, the sandbox CA, web and worker: real processes on free ports in their own folders, ended by pid.

A missing program skips the test with a reason; with ``CI=true`` it fails it instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest
import requests

from tests.support import foundations

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60.0
_POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)

T = TypeVar("T")


def eventually(question: Callable[[], T], deadline_s: float = DEADLINE_S, what: str = "") -> T:
    """The first true answer, asked until the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"it never happened: {what or question}")
        time.sleep(0.03)


_TAKEN: set[int] = set()


def free_port() -> int:
    """A port nobody listens at, never given twice in this process."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _TAKEN:
            _TAKEN.add(port)
            return port


def program(name: str, folders: Sequence[Path] = ()) -> str:
    """The full path of a program; skips (or, with CI=true, fails) the test when this machine has none."""
    path = ":".join([*map(str, folders), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        reason = f"{name} is not installed on this machine"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(found)


class Process:
    """One child process with its log. Signals go to its pid and nowhere else."""

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str], **options: Any) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._env = dict(env)
        self._options = options
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, **env: str) -> Process:
        """Start; ``env`` holds for this start only."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env | env, stdout=log, stderr=log, **self._options
            )
        return self

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def status(self) -> int | None:
        """Exit status; negative for a signal; None while it runs."""
        return None if self._child is None else self._child.poll()

    def send(self, number: int) -> None:
        assert self._child is not None
        self._child.send_signal(number)

    def kill(self) -> None:
        """Sudden death, as by a power cut."""
        if self.running:
            self.send(signal.SIGKILL)
        self.wait()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End in order; by force when it does not."""
        if not self.running:
            return
        self.send(number)
        try:
            self.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait(self, deadline_s: float = DEADLINE_S) -> int:
        assert self._child is not None
        return self._child.wait(deadline_s)

    def ready(self, question: Callable[[], bool]) -> Process:
        """Wait until it answers; shows its log when it ended instead.

        One that answered and then died was ready: a worker told to die may do so between two looks.
        """

        def answers() -> bool:
            running = self.running
            if question():
                return True
            if not running:
                raise AssertionError(f"{self.name} ended with {self.status}:\n{self.tail()}")
            return False

        eventually(answers, what=f"{self.name} answers")
        return self

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


def _http_ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


class PostgreSQL:
    """A cluster of its own: quick because nothing of it outlives the tests; durable enough to be killed and come
    back.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kkb-pg-"))
        self.port = free_port()
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        initdb = program("initdb", _POSTGRESQL)
        subprocess.run(
            [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **as_user,
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "on" if durable else "off",
            "shared_buffers": "32MB",
            "max_connections": "300",
        }
        command = [program("postgres", _POSTGRESQL), "-D", str(data), "-p", str(self.port)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.process = Process("postgresql", command, self.folder / "log", {"PATH": os.environ["PATH"]}, **as_user)
        self.start()

    def start(self) -> None:
        self.process.start().ready(self._answers)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo("postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def conninfo(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database; returns its URL."""
        name = f"kkb_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def restart_at_once(self) -> None:
        """``pg_ctl restart -m immediate``: no checkpoint, every connection cut."""
        self.process.stop(signal.SIGQUIT)
        self.start()

    def close(self) -> None:
        self.process.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A server of its own without files."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--dir", str(folder)]
        self.process = Process("redis", command, folder / "redis.log", {"PATH": os.environ["PATH"]})
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process.start().ready(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stop()


class Sandbox:
    """The sandbox CA and the phones of its subscribers."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.port = free_port()
        self.folder = folder
        self.since = ""
        """When it last forgot, by its own clock."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
        clean.pop("APP_ENV", None)
        # A CA without habits: what goes wrong in a test is what the test asked for.
        quiet = {"SANDBOX_FAULT_RATE": "0", "SANDBOX_LATENCY": "0"}
        own = {"DATA_DIR": str(folder), "SANDBOX_PORT": str(self.port), **quiet, **env}
        self.process = Process(
            "sandbox", [sys.executable, "-m", "backend.sandbox"], folder / "sandbox.log", clean | own
        )
        foundations.lay(folder)
        self.process.start().ready(lambda: _http_ok(f"{self.url}/_control/health"))
        foundations.keep(folder)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def control(self, path: str, body: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.url}{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def ledger(self, **question: str | Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """What the CA was asked, whom it prompted, what it signed: the witness."""
        answer = requests.get(f"{self.url}/_ledger", params=question, timeout=30)
        found: dict[str, list[dict[str, Any]]] = answer.json()
        return found

    def waiting(self, login: str) -> list[dict[str, Any]]:
        """Prompts on this person's phone, newest first."""
        found = self.control(f"/_control/transactions?uid={login}&status=waiting", method="GET")
        return sorted(found, key=lambda each: each["created"], reverse=True)

    def fault(self, provider: str, login: str | None, at: str, kind: str, **more: Any) -> None:
        self.control("/_control/faults", {"provider": provider, "uid": login, "at": at, "kind": kind, **more})

    def decides(self, provider: str, login: str | None, decide: str, after_ms: int = 0) -> None:
        """Let the phone answer by itself: ``approve``, ``refuse`` or ``ask``."""
        self.control("/_control/policy", {"provider": provider, "uid": login, "decide": decide, "after_ms": after_ms})

    def forgets(self) -> None:
        """No staged fault, open prompt or locked account of an earlier test is left."""
        self.since = self.control("/_control/settle", {})["now"]

    def later(self, seconds: float) -> None:
        self.control("/_control/clock", {"advance_s": seconds})

    def close(self) -> None:
        self.process.stop()


class Instance:
    """One installation: web processes and workers over one database and one folder."""

    def __init__(
        self,
        folder: Path,
        sandbox: Sandbox,
        database_url: str | None = None,
        redis_url: str | None = None,
        born: Callable[[str, list[str], Path, Mapping[str, str]], Process] = Process,
    ) -> None:
        self.folder = folder
        self._born = born
        self.sandbox = sandbox
        self.database_url = database_url or f"sqlite:///{folder}/ky-kho-bac.sqlite3"
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in {"APP_ENV", "CRASH_AT"}},
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url or "",
            "SANDBOX_PORT": str(sandbox.port),
            "PORT": str(free_port()),
            "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
            "VIETTEL_POLL_INTERVAL_S": "0.2",
            "VNPT_POLL_INTERVAL_S": "0.2",
        }
        self.processes: list[Process] = []

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """``python -m backend.cli …`` to its end, with all it said."""
        log = self.folder / "command.log"
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "backend.cli", *words]
        status = self._born("command", command, log, self.env).start().wait(120)
        done = subprocess.CompletedProcess(command, status, log.read_text(encoding="utf-8"))
        if check:
            done.check_returncode()
        return done

    def prepare(self) -> Instance:
        """Migrate and fill with the demo world."""
        for words in (("migrate",), ("seed",)):
            done = self.command(*words, check=False)
            assert done.returncode == 0, done.stdout
        return self

    def web(self, port: int | None = None, **env: str) -> Process:
        """A web process that answers. The first one takes the installation's own port."""
        port = port or int(self.env["PORT"])
        command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "32"]
        command += ["--no-control-socket", "--graceful-timeout", "2", "--keep-alive", "75"]
        command += ["-b", f"127.0.0.1:{port}", "backend.wsgi:app"]
        process = self._born(f"web-{port}", command, self.folder / f"web-{port}.log", self.env)
        self.processes.append(process)
        return process.start(**env).ready(lambda: _http_ok(f"http://127.0.0.1:{port}/api/health"))

    def worker(self, **env: str) -> Process:
        """A worker process that has reported for work."""
        number = len(self.processes)
        process = self._born(
            f"worker-{number}",
            [sys.executable, "-m", "backend.cli", "worker"],
            self.folder / f"worker-{number}.log",
            self.env,
        )
        self.processes.append(process)
        return process.start(**env).ready(lambda: "worker.started" in process.tail(5000))

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.env['PORT']}"

    def close(self) -> None:
        """End everything; logs stay in the folder."""
        for process in reversed(self.processes):
            if process.running:
                process.send(signal.SIGCONT)
            process.stop()


@contextmanager
def closing(thing: T) -> Iterator[T]:
    """``close`` at the end, whatever happens."""
    try:
        yield thing
    finally:
        thing.close()  # type: ignore[attr-defined]
