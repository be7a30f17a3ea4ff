"""What only Viettel does: ASCII titles, states that are not outcomes, signing in again by itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backend.adapters import providers
from backend.adapters.provider_kit.settings import BadSetting
from backend.domain.providers import CallbackAnswer, CallbackHint, Pending, Secret, Signed, Submitted, Unreachable
from backend.services.ports import SigningProvider
from tests.adapters.providers.house import House, StoppedClock, a_sandbox, eventually
from tests.adapters.providers.profile import PROFILES

ASYNC_3 = next(each for each in PROFILES if each.name == "viettel-async3")
PAIR = {"client_id": "viettel_callback", "client_secret": "Y2FsbGJhY2stc2FuZGJveA"}
HANDSHAKE = {"grant_type": "client_credentials", **PAIR}
RESULT = {"meta_data": {"transaction_id": "t1", "status": "1"}, "data": {"results": []}}


def test_viettel_shows_what_vietnamese_words_look_like_in_ascii(viettel, pair):
    person = viettel.newcomer()
    viettel.asks(person, viettel.signs_in(person), *pair, summary="Đơn vị ký 2 chứng từ: 1.250.000 đ, mã 7F3K")

    (request,) = viettel.on_the_phone(person.login)

    assert request["title"] == "Don vi ky 2 chung tu 1 250 000 d ma 7F3K"
    assert [d["name"] for d in request["documents"]] == ["Giay rut du toan PC0001", "Uy nhiem chi PC0002 - 5 000 000 d"]
    assert [d["id"] for d in request["documents"]] == ["PC0001", "PC0002"]


def test_viettel_cuts_a_long_title_at_a_word_within_what_the_phone_takes(viettel, pair):
    person = viettel.newcomer()
    submitted = viettel.asks(person, viettel.signs_in(person), *pair, summary="Chuyển khoản tiền lương " * 9)

    assert isinstance(submitted, Submitted)
    (request,) = viettel.on_the_phone(person.login)
    assert request["title"] == "Chuyen khoan tien luong Chuyen khoan tien luong Chuyen khoan tien luong"


def test_an_internal_error_told_as_a_state_is_not_the_end(viettel):
    person = viettel.newcomer()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)

    viettel.phone(transaction, "fail", reason="internal")

    assert viettel.result(session, transaction) == Unreachable("50000")


def test_a_person_who_confirmed_while_the_key_is_at_work_is_past_the_point_of_no_return(viettel):
    person = viettel.newcomer()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)

    viettel.phone(transaction, "approve", signing_ms=60_000)

    assert viettel.provider.poll(session, transaction) == Pending(person_has_confirmed=True)


@pytest.mark.parametrize("token", ["sandbox.ended.token", ""])
def test_viettel_signs_in_again_when_a_token_has_ended_or_is_lost_while_asking(viettel, token):
    person = viettel.newcomer()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)
    without = replace(session, token=Secret(token))

    assert viettel.provider.poll(without, transaction) == Pending()
    assert len(viettel.provider.list_certificates(without)) == 1


def test_a_session_lasts_as_long_as_the_provider_and_our_caution_say(viettel):
    session = viettel.signs_in(viettel.person())

    assert (session.expires_at - viettel.clock.now()).total_seconds() == 3000


# async 3: Viettel takes a token from us, then brings the result under it


@pytest.fixture
def listening(clock: StoppedClock) -> SigningProvider:
    return providers.load_all(ASYNC_3.settings_at("http://127.0.0.1:1"), clock)["viettel"]


@pytest.fixture
def knocks(listening: SigningProvider) -> Callable[..., CallbackAnswer]:
    def knock(told: object, **headers: str) -> CallbackAnswer:
        return listening.read_callback(json.dumps(told).encode(), headers)

    return knock


def token_of(answer: CallbackAnswer) -> str:
    data: Any = answer.body["data"]
    return str(data["access_token"])


def test_viettel_is_let_in_by_the_pair_we_issued_and_the_pair_is_not_kept(knocks, clock):
    answer = knocks(HANDSHAKE)

    assert (answer.status, answer.hint, answer.keep) == (200, None, False)
    assert answer.body == {
        "status_code": "00",
        "message": "Thanh cong",
        "data": {
            "access_token": token_of(answer),
            "expires_in": "3600000",
            "consented_on": str(int(clock.now().timestamp())),
        },
    }


@pytest.mark.parametrize(
    "told",
    [
        {**HANDSHAKE, "client_secret": "wrong"},
        {**HANDSHAKE, "client_id": "wrong"},
        {**HANDSHAKE, "client_secret": None},
        {**HANDSHAKE, "client_secret": ["Y2FsbGJhY2stc2FuZGJveA"]},
        {**HANDSHAKE, "grant_type": "password"},
        {},
    ],
)
def test_nobody_else_is_let_in_and_what_they_tried_is_not_kept(knocks, told):
    answer = knocks(told)

    assert (answer.status, answer.hint, answer.keep) == (401, None, False)
    assert "data" not in answer.body


@pytest.mark.parametrize("header", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_result_under_our_token_says_whom_to_ask_about(knocks, header):
    answer = knocks(RESULT, **{header: f"Bearer {token_of(knocks(HANDSHAKE))}"})

    assert (answer.status, answer.body) == (200, {"status_code": "00", "message": "Thanh cong"})
    assert (answer.hint, answer.keep) == (CallbackHint(vendor_id="t1"), True)


def spoilt(token: str) -> list[str]:
    prefix, until, seal = token.split(".")
    return [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {token}",
        token,
        f"Bearer {prefix}.{int(until) + 1}.{seal}",
        f"Bearer {prefix}.{until}.{seal[:-1]}",
        f"Bearer {prefix}.{until}.{'A' * 43}",
        f"Bearer {prefix}.{until}.",
        f"Bearer {prefix}.9999999999999.{seal}",
        f"Bearer {prefix}.-1.{seal}",
        f"Bearer {token}.{seal}",
        "Bearer sandbox.ended.token",
    ]


def test_a_result_under_any_other_token_is_turned_away_without_a_hint(knocks):
    for header in spoilt(token_of(knocks(HANDSHAKE))):
        answer = knocks(RESULT, Authorization=header)
        assert (answer.status, answer.hint, answer.keep) == (401, None, False), header
    assert knocks(RESULT).status == 401


def test_a_token_ends_and_changing_the_secret_ends_it_too(knocks, clock):
    bearer = f"Bearer {token_of(knocks(HANDSHAKE))}"
    other = {**ASYNC_3.settings_at("http://127.0.0.1:1"), "VIETTEL_CALLBACK_CLIENT_SECRET": "another"}
    renewed = providers.load_all(other, clock)["viettel"]

    assert renewed.read_callback(json.dumps(RESULT).encode(), {"Authorization": bearer}).status == 401
    clock.moment += timedelta(seconds=3599)
    assert knocks(RESULT, Authorization=bearer).status == 200
    clock.moment += timedelta(seconds=1)
    assert knocks(RESULT, Authorization=bearer).status == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"x" * 70_000, b'{"meta_data":7}', b'{"meta_data":{"transaction_id":7}}']
)
def test_what_is_no_callback_points_at_nothing(listening, knocks, body):
    headers = {"Authorization": f"Bearer {token_of(knocks(HANDSHAKE))}"}

    answer = listening.read_callback(body, headers)

    assert (answer.status, answer.hint, answer.keep) == (400, None, False)


def test_async_3_without_a_pair_for_viettel_stops_the_start(clock):
    for settings in ({}, {"VIETTEL_CALLBACK_CLIENT_ID": "viettel_callback"}):
        with pytest.raises(BadSetting, match="VIETTEL_CALLBACK_CLIENT_ID"):
            providers.load_all({"PROVIDERS": "viettel", "VIETTEL_ASYNC": "3", **settings}, clock)


def test_a_contract_that_signs_by_itself_stops_the_start(clock):
    with pytest.raises(BadSetting, match="VIETTEL_AUTO_SIGN: yes is refused: it signs without asking the person"):
        providers.load_all({"PROVIDERS": "viettel", "VIETTEL_AUTO_SIGN": "yes"}, clock)


@contextmanager
def our_address(provider: SigningProvider) -> Iterator[tuple[str, list[tuple[bytes, CallbackAnswer]]]]:
    """One address for both calls, and what came with what we said to it."""
    heard: list[tuple[bytes, CallbackAnswer]] = []

    class _Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = provider.read_callback(body, dict(self.headers))
            heard.append((body, answer))
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(json.dumps(answer.body).encode())

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    listener = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    listener.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", heard
    finally:
        server.shutdown()
        listener.join()
        server.server_close()


def test_the_sandbox_shakes_hands_and_then_knocks_with_the_result(tmp_path: Path, listening, clock):
    with our_address(listening) as (url, heard), a_sandbox(tmp_path, SANDBOX_VIETTEL_CALLBACK_URL=url) as sandbox:
        house = House(ASYNC_3, sandbox, clock)
        person = house.newcomer()
        session = house.signs_in(person)
        for knocks in (1, 2):
            if knocks == 2:
                house.breaks(person, "any", "notify_twice")
            transaction = house.waits_for_the_phone(person, session)
            house.phone(transaction, "approve")

            wanted = [CallbackHint(vendor_id=transaction.vendor_id)] * knocks
            eventually(lambda due=wanted: [a.hint for _, a in heard if a.hint in due] == due)
            assert isinstance(house.result(session, transaction), Signed)

    assert [answer.status for _, answer in heard] == [200] * 6
    assert [b"client_secret" in body for body, answer in heard if not answer.keep] == [True] * 3
    assert json.loads(heard[-1][0])["meta_data"]["status"] == "1"


# The older path


def test_the_older_path_is_sent_documents_and_base64_titles_and_no_pages(house_of, pair):
    house = house_of("viettel-adss")
    person = house.newcomer()
    house.decides(person, "approve", 200)

    house.asks(person, house.signs_in(person), *pair, summary="Ký 2 chứng từ: mã 7F3K")

    (request,) = house.on_the_phone(person.login)
    assert request["title"] == "Ky 2 chung tu ma 7F3K"
    assert [(d["id"], d["name"]) for d in request["documents"]] == [
        ("PC0001", "Giay rut du toan PC0001"),
        ("PC0002", "Uy nhiem chi PC0002 - 5 000 000 d"),
    ]


def test_the_older_path_has_nothing_to_ask_and_nobody_to_hear(house_of):
    provider = house_of("viettel-adss").provider

    assert provider.descriptor.asks_while_sending
    assert provider.read_callback(json.dumps(RESULT).encode(), {}).hint is None
