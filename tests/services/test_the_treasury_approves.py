"""The Treasury's side of a registration: an officer checks, another person approves, and all is in force at once."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.domain.errors import (
    CheckedByYou,
    DeclarationNotValid,
    HeldByAnother,
    Invalid,
    NotAllowedNow,
    NotFound,
    NotYours,
    StaleVersion,
    UnitAlreadyActive,
)
from backend.models import (
    Account,
    AccountGrant,
    Certificate,
    Dossier,
    OutboxItem,
    Registration,
    RegistrationDocument,
    Unit,
    User,
)
from backend.services.people import identity_key
from backend.services.registration import treasury_desk
from tests.support.at_once import at_once
from tests.support.registrations import CODE, Clerk, LicensedCa, Registrant, a_declaration, a_member
from tests.support.servers import program
from tests.support.world import Member, World


@pytest.fixture
def ca(world: World) -> LicensedCa:
    return LicensedCa(world)


@pytest.fixture
def officer(world: World) -> Clerk:
    return Clerk(world, world.officer)


@pytest.fixture
def head(world: World) -> Clerk:
    return Clerk(world, world.head)


def submitted(world: World, ca: LicensedCa, code: str = CODE) -> str:
    """A new registration on the office's desk."""
    unit = Registrant(world)
    assert unit.submits(ca, code)["stage"] == "submitted"
    return unit.id


def _twin(world: World, of: Member, username: str, **changed: Any) -> Member:
    """Another log-in at an office, like ``of`` but for what is changed."""
    with world.rows() as session:
        like = session.get_one(User, of.id)
        facts = {"title": like.title, "treasury_code": like.treasury_code, "identity_key": username.ljust(64, "0")}
        session.add(User(username=username, password_hash="", full_name=f"Người {username}", **{**facts, **changed}))
    return Member(world, username)


def _letters(world: World) -> list[str]:
    with world.house.read() as session:
        return sorted(session.scalars(select(OutboxItem.key).where(OutboxItem.kind == "mail.send")))


def test_checked_by_one_and_approved_by_another_the_whole_unit_is_in_forceat_once(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk, tmp_path: Path
) -> None:
    id_ = submitted(world, ca)
    (row,) = officer.lists()["items"]
    assert (row["id"], row["verdict"], row["late"], row["officer_name"]) == (id_, "valid", False, None)
    assert officer.sees(id_)["actions"] == ["open"]
    assert head.sees(id_)["actions"] == []

    taken = officer.opens(id_)
    assert taken["actions"] == ["return", "propose", "hand_over"]
    assert taken["held_since"] is not None
    assert not any(item["ticked"] for item in taken["check_list"])
    with pytest.raises(Invalid):
        officer.proposes(id_)
    officer.ticks(id_)
    assert officer.proposes(id_)["registration"]["stage"] == "checked"
    assert head.sees(id_)["actions"] == ["send_back", "approve", "reject"]
    seen = head.approves(id_)

    assert (seen["registration"]["stage"], seen["actions"]) == ("approved", [])
    assert (seen["officer_name"], seen["approver_name"]) == ("Bùi Đức Thịnh", "Trịnh Thị Lan Chi")
    assert [each["note"] for each in seen["registration"]["log"]][:3] == [
        "KBNN phê duyệt. Chưa hỏi được nhà cung cấp về việc thu hồi chứng thư số của Phạm Văn Đạt, Nguyễn Thị Hà.",
        "KBNN đã kiểm soát, trình phê duyệt",
        "KBNN tiếp nhận",
    ]
    # No CA of these tests can be asked: whoever approved is told, now and whenever they look again.
    for told in (seen, head.sees(id_)):
        assert [each["full_name"] for each in told["certificate_notes"]] == ["Phạm Văn Đạt", "Nguyễn Thị Hà"]
        assert all("Hỏi lại nhà cung cấp" in each["sentence"] for each in told["certificate_notes"])
    assert {each["revision"] for each in seen["registration"]["documents"]} == {"treasury_signature"}
    lines = seen["signatures"]
    assert [line["title_label"] for line in lines] == ["Chủ tài khoản", "Kho bạc Nhà nước"] * 2
    assert all(line["right_person"] and line["right_role"] and line["valid_at_signing"] for line in lines)
    assert {line["verdict"] for line in lines} == {"valid"}
    _check_everything_is_in_force(world, id_)
    assert officer.lists()["items"] == []
    for document in seen["registration"]["documents"]:
        _any_tool_finds_both_signatures(world.house.blobs.get(document["sha256"]), tmp_path / document["filename"])


