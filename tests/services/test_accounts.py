"""Passwords and passkeys where several people or devices meet, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.domain.errors import NotSignedIn, PasskeyRefused, ResetRefused, RuleError
from backend.domain.passkeys import Assertion, Attestation
from backend.domain.providers import Secret
from backend.models import LoginSession, OutboxItem, User
from backend.services import passkeys
from backend.services.accounts import change_password
from backend.services.accounts_reset import ask_for_reset, new_reset_token, reset_password
from backend.services.caller import Caller
from backend.services.outbox import drain_one
from backend.services.passkeys_challenge import Purpose
from backend.services.sessions import find_caller, log_in
from tests.support.authenticator import Authenticator, octets
from tests.support.world import Member, World

PASSWORD = Secret("Kho-bac-2026")


def logged_in(world: World, person: Member) -> Caller:
    result = log_in(
        world.house, username=person.username, password=PASSWORD, shared_device=False, agent="", address="192.0.2.1"
    )
    found = find_caller(world.house, result.token.reveal())
    assert found is not None
    return found[0]


def in_bytes(part: dict[str, str | None]) -> dict[str, Any]:
    return {name: None if value is None else octets(value) for name, value in part.items()}


def with_passkey(world: World, caller: Caller) -> Authenticator:
    device = Authenticator("http://localhost:8000")
    with world.house.read() as session:
        body = device.makes(passkeys.offer(session, world.house, caller))
    attestation = Attestation(**in_bytes(body["attestation"]))
    passkeys.enrol(world.house, caller, octets(body["challenge"]), attestation, ["internal"], "Máy thử")
    return device


def at_once(acts: list[Callable[[], object]]) -> list[type[RuleError] | None]:
    def outcome(act: Callable[[], object]) -> type[RuleError] | None:
        try:
            act()
        except RuleError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))


def test_one_answer_sent_many_times_at_once_opens_one_session(world: World) -> None:
    device = with_passkey(world, logged_in(world, world.holder))
    with world.house.read() as session:
        body = device.answers(passkeys.question(session, world.house, Purpose.LOG_IN))
        before = session.scalar(select(func.count()).select_from(LoginSession)) or 0
    assertion, challenge = Assertion(**in_bytes(body["assertion"])), octets(body["challenge"])

    outcomes = at_once(
        [lambda: passkeys.log_in(world.house, challenge, assertion, shared_device=False, agent="", address="192.0.2.1")]
        * 6
    )

    assert sorted(map(str, outcomes)) == sorted(map(str, [None] + [PasskeyRefused] * 5))
    with world.house.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == before + 1


def test_of_two_new_passwords_at_once_one_is_kept_and_the_other_is_told(world: World) -> None:
    caller = logged_in(world, world.holder)
    other = logged_in(world, world.holder)

    outcomes = at_once(
        [
            lambda: change_password(world.house, caller, Secret("bốn con mèo vàng")),
            lambda: change_password(world.house, other, Secret("năm con chó trắng")),
        ]
    )

    assert set(outcomes) == {None, NotSignedIn}


def test_one_link_used_many_times_at_once_sets_one_password(world: World) -> None:
    with world.house.read() as session:
        token = new_reset_token(session, world.house, world.holder.id)
    words = ["bốn con mèo vàng", "năm con chó trắng", "sáu con gà đen sì"]

    outcomes = at_once([lambda word=word: reset_password(world.house, token, Secret(word)) for word in words])

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, ResetRefused, ResetRefused]))


def test_somebody_who_is_no_member_any_more_is_not_let_in_by_passkey_or_link(world: World) -> None:
    device = with_passkey(world, logged_in(world, world.holder))
    with world.house.begin() as session:
        token = new_reset_token(session, world.house, world.holder.id)
        session.get_one(User, world.holder.id).active = False
        body = device.answers(passkeys.question(session, world.house, Purpose.LOG_IN))
    assertion = Assertion(**in_bytes(body["assertion"]))

    with pytest.raises(PasskeyRefused):
        passkeys.log_in(
            world.house, octets(body["challenge"]), assertion, shared_device=False, agent="", address="192.0.2.1"
        )
    with pytest.raises(ResetRefused):
        reset_password(world.house, token, Secret("bốn con mèo vàng"))


def test_a_letter_that_nobody_here_can_send_waits_and_stops_nothing(world: World) -> None:
    with world.house.begin() as session:
        session.get_one(User, world.holder.id).email = "chutk@donvi.example"
    ask_for_reset(world.house, world.holder.username, "192.0.2.1")

    drain_one(world.house, {})

    with world.house.read() as session:
        letter = session.scalars(select(OutboxItem).where(OutboxItem.kind == "mail.send")).one()
        assert (letter.done_at, letter.dead_at, letter.attempts) == (None, None, 0)
        assert letter.payload == {"template": "password_reset", "letter": letter.key, "user_id": world.holder.id}
