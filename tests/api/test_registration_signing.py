"""The declarations over HTTP, for whoever holds the link: the shapes of the wire, one effect for each key."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from marshmallow import RAISE, Schema
from werkzeug.test import TestResponse

from backend.api import create_api
from shared_schemas.registration import Registration
from shared_schemas.registration_signing import CurrentSigning, RegistrationSigning, Signers
from tests.support.declarations import Declarer
from tests.support.misa import code_of
from tests.support.registrations import LicensedCa
from tests.support.world import CA_PASSWORD, World

from .conftest import ORIGIN, settings_for

BASE = "/api/registrations/current"

pytestmark = pytest.mark.parametrize("database", ["sqlite"])


class Browser:
    """The browser in which the link was opened."""

    def __init__(self, app: Flask, declarer: Declarer) -> None:
        self._client = app.test_client()
        opened = self.sends("/api/registrations/open", {"secret": declarer.secret})
        assert opened.status_code == 200

    def gets(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=ORIGIN)

    def sends(self, path: str, words: dict[str, Any], key: str | None = None) -> TestResponse:
        headers = {"Origin": ORIGIN, "Idempotency-Key": key or str(uuid4())}
        return self._client.post(path, json=words, headers=headers, base_url=ORIGIN)


@pytest.fixture
def app(world: World, dist: Path) -> Flask:
    app = Flask("backend", static_folder=None)
    create_api(app, world.house, settings_for(dist))  # type: ignore[arg-type]
    return app


def _is(schema: type[Schema], response: TestResponse, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    assert schema(unknown=RAISE).validate(response.json) == {}  # type: ignore[arg-type]
    return response.json


def test_from_the_second_save_to_the_treasury_with_a_code_of_the_ca(world: World, app: Flask) -> None:
    mine = Declarer(world)
    mine.fills_in()
    mine.enrols("misa")
    browser, stranger = Browser(app, mine), Declarer(world)
    version, key = {"expected_version": mine.sees()["version"]}, str(uuid4())

    seen = _is(Registration, browser.sends(f"{BASE}/complete", version, key))
    again = browser.sends(f"{BASE}/complete", version, key)
    assert (again.json, again.headers["Idempotency-Replayed"]) == (seen, "true")
    assert browser.sends(f"{BASE}/complete", version).json["code"] == "voucher.stale"

    document = seen["documents"][1]
    pdf = browser.gets(f"{BASE}/documents/{document['id']}.pdf")
    assert (pdf.mimetype, pdf.data[:5], pdf.headers["Cache-Control"]) == ("application/pdf", b"%PDF-", "no-store")
    assert browser.gets(f"{BASE}/documents/{document['id']}/pages/1.webp?w=720").data[8:12] == b"WEBP"
    assert browser.gets(f"{BASE}/documents/{document['id']}/pages/99.webp?w=720").status_code == 404
    assert Browser(app, stranger).gets(f"{BASE}/documents/{document['id']}.pdf").status_code == 404

    assert _is(CurrentSigning, browser.gets(f"{BASE}/signing")) == {"signing": None}
    (signer,) = _is(Signers, browser.gets(f"{BASE}/signers"))["items"]
    assert (signer["provider"], signer["needs_password"], signer["reason"]) == ("misa", True, None)

    login = mine.member()["certificate"]["provider_login"]
    person = {"provider": "misa", "uid": login, "full_name": signer["full_name"], "id_number": "031175000093"}
    world.sandbox.control("/_control/subscribers", {**person, "second_factor": "message", "spare_s": 60})
    words = {
        "expected_version": seen["version"],
        "member_id": signer["member_id"],
        "seen_digests": [document["sha256"] for document in seen["documents"]],
    }
    asked = browser.sends(f"{BASE}/sign", {**words, "provider_password": CA_PASSWORD})
    assert (asked.status_code, asked.json["code"]) == (409, "prov.second_factor")
    challenge, first_code = asked.json["facts"]["challenge"], code_of(world.sandbox, login)
    early = browser.sends(f"{BASE}/sign/resend-code", {"member_id": signer["member_id"], "challenge": challenge})
    assert early.status_code == 200
    challenge = early.json["challenge"]
    wrong = {"challenge": challenge, "code": "000000" if first_code != "000000" else "111111"}
    refused = browser.sends(f"{BASE}/sign/code", {**words, "second_factor": wrong})
    assert (refused.status_code, refused.json["code"]) == (422, "prov.code_wrong")
    right = {"challenge": challenge, "code": code_of(world.sandbox, login)}
    key = str(uuid4())
    started = _is(RegistrationSigning, browser.sends(f"{BASE}/sign/code", {**words, "second_factor": right}, key), 202)
    assert browser.sends(f"{BASE}/sign/code", {**words, "second_factor": right}, key).json == started

    assert _is(CurrentSigning, browser.sends(f"{BASE}/signing/cancel", {}))["signing"]["phase"] == "cancelled"
    ended = _is(CurrentSigning, browser.gets(f"{BASE}/signing"))["signing"]
    assert ended["problem"]["title"] == "Yêu cầu ký đã được hủy. Chưa có chữ ký nào được tạo."

    world.sandbox.control("/_control/subscribers", {**person, "second_factor": "", "spare_s": 60})
    mine.asks()
    world.hands.work()
    world.phone.refuses(mine.hand())
    world.hands.work()
    told = _is(CurrentSigning, browser.gets(f"{BASE}/signing"))["signing"]["problem"]["title"]
    assert told.startswith("Nguyễn Thị Hà đã từ chối ký trong ")
    assert mine.signs_on_the_phone()["stage"] == "submitted"
    assert _is(Registration, browser.gets(BASE))["due_at"] is not None
    assert _is(CurrentSigning, browser.gets(f"{BASE}/signing"))["signing"]["phase"] == "signed"


def test_files_signed_with_a_token_come_back_whole_or_not_at_all(world: World, app: Flask) -> None:
    ca, mine = LicensedCa(world), Declarer(world)
    seen = mine.declares_by_token(ca)
    browser, holder = Browser(app, mine), mine.member()["id"]
    words = {"expected_version": seen["version"], "member_id": holder}
    files = mine.signed_by(ca.of[holder])
    large = base64.b64encode(b"%PDF-1.7\n" + b"0" * 400_000).decode()

    refused = browser.sends(f"{BASE}/signed-files", {**words, "files": [files[0], {**files[1], "file_base64": large}]})
    assert (refused.status_code, [each["path"] for each in refused.json["fields"]]) == (422, ["files.1"])
    assert "tkhaidangkysudungdvc.pdf" in refused.json["fields"][0]["sentence"]
    huge = {**files[1], "file_base64": "A" * 6_000_000}
    assert browser.sends(f"{BASE}/signed-files", {**words, "files": [files[0], huge]}).status_code == 413

    key = str(uuid4())
    taken = _is(Registration, browser.sends(f"{BASE}/signed-files", {**words, "files": files}, key))
    assert (taken["stage"], taken["signer_id"]) == ("submitted", holder)
    assert browser.sends(f"{BASE}/signed-files", {**words, "files": files}, key).json == taken