def _check_everything_is_in_force(world: World, registration_id: str) -> None:
    with world.house.read() as session:
        unit = session.scalars(select(Unit).where(Unit.budget_relation_code == CODE)).one()
        assert (unit.active, unit.signing_form, unit.treasury_code) == (True, "remote", "0064")
        assert session.get_one(Registration, registration_id).unit_id == unit.id
        people = session.scalars(select(User).where(User.unit_id == unit.id).order_by(User.username)).all()
        assert [each.username for each in people] == [f"{CODE}.01", f"{CODE}.02", f"{CODE}.03"]
        assert [each.title for each in people] == ["accountant", "chief_accountant", "account_holder"]
        assert all(each.active and each.must_change_password and each.password_hash == "" for each in people)
        assert people[2].identity_key == identity_key(world.house, "031175000093")
        (account,) = session.scalars(select(Account).where(Account.unit_id == unit.id)).all()
        assert account.account_number == f"3713.0.{CODE}"
        for person in people:
            (grant,) = session.scalars(select(AccountGrant).where(AccountGrant.user_id == person.id)).all()
            assert (grant.account_id, grant.title) == (account.id, person.title)
        marks = session.scalars(
            select(Certificate)
            .join(User, User.id == Certificate.user_id)
            .where(User.unit_id == unit.id, Certificate.active)
        ).all()
        assert {mark.user_id for mark in marks} == {people[1].id, people[2].id}


def _any_tool_finds_both_signatures(pdf: bytes, path: Path) -> None:
    path.write_bytes(pdf)
    told = subprocess.run([program("pdfsig"), "-nocert", str(path)], capture_output=True, text=True).stdout
    assert told.count("Signature is Valid") == 2, told
    assert "Total document signed" in told.rpartition("Signature #2")[2]


