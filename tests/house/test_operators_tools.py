"""What operators run after a deployment works with what a deployment installs, without the developers' packages."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from tests.support.servers import ROOT


def _runs(words: str, data: Path, **env: str) -> int:
    """Run ``python -m backend.cli …`` to its end; permissions of the data folder after it."""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    command = [sys.executable, "-m", "backend.cli", *words.split()]
    subprocess.run(command, cwd=ROOT, env=clean | {"DATA_DIR": str(data), **env}, check=True)
    return stat.S_IMODE(data.stat().st_mode)


def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    assert _runs("migrate", tmp_path / "new") == 0o700


def test_so_it_is_on_a_further_machine_that_never_migrated(tmp_path: Path) -> None:
    _runs("migrate", tmp_path / "first")
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/first/ky-kho-bac.sqlite3", "SECRET_KEY": "k" * 48}

    assert _runs("treasury-staff list 0064", tmp_path / "further", **elsewhere) == 0o700


def test_a_data_folder_that_exists_keeps_the_permissions_its_operator_gave_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o750)

    assert _runs("migrate", tmp_path / "shared") == 0o750


def test_the_smoke_run_has_its_websocket_in_the_runtime_lock() -> None:
    assert 'transports=["websocket"]' in (ROOT / "backend/smoke.py").read_text(encoding="utf-8")
    assert "\nwebsocket-client==" in (ROOT / "requirements.lock").read_text(encoding="utf-8")
