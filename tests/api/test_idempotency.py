"""One action, one effect, however often it is asked for."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend.domain.errors import IdempotencyConflict, KeyInFlight, NotFound
from backend.models import Dossier, IdempotencyKey
from backend.services.house import House
from backend.services.idempotency import RESERVATION, Asked, answer_once, fingerprint, forget_before, reserved

from .conftest import ORIGIN, MovingClock, People, a_voucher


def _count(house: House) -> int:
    with house.read() as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


@pytest.mark.fault("F2")
def test_the_same_key_gives_the_same_answer_and_one_effect(house: House, signed_in: People) -> None:
    words, key = {"vouchers": [a_voucher()]}, str(uuid4())

    first = signed_in.maker.sends("/api/dossiers", words, key=key)
    second = signed_in.maker.sends("/api/dossiers", words, key=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert "Idempotency-Replayed" not in first.headers and second.headers["Idempotency-Replayed"] == "true"
    assert _count(house) == 1


def test_the_same_key_with_another_body_is_a_conflict(house: House, signed_in: People) -> None:
    key = str(uuid4())
    signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, key=key)

    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, key=key)

    assert (response.status_code, response.json["code"]) == (409, "request.key_reused")
    assert _count(house) == 1


def test_the_same_key_on_another_route_is_a_conflict(signed_in: People) -> None:
    dossier, key = signed_in.maker.begins(), str(uuid4())
    words = {"expected_version": dossier["version"], "reason": "Lập nhầm đơn vị nhận"}
    assert signed_in.maker.sends(f"/api/dossiers/{dossier['id']}/cancel", words, key=key).status_code == 200

    response = signed_in.maker.sends(f"/api/dossiers/{uuid4()}/cancel", words, key=key)

    assert (response.status_code, response.json["code"]) == (409, "request.key_reused")


def test_two_people_may_use_the_same_key(house: House, signed_in: People) -> None:
    key = str(uuid4())
    signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, key=key)

    response = signed_in.stranger.sends("/api/dossiers", {"vouchers": [a_voucher()]}, key=key)

    assert response.status_code == 201
    assert "Idempotency-Replayed" not in response.headers


def test_a_refusal_is_not_kept(signed_in: People) -> None:
    dossier, key = signed_in.maker.begins(), str(uuid4())
    path, words = f"/api/dossiers/{dossier['id']}/reopen", {"expected_version": dossier["version"]}

    answers = [signed_in.maker.sends(path, words, key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Idempotency-Replayed" not in answers[1].headers


@pytest.mark.fault("F43")
def test_twins_at_the_same_moment_have_one_effect(app: Flask, house: House, signed_in: People) -> None:
    words, key, csrf = {"vouchers": [a_voucher()]}, str(uuid4()), signed_in.maker.csrf
    cookie = signed_in.maker.client.get_cookie("__Host-ky_kho_bac", domain="kkb.test")
    assert cookie is not None
    start = threading.Barrier(6)

    def tap(_: int) -> TestResponse:
        client = app.test_client(use_cookies=False)
        headers = {
            "Origin": ORIGIN,
            "X-CSRF-Token": csrf,
            "Idempotency-Key": key,
            "Cookie": f"{cookie.key}={cookie.value}",
        }
        start.wait()
        return client.post("/api/dossiers", json=words, headers=headers, base_url=ORIGIN)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(tap, range(6)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert _count(house) == 1


def test_a_place_held_for_a_provider_keeps_the_twin_out_and_is_given_back(house: House, people: People) -> None:
    asked = Asked(people.chief.user_id, "k" * 20, "POST /sign", "f" * 64)

    with reserved(house, asked) as place:
        assert place.given is None
        with pytest.raises(KeyInFlight), reserved(house, asked):
            raise AssertionError("the twin came in")
        with pytest.raises(KeyInFlight):
            answer_once(house, asked, lambda session: {}, 200)

    with reserved(house, asked) as place:
        assert place.given is None


def test_a_filled_place_gives_its_answer_to_the_next(house: House, people: People) -> None:
    asked = Asked(people.chief.user_id, "k" * 20, "POST /sign", "f" * 64)
    with reserved(house, asked) as place:
        place.fill(lambda session: {"id": "1"}, 202)

    with reserved(house, asked) as place:
        assert place.given is not None
        assert (place.given.status, place.given.body, place.given.again) == (202, {"id": "1"}, True)
    with pytest.raises(IdempotencyConflict), reserved(house, Asked(asked.user_id, asked.key, asked.route, "e" * 64)):
        raise AssertionError("another body came in")


def test_a_place_whose_action_failed_is_free_again(house: House, people: People) -> None:
    asked = Asked(people.chief.user_id, "k" * 20, "POST /sign", "f" * 64)

    def fails(session: object) -> dict[str, object]:
        raise NotFound()

    with pytest.raises(NotFound), reserved(house, asked) as place:
        place.fill(fails, 202)

    with reserved(house, asked) as place:
        assert place.given is None


@pytest.mark.fault("F1")
def test_a_place_whose_taker_died_can_be_taken_after_a_while_and_the_ghost_writes_nothing(
    house: House, clock: MovingClock, people: People
) -> None:
    asked = Asked(people.chief.user_id, "k" * 20, "POST /sign", "f" * 64)
    ghost = reserved(house, asked)
    dead = ghost.__enter__()
    clock.ahead = RESERVATION + timedelta(seconds=1)

    with reserved(house, asked) as place:
        with pytest.raises(KeyInFlight):
            dead.fill(lambda session: {"who": "ghost"}, 202)
        place.fill(lambda session: {"who": "living"}, 202)
    ghost.__exit__(None, None, None)

    with reserved(house, asked) as place:
        assert place.given is not None and place.given.body == {"who": "living"}


def test_passwords_leave_no_trace_in_the_fingerprint() -> None:
    body = {"expected_version": 3, "provider_password": "bí mật", "inner": [{"password": "x", "a": 1}]}
    code = {"challenge": "c-1", "code": "123456"}
    other = {"expected_version": 3, "provider_password": "khác", "second_factor": code, "inner": [{"a": 1}]}

    assert fingerprint(b"k", "POST", "/sign", body) == fingerprint(b"k", "POST", "/sign", other)
    assert fingerprint(b"k", "POST", "/sign", body) != fingerprint(
        b"k", "POST", "/sign", {**body, "expected_version": 4}
    )
    assert fingerprint(b"k", "POST", "/sign", body) != fingerprint(b"other", "POST", "/sign", body)


def test_the_kept_answer_is_the_one_on_the_wire(house: House, signed_in: People) -> None:
    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]})

    with house.read() as session:
        row = session.scalars(select(IdempotencyKey)).one()
    assert (row.status, row.body, row.route) == (201, json.loads(response.data), "POST /api/dossiers")


def test_old_answers_are_forgotten(house: House, clock: MovingClock, signed_in: People) -> None:
    signed_in.maker.begins()

    with house.begin() as session:
        assert forget_before(session, clock.now() - timedelta(days=1)) == 0
        assert forget_before(session, clock.now() + timedelta(days=1)) == 1
