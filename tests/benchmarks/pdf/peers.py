"""Other programs to compare with, each in its own throw-away environment, each answering one line for one line."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import venv
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent
HOME = Path(os.environ.get("BENCH_PEERS", str(Path(tempfile.gettempdir()) / "kkb-bench-peers")))
LIBPDF, WEASYPRINT, PYHANKO = "@libpdf/core@0.4.2", "weasyprint==70.0", "pyHanko[opentype]==0.38.0"


class Peer:
    """A long-lived process: one JSON line asks, one answers with the seconds it took."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout
        self._process.stdout.close()

    def run(self, **task: Any) -> float:
        """Seconds as the peer measured them."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the peer ended")
        return float(json.loads(line)["seconds"])


def libpdf() -> Peer:
    """@libpdf/core under Node."""
    home = HOME / "libpdf"
    if not (home / "node_modules" / "@libpdf").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private":true,"type":"module"}', encoding="utf-8")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", LIBPDF], cwd=home, check=True)
    (home / "peer.mjs").write_bytes((HERE / "libpdf_peer.mjs").read_bytes())
    return Peer(["node", "peer.mjs"], home)


def weasyprint() -> Peer:
    """WeasyPrint in its own virtual environment."""
    return _python_peer("weasyprint", WEASYPRINT)


def pyhanko() -> Peer:
    """pyHanko with the shaping library that its own Vietnamese stamps need, in its own virtual environment."""
    return _python_peer("pyhanko", PYHANKO)


def _python_peer(name: str, requirement: str) -> Peer:
    home = HOME / name
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", requirement], check=True)
    (home / "peer.py").write_bytes((HERE / f"{name}_peer.py").read_bytes())
    return Peer([str(python), "peer.py"], home)
