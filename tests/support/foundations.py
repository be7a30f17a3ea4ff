"""The sandbox's CAs, founded once: keys and certificates of a first start are laid under every later one.

Founding five CAs takes four seconds of a processor and is the same each time. The keys are worth nothing; they lie
beside pytest's own memory, under a name that changes with the code that made them. The tests of the sandbox itself
found anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MADE_BY = ROOT / "backend/sandbox/authority.py"
_KINDS = ("plan.json", "*.cer", "keys/*.pem")


def _store() -> Path:
    return ROOT / ".pytest_cache/d" / f"cas-{hashlib.sha256(_MADE_BY.read_bytes()).hexdigest()[:16]}"


def lay(data_dir: Path) -> None:
    """Before the first start over ``data_dir``; without anything stored the sandbox founds its CAs itself."""
    if _store().exists() and not (data_dir / "sandbox").exists():
        shutil.copytree(_store(), data_dir / "sandbox")


def keep(data_dir: Path) -> None:
    """After a first start; whoever comes first is remembered."""
    store = _store()
    if store.exists():
        return
    store.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=store.parent))
    home = data_dir / "sandbox"
    for file in (file for kind in _KINDS for file in home.glob(f"*/{kind}")):
        copy = made / file.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    try:
        os.rename(made, store)
    except OSError:  # Another test process was first.
        shutil.rmtree(made)
