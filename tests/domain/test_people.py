"""Who may take which step: every title, every side, every shared trait, every day around a right."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product

import pytest

from backend.domain.people import (
    TITLE_LABEL,
    TREASURY_TITLES,
    Grant,
    Ineligible,
    Person,
    Reason,
    ServiceTitle,
    Side,
    printed_title,
    side_of,
    titles_of,
    why_not_eligible,
)
from backend.domain.workdays import VIETNAM

ESTIMATE, DEPOSIT = "9523.2.1990001", "3713.0.1990001"
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)


def somebody(id: str, name: str, title: ServiceTitle) -> Person:
    return Person(
        id=id,
        unit_id="unit-1",
        full_name=name,
        identity_key=f"identity-{id}",
        title=title,
        active=True,
        certificate_serial=f"5401{id}",
        certificate_valid_from=NOW - timedelta(days=100),
        certificate_valid_to=NOW + timedelta(days=100),
        provider="vnpt",
        provider_login=f"login-{id}",
    )


NGAN = somebody("a1", "Lê Thị Mai Ngân", ServiceTitle.ACCOUNTANT)
DINH = somebody("b2", "Phạm Quốc Đỉnh", ServiceTitle.CHIEF_ACCOUNTANT)
HUONG = somebody("c3", "Đỗ Thu Hường", ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT)
KHAI = somebody("d4", "Nguyễn Hữu Khải", ServiceTitle.ACCOUNT_HOLDER)
TUYET = somebody("e5", "Vũ Thị Ánh Tuyết", ServiceTitle.DELEGATED_ACCOUNT_HOLDER)
THINH = somebody("f6", "Bùi Đức Thịnh", ServiceTitle.TREASURY_OFFICER)
EVERYBODY = [NGAN, DINH, HUONG, KHAI, TUYET, THINH]
FOR_STEP = {Side.MAKER: NGAN, Side.SECOND_SIGNATURE: DINH, Side.FIRST_SIGNATURE: KHAI}


def granted(
    person: Person,
    account: str = ESTIMATE,
    first: date = TODAY,
    last: date | None = TODAY,
) -> Grant:
    return Grant(person.id, account, person.title, first, last)


def asked(
    person,
    step,
    *,
    grants=None,
    accounts=(ESTIMATE,),
    earlier=None,
    at=NOW,
    single=False,
    second_signature=True,
) -> Ineligible | None:
    return why_not_eligible(
        person,
        step,
        accounts=accounts,
        grants=[granted(person, account) for account in accounts] if grants is None else grants,
        at=at,
        earlier=earlier or {},
        single_accountant_unit=single,
        second_signature=second_signature,
    )


def reason(*given, **more) -> Reason | None:
    found = asked(*given, **more)
    return found.reason if found else None


ALLOWED = {
    (ServiceTitle.ACCOUNTANT, Side.MAKER),
    (ServiceTitle.CHIEF_ACCOUNTANT, Side.SECOND_SIGNATURE),
    (ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT, Side.SECOND_SIGNATURE),
    (ServiceTitle.ACCOUNT_HOLDER, Side.FIRST_SIGNATURE),
    (ServiceTitle.DELEGATED_ACCOUNT_HOLDER, Side.FIRST_SIGNATURE),
}
ALLOWED_WITH_ONE_ACCOUNTANT = ALLOWED | {
    (ServiceTitle.CHIEF_ACCOUNTANT, Side.MAKER),
    (ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT, Side.MAKER),
}


@pytest.mark.parametrize(("person", "step", "single"), list(product(EVERYBODY, Side, (False, True))))
def test_a_title_takes_its_own_step_and_no_other(person, step, single):
    allowed = ALLOWED_WITH_ONE_ACCOUNTANT if single else ALLOWED
    expected = None if (person.title, step) in allowed else Reason.WRONG_TITLE
    assert reason(person, step, single=single) is expected


@pytest.mark.parametrize(("person", "step"), list(product(EVERYBODY, Side)))
def test_in_a_unit_without_a_second_signature_nobody_gives_one_and_all_else_is_as_ever(person, step):
    expected = Reason.NO_SECOND_SIGNATURE if step is Side.SECOND_SIGNATURE else reason(person, step)
    assert reason(person, step, second_signature=False) is expected


def test_the_maker_is_no_account_holder_where_the_account_holder_signs_alone_either():
    for trait in TRAITS:
        person = _merged(KHAI, NGAN, trait)
        found = reason(person, Side.FIRST_SIGNATURE, earlier={Side.MAKER: NGAN}, second_signature=False)
        assert found is TRAITS[trait]


def _merged(one: Person, other: Person, trait: str) -> Person:
    """``one``, sharing a trait with ``other``."""
    changes = {
        "person": {"id": other.id},
        "identity": {"identity_key": other.identity_key},
        "certificate": {"certificate_serial": (other.certificate_serial or "").upper()},
        "provider_account": {"provider_login": f" {(other.provider_login or '').upper()}"},
    }
    return replace(one, **changes[trait])


TRAITS = {
    "person": Reason.SAME_PERSON,
    "identity": Reason.SAME_IDENTITY,
    "certificate": Reason.SAME_CERTIFICATE,
    "provider_account": Reason.SAME_PROVIDER_ACCOUNT,
}


@pytest.mark.parametrize(
    ("step", "side", "trait", "single"),
    list(product(Side, Side, TRAITS, (False, True))),
)
def test_two_sides_are_never_one_hand_unless_the_unit_has_one_accountant(step, side, trait, single):
    other = FOR_STEP[side] if side is not step else somebody("z9", "Người Khác", FOR_STEP[side].title)
    person = _merged(FOR_STEP[step], other, trait)
    relaxed = single and {step, side} == {Side.MAKER, Side.SECOND_SIGNATURE}
    expected = None if side is step or relaxed else TRAITS[trait]
    assert reason(person, step, earlier={side: other}, single=single) is expected


@pytest.mark.parametrize("single", [False, True])
def test_the_account_holder_must_differ_from_maker_and_chief_accountant_at_once(single):
    earlier = {Side.MAKER: NGAN, Side.SECOND_SIGNATURE: DINH}
    assert reason(KHAI, Side.FIRST_SIGNATURE, earlier=earlier, single=single) is None
    for other, trait in product((NGAN, DINH), TRAITS):
        person = _merged(KHAI, other, trait)
        assert reason(person, Side.FIRST_SIGNATURE, earlier=earlier, single=single) is TRAITS[trait]


def test_the_same_serial_at_two_authorities_is_two_certificates():
    elsewhere = replace(
        KHAI,
        provider="misa",
        certificate_serial=DINH.certificate_serial,
        provider_login=DINH.provider_login,
    )
    assert reason(elsewhere, Side.FIRST_SIGNATURE, earlier={Side.SECOND_SIGNATURE: DINH}) is None


def test_two_people_without_any_certificate_do_not_share_one():
    bare = {"certificate_serial": None, "provider": None, "provider_login": None}
    maker, chief = replace(NGAN, **bare), replace(DINH, **bare)
    assert reason(chief, Side.SECOND_SIGNATURE, earlier={Side.MAKER: maker}) is Reason.CERTIFICATE_MISSING


def test_a_shared_hand_is_named_with_both_people():
    person = _merged(KHAI, DINH, "certificate")
    found = asked(person, Side.FIRST_SIGNATURE, earlier={Side.SECOND_SIGNATURE: DINH})
    assert found.sentence == (
        "Nguyễn Hữu Khải dùng chung chứng thư số với Phạm Quốc Đỉnh, người đã ký Kế toán trưởng hồ sơ này."
        " Bạn hãy chọn người khác."
    )


def test_one_accountant_prepares_and_signs_where_the_policy_says_so():
    assert reason(DINH, Side.SECOND_SIGNATURE, earlier={Side.MAKER: DINH}, single=True) is None
    assert reason(DINH, Side.SECOND_SIGNATURE, earlier={Side.MAKER: DINH}) is Reason.SAME_PERSON


@pytest.mark.parametrize("step", Side)
def test_a_person_who_left_takes_no_step(step):
    assert reason(replace(FOR_STEP[step], active=False), step) is Reason.INACTIVE


def test_a_person_of_another_unit_takes_no_step():
    assert (
        reason(
            replace(DINH, unit_id="unit-2"),
            Side.SECOND_SIGNATURE,
            earlier={Side.MAKER: NGAN},
        )
        is Reason.OTHER_UNIT
    )


RIGHTS = [
    (TODAY, TODAY, True),
    (TODAY - timedelta(days=9), TODAY + timedelta(days=9), True),
    (TODAY + timedelta(days=1), TODAY + timedelta(days=9), False),
    (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
]


@pytest.mark.parametrize(("step", "right"), list(product(Side, RIGHTS)))
def test_a_right_counts_from_its_first_to_its_last_day(step, right):
    first, last, counts = right
    person = FOR_STEP[step]
    assert reason(person, step, grants=[granted(person, first=first, last=last)]) is (
        None if counts else Reason.NO_GRANT
    )


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, 0, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_of_a_right_ends_at_midnight_in_vietnam(moment, counts):
    assert reason(DINH, Side.SECOND_SIGNATURE, at=moment) is (None if counts else Reason.NO_GRANT)


def test_a_right_is_needed_on_every_debit_account_and_the_missing_one_is_named():
    found = asked(
        DINH,
        Side.SECOND_SIGNATURE,
        accounts=(ESTIMATE, DEPOSIT),
        grants=[granted(DINH, ESTIMATE)],
    )
    assert (found.reason, found.account) == (Reason.NO_GRANT, DEPOSIT)
    assert found.sentence == f"Hôm nay Phạm Quốc Đỉnh không có quyền trên tài khoản {DEPOSIT}. Bạn hãy chọn người khác."


def test_other_peoples_rights_and_rights_in_other_titles_do_not_count():
    wrong_title = Grant(DINH.id, ESTIMATE, ServiceTitle.ACCOUNTANT, TODAY, TODAY)
    assert reason(DINH, Side.SECOND_SIGNATURE, grants=[granted(KHAI), wrong_title]) is Reason.NO_GRANT


@pytest.mark.parametrize(("person", "step"), [(HUONG, Side.SECOND_SIGNATURE), (TUYET, Side.FIRST_SIGNATURE)])
def test_an_expired_delegation_names_its_last_day(person, step):
    grants = [
        granted(
            person,
            first=TODAY - timedelta(days=days),
            last=TODAY - timedelta(days=days),
        )
        for days in (30, 3)
    ]
    found = asked(person, step, grants=grants)
    assert (found.reason, found.account, found.ended_on) == (
        Reason.DELEGATION_EXPIRED,
        ESTIMATE,
        date(2026, 11, 20),
    )
    assert "đã hết hạn ngày 20/11/2026" in found.sentence


def test_an_old_delegation_does_not_hide_a_new_one():
    old = granted(TUYET, first=date(2026, 1, 1), last=date(2026, 1, 31))
    assert reason(TUYET, Side.FIRST_SIGNATURE, grants=[old, granted(TUYET)]) is None


@pytest.mark.parametrize(("person", "step"), [(HUONG, Side.SECOND_SIGNATURE), (TUYET, Side.FIRST_SIGNATURE)])
def test_a_delegation_without_an_end_gives_no_right(person, step):
    assert reason(person, step, grants=[granted(person, last=None)]) is Reason.DELEGATION_WITHOUT_END


@pytest.mark.parametrize(
    ("person", "step"),
    [(NGAN, Side.MAKER), (DINH, Side.SECOND_SIGNATURE), (KHAI, Side.FIRST_SIGNATURE)],
)
def test_everybody_else_may_hold_an_open_ended_right(person, step):
    assert reason(person, step, grants=[granted(person, last=None)]) is None


MISSING = [
    "certificate_serial",
    "certificate_valid_from",
    "certificate_valid_to",
    "provider",
    "provider_login",
]
CERTIFICATES = [
    *[({name: None}, Reason.CERTIFICATE_MISSING) for name in MISSING],
    ({"certificate_valid_to": NOW}, Reason.CERTIFICATE_EXPIRED),
    ({"certificate_valid_to": NOW + timedelta(microseconds=1)}, None),
    ({"certificate_valid_from": NOW}, None),
    (
        {"certificate_valid_from": NOW + timedelta(microseconds=1)},
        Reason.CERTIFICATE_NOT_YET_VALID,
    ),
]


@pytest.mark.parametrize(("step", "certificate"), list(product(Side, CERTIFICATES)))
def test_whoever_signs_needs_a_registered_certificate_valid_at_this_moment(step, certificate):
    changes, expected = certificate
    assert reason(replace(FOR_STEP[step], **changes), step) is (None if step is Side.MAKER else expected)


def test_a_grant_covers_only_its_own_account():
    assert granted(DINH).covers(ESTIMATE, TODAY) and not granted(DINH).covers(DEPOSIT, TODAY)


def test_no_title_is_on_two_sides_and_only_treasury_staff_is_on_none():
    for one, other in combinations(Side, 2):
        assert not titles_of(one) & titles_of(other)
    assert {title for title in ServiceTitle if side_of(title) is None} == TREASURY_TITLES


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        (ServiceTitle.CHIEF_ACCOUNTANT, "Kế toán trưởng"),
        (ServiceTitle.ACTING_CHIEF_ACCOUNTANT, "Phụ trách kế toán"),
        (ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT, "TUQ. Kế toán trưởng"),
        (ServiceTitle.ACCOUNT_HOLDER, "Chủ tài khoản"),
        (ServiceTitle.DELEGATED_ACCOUNT_HOLDER, "TUQ. Chủ tài khoản"),
    ],
)
def test_a_signature_is_printed_with_its_capacity(title, printed):
    assert printed_title(title) == printed


def test_who_is_in_charge_of_accounting_acts_as_chief_accountant_and_is_called_otherwise():
    acting = replace(DINH, acting=True)
    assert (acting.shown_title, DINH.shown_title) == (
        ServiceTitle.ACTING_CHIEF_ACCOUNTANT,
        ServiceTitle.CHIEF_ACCOUNTANT,
    )
    assert replace(KHAI, acting=True).shown_title is ServiceTitle.ACCOUNT_HOLDER
    assert asked(acting, Side.SECOND_SIGNATURE) is None
    assert asked(acting, Side.FIRST_SIGNATURE).sentence.startswith("Phạm Quốc Đỉnh là Phụ trách kế toán, ")


def test_every_title_has_composed_vietnamese_words():
    assert set(TITLE_LABEL) == set(ServiceTitle)
    assert all(unicodedata.normalize("NFC", label) == label for label in TITLE_LABEL.values())


def test_no_sentence_shows_an_identity_or_a_certificate_number():
    for trait in TRAITS:
        found = asked(
            _merged(KHAI, DINH, trait),
            Side.FIRST_SIGNATURE,
            earlier={Side.SECOND_SIGNATURE: DINH},
        )
        assert "identity" not in found.sentence and "5401" not in found.sentence and "login" not in found.sentence