def test_nothing_of_another_office_exists_and_nobody_does_what_is_anothers_part(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    id_ = submitted(world, ca)
    elsewhere = [
        Clerk(world, _twin(world, of, f"0061.{number}", treasury_code="0061"))
        for number, of in enumerate((world.officer, world.head))
    ]
    for stranger in elsewhere:
        assert stranger.lists()["items"] == []
        for act in (stranger.sees, stranger.opens, stranger.rejects, stranger.approves):
            with pytest.raises(NotFound):
                act(id_)
    with pytest.raises(NotYours):
        head.opens(id_)
    colleague = Clerk(world, _twin(world, world.officer, "0064.03"))
    officer.opens(id_)

    assert colleague.sees(id_)["actions"] == []
    for theirs in (colleague.ticks, colleague.returns, colleague.proposes):
        with pytest.raises(HeldByAnother) as refused:
            theirs(id_)
        assert refused.value.facts["name"] == "Bùi Đức Thịnh"
    with pytest.raises(HeldByAnother):
        colleague.opens(id_)
    for not_theirs in (officer.rejects, head.proposes):
        with pytest.raises(NotYours):
            not_theirs(id_)
    officer.ticks(id_)
    officer.proposes(id_)
    for too_late in (officer.returns, officer.opens):
        with pytest.raises((NotAllowedNow, NotYours)):
            too_late(id_)
    with pytest.raises(NotYours):
        officer.approves(id_)


def test_one_human_being_never_checks_and_approves_whatever_log_ins_they_have(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    id_ = submitted(world, ca)
    officer.checks(id_)
    world.same_person(world.officer, world.head)

    assert head.sees(id_)["actions"] == []
    for act in (head.approves, head.sends_back, head.rejects):
        with pytest.raises(CheckedByYou):
            act(id_)


def test_it_goes_back_to_the_unit_once_with_a_reason_and_then_only_forward(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    unit = Registrant(world)
    unit.submits(ca)
    opened = officer.opens(unit.id)
    with pytest.raises(Invalid):
        officer.returns(unit.id, "ngắn")
    back = officer.returns(unit.id, "Thiếu quyết định bổ nhiệm Kế toán trưởng")

    assert (back["registration"]["stage"], back["actions"]) == ("returned", [])
    assert back["registration"]["log"][0]["note"] == "Thiếu quyết định bổ nhiệm Kế toán trưởng"
    assert officer.lists()["items"] == []
    assert back["registration"]["link_expires_at"] > opened["registration"]["link_expires_at"]
    unit.reopens()
    with pytest.raises(NotFound):
        officer.sees(unit.id)
    unit.completes()
    unit.signs(ca)
    assert officer.opens(unit.id)["actions"] == ["propose", "hand_over"]
    with pytest.raises(NotAllowedNow):
        officer.returns(unit.id)
    officer.ticks(unit.id)
    officer.proposes(unit.id)
    again = head.sends_back(unit.id, "Đề nghị xem lại tài khoản")
    assert again["registration"]["stage"] == "under_review"
    assert all(item["ticked"] for item in officer.sees(unit.id)["check_list"])
    end = head.rejects(unit.id, "Đơn vị không mở tài khoản tại Kho bạc này")
    assert (end["registration"]["stage"], end["approver_name"]) == ("rejected", "Trịnh Thị Lan Chi")
    sent = [key.partition(":")[0] for key in _letters(world)]
    assert [sent.count(letter) for letter in ("E5", "E6", "E7", "E8")] == [1, 0, 0, 1]


def test_a_signature_of_anybody_but_the_declared_signer_is_never_approved(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """Another certificate of the same licensed CA: what a PDF tool calls valid."""
    unit = Registrant(world)
    unit.registers(ca)
    unit.completes()
    unit.signs(ca, party=ca.stranger("Nguyễn Thị Hà"))

    taken = officer.opens(unit.id)
    officer.ticks(unit.id)
    assert taken["actions"] == ["return", "hand_over"]
    assert {line["verdict"] for line in taken["signatures"]} == {"wrong_signer"}
    assert {line["right_person"] for line in taken["signatures"]} == {False}
    assert officer.lists()["items"][0]["verdict"] == "wrong_signer"
    with pytest.raises(DeclarationNotValid):
        officer.proposes(unit.id)
    with world.rows() as session:
        session.get_one(Registration, unit.id).stage = "checked"
    assert head.sees(unit.id)["actions"] == ["send_back", "reject"]
    with pytest.raises(DeclarationNotValid):
        head.approves(unit.id)


def test_a_valid_signature_over_a_file_that_is_not_this_content_is_never_approved(
    world: World, ca: LicensedCa, officer: Clerk
) -> None:
    unit = Registrant(world)
    unit.submits(ca)
    other = Registrant(world)
    other.registers(ca, "1990010")
    other.completes()
    with world.house.begin() as session:
        made = {}
        for each in session.scalars(select(RegistrationDocument).order_by(RegistrationDocument.position)):
            made[each.registration_id, each.filename, each.revision] = each
        for (owner, name, revision), each in made.items():
            if owner == unit.id and revision == "declaration":
                each.sha256 = made[other.id, name, revision].sha256

    assert {line["verdict"] for line in officer.sees(unit.id)["signatures"]} == {"altered"}
    officer.opens(unit.id)
    officer.ticks(unit.id)
    with pytest.raises(DeclarationNotValid):
        officer.proposes(unit.id)


def test_two_approvals_at_once_are_one_and_every_member_gets_one_letter(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    id_ = submitted(world, ca)
    officer.checks(id_)
    second = Clerk(world, _twin(world, world.head, "0064.04"))
    approvals = [(clerk, clerk.prepares(id_)) for clerk in (head, second)] * 2
    won, lost = at_once([lambda c=clerk, p=prepared: c.approves(id_, p) for clerk, prepared in approvals])

    assert (len(won), len(lost)) == (1, 3)
    assert all(isinstance(error, StaleVersion | NotAllowedNow) for error in lost)
    keys = [key for key in _letters(world) if key.startswith(("E6", "E7"))]
    with world.house.read() as session:
        people = session.scalars(
            select(User.id).join(Unit, Unit.id == User.unit_id).where(Unit.budget_relation_code == CODE)
        ).all()
        files = session.scalars(
            select(RegistrationDocument).where(RegistrationDocument.revision == "treasury_signature")
        ).all()
    dossier_id = won[0]["registration"]["id"]
    assert len(keys) == len(set(keys)) == 4
    assert all(dossier_id in key for key in keys)
    assert {key.rpartition(":")[2] for key in keys if key.startswith("E7")} == set(people)
    assert len(files) == 2


def test_of_two_dossiers_of_one_unit_the_first_approval_wins(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """The second can only be there when somebody wrote around the house; the rows still let one in."""
    ids = [submitted(world, ca, code) for code in (CODE, "1990010")]
    for id_ in ids:
        officer.checks(id_)
    with world.rows() as session:
        second = session.get_one(Registration, ids[1])
        second.content = {**second.content, "unit": {**second.content["unit"], "budget_relation_code": CODE}}
    prepared = [head.prepares(id_) for id_ in ids]
    won, lost = at_once([lambda i=id_, p=each: head.approves(i, p) for id_, each in zip(ids, prepared, strict=True)])

    assert (len(won), len(lost)) == (1, 1)
    assert isinstance(lost[0], UnitAlreadyActive)
    with world.house.read() as session:
        (loser,) = session.scalars(
            select(Registration).where(Registration.id.in_(ids), Registration.stage == "checked")
        )
        assert loser.unit_id is None
        assert len(session.scalars(select(User).where(User.username.startswith(CODE))).all()) == 3


def test_an_accountant_of_a_single_accountant_unit_signs_and_prepares_with_one_log_in(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """And a unit on USB tokens has no remote certificate; its delegate's right ends with the delegation."""
    unit = Registrant(world)
    parts = a_declaration()
    parts["unit"]["single_accountant_unit"] = True
    both = ["accountant", "chief_accountant"]
    parts["members"] = [
        a_member("Phạm Văn Đạt", "031085000092", "chief_accountant", permissions=both, signing_form="usb_token"),
        a_member("Nguyễn Thị Hà", "031175000093", "account_holder", signing_form="usb_token"),
        a_member("Trần Văn Tú", "031175000094", "delegated_account_holder", signing_form="usb_token"),
    ]
    unit.types(parts)
    unit.makes_accounts()
    unit.grants_everything()
    unit.saves()
    unit.binds(ca)
    unit.completes()
    unit.signs(ca, "delegated_account_holder")
    officer.checks(unit.id)
    seen = head.approves(unit.id)

    assert seen["signatures"][0]["title_label"] == "TUQ. Chủ tài khoản"
    with world.house.read() as session:
        row = session.scalars(select(Unit).where(Unit.budget_relation_code == CODE)).one()
        assert (row.signing_form, row.single_accountant_unit) == ("usb_token", True)
        chief = session.scalars(select(User).where(User.username == f"{CODE}.01")).one()
        assert chief.title == "chief_accountant"
        grants = session.scalars(select(AccountGrant).where(AccountGrant.user_id == chief.id)).all()
        assert sorted(grant.title for grant in grants) == both
        delegate = session.scalars(select(User).where(User.username == f"{CODE}.03")).one()
        (right,) = session.scalars(select(AccountGrant).where(AccountGrant.user_id == delegate.id)).all()
        assert right.valid_to is not None
        assert session.scalars(select(Certificate).where(Certificate.user_id == delegate.id)).one().provider == ""


def test_a_unit_that_left_comes_back_under_its_code_with_new_log_ins(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """And of another kind: nobody is its chief accountant, so that what waited for one begins anew."""
    with world.rows() as session:
        gone = session.scalars(select(Unit).where(Unit.budget_relation_code == "1990002")).one()
        gone.active = False
    unit, parts = Registrant(world), a_declaration("1990002")
    parts["unit"]["unit_kind"] = "individual"
    parts["members"] = [each for each in parts["members"] if each["service_title"] != "chief_accountant"]
    unit.types(parts)
    unit.makes_accounts()
    unit.grants_everything()
    unit.saves()
    unit.binds(ca)
    unit.completes()
    unit.signs(ca)
    officer.checks(unit.id)
    head.approves(unit.id)

    with world.house.read() as session:
        row = session.scalars(select(Unit).where(Unit.budget_relation_code == "1990002")).one()
        assert (row.id, row.active, row.name) == (gone.id, True, "Trường Mầm non Sao Mai")
        assert (row.unit_kind, row.has_second_signature) == ("individual", False)
        names = session.scalars(select(User.username).where(User.unit_id == row.id).order_by(User.username)).all()
        assert names == [f"1990002.{number:02d}" for number in range(1, 6)]
        assert session.scalars(select(Dossier.status).where(Dossier.unit_id == row.id)).all() == ["draft"]
    assert world.breaches() == []


def test_the_list_is_by_due_time_page_by_page_and_what_is_late_may_be_taken_over(
    world: World, ca: LicensedCa, officer: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.registration.treasury_desk.PAGE", 2)
    ids = [submitted(world, ca, f"199001{number}") for number in range(3)]
    with world.rows() as session:
        for number, id_ in enumerate(reversed(ids)):
            row = session.get_one(Registration, id_)
            assert row.due_at is not None
            row.due_at = row.due_at.replace(minute=number)
    first = officer.lists()
    second = officer.lists(cursor=first["next_cursor"])

    assert [each["id"] for each in first["items"] + second["items"]] == list(reversed(ids))
    assert second["next_cursor"] is None
    with world.house.read() as session:
        found = treasury_desk.counts(session, world.house, world.officer.caller)
    assert found == {"new_count": 3, "change_count": 0}
    assert not any(each["late"] for each in first["items"])
    world.clock.passes(days=15)
    assert all(each["late"] for each in officer.lists()["items"])
    _takes_over(officer, Clerk(world, _twin(world, world.officer, "0064.03")), ids[0])
    assert officer.lists(tab="change")["items"] == []


def _takes_over(officer: Clerk, colleague: Clerk, id_: str) -> None:
    """And looks at everything anew."""
    officer.opens(id_)
    officer.ticks(id_)
    assert colleague.sees(id_)["actions"] == ["open"]
    taken = colleague.opens(id_)
    assert (taken["officer_name"], taken["actions"]) == ("Người 0064.03", ["return", "propose", "hand_over"])
    assert not any(item["ticked"] for item in taken["check_list"])
    with pytest.raises(HeldByAnother):
        officer.proposes(id_)
