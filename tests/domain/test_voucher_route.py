"""The dossier's route over all states and actions, its codes and numbers."""

from __future__ import annotations

import string
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import NotAllowedNow
from backend.domain.voucher import (
    ACTION_LABEL,
    CREATION,
    DOSSIER_CODE,
    MACHINES,
    ONE_SIGNATURE_ROUTE,
    ROUTE,
    STATUS_LABEL,
    TREASURY_CONTROL,
    Action,
    Actor,
    Status,
    actions_of,
    dossier_code,
    dossier_code_time,
    log_note,
    next_status,
    pen_of,
    reason_problem,
    route_of,
    service_voucher_number,
)
from backend.domain.workdays import VIETNAM

# The rules, written out a second time by hand: from, action, to, who, number.
RULES = """
draft save draft maker P2
draft submit awaiting_chief_accountant maker P3
draft cancel cancelled maker P23
awaiting_chief_accountant repick awaiting_chief_accountant maker P3
awaiting_chief_accountant withdraw draft maker P4
awaiting_chief_accountant return returned_by_chief_accountant chosen_chief_accountant P5
awaiting_chief_accountant approve signing_chief_accountant chosen_chief_accountant P6
awaiting_chief_accountant start_over draft registration P24
signing_chief_accountant signed awaiting_account_holder provider P7
signing_chief_accountant sign_failed awaiting_chief_accountant provider P8
awaiting_account_holder repick awaiting_account_holder chosen_chief_accountant P7
awaiting_account_holder withdraw awaiting_chief_accountant chosen_chief_accountant P9
awaiting_account_holder return returned_by_account_holder chosen_account_holder P10
awaiting_account_holder approve signing_account_holder chosen_account_holder P11
awaiting_account_holder start_over draft registration P24
signing_account_holder signed submitted provider P12
signing_account_holder sign_failed awaiting_account_holder provider P13
submitted withdraw withdrawn chosen_account_holder P14
submitted receive received treasury_officer P15
received start_control controlling treasury_officer P16
controlling return returned_by_treasury treasury_officer P17
controlling accept awaiting_treasury_approval treasury_officer P18
awaiting_treasury_approval send_back controlling treasury_approver P19
awaiting_treasury_approval pay paid treasury_approver P20
controlling reject rejected_by_treasury treasury_approver P21
awaiting_treasury_approval reject rejected_by_treasury treasury_approver P21
returned_by_chief_accountant reopen draft maker P22
returned_by_account_holder reopen draft maker P22
returned_by_treasury reopen draft maker P22
withdrawn reopen draft maker P22
returned_by_chief_accountant cancel cancelled maker P23
returned_by_account_holder cancel cancelled maker P23
returned_by_treasury cancel cancelled maker P23
withdrawn cancel cancelled maker P23
"""
# Where the account holder's side signs alone: these instead, and nothing of the two states before the chief accountant.
RULES_OF_ONE_SIGNATURE = """
draft submit awaiting_account_holder maker P3
awaiting_account_holder repick awaiting_account_holder maker P3
awaiting_account_holder withdraw draft maker P4
"""


def _read(rules: str) -> dict[tuple[Status, Action], tuple[Status, Actor, str]]:
    rows = (line.split() for line in rules.split("\n") if line)
    return {(Status(row[0]), Action(row[1])): (Status(row[2]), Actor(row[3]), row[4]) for row in rows}


BEFORE_THE_CHIEF = {Status.AWAITING_CHIEF_ACCOUNTANT, Status.SIGNING_CHIEF_ACCOUNTANT}
TWO = _read(RULES)
ONE = {pair: move for pair, move in TWO.items() if pair[0] not in BEFORE_THE_CHIEF} | _read(RULES_OF_ONE_SIGNATURE)
ROUTES = [(ROUTE, TWO), (ONE_SIGNATURE_ROUTE, ONE)]
both_routes = pytest.mark.parametrize(("route", "expected"), ROUTES, ids=["two signatures", "one signature"])
FINAL = {Status.PAID, Status.REJECTED_BY_TREASURY, Status.CANCELLED}
PEOPLE_NEVER_DO = {Action.SIGNED, Action.SIGN_FAILED, Action.START_OVER}


@both_routes
@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_a_pair_moves_exactly_as_the_rules_list_it_and_is_refused_otherwise(route, expected, status, action):
    if (status, action) in expected:
        edge = next_status(route, status, action)
        assert (edge.to, edge.by, edge.because) == expected[status, action]
    else:
        with pytest.raises(NotAllowedNow):
            next_status(route, status, action)


def test_a_unit_goes_by_the_route_of_its_signatures():
    assert route_of(second_signature=True) is ROUTE
    assert route_of(second_signature=False) is ONE_SIGNATURE_ROUTE


