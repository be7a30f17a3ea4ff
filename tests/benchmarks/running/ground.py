"""One throw-away installation to measure: sandbox CA, web and worker as real processes, on SQLite or PostgreSQL.

Everything lies under one folder and ends with the ``with`` block. Knocks travel as they do in life: a datagram on one
machine with SQLite, Redis between the processes with PostgreSQL.
"""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[3]
PG_BIN = Path("/usr/lib/postgresql/15/bin")
PATIENCE_S = 60.0


class NeverAnswered(RuntimeError):
    """A process did not come up. Recover: read its log, which the message names."""


@dataclass(slots=True)
class Ground:
    """Where everything is, and what runs."""

    folder: Path
    env: dict[str, str]
    port: int
    sandbox_port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def web(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    def cpu_s(self) -> dict[str, float]:
        """Processor seconds each process and its children have used so far."""
        return {name: sum(_cpu_s(pid) for pid in _tree(each.pid)) for name, each in self.processes.items()}

    def memory_mb(self, name: str) -> float:
        """Resident memory of a process and its children."""
        return sum(_resident(pid) for pid in _tree(self.processes[name].pid)) / 1024**2


@contextmanager
def ground(database: str, **settings: str) -> Iterator[Ground]:
    """A migrated installation with its sandbox; ``start_house`` starts web and worker when the people are in."""
    with ExitStack() as stack:
        # ground for sockets and data alike: short enough for the path of a unix socket, readable for the user postgres
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kkb-bench-")))
        folder.chmod(0o755)
        port, sandbox_port, redis_port = free_port(), free_port(), free_port()
        here = Ground(folder, {}, port, sandbox_port)
        stack.callback(_end, here)
        here.env = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "SANDBOX_FAULT_RATE": "0",
            "SANDBOX_LATENCY": "0",
            "PYTHONWARNINGS": "ignore",
            **settings,
        }
        (folder / "data").mkdir()
        if database == "postgresql":
            _start_postgresql(here)
            _start(here, "redis", ["redis-server", "--port", str(redis_port), "--save", "", "--dir", str(folder)])
            here.env["REDIS_URL"] = f"redis://localhost:{redis_port}/0"
        _start(here, "sandbox", [sys.executable, "-m", "backend.sandbox"])
        subprocess.run([sys.executable, "-m", "backend.cli", "migrate"], cwd=ROOT, env=here.env, check=True)
        wait_for(lambda: _answers(f"{here.sandbox}/_control/health"), here, "sandbox")
        try:
            yield here
        except Exception:
            for log in sorted(folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
            raise


def start_house(here: Ground, *, web: Sequence[str] = (), workers: int = 1) -> None:
    """Start gunicorn with ``web`` as further words, and the workers."""
    command = [
        str(Path(sys.executable).parent / "gunicorn"),
        *(web or ("-k", "gthread", "-w", "1", "--threads", "256", "--worker-connections", "2000")),
        *(
            "--no-control-socket",
            "--graceful-timeout",
            "1",
            "--keep-alive",
            "75",
            "--backlog",
            "4096",
            "-b",
            f"127.0.0.1:{here.port}",
        ),
        "backend.wsgi:app",
    ]
    _start(here, "web", command)
    for number in range(workers):
        _start(here, f"worker{number}" if workers > 1 else "worker", [sys.executable, "-m", "backend.cli", "worker"])
    wait_for(lambda: _answers(f"{here.web}/api/health"), here, "web")


def _start_postgresql(here: Ground) -> None:
    """A cluster of its own on a unix socket, owned by postgres because initdb refuses root; durable as in life."""
    home = here.folder / "pg"
    home.mkdir()
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    os.chown(home, owner.pw_uid, owner.pw_gid)
    words = {"user": owner.pw_uid, "group": owner.pw_gid} if os.getuid() == 0 else {}
    initdb = [str(PG_BIN / "initdb"), "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=home, **words)
    serve = [str(PG_BIN / "postgres"), "-D", str(home / "data"), "-k", str(home), "-c", "listen_addresses="]
    _start(here, "postgresql", [*serve, "-c", "max_connections=200"], cwd=home, **words)
    probe = [str(PG_BIN / "psql"), "-h", str(home), "-U", "postgres", "-c", "select 1"]
    wait_for(lambda: subprocess.run(probe, capture_output=True).returncode == 0, here, "postgresql")
    here.env["DATABASE_URL"] = f"postgresql+psycopg://postgres@/postgres?host={home}"


def _start(here: Ground, name: str, command: Sequence[str], cwd: Path = ROOT, **words: int) -> None:
    log = (here.folder / f"{name}.log").open("wb")
    here.processes[name] = subprocess.Popen(command, cwd=cwd, env=here.env, stdout=log, stderr=log, **words)
    log.close()


def _end(here: Ground) -> None:
    for name, each in reversed(here.processes.items()):
        each.send_signal(signal.SIGINT if name == "postgresql" else signal.SIGTERM)
        try:
            each.wait(10)
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()


def wait_for(condition: object, here: Ground, name: str) -> None:
    """Until ``condition`` holds. Raises NeverAnswered with the end of the log of ``name``."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():  # type: ignore[operator]
        log = here.folder / f"{name}.log"
        if time.monotonic() > deadline or here.processes[name].poll() is not None:
            raise NeverAnswered(f"{name}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tree(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, ahead = [], [pid]
    while ahead:
        one = ahead.pop()
        found.append(one)
        ahead += children.get(one, [])
    return found


def _cpu_s(pid: int) -> float:
    """Of a process and its ended children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(fields[at]) for at in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Processor seconds between two readings."""
    return {name: after[name] - before.get(name, 0.0) for name in after}
