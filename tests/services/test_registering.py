"""A unit that has never used the service declares itself: nothing typed is lost, nothing half-made goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from backend.domain.errors import Invalid, NotAllowedNow, NotFound, StaleVersion, TooManyRegistrations
from backend.domain.voucher import dossier_code_time
from backend.models import Registration
from backend.services.registration.links import held_by, new_link
from backend.services.registration.public_limits import (
    BEGUN_AT_ADDRESS,
    SAVED_FOR_MAILBOX,
    count_beginning,
    count_saving,
)
from tests.support.registrations import CODE, Registrant, a_declaration
from tests.support.world import World


@pytest.fixture
def registrant(world: World) -> Callable[[], Registrant]:
    return lambda: Registrant(world)


def test_a_draft_begins_with_every_service_ticked(registrant: Callable[[], Registrant]) -> None:
    seen = registrant().sees()
    assert seen["stage"] == "draft"
    assert "mobile_dossier_lookup" in seen["content"]["services"]
    assert seen["log"] == []


def test_what_is_typed_is_kept_even_when_it_is_wrong_and_the_answer_says_what_to_mend(
    registrant: Callable[[], Registrant],
) -> None:
    wrong = a_declaration()
    wrong["unit"]["phone"] = "12"
    wrong["members"][0]["email"] = "không có"

    seen = registrant().types(wrong)

    assert seen["content"]["unit"]["phone"] == "12"
    told = {(problem["step"], problem["path"]) for problem in seen["problems"]}
    assert {(1, "unit.phone"), (3, "members.0.email"), (2, "accounts")} <= told


def test_the_link_opens_the_draft_elsewhere_and_a_new_link_ends_the_old_one(
    world: World, registrant: Callable[[], Registrant]
) -> None:
    mine = registrant()
    with world.house.begin() as session:
        assert held_by(session, world.house, mine.secret).id == mine.id
        secret = new_link(world.house, session.get_one(Registration, mine.id))
    with world.house.read() as session:
        assert held_by(session, world.house, secret).id == mine.id
        for worthless in (mine.secret, "", "x" * 43):
            with pytest.raises(NotFound):
                held_by(session, world.house, worthless)


def test_a_link_left_alone_too_long_opens_nothing(world: World, registrant: Callable[[], Registrant]) -> None:
    mine = registrant()
    world.clock.passes(days=world.house.policy.registration_life.days)
    with world.house.read() as session, pytest.raises(NotFound):
        held_by(session, world.house, mine.secret)


def test_the_first_save_gives_a_code_whose_time_is_that_of_the_first_row_of_the_log(
    registrant: Callable[[], Registrant],
) -> None:
    mine = registrant()
    mine.declares()

    seen = mine.saves()

    assert (seen["stage"], seen["stage_label"]) == ("awaiting_completion", "Chờ hoàn thiện")
    assert seen["code"].startswith(CODE)
    assert len(seen["code"]) == 19
    (entry,) = seen["log"]
    assert dossier_code_time(seen["code"]) == entry["at"].replace(microsecond=0)
    assert entry["note"] == ""


def test_what_does_not_fit_is_not_saved_and_every_field_is_named(registrant: Callable[[], Registrant]) -> None:
    mine = registrant()
    mine.types({**a_declaration(), "ledgers": [], "relations": []})

    with pytest.raises(Invalid) as refused:
        mine.saves()

    assert [problem.path for problem in refused.value.problems] == ["accounts"]
    assert mine.sees()["code"] is None


def test_numbers_that_somebody_uses_are_not_dropped_unasked(registrant: Callable[[], Registrant]) -> None:
    mine = registrant()
    seen = mine.declares()
    (account,) = seen["content"]["accounts"]
    parts = a_declaration()
    grant = {"account_number": account["account_number"], "program_code": "00000", "start_date": None, "end_date": None}
    parts["members"][0]["grants"] = [grant]
    parts["ledgers"][0]["ledger_account"] = "3511"
    mine.types(parts)

    with pytest.raises(Invalid) as refused:
        mine.makes_accounts()
    assert account["account_number"] in refused.value.problems[0].sentence
    seen = mine.makes_accounts(drop_granted=True)

    assert [each["account_number"] for each in seen["content"]["accounts"]] == [f"3511.0.{CODE}"]
    assert seen["content"]["members"][0]["grants"] == []


def test_a_code_that_does_not_go_with_an_account_makes_no_number_and_is_told(
    registrant: Callable[[], Registrant],
) -> None:
    mine = registrant()
    parts = a_declaration()
    deposit = {**parts["ledgers"][0], "ledger_account": "3731", "account_name": "Tiền gửi ban quản lý dự án"}
    mine.types(
        {
            **parts,
            "ledgers": [*parts["ledgers"], deposit],
            "relations": [*parts["relations"], {"relation_or_project_code": "7990001", "name": "Cầu Mẫu"}],
        }
    )

    seen = mine.makes_accounts()

    numbers = [each["account_number"] for each in seen["content"]["accounts"]]
    assert numbers == [f"3713.0.{CODE}", f"3731.0.{CODE}", "3731.0.7990001"]
    assert seen["left_out"] == ["3713.0.7990001"]
    assert not [problem for problem in seen["problems"] if problem["step"] == 2]


def test_a_member_keeps_the_certificate_only_while_it_is_the_same_person(
    world: World, registrant: Callable[[], Registrant]
) -> None:
    mine = registrant()
    seen = mine.declares()
    dates = {"valid_from": "2026-01-01T00:00:00+00:00", "valid_to": "2029-01-01T00:00:00+00:00"}
    bound = {"provider": "vnpt", "serial_number": "5404", "der": "MIIF", **dates}
    with mine.row() as (_, row):
        members = [{**member, "certificate": bound} for member in row.content["members"]]
        row.content = {**row.content, "members": members}

    parts = a_declaration()
    for member, known in zip(parts["members"], seen["content"]["members"], strict=True):
        member["id"] = known["id"]
    parts["members"][1]["id_number"] = "031085000099"
    parts["members"][2]["mobile_phone"] = "0900000077"
    seen = mine.types(parts)

    first, changed, other = seen["content"]["members"]
    assert first["certificate"] is not None
    assert changed["certificate"] is None
    assert other["certificate"]["serial_number"] == "5404"
    assert "der" not in other["certificate"]


def test_two_devices_never_overwrite_each_other(registrant: Callable[[], Registrant]) -> None:
    mine = registrant()
    version = mine.sees()["version"]
    mine.types(a_declaration(), version)
    with pytest.raises(StaleVersion):
        mine.types(a_declaration("1990010"), version)


def test_a_unit_has_one_open_registration_until_it_is_given_up(registrant: Callable[[], Registrant]) -> None:
    first, second = registrant(), registrant()
    first.declares()
    second.declares()
    first.saves()

    with pytest.raises(Invalid) as refused:
        second.saves()
    assert refused.value.problems[0].path == "unit.budget_relation_code"

    first.cancels()
    assert second.saves()["stage"] == "awaiting_completion"


def test_a_unit_that_uses_the_service_already_cannot_register_anew(registrant: Callable[[], Registrant]) -> None:
    seen = registrant().declares("1990001")
    assert (1, "unit.budget_relation_code") in {(each["step"], each["path"]) for each in seen["problems"]}


def test_a_draft_nobody_saved_is_nothing_to_cancel(registrant: Callable[[], Registrant]) -> None:
    with pytest.raises(NotAllowedNow):
        registrant().cancels()


def test_a_hundred_saves_of_one_unit_at_once_give_one_code(world: World, registrant: Callable[[], Registrant]) -> None:
    dossiers = [registrant() for _ in range(20)]
    for each in dossiers:
        each.declares()
    codes: list[str] = []
    refused: list[BaseException] = []

    def save(each: Registrant) -> None:
        for _ in range(5):
            try:
                codes.append(each.saves()["code"])
            except (Invalid, NotAllowedNow, StaleVersion) as error:
                refused.append(error)

    threads = [threading.Thread(target=save, args=(each,)) for each in dossiers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(codes) + len(refused) == 100
    assert len(set(codes)) == 1 == len(codes)


def test_strangers_flood_neither_a_mailbox_nor_the_house(world: World, registrant: Callable[[], Registrant]) -> None:
    mine = registrant()
    mine.declares()

    def saved(address: str) -> None:
        with world.house.begin() as session:
            count_saving(session, world.house, session.get_one(Registration, mine.id), address)

    for number in range(SAVED_FOR_MAILBOX.most):
        saved(f"203.0.113.{number}")
    with pytest.raises(TooManyRegistrations) as refused:
        saved("203.0.113.99")
    assert refused.value.facts["until"] > world.house.clock.now()

    for _ in range(BEGUN_AT_ADDRESS.most):
        count_beginning(world.house, "203.0.113.1")
    with pytest.raises(TooManyRegistrations):
        count_beginning(world.house, "203.0.113.1")
    count_beginning(world.house, "203.0.113.2")
