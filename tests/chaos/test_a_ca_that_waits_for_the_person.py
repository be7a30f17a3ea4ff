"""kill −9 while a CA's answer waits for the person's thumb: nobody knows what became of it, and nobody asks again."""

from __future__ import annotations

from typing import Any

import pytest

from backend.smoke import Visitor, a_voucher
from tests.chaos.conftest import Town, TownOn
from tests.support.servers import eventually

ACCOUNT = "3712.0.1990002"


class Unit:
    """The unit whose people sign at the CA that waits."""

    def __init__(self, town: Town) -> None:
        self.maker, self.chief, self.holder = (town.person(f"1990002.{number:02d}") for number in (1, 2, 3))

    def submitted(self) -> dict[str, Any]:
        dossier = self.maker.post("/api/dossiers", {"vouchers": [a_voucher(ACCOUNT)]})
        words = {"expected_version": dossier["version"], "approver_id": self.chief.id}
        return self.maker.post(f"/api/dossiers/{dossier['id']}/submit", words)


@pytest.fixture
def town(database: str, town_on: TownOn) -> Town:
    """A town where Viettel answers only after the person decided."""
    made = town_on(database)
    made.instance.env |= {"VIETTEL_ASYNC": "0"}
    made.instance.web()
    return made


def signs_at_another_ca(town: Town) -> None:
    signing = town.chief.sign(town.submitted(), town.holder.id)
    town.phone.approves(town.chief.login)
    town.wait(town.chief, signing, "signed")


def phase(person: Visitor, signing: dict[str, Any]) -> str:
    return str(person.get(f"/api/signings/{signing['id']}")["phase"])


@pytest.mark.fault("F4")
def test_a_worker_killed_while_the_ca_waits_for_the_person_leaves_a_retry_over_the_same_bytes(town: Town) -> None:
    unit = Unit(town)
    dossier = unit.submitted()
    lost = unit.chief.sign(dossier, unit.holder.id)
    worker = town.instance.worker()
    town.phone.prompt(unit.chief.login)
    signs_at_another_ca(town)
    assert (town.row(lost).status, phase(unit.chief, lost)) == ("sending", "waiting")

    worker.kill()
    town.lease_runs_out()
    town.instance.worker()
    town.wait(unit.chief, lost, "unknown")
    # The yes comes to a line that nobody holds any more.
    town.phone.approves(unit.chief.login)
    eventually(lambda: town.told_by_ca(lost, "signatures"), what="the CA signs")
    signs_at_another_ca(town)
    assert (phase(unit.chief, lost), town.told_by_ca(lost, "prompts")) == ("unknown", 1)

    unit.chief.post(f"/api/signings/{lost['id']}/cancel", {})
    again = unit.chief.sign(unit.chief.dossier(dossier["id"]), unit.holder.id)
    town.phone.approves(unit.chief.login)

    town.wait(unit.chief, again, "signed")
    assert town.row(lost).documents[0].digest == town.row(again).documents[0].digest
    assert town.told_by_ca(again, "prompts") == 2
