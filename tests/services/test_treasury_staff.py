"""Officers and heads of Treasury offices, added and ended by an operator."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from backend.domain.errors import LoginRefused
from backend.domain.people import ServiceTitle
from backend.domain.providers import Secret
from backend.models import OutboxItem, User, UserLog
from backend.services.accounts import give_one_time_password
from backend.services.outbox import perform
from backend.services.sessions import find_caller, log_in
from backend.services.side_effects import SIDE_EFFECTS
from backend.services.treasury_staff import NewStaff, StaffRefused, add, end, staff_of
from tests.support.mail import MailServer, a_mail_server, fact_in, words_of
from tests.support.registrations import Clerk, LicensedCa, Registrant
from tests.support.world import Member, World

LAN = NewStaff("0064", "Phạm Ngọc Lan", ServiceTitle.TREASURY_OFFICER, "lan@kbnn.example", "031190000301")
BY = "operator test"


def logs_in(world: World, username: str, password: str) -> str:
    words = {"shared_device": False, "agent": "", "address": "192.0.2.1"}
    return log_in(world.house, username=username, password=Secret(password), **words).token.reveal()  # type: ignore[arg-type]


def first_password(world: World, post: MailServer, mailbox: str) -> str:
    with world.house.read() as session:
        waiting = session.scalars(select(OutboxItem.id).where(OutboxItem.key.startswith("staff_first_password"))).all()
    for id_ in waiting:
        perform(world.house, SIDE_EFFECTS, id_)
    (letter,) = post.letters_to(mailbox)
    assert "Cán bộ Kho bạc" in words_of(letter)
    return fact_in(letter, "Mật khẩu dùng một lần")


def test_who_is_added_gets_in_by_the_letter_alone_and_who_is_ended_is_out_at_once(world: World) -> None:
    with a_mail_server() as post:
        world.house = dataclasses.replace(world.house, mailer=post.mailer())
        username = add(world.house, LAN, BY)
        assert username == "0064.03"
        with world.house.read() as session:
            (item,) = session.scalars(select(OutboxItem).where(OutboxItem.key.startswith("staff_first_password")))
            assert LAN.email not in str(item.payload)
            user = session.scalars(select(User).where(User.username == username)).one()
            assert (user.password_hash, user.must_change_password, user.unit_id) == ("", True, None)
            assert LAN.id_number not in user.identity_key
        password = first_password(world, post, LAN.email)

    token = logs_in(world, username, password)
    assert find_caller(world.house, token) is not None
    unit, officer = Registrant(world), Clerk(world, Member(world, username))
    unit.submits(LicensedCa(world))
    officer.opens(unit.id)
    officer.ticks(unit.id)
    with world.house.read() as session:
        assert [
            (each.username, each.active, each.has_own_password, each.held) for each in staff_of(session, "0064")
        ] == [
            ("0064.01", True, True, 0),
            ("0064.02", True, True, 0),
            ("0064.03", True, False, 1),
        ]

    ended = end(world.house, username, BY)
    assert (ended.released, ended.remaining) == (1, 1)
    assert find_caller(world.house, token) is None
    with pytest.raises(LoginRefused):
        logs_in(world, username, password)
    colleague = Clerk(world, world.officer)
    seen = colleague.sees(unit.id)
    assert (seen["officer_name"], seen["held_since"], seen["actions"]) == (None, None, ["open"])
    assert (seen["registration"]["log"][0]["note"], seen["registration"]["log"][0]["actor_name"]) == (
        "Phạm Ngọc Lan thôi xử lý hồ sơ",
        "Quản trị hệ thống",
    )
    assert colleague.lists()["items"][0]["barred"] is None
    assert not any(item["ticked"] for item in colleague.opens(unit.id)["check_list"])
    with pytest.raises(StaffRefused):
        end(world.house, username, BY)
    assert add(world.house, LAN, BY) == "0064.04"
    give_one_time_password(world.house, world.officer.id, forget_passkeys=True, by=BY)
    with world.house.read() as session:
        acts = session.execute(select(UserLog.act, UserLog.by).order_by(UserLog.at)).all()
    assert [tuple(act) for act in acts] == [
        (act, BY) for act in ("added", "ended", "added", "given_password", "forgot_passkeys")
    ]
    for rewriting in (update(UserLog).values(act="nothing"), delete(UserLog)):
        with pytest.raises(DBAPIError), world.house.sessions() as session:
            session.execute(rewriting)


def test_what_an_officer_who_left_still_checked_is_decided_and_sent_back_to_a_colleague(world: World) -> None:
    unit, head = Registrant(world), Clerk(world, world.head)
    unit.submits(LicensedCa(world))
    add(world.house, LAN, BY)
    Clerk(world, Member(world, "0064.03")).checks(unit.id)
    assert end(world.house, "0064.03", BY).released == 0

    assert head.sees(unit.id)["officer_name"] == LAN.full_name
    head.sends_back(unit.id)
    officer = Clerk(world, world.officer)
    assert officer.sees(unit.id)["actions"] == ["open"]
    assert officer.opens(unit.id)["officer_name"] == world.officer.caller.full_name


@pytest.mark.parametrize("database", ["sqlite"])
def test_an_operator_is_told_what_cannot_be(world: World) -> None:
    wrong = {
        "office": "9999",
        "full_name": "Lan\u202e",
        "title": ServiceTitle.ACCOUNTANT,
        "email": "lan",
        "id_number": "12",
    }
    for name, value in wrong.items():
        with pytest.raises(StaffRefused):
            add(world.house, dataclasses.replace(LAN, **{name: value}), BY)  # type: ignore[arg-type]
    for nobody in ("0064.09", "1990001.01"):
        with pytest.raises(StaffRefused):
            end(world.house, nobody, BY)
    add(world.house, LAN, BY)
    with pytest.raises(StaffRefused, match=r"0064\.03 already"):
        add(world.house, dataclasses.replace(LAN, office="0061", id_number="031.190.000.301"), BY)
    with world.house.read() as session:
        assert len(session.scalars(select(UserLog.id)).all()) == 1


def test_the_command_adds_lists_and_ends(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from backend import staff
    from backend.cli import cli

    monkeypatch.setattr(staff, "house_at_hand", lambda: world.house)

    def says(*words: str, typed: str = "") -> str:
        told = CliRunner().invoke(cli, ["treasury-staff", *words], input=typed)
        return told.output if told.exit_code == 0 else f"refused: {told.output}"

    number = f"{LAN.id_number}\n{LAN.id_number}\n"
    assert says("add", "0064", LAN.full_name, "approver", LAN.email, typed=number).endswith("\n0064.03\n")
    assert says("add", "9999", LAN.full_name, "approver", LAN.email, typed=number).startswith("refused: ")
    assert "0064.03 approver invited in_hand=0 Phạm Ngọc Lan\n" in says("list", "0064")
    assert says("list", "0061") == ""
    assert says("end", "0064.02") == "ended; 0 registrations wait for a colleague\n"
    assert says("end", "0064.03").endswith("\nnobody of this title is left at the office\n")
    assert says("end", "0064.03").startswith("refused: ")
    assert "0064.03 approver ended in_hand=0 Phạm Ngọc Lan\n" in says("list")
