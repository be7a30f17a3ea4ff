"""Judging and reading many signed files at once: one here, the others in processes of their own.

Judging a file keeps one processor busy, and the threads of one Python process share one. A dossier that comes alone is
judged here, at once. When several come together (a batch), helpers are started and take the rest; a helper that dies
costs time only. Does not: judge differently; every helper is a ``StrictChecker`` over the same trust folder.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TypeVar

from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import CheckedDocument, ExpectedSignature

Answer = TypeVar("Answer")


class HelpedChecker:
    """Fulfils ``PdfChecker``."""

    def __init__(
        self, trust_dir: Path, titles: Mapping[str, str], helpers: int | None = None, *, pinned: Path | None = None
    ) -> None:
        self._own = StrictChecker(FolderTrustStore(trust_dir, pinned), titles)
        self._arguments = (trust_dir, dict(titles), pinned)
        self._helpers = helpers or os.cpu_count() or 1
        self._busy_here = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()

    def check(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """As ``StrictChecker.check``."""
        return self._here_or_there(lambda: self._own.check(pdf, expected), _check, pdf, tuple(expected))

    def amounts(self, pdf: bytes) -> Mapping[str, str]:
        """As ``StrictChecker.amounts``."""
        return self._here_or_there(lambda: self._own.amounts(pdf), _amounts, pdf)

    def _here_or_there(self, here: Callable[[], Answer], there: Callable[..., Answer], *words: object) -> Answer:
        if self._busy_here.acquire(blocking=False):
            try:
                return here()
            finally:
                self._busy_here.release()
        pool = self._open()
        try:
            return pool.submit(there, *words).result()
        except BrokenProcessPool:
            self._close(pool)
            return here()

    def _open(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                # Not forked: this process has threads.
                self._pool = ProcessPoolExecutor(
                    self._helpers, get_context("spawn"), initializer=_begin, initargs=self._arguments
                )
            return self._pool

    def _close(self, broken: ProcessPoolExecutor) -> None:
        with self._starting:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


_checker: StrictChecker


def _begin(trust_dir: Path, titles: Mapping[str, str], pinned: Path | None) -> None:
    """First thing in a helper: Ctrl-C is the worker's to handle, and no helper outlives it."""
    global _checker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    _checker = StrictChecker(FolderTrustStore(trust_dir, pinned), titles)


def _end_with_the_worker() -> None:
    worker = parent_process()
    if worker is not None:
        worker.join()
        os._exit(0)


def _check(pdf: bytes, expected: tuple[ExpectedSignature, ...]) -> CheckedDocument:
    return _checker.check(pdf, expected)


def _amounts(pdf: bytes) -> dict[str, str]:
    return dict(_checker.amounts(pdf))
