"""Certificates in a registration over HTTP: the wire of look-up, code, bind, upload and unbind, on both databases."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.adapters.realtime.rooms import RoomKnocker
from shared_schemas.problems import Problem
from shared_schemas.providers import SecondFactor
from shared_schemas.registration import Registration
from shared_schemas.registration_certificates import Candidates
from tests.support.certificates import NAME, NUMBER, Subscriber, subscribes, token_file
from tests.support.misa import code_of
from tests.support.registrations import a_declaration, a_member
from tests.support.world import CA_PASSWORD, World

from .conftest import ORIGIN, make_app

BASE = "/api/registrations/current"


class Browser:
    """Whoever holds the link of a registration that one has begun here."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        begun = self.sends("/api/registrations", {})
        assert begun.status_code == 201, begun.text
        self.version: int = begun.json["registration"]["version"]

    def sends(self, path: str, words: Any, *, method: str = "POST", key: str | None = None) -> TestResponse:
        headers = {"Origin": ORIGIN, "Idempotency-Key": key or str(uuid4())}
        return self.client.open(path, method=method, json=words, headers=headers, base_url=ORIGIN)

    def declares(self, form: str = "remote") -> str:
        """The chief accountant's id."""
        parts = a_declaration()
        parts["members"] = [a_member(NAME, NUMBER, "chief_accountant", signing_form=form)]
        return str(
            self.sees(self.sends(BASE, {"expected_version": self.version, **parts}, method="PUT"))["members"][0]["id"]
        )

    def sees(self, response: TestResponse) -> dict[str, Any]:
        """The content of the answered dossier."""
        assert response.status_code == 200, response.text
        assert not Registration().validate(response.json)
        self.version = response.json["version"]
        return response.json["content"]  # type: ignore[no-any-return]

    def acts(self, move: str, member: str, key: str | None = None, **words: Any) -> TestResponse:
        body = {"expected_version": self.version, "member_id": member, **words}
        return self.sends(f"{BASE}/certificates/{move}", body, key=key)

    def looks_up(self, member: str, person: Subscriber, password: str | None) -> TestResponse:
        return self.sends(f"{BASE}/certificates/look-up", {**_asked(member, person), "provider_password": password})


def _asked(member: str, person: Subscriber) -> dict[str, str]:
    return {"member_id": member, "provider": person.provider, "provider_login": person.login}


@pytest.fixture
def browser(world: World, dist: Path) -> Browser:
    house = dataclasses.replace(world.house, knocker=RoomKnocker())
    return Browser(make_app(house, dist).test_client())


def _refused(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json["code"]) == (status, code), response.text
    assert not Problem().validate(response.json)
    assert response.json["sign_state"] is None
    assert "chữ ký" not in response.json["title"]
    return response.json  # type: ignore[no-any-return]


def test_a_certificate_is_looked_up_with_a_code_bound_once_and_taken_away(world: World, browser: Browser) -> None:
    member = browser.declares()
    person, serial = subscribes(world, "misa", second_factor="message")
    assert (
        _refused(browser.looks_up(member, person, None), 422, "content.invalid")["fields"][0]["path"]
        == "provider_password"
    )
    _refused(browser.looks_up(member, person, "sai"), 422, "prov.login")
    asked = _refused(browser.looks_up(member, person, CA_PASSWORD), 409, "prov.second_factor")["facts"]
    world.clock.passes(seconds=31)
    again = browser.sends(f"{BASE}/certificates/resend-code", {"challenge": asked["challenge"]})
    assert not SecondFactor().validate(again.json)
    answer = {"challenge": again.json["challenge"], "code": code_of(world.sandbox, person.login)}

    found = browser.sends(f"{BASE}/certificates/code", {**_asked(member, person), "second_factor": answer})

    assert found.status_code == 200, found.text
    assert not Candidates().validate(found.json)
    (candidate,) = found.json["candidates"]
    assert (candidate["serial_number"], candidate["refused"], candidate["provider"]) == (serial, None, "misa")
    key = str(uuid4())
    body = browser.version
    bound = browser.acts("bind", member, key, sealed=candidate["sealed"])
    assert browser.sees(bound)["members"][0]["certificate"]["serial_number"] == serial
    assert '"der"' not in bound.text
    browser.version, now = body, browser.version
    replayed = browser.acts("bind", member, key, sealed=candidate["sealed"])
    assert (replayed.json, replayed.headers["Idempotency-Replayed"]) == (bound.json, "true")
    _refused(browser.acts("unbind", member), 409, "voucher.stale")
    browser.version = now
    assert browser.sees(browser.acts("unbind", member))["members"][0]["certificate"] is None
    _refused(browser.acts("bind", member, sealed="AAAA"), 409, "cert.candidate_over")


