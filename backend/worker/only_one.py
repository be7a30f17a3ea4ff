"""SQLite has one worker: a file lock that the operating system drops when the process dies, however it dies."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AnotherWorker(RuntimeError):
    """A worker is already at this database. Recover: stop it first; with PostgreSQL any number may work."""


def only_worker(folder: Path) -> IO[str]:
    """The held lock; it lasts as long as the returned file is open. Raises AnotherWorker."""
    file = (folder / "worker.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AnotherWorker(f"a worker already runs on {folder}") from error
    return file
