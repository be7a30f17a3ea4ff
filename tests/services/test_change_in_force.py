"""An approved change comes into force at once and whole: who may do what, with which certificate, and who is out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.domain.errors import ApproverNotEligible, Invalid, NotAllowedNow, StaleVersion
from backend.domain.people import Reason, ServiceTitle, Side, printed_title
from backend.domain.registration_content import RegistrationContent
from backend.domain.signing import LIVE
from backend.domain.workdays import vietnam_date
from backend.models import Account, Certificate, Dossier, SigningTransaction, Unit, User
from backend.services.documents import check_signatures
from backend.services.people import active_certificate, grants_of, identity_key, why_not
from backend.services.registration.apply_change import apply_change
from backend.services.registration.declaration_signers import certificate_row, member_row
from backend.services.registration.in_force import content_in_force
from backend.services.registration.registry import registry_of
from backend.services.sessions import find_caller, open_session
from backend.services.sign.start import start_sign
from tests.support.registrations import Changer, Clerk, LicensedCa, a_member, on_tokens
from tests.support.world import Member, World

NUMBERS = {"Lê Thị Mai Ngân": "031195000011", "Phạm Quốc Đỉnh": "031085000012", "Đỗ Thu Hường": "031188000013"}
NUMBERS |= {"Nguyễn Hữu Khải": "031075000014", "Vũ Thị Ánh Tuyết": "031178000015"}
ON_ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"])
"""Where the database has no say."""


def a_changer(world: World) -> Changer:
    """A change in which only what rows of before the wizard do not know was typed."""
    changer = Changer(world, world.maker)
    changer.begins()
    changer.types_numbers(NUMBERS)
    return changer


def comes_into_force(changer: Changer) -> list[str]:
    with changer.row() as (session, row):
        return apply_change(session, changer.world.house, row)


def is_logged_in(world: World, member: Member) -> str:
    with world.house.begin() as session:
        opened = open_session(session, world.house, session.get_one(User, member.id), shared_device=False, agent="")
    return opened.token.reveal()


def without(seen: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    return [member for member in seen["content"]["members"] if member["full_name"] not in names]


@ON_ONE_DATABASE
def test_the_unit_and_its_accounts_are_as_declared(world: World) -> None:
    changer = a_changer(world)
    changer.types_unit(address="7 phố Mới", single_accountant_unit=True)
    changer.types(ledgers=[{**changer.sees()["content"]["ledgers"][1], "account_name": "Tiền gửi khác (mới)"}])
    changer.makes_accounts(drop_granted=True)

    assert comes_into_force(changer) == []

    today = vietnam_date(world.clock.now())
    with world.house.read() as session:
        unit = session.get_one(Unit, world.maker.caller.unit_id)
        assert (unit.address, unit.single_accountant_unit, unit.active) == ("7 phố Mới", True, True)
        rows = {row.account_number: row for row in session.scalars(select(Account).where(Account.unit_id == unit.id))}
        assert rows["3713.0.1990001"].name == "Tiền gửi khác (mới)"
        assert rows["3713.0.1990001"].valid_to is None
        assert rows["3711.0.1990001"].valid_to == today - timedelta(days=1)
        grants = grants_of(session, [world.chief.id])
        in_force = {grant.account_number for grant in grants if grant.covers(grant.account_number, today)}
        assert in_force == {"3713.0.1990001"}
        untouched = session.get_one(User, world.chief.id)
        assert (untouched.username, untouched.must_change_password) == ("1990001.02", False)
    assert world.breaches() == []


def test_a_member_who_leaves_is_out_on_every_device_and_a_new_one_comes_in(world: World) -> None:
    changer = a_changer(world)
    token = is_logged_in(world, world.deputy_chief)
    other = is_logged_in(world, world.chief)
    seen = changer.sees()
    newcomer = a_member("Vũ Văn Mới", "031090000099", "accountant")
    newcomer["grants"] = changer.member(seen, "Lê Thị Mai Ngân")["grants"]
    seen = changer.types(members=[*without(seen, "Đỗ Thu Hường"), newcomer])

    new = comes_into_force(changer)

    assert new == [changer.member(seen, "Vũ Văn Mới")["id"]]
    assert find_caller(world.house, token) is None
    assert find_caller(world.house, other) is not None
    ended = [event["type"] for who, event in world.house.knocker.heard if who == world.deputy_chief.id]  # type: ignore[attr-defined]
    assert "session.ended" in ended
    with world.house.read() as session:
        gone, came = session.get_one(User, world.deputy_chief.id), session.get_one(User, new[0])
        assert gone.active is False
        assert active_certificate(session, gone.id) is None
        today = vietnam_date(world.clock.now())
        assert not [grant for grant in grants_of(session, [gone.id]) if grant.covers(grant.account_number, today)]
        assert (came.username, came.active, came.must_change_password) == ("1990001.06", True, True)
        assert came.identity_key == identity_key(world.house, "031090000099")
        assert {grant.account_number for grant in grants_of(session, [came.id])} == {
            "3711.0.1990001",
            "3713.0.1990001",
        }
    assert world.breaches() == []


@ON_ONE_DATABASE
def test_a_person_who_comes_back_under_a_new_log_in_is_still_the_same_person(world: World) -> None:
    """First and second signature never meet in one human being, not by way of a change either."""
    dossier = world.second_signed()
    changer = a_changer(world)
    chief = changer.member(changer.sees(), "Phạm Quốc Đỉnh")
    again = {**chief, "id": None, "service_title": "account_holder", "permissions": ["account_holder"]}
    changer.types(members=[*without(changer.sees(), "Phạm Quốc Đỉnh", "Nguyễn Hữu Khải"), again])

    (new,) = comes_into_force(changer)

    with world.house.read() as session:
        row = session.get_one(Dossier, dossier["id"])
        refused = why_not(session, row, new, Side.FIRST_SIGNATURE, world.clock.now())
    assert refused is not None
    assert refused.reason is Reason.SAME_IDENTITY


@ON_ONE_DATABASE
def test_a_changed_title_changes_the_rights_with_it(world: World) -> None:
    changer = a_changer(world)
    members = [dict(member) for member in changer.sees()["content"]["members"]]
    deputy = next(member for member in members if member["full_name"] == "Đỗ Thu Hường")
    deputy |= {"service_title": "accountant", "permissions": ["accountant"], "signing_form": None}
    chief = next(member for member in members if member["full_name"] == "Phạm Quốc Đỉnh")
    chief |= {"service_title": "acting_chief_accountant"}
    told = changer.types(members=members)["difference"]
    titles = {row["group"]: row["after"] for row in told if row["label"] == "Chức danh"}
    assert titles["Thành viên Phạm Quốc Đỉnh"] == "Phụ trách kế toán"

    comes_into_force(changer)

    today = vietnam_date(world.clock.now())
    with world.house.read() as session:
        assert session.get_one(User, world.deputy_chief.id).title == "accountant"
        assert active_certificate(session, world.deputy_chief.id) is None
        grants = grants_of(session, [world.deputy_chief.id])
        held = {grant.title for grant in grants if grant.covers(grant.account_number, today)}
        assert held == {ServiceTitle.ACCOUNTANT}
        # Only a title: the permission, its rights and its certificate stay as they were.
        acting = session.get_one(User, world.chief.id)
        assert (acting.title, acting.acting) == ("chief_accountant", True)
        assert {grant.title for grant in grants_of(session, [acting.id])} == {ServiceTitle.CHIEF_ACCOUNTANT}
        assert active_certificate(session, acting.id) is not None
    dossier = world.submitted()
    assert world.maker.sees(dossier)["chief_accountant"]["title_label"] == "Phụ trách kế toán"
    found = find_caller(world.house, is_logged_in(world, world.chief))
    assert found is not None
    assert printed_title(found[0].shown_title) == "Phụ trách kế toán"
    with world.house.read() as session:
        unit = session.get_one(Unit, world.chief.caller.unit_id)
        members = content_in_force(session, world.house, unit)["members"]
    assert "acting_chief_accountant" in {each["service_title"] for each in members}


def _live(world: World) -> list[str]:
    with world.house.read() as session:
        live = [status.value for status in LIVE]
        return list(session.scalars(select(SigningTransaction.id).where(SigningTransaction.status.in_(live))))


def test_what_waits_on_a_phone_is_taken_back_and_a_late_yes_is_an_orphan(world: World) -> None:
    changer = a_changer(world)
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    prompt = world.phone.prompt(world.chief)

    comes_into_force(changer)

    assert _live(world) == []
    seen = world.chief.sees(dossier)
    assert seen["status"] == "awaiting_chief_accountant"
    assert "đăng ký sử dụng dịch vụ của đơn vị vừa thay đổi" in seen["log"][-1]["note"]
    assert world.phone.approves(world.chief)["id"] == prompt["id"]
    world.hands.work()
    assert world.transaction(signing).status == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"
    assert world.signs(world.chief, world.chief.sees(dossier), world.holder)["phase"] == "signed"
    assert world.breaches() == []


@ON_ONE_DATABASE
def test_signatures_that_are_there_but_not_in_the_file_yet_are_orphans(world: World) -> None:
    changer = a_changer(world)
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    (fence,) = world.hands.take()
    world.hands.once(fence)
    world.phone.approves(world.chief)
    while world.transaction(signing).status != "collected":
        world.hands.once(fence)

    comes_into_force(changer)
    world.hands.work()

    assert world.transaction(signing).status == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"
    assert world.breaches() == []


@ON_ONE_DATABASE
def test_a_request_on_its_way_this_moment_is_never_used(world: World) -> None:
    changer = a_changer(world)
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    with world.house.begin() as session:
        on_its_way = update(SigningTransaction).where(SigningTransaction.id == signing["id"])
        session.execute(on_its_way.values(status="sending", sent_at=world.clock.now()))

    comes_into_force(changer)
    world.hands.work()

    assert world.transaction(signing).status == "expired"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def test_a_list_confirmed_as_one_is_taken_back_as_one(world: World) -> None:
    changer = a_changer(world)
    dossiers = [world.submitted(), world.submitted()]
    world.chief.signs_batch(dossiers, world.holder)
    world.hands.work()
    world.phone.prompt(world.chief)

    comes_into_force(changer)

    assert _live(world) == []
    assert {world.chief.sees(each)["status"] for each in dossiers} == {"awaiting_chief_accountant"}
    world.phone.approves(world.chief)
    world.hands.work()
    assert {world.chief.sees(each)["status"] for each in dossiers} == {"awaiting_chief_accountant"}
    assert world.breaches() == []


def test_a_unit_that_loses_its_second_signature_begins_anew_with_what_waits_and_keeps_what_went(
    world: World,
) -> None:
    changer = a_changer(world)
    changer.types_unit(unit_kind="revenue_agency")
    changer.types(members=without(changer.sees(), "Phạm Quốc Đỉnh", "Đỗ Thu Hường"))
    waiting, half, sent, asked = world.submitted(), world.second_signed(), world.both_signed(), world.submitted()
    signing = world.chief.signs(asked, world.holder)
    world.hands.work()
    world.phone.prompt(world.chief)

    comes_into_force(changer)

    for dossier in (waiting, half, asked):
        seen = world.maker.sees(dossier)
        assert (seen["status"], seen["chief_accountant"], seen["account_holder"]) == ("draft", None, None)
        assert (seen["documents"], seen["log"][-1]["actor_name"]) == ([], "Hệ thống")
        assert "đổi loại đơn vị" in seen["log"][-1]["note"]
    assert [row["id"] for row in world.holder.waits_for()] == []
    world.phone.approves(world.chief)
    world.hands.work()
    assert world.transaction(signing).status == "orphan"
    world.hands.deliver()
    assert world.officer.receives(world.officer.sees(sent))["status"] == "received"

    again = world.maker.submits(world.maker.sees(half), to=world.holder)
    assert world.signs(world.holder, again)["phase"] == "signed"
    alone = world.maker.submits(world.maker.sees(waiting), to=world.holder)
    changer.types_unit(unit_kind="finance_agency")
    comes_into_force(changer)
    assert world.holder.sees(again)["status"] == "submitted"
    with pytest.raises(ApproverNotEligible):
        world.maker.submits(world.maker.sees(alone), to=world.holder)
    assert world.breaches() == []


def test_whoever_sends_while_the_kind_changes_waits_and_sends_by_the_new_way(world: World) -> None:
    changer = a_changer(world)
    changer.types_unit(unit_kind="individual")
    draft = world.maker.drafts()
    trying = threading.Event()
    ended: list[str] = []

    def sends() -> None:
        trying.set()
        try:
            world.maker.submits(draft, to=world.chief)
        except ApproverNotEligible:
            ended.append(world.maker.submits(draft, to=world.holder)["status"])

    sender = threading.Thread(target=sends)
    with changer.row() as (session, row):
        apply_change(session, world.house, row)
        sender.start()
        trying.wait()
    sender.join()

    assert ended == ["awaiting_account_holder"]
    assert world.breaches() == []


def _renews(changer: Changer, name: str, ca: LicensedCa) -> dict[str, Any]:
    """Another certificate of the same person, written as binding one would."""
    with changer.row() as (_, row):
        members = [
            {**member, "certificate": ca.bound(member)} if member["full_name"] == name else member
            for member in row.content["members"]
        ]
        row.content = {**row.content, "members": members}
    return changer.member(changer.sees(), name)


@ON_ONE_DATABASE
def test_what_is_signed_already_keeps_its_signatures(world: World) -> None:
    half, whole = world.second_signed(), world.both_signed()
    changer = a_changer(world)
    _renews(changer, "Phạm Quốc Đỉnh", LicensedCa(world))

    comes_into_force(changer)

    assert world.holder.sees(half)["status"] == "awaiting_account_holder"
    assert world.holder.sees(whole)["status"] == "submitted"
    assert world.signs(world.holder, world.holder.sees(half))["phase"] == "signed"
    with world.house.read() as session:
        (document,) = world.holder.sees(half)["documents"]
        shown = check_signatures(session, world.house, world.holder.caller, document["id"])
    assert shown["verdict"] == "valid"
    assert world.breaches() == []


@ON_ONE_DATABASE
def test_from_the_approval_on_the_new_certificate_signs_and_the_old_one_does_not(world: World) -> None:
    changer = a_changer(world)
    dossier = world.submitted()
    prepared = world.chief.prepares(dossier, world.holder)
    renewed = _renews(changer, "Phạm Quốc Đỉnh", LicensedCa(world))

    comes_into_force(changer)

    with world.house.read() as session:
        mark = active_certificate(session, world.chief.id)
        assert mark is not None
        assert mark.fingerprint == renewed["certificate"]["fingerprint"]
        others = select(Certificate.active).where(Certificate.user_id == world.chief.id, Certificate.id != mark.id)
        assert session.scalars(others).all() == [False]
    with pytest.raises(StaleVersion):
        world.chief._does(start_sign, prepared)
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@ON_ONE_DATABASE
def test_a_signature_by_a_certificate_that_was_switched_meanwhile_is_an_orphan(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    with world.house.begin() as session:
        session.execute(update(Certificate).where(Certificate.user_id == world.chief.id).values(active=False))
    world.phone.approves(world.chief)

    world.hands.work()

    assert world.transaction(signing).status == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def test_whoever_begins_to_sign_while_a_change_comes_into_force_waits_and_reads_again(world: World) -> None:
    changer = a_changer(world)
    _renews(changer, "Phạm Quốc Đỉnh", LicensedCa(world))
    dossier = world.submitted()
    prepared = world.chief.prepares(dossier, world.holder)
    trying = threading.Event()
    refused: list[type[Exception]] = []

    def signs() -> None:
        trying.set()
        try:
            world.chief._does(start_sign, prepared)
        except StaleVersion as error:
            refused.append(type(error))

    signer = threading.Thread(target=signs)
    with changer.row() as (session, row):
        apply_change(session, world.house, row)
        signer.start()
        trying.wait()
    signer.join()

    assert refused == [StaleVersion]
    assert _live(world) == []


def _clerks(world: World) -> tuple[Clerk, Clerk]:
    return Clerk(world, world.officer), Clerk(world, Member(world, "0064.02"))


def test_a_unit_on_tokens_switches_to_remote_signing(world: World) -> None:
    """From the first page to the last: the old form signs until the approval, the new one from then on."""
    on_tokens(world, world.maker)
    ca, (officer, head) = LicensedCa(world), _clerks(world)
    changer = a_changer(world)
    changer.types_unit(phone="02253888999", email="ketoan@hoaphuong.example")
    signs = [
        {**each, "signing_form": each["signing_form"] and "remote"} for each in changer.sees()["content"]["members"]
    ]
    changer.types(members=signs)
    changer.saves()
    with pytest.raises(Invalid) as refused:
        changer.completes()
    assert any("Còn thiếu: Phạm Quốc Đỉnh" in problem.sentence for problem in refused.value.problems)
    assert changer.binds(ca)["problems"] == []
    changer.completes()
    changer.signs(ca)
    officer.checks(changer.id)
    with world.house.read() as session:
        assert session.get_one(Unit, world.maker.caller.unit_id).signing_form == "usb_token"

    approvals = [head.prepares(changer.id) for _ in range(2)]
    ended = _at_once([lambda each=each: head.approves(changer.id, each) for each in approvals])  # type: ignore[misc]

    (seen,) = [each for each in ended if isinstance(each, dict)]
    (_,) = [each for each in ended if isinstance(each, StaleVersion | NotAllowedNow)]
    assert seen["registration"]["stage"] == "approved"
    assert ("Hình thức chữ ký số của đơn vị", "USB token", "Ký số từ xa") in [
        (row["label"], row["before"], row["after"]) for row in seen["difference"]
    ]
    with world.house.read() as session:
        assert session.get_one(Unit, world.maker.caller.unit_id).signing_form == "remote"
        for member in seen["registration"]["content"]["members"]:
            mark = active_certificate(session, member["id"])
            declared = member["certificate"] and member["certificate"]["fingerprint"]
            assert (mark and mark.fingerprint) == declared
    assert Changer(world, world.chief).begins()["difference"] == []
    assert world.breaches() == []


def _at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each says, or the error it ended with."""
    ended: list[Any] = []

    def does(act: Callable[[], Any]) -> None:
        try:
            ended.append(act())
        except (StaleVersion, NotAllowedNow) as error:
            ended.append(error)

    threads = [threading.Thread(target=does, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@ON_ONE_DATABASE
def test_a_new_account_holder_signs_under_a_row_that_becomes_the_log_in(world: World) -> None:
    changer, ca = a_changer(world), LicensedCa(world)
    seen = changer.sees()
    former = changer.member(seen, "Nguyễn Hữu Khải")
    new = a_member("Bùi Văn Thành", "031080000077", "account_holder", grants=former["grants"])
    seen = changer.types(members=[*without(seen, "Nguyễn Hữu Khải"), new])
    declared = _renews(changer, "Bùi Văn Thành", ca)
    with changer.row() as (session, row):
        (signer,) = [
            each for each in RegistrationContent.from_mapping(row.content).members if each.id == declared["id"]
        ]
        waiting = member_row(session, world.house, signer)
        session.add(certificate_row(session, world.house, signer))
        assert (waiting.active, waiting.unit_id) == (False, None)

    assert comes_into_force(changer) == [declared["id"]]

    with world.house.read() as session:
        user, mark = session.get_one(User, declared["id"]), active_certificate(session, declared["id"])
        assert (user.username, user.active, user.title) == ("1990001.06", True, "account_holder")
        assert mark is not None
        assert mark.fingerprint == declared["certificate"]["fingerprint"]
        assert session.get_one(User, world.holder.id).active is False
    assert world.breaches() == []


@ON_ONE_DATABASE
def test_a_unit_that_stops_is_out_and_may_register_anew_one_day(world: World) -> None:
    changer = a_changer(world)
    tokens = [is_logged_in(world, member) for member in (world.maker, world.chief, world.holder)]
    dossier = world.submitted()
    world.chief.signs(dossier, world.holder)
    changer.terminates()

    assert comes_into_force(changer) == []

    assert [find_caller(world.house, token) for token in tokens] == [None, None, None]
    assert _live(world) == []
    with world.house.read() as session:
        unit = session.get_one(Unit, world.maker.caller.unit_id)
        assert unit.active is False
        assert not session.scalars(select(User.id).where(User.unit_id == unit.id, User.active)).all()
        assert registry_of(session, world.house, "1990001").known_unit is False
    assert world.breaches() == []
