"""Judging many signed files at once, in processes beside the worker.

Judging a file keeps one processor busy, and the threads of one Python process share one. As long as files come one by
one they are judged here, at once. When one comes while another is being judged (a batch), helpers are started, and from
then on judge all; a helper that dies costs time only. Verdicts are remembered here, whoever found them. Does not: judge
differently; every helper is a ``StrictChecker`` over the same trust folder.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import CheckedDocument, ExpectedSignature

_ROOT = Path(__file__).parents[3]


class HelperGone(RuntimeError):
    """The process died over its work. Recover: do the work here."""


class HelpedChecker(StrictChecker):
    """Fulfils ``PdfChecker``."""

    def __init__(
        self, trust_dir: Path, titles: Mapping[str, str], helpers: int | None = None, *, pinned: Path | None = None
    ) -> None:
        super().__init__(FolderTrustStore(trust_dir, pinned), titles)
        most = helpers or os.cpu_count() or 1
        self._helpers = _Helpers((trust_dir.absolute(), dict(titles), pinned.absolute() if pinned else None), most)
        self._judging_here = threading.Lock()

    def judge(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """As ``StrictChecker.judge``."""
        if not self._helpers.at_work and self._judging_here.acquire(blocking=False):
            try:
                return super().judge(pdf, expected)
            finally:
                self._judging_here.release()
        try:
            return self._helpers.ask(pdf, expected)
        except HelperGone:
            return super().judge(pdf, expected)

    def close(self) -> None:
        """End the helpers. Nobody may be judging any more."""
        self._helpers.close()


@dataclass(frozen=True, slots=True)
class _Helper:
    process: subprocess.Popen[bytes]
    line: Connection

    def end(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()


class _Helpers:
    """At most ``most`` processes, each with a line of its own; ``words`` are the arguments of ``_serve``."""

    def __init__(self, words: tuple[Path, dict[str, str], Path | None], most: int) -> None:
        self._words = words
        self._room = threading.Semaphore(most)
        self._idle: list[_Helper] = []
        self.at_work = False
        """Somebody has asked already."""

    def ask(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """The verdict of the next free one. Raises ``HelperGone``."""
        self.at_work = True
        with self._room:
            helper = self._take()
            try:
                helper.line.send((pdf, tuple(expected)))
                checked: CheckedDocument = helper.line.recv()
            except (EOFError, OSError) as error:
                helper.end()
                raise HelperGone from error
            self._idle.append(helper)
            return checked

    def _take(self) -> _Helper:
        try:
            return self._idle.pop()
        except IndexError:
            return self._start()

    def _start(self) -> _Helper:
        # Not forked: this process has threads. Not multiprocessing's own way either: a helper would import all of the
        # worker.
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-m", "backend.adapters.pdf.helpers", str(theirs.fileno())],
                cwd=_ROOT,
                pass_fds=[theirs.fileno()],
            )
        line = Connection(ours.detach())
        helper = _Helper(process, line)
        try:
            line.send(self._words)
        except OSError as error:
            helper.end()
            raise HelperGone from error
        return helper

    def close(self) -> None:
        self.at_work = False
        while self._idle:
            self._idle.pop().end()


def _serve(line: Connection) -> None:
    """Judge until the worker hangs up: no helper outlives it, however it ended."""
    trust_dir, titles, pinned = line.recv()
    checker = StrictChecker(FolderTrustStore(trust_dir, pinned), titles)
    # What was imported stays: sweeping over it again and again would cost a twelfth of the time.
    gc.freeze()
    while True:
        pdf, expected = line.recv()
        line.send(checker.judge(pdf, expected))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to handle
    try:
        _serve(Connection(int(sys.argv[1])))
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    _main()