def test_the_rules_number_every_edge_from_one_to_twenty_four():
    numbers = {CREATION.because} | {edge.because for edge in ROUTE.values()}
    assert numbers == {f"P{n}" for n in range(1, 25)}


def test_a_dossier_begins_as_the_makers_draft():
    assert (CREATION.to, CREATION.by, CREATION.note) == (
        Status.DRAFT,
        Actor.MAKER,
        "Lập hồ sơ",
    )


@both_routes
@pytest.mark.parametrize("status", Status)
def test_a_state_offers_exactly_the_actions_of_its_edges(route, expected, status):
    assert set(actions_of(route, status)) == {action for state, action in expected if state is status}


@both_routes
@pytest.mark.parametrize("status", Status)
def test_who_holds_the_pen_can_move_the_dossier(route, expected, status):
    movers = {edge.by for (state, _), edge in route.items() if state is status}
    if status in _reached(route):
        assert pen_of(status) in (movers or {Actor.NOBODY})


@pytest.mark.parametrize("status", Status)
def test_only_a_final_state_is_nobodys(status):
    assert (pen_of(status) is Actor.NOBODY) == (status in FINAL) == (actions_of(ROUTE, status) == ())


@pytest.mark.parametrize("status", [Status.SIGNING_CHIEF_ACCOUNTANT, Status.SIGNING_ACCOUNT_HOLDER])
def test_nobody_but_the_provider_moves_a_dossier_that_is_being_signed(status):
    assert {edge.by for (state, _), edge in ROUTE.items() if state is status} == {Actor.PROVIDER}


def _reached(route, without=()):
    """States a new dossier can come to, without any of these actions."""
    reached = {CREATION.to}
    moves = [(state, edge.to) for (state, action), edge in route.items() if action not in without]
    while grown := {to for state, to in moves if state in reached} - reached:
        reached |= grown
    return reached


def test_every_state_can_be_reached_from_a_new_dossier_but_for_the_chiefs_where_there_is_none():
    assert _reached(ROUTE) == set(Status)
    assert _reached(ONE_SIGNATURE_ROUTE) == set(Status) - BEFORE_THE_CHIEF - {Status.RETURNED_BY_CHIEF_ACCOUNTANT}


def test_the_treasury_gets_a_dossier_only_through_every_signature_of_its_unit():
    unsigned = _reached(ROUTE, without={Action.SIGNED})
    assert Status.SUBMITTED not in unsigned and Status.AWAITING_ACCOUNT_HOLDER not in unsigned
    assert Status.SUBMITTED not in _reached(ONE_SIGNATURE_ROUTE, without={Action.SIGNED})


@both_routes
def test_a_change_of_the_unit_sends_back_what_waits_for_a_person_and_nothing_that_was_sent(route, expected):
    waiting = {Status.AWAITING_CHIEF_ACCOUNTANT, Status.AWAITING_ACCOUNT_HOLDER} & _reached(route)
    assert {state for state, action in route if action is Action.START_OVER} == waiting
    assert {edge.to for (_, action), edge in route.items() if action is Action.START_OVER} == {Status.DRAFT}


def test_a_final_refusal_says_that_nothing_can_be_done():
    with pytest.raises(NotAllowedNow) as refusal:
        next_status(ROUTE, Status.PAID, Action.WITHDRAW)
    assert refusal.value.facts == {
        "status": "Đã thanh toán",
        "can_do": "",
        "actions": [],
    }


def test_a_refused_move_tells_what_can_be_done_instead():
    with pytest.raises(NotAllowedNow) as refusal:
        next_status(ROUTE, Status.SUBMITTED, Action.APPROVE)
    assert refusal.value.facts == {
        "status": "Đã gửi KBNN",
        "can_do": "Thu hồi, Tiếp nhận",
        "actions": ["withdraw", "receive"],
    }


@both_routes
@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_a_refusal_never_offers_what_only_machines_do(route, expected, status, action):
    assert {edge.by for (_, done), edge in route.items() if done in PEOPLE_NEVER_DO} == MACHINES
    try:
        next_status(route, status, action)
    except NotAllowedNow as refusal:
        assert not set(refusal.facts["actions"]) & PEOPLE_NEVER_DO


def test_treasury_control_is_told_apart_by_its_actions():
    inside = {Status.RECEIVED, Status.CONTROLLING, Status.AWAITING_TREASURY_APPROVAL}
    acting = {state for (state, action) in ROUTE if action in TREASURY_CONTROL}
    assert acting == inside


@pytest.mark.parametrize(
    "label",
    [*STATUS_LABEL.values(), *ACTION_LABEL.values(), *(e.note for e in ROUTE.values())],
)
def test_shown_words_are_composed_vietnamese_without_codes(label):
    assert unicodedata.normalize("NFC", label) == label and "_" not in label


