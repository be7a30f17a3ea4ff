"""Every fault that docs/reliability.md promises to survive is caused by a test that carries its number."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from backend.config import ROOT

REQUIRED = {f"F{number}" for number in (*range(1, 32), 35, 36, 37, *range(40, 45), 47)}
ROW = re.compile(r"^\| (F\d+) \|.*\|([^|]*)\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py): (\w+)`")


def _marked() -> Mapping[str, set[tuple[str, str]]]:
    """File and function of the tests of each fault, read from their decorators."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for fault in _faults(node):
                    found[fault].add((path.relative_to(ROOT).as_posix(), node.name))
    return found


def _faults(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fault":
            yield from (str(ast.literal_eval(name)) for name in mark.args)


def _told() -> Mapping[str, set[tuple[str, str]]]:
    """The same by the table of the document."""
    page = Path(ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    return {fault: set(TEST.findall(tests)) for fault, tests in ROW.findall(page)}


def test_every_required_fault_is_caused_by_a_test() -> None:
    assert REQUIRED - set(_marked()) == set()


def test_every_number_on_a_test_is_a_fault_of_the_table() -> None:
    assert set(_marked()) - set(_told()) == set()


def test_every_required_fault_is_told_with_its_tests_and_these_are_the_ones() -> None:
    told, marked = _told(), _marked()

    assert {fault for fault in REQUIRED if not told.get(fault)} == set()
    assert {(fault, test) for fault, tests in told.items() for test in tests - marked.get(fault, set())} == set()
