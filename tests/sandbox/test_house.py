"""Rules about the sandbox's own files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.servers import ROOT

from .conftest import SandboxProcess

SANDBOX = ROOT / "backend" / "sandbox"
PROFILES = sorted(p.stem for p in (SANDBOX / "profiles").glob("*.py") if p.stem != "__init__")
OURS = ("backend", "shared_schemas")


def imports_of(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    absolute = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    return absolute | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom) and n.level == 0}


@pytest.mark.parametrize("slug", PROFILES)
def test_every_profile_says_where_it_differs_from_the_real_service(slug: str) -> None:
    source = (SANDBOX / "profiles" / f"{slug}.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""

    assert "Differs from the real service" in docstring
    assert docstring.split("Differs from the real service")[1].count("\n- ") >= 1


def test_every_profile_of_the_folder_is_found(sandbox: SandboxProcess) -> None:
    assert sandbox.control("/_control/health", method="GET")["profiles"] == PROFILES


@pytest.mark.parametrize("path", sorted(SANDBOX.rglob("*.py")), ids=lambda path: path.stem)
def test_the_sandbox_imports_nothing_of_the_application(path: Path) -> None:
    assert [name for name in imports_of(path) if name.split(".")[0] in OURS] == []
