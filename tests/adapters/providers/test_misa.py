"""What only MISA does: a code in the middle, tokens that are renewed, keys that must not sign, words for the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.providers import (
    Expired,
    Failed,
    FailureKind,
    NotSubmitted,
    Pending,
    ProviderSession,
    Rejected,
    SecondFactorChannel,
    SecondFactorRequired,
    Secret,
    Signed,
)
from tests.adapters.providers.house import House, Person


@pytest.fixture
def misa(house_of):
    return house_of("misa")


def wanted(house: House, channel: str) -> tuple[Person, SecondFactorRequired]:
    """Somebody with a second factor, who has typed the password."""
    person = house.newcomer(second_factor=channel)
    question = house.opens(person)
    assert isinstance(question, SecondFactorRequired)
    return person, question


def code_of(house: House, person: Person) -> Secret:
    return Secret(house.sandbox.ask(f"_control/subscribers/misa/{person.login}/code")["code"])


def log_out(house: House, person: Person) -> None:
    house.about(person, "log-out")


@pytest.mark.parametrize(("channel", "sent_to"), [("authenticator", ""), ("message", "09•••••123")])
def test_a_second_factor_is_a_question_and_the_code_its_answer(misa, channel, sent_to):
    person, question = wanted(misa, channel)

    session = misa.provider.answer_second_factor(person.login, question.challenge, code_of(misa, person))

    assert (question.channel, question.sent_to) == (SecondFactorChannel(channel), sent_to)
    assert isinstance(session, ProviderSession)
    assert misa.certificate(person, session).usable


def test_a_wrong_code_an_exhausted_one_and_one_of_no_use_are_told_apart(misa):
    person, question = wanted(misa, "message")
    answers = [misa.provider.answer_second_factor(person.login, question.challenge, Secret(c)) for c in ("no", "0000")]
    answers += [
        misa.provider.answer_second_factor(person.login, question.challenge, Secret("00000000")) for _ in range(2)
    ]

    assert [answer.kind.value.removeprefix("second_factor_") for answer in answers] == [
        "wrong",
        "wrong",
        "wrong",
        "exhausted",
    ]
    assert misa.times_asked(person, "login") == 4  # "no" never left


def test_another_code_is_sent_on_demand(misa):
    person, question = wanted(misa, "message")

    again = misa.provider.resend_second_factor(person.login, question.challenge)

    assert isinstance(again, SecondFactorRequired)
    code = code_of(misa, person)
    assert isinstance(misa.provider.answer_second_factor(person.login, again.challenge, code), ProviderSession)


def test_a_renewed_session_is_handed_over_while_the_person_thinks(misa):
    person = misa.newcomer()
    session = misa.signs_in(person)
    transaction = misa.waits_for_the_phone(person, session)
    log_out(misa, person)

    pending = misa.provider.poll(session, transaction)
    assert isinstance(pending, Pending)
    assert pending.renewed is not None
    misa.phone(transaction, "approve")

    assert isinstance(misa.result(pending.renewed, transaction), Signed)


def test_a_key_that_signs_by_itself_is_offered_as_unusable(misa):
    person = misa.newcomer()
    misa.about(person, "credentials", auto_sign=True)

    found = misa.provider.list_certificates(misa.signs_in(person))

    assert sorted((each.der == person.certificate, each.usable, each.why_not) for each in found) == [
        (False, False, "isAutoSign"),
        (True, True, ""),
    ]


def test_an_inactive_key_is_offered_as_unusable(misa):
    person = misa.newcomer()
    misa.about(person, "revoke")

    (found,) = misa.provider.list_certificates(misa.signs_in(person))

    assert not found.usable
    assert "INACTIVE" in found.why_not


@pytest.mark.parametrize(
    ("words", "settings", "ending"),
    [
        ({"code": "E1", "text": "Khách hàng TỪ CHỐI ký"}, {}, Rejected),
        ({"code": "USER_CANCEL", "text": ""}, {}, Rejected),
        ({"code": "", "text": "Yêu cầu đã quá hạn"}, {}, Expired),
        ({"code": "SIGN_TIMEOUT", "text": ""}, {}, Expired),
        ({"state": "CANCELLED", "code": "", "text": ""}, {}, Rejected),
        ({"code": "E9", "text": "Lỗi HSM"}, {}, Failed),
        ({"code": "E9", "text": "Lỗi HSM"}, {"MISA_OUTCOMES": "code E9=expired"}, Expired),
        ({"code": "E9", "text": "Người ký lắc đầu"}, {"MISA_OUTCOMES": "message lắc đầu=rejected"}, Rejected),
    ],
)
def test_one_word_for_every_bad_end_is_told_apart_by_a_table_that_a_setting_extends(misa, words, settings, ending):
    person = misa.person()
    session = misa.signs_in(person)
    transaction = misa.waits_for_the_phone(person, session)
    misa.phone(transaction, "fail", **words)
    misa.settings = settings

    result = misa.provider.poll(session, transaction)

    assert isinstance(result, ending)
    assert words["code"] in result.raw


def test_an_unknown_word_of_the_vendor_waits(misa):
    person = misa.person()
    session = misa.signs_in(person)
    transaction = misa.waits_for_the_phone(person, session)
    misa.phone(transaction, "fail", state="IN_REVIEW")

    assert misa.provider.poll(session, transaction) == Pending(vendor_state="IN_REVIEW")


@pytest.mark.parametrize("name", ["MISA_AUTH_PREFIX", "MISA_ROOT_PREFIX"])
def test_a_wrong_prefix_is_a_violation_and_not_an_empty_list(misa, name):
    person = misa.person()
    misa.settings = {name: "/elsewhere"}

    opened = misa.opens(person)
    answer = misa.provider.list_certificates(opened) if isinstance(opened, ProviderSession) else opened

    assert answer.kind is FailureKind.PROTOCOL_VIOLATION


def test_a_document_id_too_long_for_misa_does_not_leave_the_house(misa, pair):
    person = misa.person()
    session = misa.signs_in(person)

    answer = misa.asks(person, session, replace(pair[0], doc_id="x" * 37))

    assert isinstance(answer, NotSubmitted)
    assert misa.times_asked(person, "sign") == 0


def test_nothing_of_ours_becomes_markup_on_the_phone(misa, pair):
    person = misa.newcomer()
    misa.asks(person, misa.signs_in(person), *pair, summary="Ký <b>5</b> & 7 đồng")

    (request,) = misa.on_the_phone(person.login)

    assert request["title"] == "Ký <b>5</b> & 7 đồng"
