"""Finding things the way people type: words in any order, without diacritics, amounts with dots."""

from __future__ import annotations

import pytest

from backend.services.inbox import history
from backend.services.reference import banks, treasury_offices
from tests.support.world import World


@pytest.mark.parametrize("typed", ["ngoai thuong hai phong", "Vietcombank Hải Phòng", "31203001"])
def test_a_bank_is_found_by_any_of_its_words(world: World, typed: str) -> None:
    with world.house.read() as session:
        found = banks(session, typed)["items"]

    assert "31203001" in {bank["code"] for bank in found}  # type: ignore[attr-defined]


def test_a_treasury_office_is_found_without_diacritics(world: World) -> None:
    with world.house.read() as session:
        found = treasury_offices(session, world.house, "hai phong le chan")["items"]

    assert [office["code"] for office in found] == ["0064"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["dien nuoc", "2.015.000", "nuoc tien", "Điện"])
def test_a_dossier_is_found_by_payee_content_or_amount(world: World, typed: str) -> None:
    dossier = world.submitted()

    with world.house.read() as session:
        found = history(session, world.house, world.maker.caller, q=typed)["items"]

    assert dossier["id"] in {row["id"] for row in found}  # type: ignore[attr-defined]


def test_a_percent_sign_is_a_letter_like_any_other(world: World) -> None:
    world.submitted()

    with world.house.read() as session:
        assert history(session, world.house, world.maker.caller, q="%")["items"] == []
