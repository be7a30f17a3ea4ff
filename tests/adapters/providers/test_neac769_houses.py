"""What only the CAs of the national profile do: words on the phone, both ids, parts of a batch, two ids of a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.adapters import providers
from backend.domain.providers import Concluded, Expired, Failed, FailureKind, PartlySigned, ProviderSession, Signed
from tests.adapters.providers.house import Person, some_items


@pytest.fixture
def sp769(house_of):
    return house_of("vnpt-sp769")


@pytest.fixture
def nacencomm(house_of):
    return house_of("nacencomm")


def test_vnpt_shows_our_text_and_our_document_ids(sp769, pair):
    person = sp769.newcomer()
    sp769.asks(person, sp769.signs_in(person), *pair, summary="Ký 2 chứng từ: 1.250.000 đ, mã 7F3K")

    (request,) = sp769.on_the_phone(person.login)

    assert request["title"] == "Ký 2 chứng từ: 1.250.000 đ, mã 7F3K"
    assert [d["id"] for d in request["documents"]] == ["PC0001", "PC0002"]


def test_nacencomm_shows_ids_only_and_the_descriptor_says_so(nacencomm, pair):
    person = nacencomm.newcomer()
    nacencomm.asks(person, nacencomm.signs_in(person), *pair)

    (request,) = nacencomm.on_the_phone(person.login)

    assert (request["title"], [d["name"] for d in request["documents"]]) == ("", ["PC0001", "PC0002"])
    assert not nacencomm.provider.descriptor.shows_description


@pytest.mark.parametrize("name", ["vnpt-sp769", "nacencomm", "nacencomm-hex"])
def test_the_digests_of_the_encoding_vector_arrive_as_the_same_bytes(house_of, pair, name):
    house = house_of(name)
    person = house.newcomer()
    house.asks(person, house.signs_in(person), *pair)

    (request,) = house.on_the_phone(person.login)

    assert request["digests"] == [
        "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA=",
        "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0=",
    ]


@pytest.mark.parametrize("status_id", ["transaction_id", "tran_code"])
def test_vnpt_is_asked_by_either_id(sp769, status_id):
    sp769.settings = {"VNPT_SP769_STATUS_ID": status_id}
    person = sp769.person()

    result, transaction = sp769.ends(person, sp769.signs_in(person), "approve")

    assert isinstance(result, Signed)
    assert (transaction.vendor_id == transaction.reference) is (status_id == "transaction_id")


def test_vnpt_refuses_at_once_what_cannot_be_signed(sp769):
    person = sp769.newcomer()
    session = sp769.signs_in(person)
    request = sp769.a_request(person, session)
    sp769.about(person, "revoke")

    answer = sp769.provider.request_signature(session, request)

    assert answer.failure.kind is FailureKind.CERTIFICATE_INVALID


def test_nacencomm_keeps_the_signatures_of_a_batch_that_was_signed_in_part(nacencomm):
    person = nacencomm.newcomer()
    nacencomm.breaks(person, "any", "item_failed")

    result, transaction = nacencomm.ends(person, nacencomm.signs_in(person), "approve", *some_items(3))

    assert isinstance(result, PartlySigned)
    assert [signature is not None for signature in result.signatures] == [True, True, False]
    assert nacencomm.ledger(transaction.digests) == (1, 1)


def test_the_only_document_of_a_batch_that_fails_is_a_failure(nacencomm):
    person = nacencomm.newcomer()
    nacencomm.breaks(person, "any", "item_failed")

    result, _ = nacencomm.ends(person, nacencomm.signs_in(person), "approve", *some_items(1))

    assert isinstance(result, Failed)
    assert (result.failure.kind, result.failure.vendor_code) == (FailureKind.SIGNING_FAILED, "-2")


def test_nacencomm_may_have_signed_in_the_answer_to_the_request(nacencomm):
    person = nacencomm.newcomer()
    nacencomm.decides(person, "approve")

    answer = nacencomm.asks(person, nacencomm.signs_in(person))

    assert isinstance(answer, Concluded)
    assert isinstance(answer.outcome, Signed)


def test_a_person_known_by_tax_code_is_found_under_the_second_id_only_where_a_setting_says_so(nacencomm):
    tax_code = f"{next(nacencomm.sandbox.numbers):010d}-001"
    known = nacencomm.newcomer(uid=tax_code)
    person = Person(f"999190012345/{tax_code}", known.password, known.certificate)

    one_id = nacencomm.provider.list_certificates(nacencomm.signs_in(person))
    nacencomm.settings = {"NACENCOMM_TWO_USER_IDS": "yes"}
    session = nacencomm.signs_in(person)
    transaction = nacencomm.waits_for_the_phone(person, session)
    known_as = Person(tax_code, known.password, known.certificate)
    (waiting,) = nacencomm.on_the_phone(known_as.login)
    nacencomm.sandbox.tell(f"transactions/{waiting['id']}/expire")

    assert one_id.kind is FailureKind.NO_CERTIFICATE
    assert isinstance(session, ProviderSession)
    assert session.login == person.login
    assert isinstance(nacencomm.result(session, transaction), Expired)


def test_two_ids_nobody_knows_are_nobody(nacencomm):
    nacencomm.settings = {"NACENCOMM_TWO_USER_IDS": "yes"}

    assert nacencomm.provider.open_session("999190012345/9999999999", None).kind is FailureKind.NO_CERTIFICATE
    assert nacencomm.provider.open_session("/", None).kind is FailureKind.BAD_REQUEST


def test_nacencomm_may_speak_csc_under_its_own_name(house_of):
    house = house_of("csc-v1")
    house.profile = replace(
        house.profile,
        slug="nacencomm",
        provider="csc",
        settings={"NACENCOMM_PROFILE": "csc-v1", "NACENCOMM_CSC_GRANT": "password"},
    )
    person = house.newcomer()

    result, transaction = house.ends(person, house.signs_in(person), "approve")

    assert isinstance(result, Signed)
    descriptor = house.provider.descriptor
    assert (descriptor.slug, descriptor.name, descriptor.app_name) == (
        "nacencomm",
        "Nacencomm CA",
        "CA2 Remote Signing",
    )
    assert house.ledger(transaction.digests) == (1, 1)


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("", {"NACENCOMM_BASE_URL", "NACENCOMM_SP_ID", "NACENCOMM_SP_PASSWORD"}),
        ("csc-v1", {"NACENCOMM_CSC_BASE_URL", "NACENCOMM_CSC_CLIENT_ID", "NACENCOMM_CSC_CLIENT_SECRET"}),
    ],
)
def test_production_wants_only_what_the_chosen_profile_needs(profile, named):
    chosen = {"PROVIDERS": "nacencomm", "NACENCOMM_PROFILE": profile}

    problems = providers.setting_problems(chosen, production=True)

    assert {each.partition(":")[0] for each in problems} == named


def test_vnpt_in_production_wants_the_credentials_of_its_profile():
    problems = providers.setting_problems({"PROVIDERS": "vnpt", "VNPT_PROFILE": "sp769"}, production=True)

    assert {each.partition(":")[0] for each in problems} == {"VNPT_BASE_URL", "VNPT_SP_ID", "VNPT_SP_PASSWORD"}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("VNPT_PROFILE", "sp769-th", "one-time codes"),
        ("VNPT_SP769_OUTCOMES", "code 1", "WORD=MEANING"),
        ("VNPT_SP769_PATH", "sca", "begins with /"),
        ("NACENCOMM_SIGN_PATH", "/sign?x=1", "begins with /"),
        ("NACENCOMM_PROFILE", "csc-v2", "one of"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_the_reason(name, value, word):
    (problem,) = providers.setting_problems({"PROVIDERS": "vnpt,nacencomm", name: value}, production=False)

    assert problem.startswith(name) and word in problem
