"""The Treasury office's desk over HTTP: the shapes of the wire, one effect for each key, and for whom it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import RAISE, Schema
from sqlalchemy import select

from backend.api import create_api
from backend.domain.errors import SealUnavailable
from backend.models import OutboxItem, User
from shared_schemas.treasury_registrations import (
    TakenSeveral,
    TreasuryColleagues,
    TreasuryRegistration,
    TreasuryRegistrationCounts,
    TreasuryRegistrations,
)
from tests.support.registrations import LicensedCa, Registrant
from tests.support.world import World

from .conftest import Somebody, settings_for

PASSWORD = "Kho-bac-2026"
DESK = "/api/treasury/registrations"

pytestmark = pytest.mark.parametrize("database", ["sqlite"])


@pytest.fixture
def app(world: World, dist: Path) -> Flask:
    app = Flask("backend", static_folder=None)
    create_api(app, world.house, settings_for(dist))  # type: ignore[arg-type]
    return app


def _logged_in(app: Flask, username: str) -> Somebody:
    somebody = Somebody(app.test_client(), "", username, "")
    assert somebody.logs_in(PASSWORD).status_code == 200
    return somebody


def _is(schema: type[Schema], body: Any) -> Any:
    assert schema(unknown=RAISE).validate(body) == {}
    return body


def test_from_the_work_list_to_the_approval_that_counts_once(app: Flask, world: World) -> None:
    officer, head, maker = (_logged_in(app, name) for name in ("0064.01", "0064.02", "1990001.01"))
    unit = Registrant(world)
    unit.submits(LicensedCa(world))
    path = f"{DESK}/{unit.id}"

    (row,) = _is(TreasuryRegistrations, officer.gets(f"{DESK}?tab=new").json)["items"]
    assert (row["id"], row["verdict"]) == (unit.id, "valid")
    assert (
        officer.gets("/api/session").json["navigation"][0]
        == head.gets("/api/session").json["navigation"][0]
        == "intake"
    )
    assert maker.gets(DESK).json["code"] == "perm.view_only"

    def sends(who: Somebody, act: str, *, key: str | None = None, **words: Any) -> Any:
        version = officer.gets(path).json["registration"]["version"]
        return who.sends(f"{path}/{act}", {"expected_version": version, **words}, key=key)

    assert sends(head, "open").json["code"] == "perm.view_only"
    seen = _is(TreasuryRegistration, sends(officer, "open").json)
    for document in seen["registration"]["documents"]:
        file = officer.gets(f"{path}/documents/{document['id']}.pdf")
        assert (file.mimetype, file.data[:5]) == ("application/pdf", b"%PDF-")
        assert head.gets(f"{path}/documents/{document['id']}/pages/1.webp?w=720").mimetype == "image/webp"
        assert maker.gets(f"{path}/documents/{document['id']}.pdf").status_code == 403
        elsewhere = f"{DESK}/{document['id']}/documents/{document['id']}.pdf"
        assert officer.gets(elsewhere).status_code == 404
    sends(officer, "check-list", ticked=[item["name"] for item in seen["check_list"]])
    assert sends(officer, "propose").json["registration"]["stage"] == "checked"
    version = seen["registration"]["version"]
    stale = head.sends(f"{path}/approve", {"expected_version": version})
    assert (stale.status_code, stale.json["code"]) == (409, "voucher.stale")
    words = {"expected_version": head.gets(path).json["registration"]["version"]}
    answers = [head.sends(f"{path}/approve", words, key="one-key-for-one-tap") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert _is(TreasuryRegistration, answers[0].json)["registration"]["stage"] == "approved"
    again = head.sends(f"{path}/approve", words)
    assert (again.status_code, again.json["code"]) == (409, "voucher.not_allowed_now")
    with world.house.read() as session:
        keys = session.scalars(select(OutboxItem.key).where(OutboxItem.key.startswith("E7"))).all()
    assert len(keys) == 3


def test_several_are_opened_with_one_key_and_one_is_handed_over(app: Flask, world: World) -> None:
    with world.rows() as session:
        like = session.get_one(User, world.officer.id)
        facts = {"title": like.title, "treasury_code": like.treasury_code, "password_hash": like.password_hash}
        session.add(User(username="0064.03", full_name="Phạm Ngọc Lan", identity_key="3" * 64, **facts))
    officer, head, colleague = (_logged_in(app, name) for name in ("0064.01", "0064.02", "0064.03"))
    ca = LicensedCa(world)
    for code in ("1990009", "1990010"):
        Registrant(world).submits(ca, code)
    rows = _is(TreasuryRegistrations, officer.gets(DESK).json)["items"]
    assert [row["barred"] for row in rows] == [None, None]
    assert _is(TreasuryRegistrationCounts, head.gets(f"{DESK}/counts").json) == {"new_count": 2, "change_count": 0}
    path, words = f"{DESK}/{rows[1]['id']}", {"expected_version": rows[1]["version"]}
    colleague.sends(f"{path}/open", words)

    wanted = {"items": [{"id": row["id"], "expected_version": row["version"]} for row in rows]}
    assert head.sends(f"{DESK}/open", wanted).json["code"] == "perm.view_only"
    assert officer.sends(f"{DESK}/open", {"items": []}).status_code == 422
    answers = [officer.sends(f"{DESK}/open", wanted, key="one-key-for-one-tap") for _ in range(2)]
    assert [each["taken"] for each in _is(TakenSeveral, answers[0].json)["items"]] == [True, False]
    assert (answers[1].json, answers[1].headers["Idempotency-Replayed"]) == (answers[0].json, "true")

    (person,) = _is(TreasuryColleagues, officer.gets(f"{DESK}/officers").json)["items"]
    assert (person["full_name"], person["held"]) == ("Phạm Ngọc Lan", 1)
    assert head.gets(f"{DESK}/officers").json["code"] == "perm.view_only"
    mine, to = f"{DESK}/{rows[0]['id']}", {"expected_version": rows[0]["version"] + 1, "officer_id": person["id"]}
    passed = _is(TreasuryRegistration, officer.sends(f"{mine}/hand-over", to).json)
    assert (passed["officer_name"], passed["actions"]) == ("Phạm Ngọc Lan", [])
    refused = officer.sends(f"{mine}/hand-over", to)
    assert (refused.status_code, refused.json["code"]) == (409, "registration.held")
    assert refused.json["title"].startswith("Phạm Ngọc Lan đang xử lý hồ sơ này từ ")
    nobody = {"expected_version": passed["registration"]["version"], "officer_id": world.head.id}
    wrong = colleague.sends(f"{mine}/hand-over", nobody)
    assert wrong.status_code == 422
    assert "Chọn người khác" in wrong.json["fields"][0]["sentence"]


def test_a_seal_that_cannot_sign_leaves_everything_as_it_was(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, head = (_logged_in(app, name) for name in ("0064.01", "0064.02"))
    unit = Registrant(world)
    unit.submits(LicensedCa(world))
    path = f"{DESK}/{unit.id}"
    version = officer.gets(path).json["registration"]["version"]
    seen = officer.sends(f"{path}/open", {"expected_version": version}).json
    ticked = [item["name"] for item in seen["check_list"]]
    officer.sends(f"{path}/check-list", {"expected_version": version + 1, "ticked": ticked})
    officer.sends(f"{path}/propose", {"expected_version": version + 2})
    words = {"expected_version": version + 3}

    def away(*_: object) -> bytes:
        raise SealUnavailable("token: DeviceRemoved")

    with monkeypatch.context() as broken:
        broken.setattr(type(world.house.seal), "sign", away)
        refused = head.sends(f"{path}/approve", words, key="the-same-key")
    assert (refused.status_code, refused.json["code"]) == (503, "registration.seal")
    assert head.gets(path).json["registration"]["stage"] == "checked"
    approved = head.sends(f"{path}/approve", words, key="the-same-key")
    assert (approved.status_code, approved.json["registration"]["stage"]) == (200, "approved")
