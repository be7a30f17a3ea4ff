"""Tests about the project itself: what must be true of its files, whoever changes them."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

from backend.adapters.providers import load_all
from backend.config import DOCUMENTED, ROOT
from backend.settings_page import settings_page

GENERATED = {"shared_schemas/openapi.json", "pwa/src/api/schema.d.ts", "pwa/package-lock.json"}
TEXT = {
    ".py",
    ".md",
    ".ts",
    ".tsx",
    ".css",
    ".toml",
    ".json",
    ".lock",
    ".typ",
    ".html",
    ".mjs",
    ".js",
    ".sh",
    ".csv",
    "",
}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if Path(name).suffix in TEXT and (ROOT / name).is_file()]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_provider_has_its_personality_in_the_sandbox() -> None:
    adapters = {path.stem for path in (ROOT / "backend/adapters/providers").glob("*.py")} - {"__init__"}
    profiles = {path.stem for path in (ROOT / "backend/sandbox/profiles").glob("*.py")} - {"__init__"}

    # A provider may speak several protocols: ``vnpt``, ``vnpt_sp769``.
    assert adapters == {name.partition("_")[0] for name in profiles} == adapters & profiles


@pytest.mark.parametrize("room", ["domain", "services", "models", "api", "worker"])
def test_no_other_room_knows_a_provider_by_name(room: str) -> None:
    names = re.compile("|".join(path.stem for path in (ROOT / "backend/adapters/providers").glob("[a-z]*.py")), re.I)
    sources = {_name(path): path.read_text(encoding="utf-8") for path in (ROOT / "backend" / room).rglob("*.py")}

    assert {name for name, text in sources.items() if names.search(text)} == set()


def test_the_settings_page_says_what_the_settings_are() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_page()


def test_every_setting_the_house_reads_is_documented() -> None:
    read = set(re.findall(r'environment\.get\("([A-Z_]+)"', (ROOT / "backend/config.py").read_text(encoding="utf-8")))

    assert read <= set(DOCUMENTED)


def test_every_text_is_in_one_unicode_form() -> None:
    broken = [
        _name(path) for path in _tracked() if not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))
    ]

    assert broken == []


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pwa/package-lock.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.search(r"sha256:|sha512-", text)
        assert '"resolved": "http' not in text
        assert not re.search(r"--(extra-)?index-url|--find-links", text)


def test_nothing_in_the_project_points_at_the_machine_it_was_made_on() -> None:
    home = re.compile(r"/(?:work|root|tmp/(?:dev|bench|clone))/")
    found = [_name(path) for path in _tracked() if home.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_nobody_promises_to_finish_later() -> None:
    later = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
    found = [
        _name(path) for path in _tracked() if _name(path) not in GENERATED and later.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_every_recovery_point_of_the_code_is_told_in_the_docs_and_killed_in_the_tests() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "backend").rglob("*.py"))
    points = set(re.findall(r'failpoint\("(S\d+\.[a-z_]+)"\)', sources))
    told = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    killed = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/chaos").glob("*.py"))

    assert points
    assert {point for point in points if point not in told} == set()
    assert {point for point in points if point not in killed} == set()


def test_every_link_between_the_documents_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
    links = [
        (page, target.partition("#")[0])
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http", "#", "mailto:"))
    ]

    assert [(_name(page), target) for page, target in links if not (page.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")

    assert [path.name for path in (ROOT / "docs/adr").glob("0*.md") if path.name not in index] == []


def test_what_a_provider_needs_from_a_person_is_complete_data() -> None:
    from backend.adapters.clock import SystemClock

    for slug, provider in load_all({}, SystemClock()).items():
        descriptor = provider.descriptor
        assert descriptor.slug == slug
        assert descriptor.name and descriptor.app_name
        assert descriptor.max_batch > 0 and descriptor.life_s > 0 and descriptor.poll_interval_s > 0