def test_the_file_of_a_token_is_uploaded_and_a_refusal_stands_beside_the_member(world: World, browser: Browser) -> None:
    member = browser.declares("usb_token")
    person, serial = subscribes(world, "viettel")
    stranger, _ = subscribes(world, "viettel", "Trần Thị Lạ", "031185000101")
    own, foreign = (b64encode(token_file(who)["chain.p7b"]).decode() for who in (person, stranger))

    told = _refused(browser.acts("upload", member, file_base64=foreign), 422, "content.invalid")
    broken = _refused(browser.acts("upload", member, file_base64="!"), 422, "content.invalid")
    seen = browser.sees(browser.acts("upload", member, file_base64=own))

    assert [each["path"] for each in told["fields"]] == ["members.0.certificate"]
    assert [each["path"] for each in broken["fields"]] == ["file_base64"]
    assert seen["members"][0]["certificate"]["serial_number"] == serial
    assert seen["members"][0]["certificate"]["provider"] == ""


def test_a_person_not_saved_is_not_there_and_too_many_tries_say_until_when(world: World, browser: Browser) -> None:
    world.clock.passes(seconds=86_460 - world.clock.now().timestamp() % 86_400)
    member = browser.declares()
    nobody, _ = subscribes(world, "viettel", status="inactive")
    for move, words in (
        ("look-up", {**_asked(str(uuid4()), nobody), "provider_password": None}),
        ("bind", {"expected_version": browser.version, "member_id": str(uuid4()), "sealed": "x"}),
        ("upload", {"expected_version": browser.version, "member_id": str(uuid4()), "file_base64": "MA=="}),
        ("unbind", {"expected_version": browser.version, "member_id": str(uuid4())}),
    ):
        _refused(browser.sends(f"{BASE}/certificates/{move}", words), 404, "perm.not_found")
    for _ in range(5):
        told = _refused(browser.looks_up(member, nobody, None), 409, "cert.none_there")
        assert told["facts"]["provider_name"] in told["title"]

    locked = browser.looks_up(member, nobody, None)

    until = datetime.fromisoformat(_refused(locked, 429, "cert.look_ups_locked")["facts"]["until"])
    assert 0 < int(locked.headers["Retry-After"]) <= (until - world.clock.now()).total_seconds() + 60


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_ca_that_is_away_is_told_without_a_word_of_vouchers(world: World, browser: Browser) -> None:
    member = browser.declares()
    person, _ = subscribes(world, "vnpt")
    world.sandbox.fault("vnpt", person.login, "login", "http_503")
    told = _refused(browser.looks_up(member, person, CA_PASSWORD), 503, "prov.down")
    assert "Chứng từ" not in told["title"]


@pytest.mark.parametrize("database", ["sqlite"])
def test_without_the_link_nothing_is_looked_up(world: World, dist: Path) -> None:
    house = dataclasses.replace(world.house, knocker=RoomKnocker())
    client = make_app(house, dist).test_client()
    person = Subscriber(world, "viettel", "x", False)
    words = {**_asked(str(uuid4()), person), "provider_password": None}
    for base, status in (("registrations", 404), ("registration-changes", 401)):
        path = f"/api/{base}/current/certificates/look-up"
        response = client.post(path, json=words, headers={"Origin": ORIGIN}, base_url=ORIGIN)
        assert response.status_code == status, base
