"""A unit without a second signature over HTTP: from the accountant's draft to the Treasury's receipt, with the account
holder's one signature, and every way back.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backend.api import create_api
from tests.support.world import CA_PASSWORD, REASON, Member, World
from tests.support.world import a_voucher as a_voucher_of_the_world

from .conftest import Somebody, a_voucher, settings_for

PASSWORD = "Kho-bac-2026"


class Staff:
    """People of the demo world, each logged in at a browser of their own."""

    def __init__(self, world: World, app: Flask) -> None:
        self._app = app
        self.maker, self.chief, self.holder, self.deputy_holder, self.officer = (
            self._at_a_browser(each)
            for each in (world.maker, world.chief, world.holder, world.deputy_holder, world.officer)
        )

    def _at_a_browser(self, member: Member) -> Somebody:
        somebody = Somebody(self._app.test_client(), member.id, member.username, member.caller.full_name)
        assert somebody.logs_in(PASSWORD).status_code == 200
        return somebody


@pytest.fixture
def staff(world: World, dist: Path) -> Iterator[Staff]:
    world.has_one_signature()
    app = Flask("backend", static_folder=None)
    create_api(app, world.house, settings_for(dist))  # type: ignore[arg-type]
    yield Staff(world, app)


def does(who: Somebody, dossier: dict[str, Any], act: str, status: int = 200, **words: Any) -> dict[str, Any]:
    """One act on the dossier as ``who`` sees it now."""
    seen = who.gets(f"/api/dossiers/{dossier['id']}").json
    version = (seen if "version" in seen else dossier)["version"]
    answer = who.sends(f"/api/dossiers/{dossier['id']}/{act}", {"expected_version": version, **words})
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json
    return body


def offered(who: Somebody, dossier: dict[str, Any]) -> set[str]:
    return {each["action"] for each in who.gets(f"/api/dossiers/{dossier['id']}").json["actions"] if each["allowed"]}


def asks_to_sign(who: Somebody, dossier: dict[str, Any], status: int = 202) -> dict[str, Any]:
    digests = [each["sha256"] for each in dossier["documents"]]
    proof = {"provider_password": CA_PASSWORD, "second_factor": None}
    return does(who, dossier, "sign", status, seen_digests=digests, next_approver_id=None, **proof)


def test_the_account_holder_signs_alone_and_the_treasury_receives(world: World, staff: Staff) -> None:
    maker, chief, holder = staff.maker, staff.chief, staff.holder
    assert maker.gets("/api/session").json["user"]["unit"]["second_signature"] is False
    payee = {**a_voucher()["payee"], "payee_bank_code": a_voucher_of_the_world()["payee"]["payee_bank_code"]}
    draft = maker.begins(payee=payee)

    picks = maker.gets(f"/api/dossiers/{draft['id']}/approvers").json
    assert picks["step"] == "account_holder"
    assert {each["title"] for each in picks["items"]} == {"account_holder", "delegated_account_holder"}
    refused = does(maker, draft, "submit", 422, approver_id=chief.user_id)
    assert refused["code"] == "perm.approver_not_eligible"
    assert does(maker, draft, "submit", 422, approver_id=maker.user_id)["code"] == "perm.approver_not_eligible"

    sent = does(maker, draft, "submit", approver_id=staff.deputy_holder.user_id)
    assert (sent["status"], sent["chief_accountant"]) == ("awaiting_account_holder", None)
    assert sent["log"][-1]["note"] == f"Trình {staff.deputy_holder.full_name}"
    assert offered(maker, sent) == {"withdraw", "reassign"}
    assert [each["id"] for each in staff.deputy_holder.gets("/api/inbox").json["items"]] == [sent["id"]]
    sent = does(maker, sent, "reassign", approver_id=holder.user_id)
    assert staff.deputy_holder.gets("/api/inbox").json["items"] == []
    assert does(maker, sent, "withdraw", reason=None)["status"] == "draft"
    sent = does(maker, sent, "submit", approver_id=holder.user_id)

    # Who was chief accountant has nothing to see here, and nothing to sign.
    assert chief.gets(f"/api/dossiers/{sent['id']}").status_code == 404
    assert asks_to_sign(chief, sent, 404)["code"] == "perm.not_found"

    assert does(holder, sent, "return", reason=REASON)["status"] == "returned_by_account_holder"
    assert does(maker, sent, "reopen")["status"] == "draft"
    sent = does(maker, sent, "submit", approver_id=holder.user_id)

    asks_to_sign(holder, sent)
    world.hands.work()
    world.phone.refuses(world.holder)
    world.hands.work()
    seen = holder.gets(f"/api/dossiers/{sent['id']}").json
    assert (seen["status"], seen["signing"]["phase"]) == ("awaiting_account_holder", "rejected")
    signing = asks_to_sign(holder, seen)
    assert (signing["step"], signing["next_approver"]) == ("account_holder", None)
    world.hands.work()
    world.phone.approves(world.holder)
    world.hands.work()
    world.hands.deliver()

    at_office = staff.officer.gets(f"/api/dossiers/{sent['id']}").json
    (document,) = at_office["documents"]
    assert (at_office["status"], document["revision"]) == ("submitted", "first_signature")
    judged = staff.officer.gets(document["signatures_url"]).json
    assert (judged["verdict"], [each["field_name"] for each in judged["signatures"]]) == ("valid", ["ChuTaiKhoan"])
    assert "Kế toán trưởng Không có" in _words(staff.officer.gets(document["pdf_url"]).data)
    received = does(staff.officer, at_office, "receive")
    assert [row["to_status"] for row in received["log"]][-4:] == [
        "awaiting_account_holder",
        "signing_account_holder",
        "submitted",
        "received",
    ]
    several = [world.maker.submits(world.maker.drafts(), to=world.holder) for _ in range(2)]
    world.holder.signs_batch(several)
    world.hands.work()
    world.phone.approves(world.holder)
    world.hands.work()
    world.hands.work()
    assert {world.holder.sees(each)["status"] for each in several} == {"submitted"}
    assert world.breaches() == []


def _words(pdf: bytes) -> str:
    made = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return re.sub(r"\s+", " ", made.stdout.decode("utf-8"))
