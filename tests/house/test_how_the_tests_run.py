"""How the tests run: what a machine lacks is named, a group stays together, and nothing waits without end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT


def test_what_a_bare_machine_lacks_is_named_and_stops_a_run_in_ci(tmp_path: Path) -> None:
    # What every machine has; that the script finds "ls" must not make it find the rest.
    for usual in ("id", "ls"):
        (tmp_path / usual).symlink_to(str(shutil.which(usual)))
    script = ["/bin/sh", "tests/support/packages.sh"]
    bare = {"PATH": str(tmp_path)}

    told = subprocess.run(script, cwd=ROOT, env=bare, capture_output=True, text=True, check=True)
    stopped = subprocess.run(script, cwd=ROOT, env={**bare, "CI": "true"}, capture_output=True, text=True)

    needed = {"chromium", "redis-server", "poppler-utils", "libnss3-tools", "openssl", "softhsm2"}
    assert needed <= set(told.stdout.split())
    assert stopped.returncode == 1
    assert needed <= set(stopped.stderr.split())


def test_a_machine_that_has_everything_installs_nothing(tmp_path: Path) -> None:
    for name in ("chromium", "initdb", "redis-server", "pdfsig", "certutil", "openssl", "softhsm2-util"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    script = ["/bin/sh", "tests/support/packages.sh"]
    ran = subprocess.run(script, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)

    assert (ran.stdout, ran.stderr) == ("", "")


def _runs(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import os, pytest, time\n\n{test}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--dist", "loadgroup", "-p", "no:cacheprovider", *options, "test_it.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_tests_of_one_group_run_in_one_process(tmp_path: Path) -> None:
    """A runner that forgets groups fails nothing, but every process then builds every world."""
    test = "@pytest.mark.xdist_group('one')\n@pytest.mark.parametrize('number', range(4))\ndef test_it(number):\n"

    ran = _runs(tmp_path, f"{test}    open(f'{{os.getpid()}}.ran', 'w').close()", "-n", "2")

    assert ran.returncode == 0
    assert len(list(tmp_path.glob("*.ran"))) == 1


def test_a_test_that_waits_without_end_fails_with_its_name_and_where_it_stood(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    ours = pytestconfig.getini("faulthandler_exit_on_timeout")
    options = ("-o", f"faulthandler_exit_on_timeout={str(ours).lower()}", "-o", "faulthandler_timeout=1")

    ran = _runs(tmp_path, "def test_it():\n    time.sleep(30)", "-n", "1", "--max-worker-restart", "0", *options)

    assert ran.returncode == 1
    assert "crashed while running 'test_it.py::test_it" in ran.stdout
    assert 'test_it.py", line 4 in test_it' in ran.stderr
