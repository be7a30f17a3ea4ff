"""The letters of a registration, over real SMTP: each to whom it is for, once, whatever crashes or is away."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from backend.domain.errors import LoginRefused, NotFound
from backend.domain.letters import RegistrationLetter
from backend.domain.providers import Secret
from backend.models import OutboxItem, Registration, User
from backend.models.base import Base
from backend.services.accounts import change_password, give_one_time_password
from backend.services.accounts_reset import ask_for_reset, reset_password
from backend.services.mail import MAIL, enqueue_letters
from backend.services.outbox import MAX_ATTEMPTS, SideEffectFailed, dead_items, perform, revive, waiting_items
from backend.services.registration.desk import PARTS
from backend.services.registration.links import held_by, new_link
from backend.services.registration.mine import mine
from backend.services.sessions import find_caller, log_in
from backend.services.side_effects import SIDE_EFFECTS
from tests.support.mail import MailServer, a_mail_server, fact_in, html_of, secret_in, words_of
from tests.support.registrations import CODE, Changer, Clerk, LicensedCa, Registrant, a_declaration, a_member
from tests.support.world import World

UNIT = "ketoan@saomai.example"
MAKER, CHIEF, HOLDER = (f"{number}@saomai.example" for number in ("031195000091", "031085000092", "031175000093"))
words_only = pytest.mark.parametrize("database", ["sqlite"])
"""What a letter says is the same on every database."""
REASON = "Bổ sung quyết định bổ nhiệm Chủ tài khoản"
NEW = Secret("bốn con mèo vàng")


@pytest.fixture
def post(world: World) -> Iterator[MailServer]:
    """A mail server, and a house that sends through it."""
    with a_mail_server() as server:
        world.house = dataclasses.replace(world.house, mailer=server.mailer())
        yield server


def goes_out(world: World, times: int = 1) -> None:
    """Every letter that still waits is tried."""
    for _ in range(times):
        with world.house.read() as session:
            waiting = session.scalars(
                select(OutboxItem.id)
                .where(OutboxItem.kind == MAIL, OutboxItem.done_at.is_(None))
                .order_by(OutboxItem.visible_at, OutboxItem.key)
            ).all()
        for id_ in waiting:
            with suppress(SideEffectFailed):
                perform(world.house, SIDE_EFFECTS, id_)


def new_letters(world: World, post: MailServer) -> dict[str, list[Any]]:
    """What arrived since the last look, by mailbox."""
    post.inbox.clear()
    goes_out(world, 2)
    found: dict[str, list[Any]] = {}
    for letter in post.inbox:
        found.setdefault(str(letter["To"]), []).append(letter)
    return found


def gets_in(world: World, username: str, password: str) -> bool:
    words = {"shared_device": False, "agent": "", "address": "192.0.2.1"}
    try:
        log_in(world.house, username=username, password=Secret(password), **words)  # type: ignore[arg-type]
    except LoginRefused:
        return False
    return True


def chooses_a_password(world: World, username: str, given: str) -> None:
    words = {"shared_device": False, "agent": "", "address": "192.0.2.1"}
    result = log_in(world.house, username=username, password=Secret(given), **words)  # type: ignore[arg-type]
    found = find_caller(world.house, result.token.reveal())
    assert found is not None
    change_password(world.house, found[0], NEW)


def everything_at_rest(world: World) -> str:
    """Every column of every table."""
    with world.house.read() as session:
        rows = [tuple(map(str, row)) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return json.dumps(rows, ensure_ascii=False)


def test_from_the_first_save_to_the_first_log_in_each_letter_comes_once_to_whom_it_is_for(
    world: World, post: MailServer
) -> None:
    ca, unit = LicensedCa(world), Registrant(world)
    officer, head = Clerk(world, world.officer), Clerk(world, world.head)

    code = unit.registers(ca)["code"]
    e12 = new_letters(world, post)
    assert {to: [letter["Subject"] for letter in letters] for to, letters in e12.items()} == {
        UNIT: [f"[DVCTT KBNN] Hồ sơ đã được lưu, chờ hoàn thiện – hồ sơ {code}"],
        **{
            member: [f"[DVCTT KBNN] Đề nghị kiểm tra thông tin của bạn – hồ sơ {code}"]
            for member in (MAKER, CHIEF, HOLDER)
        },
    }
    with world.house.read() as session:
        assert held_by(session, world.house, secret_in(e12[UNIT][0])).id == unit.id
        assert mine(session, world.house, secret_in(e12[CHIEF][0]))["full_name"] == "Phạm Văn Đạt"
    assert "Trường Mầm non Sao Mai" in fact_in(e12[CHIEF][0], "Đơn vị")
    assert fact_in(e12[CHIEF][0], "Chức danh của bạn") == "Kế toán trưởng"

    unit.completes()
    e3 = new_letters(world, post)
    assert e3.keys() == {HOLDER}
    assert "tkhaidangkysudungdidong.pdf" in words_of(e3[HOLDER][0])

    unit.signs(ca)
    e4 = new_letters(world, post)
    assert e4.keys() == {UNIT}
    assert fact_in(e4[UNIT][0], "Kho bạc trả lời trước")

    officer.opens(unit.id)
    officer.returns(unit.id, REASON)
    e5 = new_letters(world, post)
    assert (e5.keys(), fact_in(e5[UNIT][0], "Lý do")) == ({UNIT}, REASON)
    with world.house.read() as session:
        assert held_by(session, world.house, secret_in(e5[UNIT][0])).id == unit.id

    unit.reopens()
    content = unit.sees()["content"]
    content["members"][1]["service_title"] = "acting_chief_accountant"
    unit.types({name: content[name] for name in PARTS})
    unit.completes()
    assert new_letters(world, post).keys() == {HOLDER}
    unit.signs(ca)
    again = new_letters(world, post)
    assert again.keys() == {UNIT}

    officer.checks(unit.id)
    head.approves(unit.id)
    e67 = new_letters(world, post)
    assert {to: len(letters) for to, letters in e67.items()} == dict.fromkeys((UNIT, MAKER, CHIEF, HOLDER), 1)
    assert "Phạm Văn Đạt: Phụ trách kế toán, quyền Kế toán trưởng" in words_of(e67[UNIT][0])
    files = {file.get_filename(): file.get_content() for file in e67[UNIT][0].iter_attachments()}
    assert list(files) == ["tkhaidangkysudungdidong.pdf", "tkhaidangkysudungdvc.pdf"]
    assert all(pdf.startswith(b"%PDF") and pdf.count(b"/ByteRange") == 2 for pdf in files.values())
    for mailbox, number in ((MAKER, "01"), (CHIEF, "02"), (HOLDER, "03")):
        (letter,) = e67[mailbox]
        username, password = fact_in(letter, "Tên đăng nhập"), fact_in(letter, "Mật khẩu dùng một lần")
        assert username == f"{CODE}.{number}"
        assert gets_in(world, username, password)
        assert password not in everything_at_rest(world)

    with world.rows() as session:
        row = session.get_one(Registration, unit.id)
        enqueue_letters(session, world.house, row, RegistrationLetter.APPROVED)
        enqueue_letters(session, world.house, row, RegistrationLetter.FIRST_PASSWORD)
    assert new_letters(world, post) == {}
    every = [letter for part in (e12, e3, e4, e5, again, e67) for letters in part.values() for letter in letters]
    numbers = ["031195000091", "031085000092", "031175000093"]
    numbers += [f"{party.certificate.serial_number:x}" for party in ca.of.values()]
    for letter in every:
        said = words_of(letter) + html_of(letter) + str(letter["Subject"])
        assert not [number for number in numbers if number in said]
        assert "<DVCTT>- <0064>-<tóm tắt vấn đề cần hỗ trợ>" in words_of(letter)


def test_the_queue_holds_no_address_and_no_secret(world: World, post: MailServer) -> None:
    Registrant(world).registers(LicensedCa(world))
    letters = new_letters(world, post)
    secrets = [secret_in(letter) for several in letters.values() for letter in several]

    with world.house.read() as session:
        queued = [(row.key, json.dumps(row.payload)) for row in session.scalars(select(OutboxItem))]
    assert len(queued) == 4
    for key, payload in queued:
        assert "@" not in key + payload
        assert "Sao Mai" not in payload
    rest = everything_at_rest(world)
    assert len(secrets) == 4
    assert not [secret for secret in secrets if secret in rest or secret.rpartition(".")[2] in rest]


def a_new_member(world: World) -> str:
    """A member row as an approval leaves it; its letter with the password waits. Returns the user name."""
    unit = Registrant(world)
    unit.declares()
    with unit.row() as (session, row):
        members = [{**row.content["members"][0], "id": world.maker.id, "email": MAKER}]
        row.content, row.code, row.stage = {**row.content, "members": members}, "1990009261122120000", "approved"
        user = session.get_one(User, world.maker.id)
        user.password_hash, user.must_change_password = "", True
        enqueue_letters(session, world.house, row, RegistrationLetter.FIRST_PASSWORD)
    return world.maker.username


def passwords(post: MailServer) -> list[str]:
    first = [letter for letter in post.letters_to(MAKER) if "mật khẩu lần đầu" in letter["Subject"]]
    return [fact_in(letter, "Mật khẩu dùng một lần") for letter in first]


def test_while_the_mail_server_is_away_letters_wait_and_no_password_is_made(world: World, post: MailServer) -> None:
    username = a_new_member(world)
    post.closes()

    goes_out(world, MAX_ATTEMPTS + 1)
    with world.house.read() as session:
        waiting, dead = waiting_items(session), dead_items(session)
        assert ([each.last_error for each in waiting], dead) == (["ConnectionRefusedError"], [])
        assert session.get_one(User, world.maker.id).password_hash == ""
    post.opens()
    goes_out(world, 2)

    (password,) = passwords(post)
    assert gets_in(world, username, password)
    with world.house.read() as session:
        assert waiting_items(session) == []


def crashing(world: World, at: str) -> Callable[[str], None]:
    """A house that dies once at this point."""

    def die(point: str) -> None:
        if point == at:
            world.house = dataclasses.replace(world.house, failpoint=lambda _: None)
            raise RuntimeError("a power cut")

    return die


@pytest.mark.parametrize(("point", "arrive"), [("S13.password_committed", 1), ("S13.letter_handed_over", 2)])
def test_a_crash_around_the_letter_with_the_password_leaves_one_password_that_works(
    world: World, post: MailServer, point: str, arrive: int
) -> None:
    username = a_new_member(world)
    world.house = dataclasses.replace(world.house, failpoint=crashing(world, point))

    goes_out(world, 3)

    assert len(passwords(post)) == arrive
    assert [gets_in(world, username, each) for each in passwords(post)] == [False] * (arrive - 1) + [True]
    ids = [str(letter["Message-ID"]) for letter in post.inbox]
    assert len({id_.partition(".")[0] for id_ in ids}) == 1
    assert len(set(ids)) == arrive


def test_a_password_that_was_chosen_is_never_replaced_by_a_letter_sent_again(world: World, post: MailServer) -> None:
    username = a_new_member(world)
    goes_out(world)
    (given,) = passwords(post)
    chooses_a_password(world, username, given)
    with world.rows() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.key.startswith("E7:"))).one()
        item.done_at = None

    goes_out(world)

    assert len(passwords(post)) == 1
    assert gets_in(world, username, NEW.reveal())


def test_a_password_an_operator_gave_meanwhile_is_never_replaced_by_a_letter_that_goes_late(
    world: World, post: MailServer
) -> None:
    username = a_new_member(world)
    post.closes()
    goes_out(world)
    given = give_one_time_password(world.house, world.maker.id).reveal()
    post.opens()

    goes_out(world, 2)

    assert passwords(post) == []
    assert gets_in(world, username, given)
    with world.house.read() as session:
        assert (waiting_items(session), dead_items(session)) == ([], [])


def test_of_a_letter_and_an_operator_at_the_same_moment_the_operators_password_works(
    world: World, post: MailServer
) -> None:
    username = a_new_member(world)
    gate = Barrier(2)

    def by_letter() -> None:
        gate.wait()
        goes_out(world)

    def by_hand() -> str:
        gate.wait()
        return give_one_time_password(world.house, world.maker.id).reveal()

    with ThreadPoolExecutor(2) as both:
        sent, given = both.submit(by_letter), both.submit(by_hand)
        sent.result()

    assert gets_in(world, username, given.result())
    assert not any(gets_in(world, username, each) for each in passwords(post))


def test_a_crash_after_the_server_took_a_letter_repeats_it_under_the_same_message_id(
    world: World, post: MailServer
) -> None:
    unit = Registrant(world)
    unit.declares()
    unit.saves()
    world.house = dataclasses.replace(world.house, failpoint=crashing(world, "S13.letter_handed_over"))

    goes_out(world, 2)

    (twice,) = [to for to in (UNIT, MAKER, CHIEF, HOLDER) if len(post.letters_to(to)) == 2]
    first, second = post.letters_to(twice)
    assert first["Message-ID"] == second["Message-ID"]
    assert secret_in(first) == secret_in(second)
    assert len(post.inbox) == 5


def test_a_refused_mailbox_ends_dead_for_operators_to_see_and_holds_up_nobody(world: World, post: MailServer) -> None:
    unit = Registrant(world)
    unit.declares()
    unit.saves()
    post.refused[CHIEF] = f"550 5.1.1 <{CHIEF}> unknown here"

    with capture_logs() as logs:
        goes_out(world, 2)

    assert {str(letter["To"]) for letter in post.inbox} == {UNIT, MAKER, HOLDER}
    with world.house.read() as session:
        (dead,) = dead_items(session)
    assert (dead.attempts, dead.last_error) == (1, "550")
    (told,) = [line for line in logs if line["event"] == "mail.refused"]
    assert (told["letter"], told["code"], told["log_level"]) == (dead.key, "550", "error")
    assert CHIEF not in str(logs)

    post.refused.clear()
    with world.rows() as session:
        if session.get_bind().dialect.name == "postgresql":
            # No runner is at work here that would have ended the errand.
            session.execute(text("DELETE FROM procrastinate_jobs"))
        assert revive(session, world.house, dead.id)
    goes_out(world)
    assert len(post.letters_to(CHIEF)) == 1


@words_only
def test_what_people_typed_can_be_neither_a_header_nor_a_link_nor_markup(world: World, post: MailServer) -> None:
    evil = "Trường\r\nBcc: tat-ca@khac.example\r\n\r\n<b>http://xau.example/qua</b> www.xau.example"
    unit = Registrant(world)
    unit.declares()
    with unit.row() as (session, row):
        members = [{**member, "full_name": evil} for member in row.content["members"]]
        row.content = {**row.content, "unit": {**row.content["unit"], "unit_name": evil}, "members": members}
        row.code, row.stage = "1990009261122120000", "awaiting_completion"
        enqueue_letters(session, world.house, row, RegistrationLetter.CONTINUE)
        enqueue_letters(session, world.house, row, RegistrationLetter.CHECK)

    goes_out(world)

    assert len(post.inbox) == 4
    for letter in post.inbox:
        assert letter["Bcc"] is None
        assert not [line for line in words_of(letter).splitlines() if line.startswith("Bcc")]
        assert "<b>" not in html_of(letter)
        assert "xau.example" not in words_of(letter) + html_of(letter)
        assert "http://xau" not in words_of(letter) + html_of(letter)


@words_only
def test_in_a_change_the_mailbox_that_was_in_force_is_told_too_and_gets_no_link(world: World, post: MailServer) -> None:
    changer = Changer(world, world.maker)
    changer.begins()
    with changer.row() as (session, row):
        before = row.before or {}
        members = [
            {**each, "email": "cu@hoaphuong.example"} for each in before["members"] if each["id"] == world.holder.id
        ]
        row.before = {**before, "unit": {**before["unit"], "email": "don-vi-cu@hoaphuong.example"}, "members": members}
        declared = [
            {**each, "email": "moi@hoaphuong.example"}
            for each in row.content["members"]
            if each["id"] == world.holder.id
        ]
        unit = {**row.content["unit"], "email": "don-vi-moi@hoaphuong.example", "phone": "02253888999"}
        row.content = {**row.content, "unit": unit, "members": declared}
        row.code, row.stage = "1990001261122120000", "awaiting_completion"
        for letter in RegistrationLetter.CONTINUE, RegistrationLetter.CHECK, RegistrationLetter.FIRST_PASSWORD:
            enqueue_letters(session, world.house, row, letter)

    found = new_letters(world, post)

    assert {to.partition("@")[0]: len(letters) for to, letters in found.items()} == {
        "don-vi-moi": 1,
        "don-vi-cu": 1,
        "moi": 1,
        "cu": 1,
    }
    for mailbox in ("don-vi-cu@hoaphuong.example", "cu@hoaphuong.example"):
        words = words_of(found[mailbox][0])
        assert "hãy báo ngay KBNN Lê Chân" in words
        assert "http" not in words
    assert "#" not in words_of(found["don-vi-moi@hoaphuong.example"][0])


@words_only
def test_the_links_of_letters_end_with_what_they_stand_for(world: World, post: MailServer) -> None:
    unit = Registrant(world)
    unit.declares()
    unit.saves()
    letters = new_letters(world, post)
    on, mine_of_chief = secret_in(letters[UNIT][0]), secret_in(letters[CHIEF][0])

    def opens(secret: str, door: Callable[..., Any]) -> bool:
        with world.house.read() as session:
            try:
                door(session, world.house, secret)
            except NotFound:
                return False
            return True

    forged = [mine_of_chief[:-1] + ("A" if mine_of_chief[-1] != "A" else "B"), f"{unit.id}..", f"{unit.id}.x.y", ".."]
    assert [opens(each, mine) for each in [mine_of_chief, on, *forged]] == [True] + [False] * 5
    assert [opens(each, held_by) for each in [on, mine_of_chief, *forged]] == [True] + [False] * 5
    with world.house.read() as session:
        seen = mine(session, world.house, mine_of_chief)
    assert (seen["id_number_masked"], seen["treasury_name"]) == ("••••••••0092", "KBNN Lê Chân - Hải Phòng")
    assert "031195000091" not in str(seen)

    with unit.row() as (_, row):
        new_link(world.house, row)
    assert not opens(on, held_by)
    parts = a_declaration()
    parts["members"] = [{**each} for each in unit.sees()["content"]["members"]]
    parts["members"][1]["email"] = "dat@saomai.example"
    unit.types(parts)
    assert not opens(mine_of_chief, mine)
    mine_of_holder = secret_in(letters[HOLDER][0])
    assert opens(mine_of_holder, mine)
    unit.cancels()
    assert not opens(mine_of_holder, mine)
    cancelled = new_letters(world, post)
    assert (cancelled.keys(), fact_in(cancelled[UNIT][0], "Lý do")) == ({UNIT}, "Đơn vị hủy")


@words_only
def test_a_letter_that_has_become_pointless_is_not_sent(world: World, post: MailServer) -> None:
    unit = Registrant(world)
    unit.registers(LicensedCa(world))
    new_letters(world, post)
    unit.completes()
    unit.types_again()

    with capture_logs() as logs:
        assert new_letters(world, post) == {}
    assert [line["letter"].partition(":")[0] for line in logs if line["event"] == "mail.moot"] == ["E3"]
    with world.house.read() as session:
        assert (waiting_items(session), dead_items(session)) == ([], [])


@words_only
def test_a_forgotten_password_is_set_anew_by_the_link_of_the_letter(world: World, post: MailServer) -> None:
    with world.rows() as session:
        session.get_one(User, world.holder.id).email = HOLDER
    ask_for_reset(world.house, world.holder.username, "192.0.2.1")
    goes_out(world, 2)

    (letter,) = post.inbox
    assert (letter["To"], letter["Subject"]) == (HOLDER, "[DVCTT KBNN] Đặt mật khẩu mới")
    reset_password(world.house, Secret(secret_in(letter)), NEW)
    assert gets_in(world, world.holder.username, NEW.reveal())


@words_only
def test_a_unit_without_a_mailbox_is_told_to_operators(world: World, post: MailServer) -> None:
    unit = Registrant(world)
    unit.declares()
    unit.saves()
    new_letters(world, post)
    unit.types({**a_declaration(), "unit": {**a_declaration()["unit"], "email": "không có"}})
    unit.cancels()

    assert new_letters(world, post) == {}
    with world.house.read() as session:
        assert [(each.key.partition(":")[0], each.last_error) for each in dead_items(session)] == [("E9", "no mailbox")]


@words_only
def test_everybody_who_may_sign_for_the_account_holder_is_asked(world: World, post: MailServer) -> None:
    unit = Registrant(world)
    unit.declares()
    with unit.row() as (session, row):
        deputy = a_member("Trần Thị Mai", "031180000094", "delegated_account_holder", id=world.house.chance.uuid())
        row.content = {**row.content, "members": [*row.content["members"], deputy]}
        row.code, row.stage = "1990009261122120000", "awaiting_approval"
        enqueue_letters(session, world.house, row, RegistrationLetter.SIGN)

    assert new_letters(world, post).keys() == {HOLDER, "031180000094@saomai.example"}