def test_every_state_and_action_has_its_own_words():
    assert set(STATUS_LABEL) == set(Status) and set(ACTION_LABEL) == set(Action)
    assert len(set(STATUS_LABEL.values())) == len(Status)


def test_every_move_but_saving_leaves_a_note():
    silent = {action for (_, action), edge in ROUTE.items() if not edge.note}
    assert silent == {Action.SAVE}


@pytest.mark.parametrize("edge", list(ROUTE.values()))
def test_a_reason_is_demanded_exactly_where_the_note_is_the_reason(edge):
    fields = {name for _, name, _, _ in string.Formatter().parse(edge.note) if name}
    assert fields <= {"name", "reason", "number"}
    assert edge.needs_reason == (edge.note == "{reason}")


@pytest.mark.parametrize(
    ("status", "action", "note"),
    [
        (Status.DRAFT, Action.SUBMIT, "Trình Phạm Quốc Đỉnh"),
        (
            Status.SIGNING_CHIEF_ACCOUNTANT,
            Action.SIGNED,
            "KTT đã ký số, gửi Phạm Quốc Đỉnh",
        ),
        (
            Status.SIGNING_ACCOUNT_HOLDER,
            Action.SIGN_FAILED,
            "Ký số không thành công: hết {giờ}",
        ),
        (Status.SIGNING_ACCOUNT_HOLDER, Action.SIGNED, "CTK đã ký số, gửi KBNN"),
        (Status.SUBMITTED, Action.RECEIVE, "KBNN tiếp nhận, phiếu số 0064-15"),
        (Status.CONTROLLING, Action.RETURN, "hết {giờ}"),
    ],
)
def test_a_note_carries_the_facts_of_its_move(status, action, note):
    assert (
        log_note(
            next_status(ROUTE, status, action),
            name="Phạm Quốc Đỉnh",
            reason="hết {giờ}",
            number="0064-15",
        )
        == note
    )


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "ngắn",
        " " * 40,
        "x" * 501,
        "lý do có \u202e đảo chữ",
        "lý do có \x00 trong đó",
    ],
)
def test_a_reason_that_says_nothing_or_hides_something_is_refused(reason):
    assert reason_problem(reason, "reason").path == "reason"


@pytest.mark.parametrize(
    "reason",
    ["Sai số tài khoản.", "x" * 10, "x" * 500, "Dòng một sai.\nDòng hai đúng."],
)
def test_a_reason_of_ten_to_five_hundred_characters_is_enough(reason):
    assert reason_problem(reason) is None


def test_the_code_is_the_relation_code_and_the_time_in_vietnam():
    assert dossier_code("1001163", datetime(2022, 5, 26, 8, 49, 46, tzinfo=UTC)) == "1001163220526154946"
    assert dossier_code("1001163", datetime(2022, 5, 26, 16, 40, 37, tzinfo=VIETNAM)) == "1001163220526164037"


@given(
    st.from_regex(r"[1-3789][0-9]{6}", fullmatch=True),
    st.datetimes(datetime(2000, 1, 1), datetime(2068, 12, 30), timezones=st.just(UTC)),
)
def test_the_time_in_a_code_is_the_second_of_its_clock_reading(qhns, at):
    code = dossier_code(qhns, at)
    assert DOSSIER_CODE.fullmatch(code) and len(code) == 19
    assert timedelta(0) <= at - dossier_code_time(code) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("qhns", "at"),
    [
        ("100116", datetime(2022, 5, 26, tzinfo=UTC)),
        ("4001163", datetime(2022, 5, 26, tzinfo=UTC)),
        ("1001163", datetime(2022, 5, 26)),
    ],
)
def test_no_code_is_made_of_a_wrong_unit_or_a_time_without_a_zone(qhns, at):
    with pytest.raises(ValueError):
        dossier_code(qhns, at)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1001163",
        "1001163221326154946",
        "1001163220230000000",
        "1001163220526246037",
    ],
)
def test_a_code_whose_time_does_not_exist_is_no_code(code):
    with pytest.raises(ValueError):
        dossier_code_time(code)


def test_a_voucher_is_numbered_inside_its_dossier():
    assert service_voucher_number("1990001261122093000", "C2-02a/NS", 1) == "1990001261122093000-C2-02a-0001"


@pytest.mark.parametrize("form", ["C2-02a/NS", "C4-02a/KB", "04.a/TT"])
def test_a_voucher_number_fits_in_the_identifier_a_provider_takes(form):
    number = service_voucher_number("1990001261122093000", form, 9999)
    assert number.isascii() and len(number) <= 36 and "/" not in number


@pytest.mark.parametrize("n", [0, -1, 10_000])
def test_a_dossier_has_no_voucher_outside_its_four_digits(n):
    with pytest.raises(ValueError):
        service_voucher_number("1990001261122093000", "C2-02a/NS", n)
