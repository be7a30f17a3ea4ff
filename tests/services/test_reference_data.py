"""Reference data from files: what a newer file changes is shown, what is gone stays, what is wrong is refused whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.models import LedgerAccount, RoleLimit, TreasuryOffice
from backend.reference import FOLDER, BadReference, Change, load
from tests.support.world import World

LEDGERS = "code,name,valid_from,valid_to,takes_projects"


def _loads(world: World, folder: Path, **files: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with world.rows() as session:
        return [str(change) for change in load(session, folder)]


def test_the_files_that_came_with_the_code_are_loaded_already(world: World) -> None:
    with world.rows() as session:
        assert load(session, FOLDER) == []


def test_a_newer_file_shows_what_it_changes_and_nothing_else(world: World, tmp_path: Path) -> None:
    offices = "code,name,serves_customers,valid_from,valid_to\n0064,KBNN Lê Chân (mới),1,2009-10-01,\n"
    limits = "title,fewest,most,valid_from,valid_to\naccountant,1,50,2023-12-18,2026-12-31\n"
    limits += "accountant,1,80,2027-01-01,\n"

    told = _loads(world, tmp_path / "newer", treasury_offices=offices, role_limits=limits)

    with world.rows() as session:
        name = session.get_one(TreasuryOffice, "0064").name
        rows = session.scalars(select(RoleLimit).where(RoleLimit.title == "accountant").order_by(RoleLimit.valid_from))
        assert [(row.most, row.valid_to) for row in rows] == [(50, date(2026, 12, 31)), (80, None)]
    assert name == "KBNN Lê Chân (mới)"
    assert any(line.startswith("~ treasury_offices.csv 0064: name: ") and "(mới)" in line for line in told)
    assert "~ role_limits.csv accountant 2023-12-18: valid_to: - → 2026-12-31" in told
    assert "+ role_limits.csv accountant 2027-01-01: valid_to=, fewest=1, most=80" in told
    assert len(told) == 3


def test_what_a_newer_file_no_longer_has_stays(world: World, tmp_path: Path) -> None:
    _loads(
        world,
        tmp_path / "newer",
        ledger_accounts=f"{LEDGERS}\n3713,Tiền gửi khác,2018-01-01,,0\n",
    )

    with world.rows() as session:
        assert session.get(LedgerAccount, ("9523", date(2018, 1, 1))) is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,name\n3713,Tiền gửi khác\n", "line 2: needs the columns"),
        (
            f"{LEDGERS}\n3713,Tiền gửi khác,01/01/2018,,0\n",
            "line 2: Invalid isoformat string",
        ),
        (f"{LEDGERS}\n3713,Tiền,gửi,2018-01-01,,0\n", "line 2: needs the columns"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_loaded(world: World, tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadReference, match=told):
        _loads(world, tmp_path / "wrong", ledger_accounts=text)

    with world.rows() as session:
        assert load(session, FOLDER) == []


def test_a_folder_without_any_known_file_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(BadReference):
        _loads(world, tmp_path / "empty")


def test_a_change_is_said_in_one_line() -> None:
    assert str(Change("banks.csv", "01", {"name": "A"}, {"name": "B"})) == "~ banks.csv 01: name: A → B"
