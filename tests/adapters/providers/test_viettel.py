"""What only Viettel does: ASCII titles, states that are not outcomes, signing in again by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.providers import Pending, Secret, Submitted, Unreachable


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
