"""Judging files in processes beside the worker: the same verdicts, whatever happens to a helper."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.adapters.pdf.helpers import HelpedChecker
from backend.domain.signing import ExpectedSignature, Verdict
from tests.adapters.pdf.conftest import TITLES, People, SignedForm
from tests.support.servers import eventually


@pytest.fixture
def helped(people: People, tmp_path: Path) -> Iterator[HelpedChecker]:
    (tmp_path / "root.pem").write_bytes(people.root.pem)
    checker = HelpedChecker(tmp_path, TITLES, helpers=1)
    yield checker
    checker.close()


def _at_once(checker: HelpedChecker, files: list[bytes], expected: list[ExpectedSignature]) -> list[Verdict]:
    with ThreadPoolExecutor(4) as pool:
        return [each.verdict for each in pool.map(lambda pdf: checker.judge(pdf, expected), files)]


def _helpers(checker: HelpedChecker) -> list[int]:
    return [helper.process.pid for helper in checker._helpers._idle]


def test_files_judged_at_once_get_the_verdicts_they_get_alone_also_when_a_helper_is_killed(
    helped: HelpedChecker, signed: SignedForm, expected: list[ExpectedSignature]
) -> None:
    altered = signed.twice.replace(b"%%EOF", b"%%E0F", 1)
    files = [signed.twice, signed.once, altered, signed.twice + b"\n"] * 2
    verdicts = [Verdict.VALID, Verdict.MISSING_SIGNATURE, Verdict.ALTERED, Verdict.ALTERED] * 2

    assert _at_once(helped, files, expected) == verdicts
    assert _helpers(helped)
    for helper in _helpers(helped):
        os.kill(helper, signal.SIGKILL)
    assert _at_once(helped, files, expected) == verdicts


def test_a_verdict_that_a_helper_found_is_remembered_for_whoever_asks_next(
    helped: HelpedChecker, signed: SignedForm, expected: list[ExpectedSignature]
) -> None:
    with helped._judging_here:
        found = helped.check(signed.twice, expected)
        (helper,) = helped._helpers._idle

    helper.line.close()

    assert helped.check(signed.twice, expected) is found
    assert found.verdict is Verdict.VALID
    assert helped.check(signed.twice, expected[:1]).verdict is not Verdict.VALID


def test_one_file_at_a_time_starts_no_helper(
    helped: HelpedChecker, signed: SignedForm, expected: list[ExpectedSignature]
) -> None:
    assert [helped.check(pdf, expected).verdict for pdf in (signed.twice, signed.once)] == [
        Verdict.VALID,
        Verdict.MISSING_SIGNATURE,
    ]
    assert _helpers(helped) == []


_WORKER = """
import sys, threading
from pathlib import Path
from backend.adapters.pdf.helpers import HelpedChecker
checker = HelpedChecker(Path(sys.argv[1]), {}, helpers=1)
with checker._judging_here:
    checker.check(b"no pdf", ())
    print(*(helper.process.pid for helper in checker._helpers._idle), flush=True)
    threading.Event().wait()
"""


def test_a_helper_does_not_outlive_a_worker_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(_WORKER)
    root = str(Path(__file__).parents[3])
    command = [sys.executable, str(script), str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": root}
    with subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
        assert worker.stdout is not None
        helper = int(worker.stdout.readline())
        worker.kill()

    eventually(lambda: not Path(f"/proc/{helper}").exists(), what="the helper ends")
