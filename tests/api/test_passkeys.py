"""Passkeys over the wire: what opens an account, and everything that must not."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.models import Passkey, UsedChallenge
from backend.services.house import House
from backend.services.housekeeping import tidy
from tests.support.authenticator import Authenticator, text

from .conftest import ORIGIN, PASSWORD, MovingClock, People, Somebody


def enrols(somebody: Somebody, **wrong: Any) -> tuple[Authenticator, TestResponse]:
    device = Authenticator(ORIGIN)
    offer = somebody.gets("/api/passkeys/offer").json
    return device, somebody.sends("/api/passkeys", device.makes(offer, **wrong))


def asks_to_log_in(somebody: Somebody) -> dict[str, Any]:
    return somebody.client.get("/api/session/passkey", base_url=ORIGIN).json


def logs_in(somebody: Somebody, body: dict[str, Any]) -> TestResponse:
    response = somebody.client.post(
        "/api/session/passkey", json={**body, "shared_device": False}, headers={"Origin": ORIGIN}, base_url=ORIGIN
    )
    if response.status_code == 200:
        somebody.token = response.json["csrf_token"]
    return response


def refused(response: TestResponse, code: str = "auth.passkey_refused") -> bool:
    return (response.status_code, response.json["code"]) == (403, code)


@pytest.fixture
def chief(signed_in: People) -> Somebody:
    return signed_in.chief


def test_a_passkey_alone_opens_the_account_it_was_enrolled_for(chief: Somebody, app: Flask) -> None:
    device, enrolled = enrols(chief)
    elsewhere = Somebody(app.test_client(), chief.user_id, chief.username, chief.full_name)

    answer = logs_in(elsewhere, device.answers(asks_to_log_in(elsewhere)))

    assert enrolled.status_code == 201
    assert answer.json["user"]["username"] == chief.username
    assert elsewhere.gets("/api/session").status_code == 200
    assert elsewhere.gets("/api/passkeys").json["items"][0]["used_at"] is not None


def test_a_password_alone_no_longer_opens_an_account_that_has_a_passkey(chief: Somebody, app: Flask) -> None:
    enrols(chief)
    elsewhere = Somebody(app.test_client(), chief.user_id, chief.username, chief.full_name)

    assert refused(elsewhere.logs_in(), "auth.passkey_needed")
    assert elsewhere.logs_in("wrong").json["code"] == "auth.bad_credentials"
    assert elsewhere.gets("/api/session").status_code == 401


def test_an_answer_with_one_thing_wrong_opens_nothing(chief: Somebody, app: Flask) -> None:
    device, _ = enrols(chief)
    elsewhere = Somebody(app.test_client(), chief.user_id, chief.username, chief.full_name)
    wrongs: list[dict[str, Any]] = [
        {"origin": "https://kkb.test.evil.example"},
        {"origin": "http://kkb.test"},
        {"rp_id": "evil.example"},
        {"verified": False},
        {"type": "webauthn.create"},
        {"challenge": text(b"another challenge")},
        {"sign_count": 1},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"credential_id": b"nobody's credential"},
        {"user_handle": text(b"0123456789abcdef")},
    ]

    for wrong in wrongs:
        assert refused(logs_in(elsewhere, device.answers(asks_to_log_in(elsewhere), **wrong))), wrong
    assert elsewhere.gets("/api/session").status_code == 401


def test_an_enrolment_with_one_thing_wrong_keeps_nothing(chief: Somebody) -> None:
    wrongs = (
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"verified": False},
        {"type": "webauthn.get"},
    )

    for wrong in wrongs:
        assert refused(enrols(chief, **wrong)[1]), wrong
    assert chief.gets("/api/passkeys").json["items"] == []


def test_a_challenge_is_answered_once_even_if_the_first_answer_was_wrong(chief: Somebody) -> None:
    device, _ = enrols(chief)
    question = asks_to_log_in(chief)

    first = logs_in(chief, device.answers(question, verified=False))
    second = logs_in(chief, device.answers(question))

    assert refused(first)
    assert refused(second)


def test_a_challenge_lives_five_minutes(chief: Somebody, clock: MovingClock, house: House) -> None:
    device, _ = enrols(chief)
    question = asks_to_log_in(chief)
    clock.passes(minutes=5, seconds=1)

    assert refused(logs_in(chief, device.answers(question)))
    tidy(house)
    with house.read() as session:
        assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 0


def test_a_challenge_for_one_thing_is_none_for_another(chief: Somebody, signed_in: People) -> None:
    device, _ = enrols(chief)
    proof = chief.gets("/api/account/proof/passkey").json
    others_proof = signed_in.holder.gets("/api/account/proof/passkey").json
    made_up = {**proof, "challenge": text(b"made.1999999999.up")}

    for question in (proof, others_proof, made_up):
        assert refused(logs_in(chief, device.answers(question)))


def test_the_passkey_of_another_person_proves_nothing(chief: Somebody, signed_in: People) -> None:
    device, _ = enrols(signed_in.holder)
    question = chief.gets("/api/account/proof/passkey").json

    assert refused(chief.sends("/api/account/proof/passkey", device.answers(question)))


def test_a_counter_that_stands_still_is_a_copied_key_but_zero_is_no_counter(chief: Somebody, app: Flask) -> None:
    copied, _ = enrols(chief)
    elsewhere = Somebody(app.test_client(), chief.user_id, chief.username, chief.full_name)
    once = logs_in(elsewhere, copied.answers(asks_to_log_in(elsewhere)))
    again = logs_in(elsewhere, copied.answers(asks_to_log_in(elsewhere), sign_count=copied.sign_count - 1))
    synced = Authenticator(ORIGIN, counts=False)
    chief.sends("/api/passkeys", synced.makes(chief.gets("/api/passkeys/offer").json))
    uses = [logs_in(elsewhere, synced.answers(asks_to_log_in(elsewhere))).status_code for _ in range(2)]

    assert once.status_code == 200
    assert refused(again)
    assert uses == [200, 200]


def test_wrecked_attestations_are_refused_and_never_an_accident(chief: Somebody) -> None:
    whole = Authenticator(ORIGIN).makes(chief.gets("/api/passkeys/offer").json)
    for cut in (1, 10, 40, 90, 150):
        body = Authenticator(ORIGIN).makes(chief.gets("/api/passkeys/offer").json)
        body["attestation"]["attestation"] = body["attestation"]["attestation"][:cut].ljust(4, "A")
        assert refused(chief.sends("/api/passkeys", body)), cut
    for client_data in ("e30", "AAAA", "W10", "bnVsbA"):
        body = Authenticator(ORIGIN).makes(chief.gets("/api/passkeys/offer").json)
        body["attestation"]["client_data"] = client_data
        assert refused(chief.sends("/api/passkeys", body)), client_data
    for odd in (
        {"without": (3,)},
        {"without": (-2,)},
        {"cose": {3: -999}},
        {"cose": {-1: "P-256"}},
        {"cose": {1: 2.5}},
        {"cose": {-2: bytes(32)}},
    ):
        assert refused(enrols(chief, **odd)[1]), odd
    assert chief.sends("/api/passkeys", {**whole, "challenge": "ñ"}).status_code == 422
    assert chief.gets("/api/passkeys").json["items"] == []


def test_wrecked_assertions_are_refused_and_never_an_accident(chief: Somebody) -> None:
    device, _ = enrols(chief)
    for name in ("client_data", "authenticator_data", "signature"):
        for wreck in ("AAAA", "e30", "_w"):
            body = device.answers(asks_to_log_in(chief))
            body["assertion"][name] = wreck
            assert refused(logs_in(chief, body)), (name, wreck)


def test_too_many_refused_passkeys_make_the_address_wait(chief: Somebody, house: House) -> None:
    device, _ = enrols(chief)
    for _ in range(house.policy.address_tries):
        logs_in(chief, {**device.answers({"challenge": text(b"not.1.ours"), "rp_id": "kkb.test"})})

    answer = logs_in(chief, device.answers(asks_to_log_in(chief)))

    assert (answer.status_code, answer.json["code"]) == (429, "auth.locked")


def test_only_somebody_who_has_just_proved_themself_adds_or_removes_a_passkey(
    chief: Somebody, clock: MovingClock
) -> None:
    device, enrolled = enrols(chief)
    path = f"/api/passkeys/{enrolled.json['id']}"
    clock.passes(minutes=6)

    late = [chief.gets("/api/passkeys/offer"), chief.sends(path, {}, method="DELETE")]
    by_password = chief.sends("/api/account/proof/password", {"password": PASSWORD})
    question = chief.gets("/api/account/proof/passkey").json
    proven = chief.sends("/api/account/proof/passkey", device.answers(question))

    assert all(refused(answer, "auth.stepup") for answer in late)
    assert refused(by_password, "auth.passkey_needed")
    assert proven.status_code == 200
    assert chief.sends(path, {}, method="DELETE").status_code == 204
    assert chief.gets("/api/passkeys").json["items"] == []


def test_a_removed_passkey_opens_nothing_and_the_password_is_enough_again(chief: Somebody, app: Flask) -> None:
    device, enrolled = enrols(chief)
    chief.sends(f"/api/passkeys/{enrolled.json['id']}", {}, method="DELETE")
    elsewhere = Somebody(app.test_client(), chief.user_id, chief.username, chief.full_name)

    assert refused(logs_in(elsewhere, device.answers(asks_to_log_in(elsewhere))))
    assert elsewhere.logs_in().status_code == 200


def test_nobody_names_or_removes_the_passkey_of_another(chief: Somebody, signed_in: People) -> None:
    _, enrolled = enrols(chief)
    path = f"/api/passkeys/{enrolled.json['id']}"

    renamed = signed_in.holder.sends(path, {"label": "của tôi"}, method="PUT")
    signed_in.holder.sends(path, {}, method="DELETE")

    assert (renamed.status_code, renamed.json["code"]) == (404, "auth.passkey_gone")
    assert chief.sends(path, {"label": "  Điện thoại của tôi "}, method="PUT").json["label"] == "Điện thoại của tôi"
    assert [row["label"] for row in chief.gets("/api/passkeys").json["items"]] == ["Điện thoại của tôi"]


def test_the_same_authenticator_is_kept_once_and_at_most_ten_are_kept(chief: Somebody, house: House) -> None:
    device, _ = enrols(chief)
    again = chief.sends("/api/passkeys", device.makes(chief.gets("/api/passkeys/offer").json))
    for _ in range(9):
        enrols(chief)
    _, eleventh = enrols(chief)

    assert refused(again)
    assert (eleventh.status_code, eleventh.json["code"]) == (409, "auth.passkeys_full")
    with house.read() as session:
        assert session.scalar(select(func.count()).select_from(Passkey)) == 10


def test_the_offer_names_what_must_not_be_made_twice(chief: Somebody) -> None:
    device, _ = enrols(chief)

    offer = chief.gets("/api/passkeys/offer").json

    assert offer["credentials"] == [{"id": text(device.credential_id), "transports": ["internal"]}]
    assert (offer["rp_id"], offer["username"]) == ("kkb.test", chief.username)
