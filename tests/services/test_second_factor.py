"""A CA that wants a code besides the password: one question, one answer, nothing kept, for signing and look-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.domain.errors import (
    ChallengeOver,
    NothingToResend,
    ProviderRefusal,
    ResendTooSoon,
    SecondFactorNeeded,
)
from backend.domain.providers import Secret
from backend.models import Base
from backend.services.provider_login import Account, Code, Proof, look_up, resend
from backend.services.sign.start import prepare_sign
from tests.support.misa import CA_PASSWORD, code_of, moves_to_misa
from tests.support.world import Member, World

pytestmark = pytest.mark.parametrize("database", ["sqlite"])


class AtMisa:
    """A member of the demo world whose certificate is MISA's, with a second factor."""

    def __init__(self, world: World, member: Member, channel: str) -> None:
        self.world, self.member = world, member
        with world.rows() as session:
            self.login = moves_to_misa(session, world.sandbox, world.folder / "trust", member.id, channel)

    @property
    def account(self) -> Account:
        return Account(self.member.id, "misa", self.login)

    @property
    def code(self) -> str:
        return code_of(self.world.sandbox, self.login)

    def is_asked(self, proof: Proof = None) -> dict[str, Any]:
        """Signs in with the password; the question that comes back."""
        with pytest.raises(SecondFactorNeeded) as asked:
            look_up(self.world.house, self.account, proof or Secret(CA_PASSWORD))
        return asked.value.facts

    def answers(self, question: dict[str, Any], code: str | None = None) -> Any:
        return look_up(self.world.house, self.account, Code(question["challenge"], Secret(code or self.code)))

    def times_asked(self) -> int:
        return sum(each["step"] == "login" for each in self.world.sandbox.ledger(uid=self.login)["requests"])


@pytest.fixture
def at_misa(world: World) -> Callable[..., AtMisa]:
    return lambda member=None, channel="message": AtMisa(world, member or world.chief, channel)


def test_a_voucher_is_signed_after_the_code_and_the_password_is_said_once(
    world: World, at_misa: Callable[..., AtMisa]
) -> None:
    chief = at_misa(world.chief)
    dossier = world.submitted()
    seen = [document["sha256"] for document in dossier["documents"]]
    about = (world.house, world.chief.caller, dossier["id"], dossier["version"], seen, world.holder.id)
    with pytest.raises(SecondFactorNeeded) as asked:
        prepare_sign(*about, Secret(CA_PASSWORD))

    prepared = prepare_sign(*about, Code(asked.value.facts["challenge"], Secret(chief.code)))

    assert prepared.at_provider.key_ref
    assert chief.times_asked() == 2
    assert world.chief.sees(dossier)["status"] == dossier["status"]


def test_the_question_says_where_the_code_is_and_how_long_it_counts(
    world: World, at_misa: Callable[..., AtMisa]
) -> None:
    by_message = at_misa(world.chief).is_asked()
    by_app = at_misa(world.holder, "authenticator").is_asked()

    assert (by_message["channel"], by_message["sent_to"]) == ("message", "09•••••123")
    assert by_message["ends_at"] > by_message["resend_at"] > world.clock.now()
    assert (by_app["channel"], by_app["sent_to"], by_app["resend_at"]) == ("authenticator", None, None)


def test_a_look_up_without_any_voucher_works_the_same(at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()

    found = person.answers(person.is_asked())

    assert [each.usable for each in found.certificates] == [True]


def test_three_wrong_codes_are_told_apart_from_a_late_one(at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()
    question = person.is_asked()
    told = []
    for _ in range(3):
        with pytest.raises(ProviderRefusal) as refused:
            person.answers(question, "000000" if person.code != "000000" else "111111")
        told.append(refused.value.facts["kind"])

    assert told == ["second_factor_wrong", "second_factor_wrong", "second_factor_exhausted"]


def test_what_cannot_be_a_code_costs_no_try_at_the_ca(at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()
    question = person.is_asked()

    with pytest.raises(ProviderRefusal) as refused:
        person.answers(question, "mã của tôi")

    assert refused.value.facts["kind"] == "second_factor_wrong"
    assert person.times_asked() == 1


@pytest.mark.parametrize("spoil", [lambda c: c[:-4] + "AAA=", lambda c: "", lambda c: "không phải", lambda c: c + "A"])
def test_a_challenge_that_is_not_ours_is_no_challenge(
    at_misa: Callable[..., AtMisa], spoil: Callable[[str], str]
) -> None:
    person = at_misa()
    question = person.is_asked()

    with pytest.raises(ChallengeOver):
        person.answers({"challenge": spoil(question["challenge"])})

    assert person.times_asked() == 1


def test_another_persons_challenge_is_no_challenge(world: World, at_misa: Callable[..., AtMisa]) -> None:
    chief, holder = at_misa(world.chief), at_misa(world.holder)
    question = chief.is_asked()

    with pytest.raises(ChallengeOver):
        holder.answers(question)
    with pytest.raises(ChallengeOver):
        resend(world.house, world.holder.id, question["challenge"])


def test_a_challenge_lives_five_minutes(world: World, at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()
    question = person.is_asked()
    world.clock.passes(minutes=5)

    with pytest.raises(ChallengeOver):
        person.answers(question)


def test_a_code_is_sent_again_and_the_old_one_is_dead(world: World, at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()
    question, old = person.is_asked(), person.code

    again = resend(world.house, world.chief.id, question["challenge"])

    assert person.code != old
    assert person.answers(again).certificates


def test_sending_again_takes_longer_each_time_until_it_was_quiet_for_a_while(
    world: World, at_misa: Callable[..., AtMisa]
) -> None:
    person = at_misa()
    challenge = person.is_asked()["challenge"]
    waits = []
    for _ in range(3):
        told = resend(world.house, world.chief.id, challenge)
        with pytest.raises(ResendTooSoon) as refused:
            resend(world.house, world.chief.id, told["challenge"])
        wait = refused.value.facts["until"] - world.clock.now()
        waits.append(round(wait.total_seconds(), -1))
        world.clock.passes(seconds=wait.total_seconds() + 1)

    assert waits == [30, 60, 120]


def test_what_an_app_makes_is_not_sent_again(world: World, at_misa: Callable[..., AtMisa]) -> None:
    question = at_misa(channel="authenticator").is_asked()

    with pytest.raises(NothingToResend):
        resend(world.house, world.chief.id, question["challenge"])


def test_neither_password_nor_code_nor_challenge_is_stored(world: World, at_misa: Callable[..., AtMisa]) -> None:
    person = at_misa()
    question = person.is_asked()
    code = person.code
    resend(world.house, world.chief.id, question["challenge"])

    with world.house.read() as session:
        rows = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
        assert session.execute(text("select count(*) from login_attempts")).scalar_one() >= 1

    everything = "\n".join(rows)
    assert not any(secret in everything for secret in (CA_PASSWORD, question["challenge"][:40]))
    assert f"'{code}'" not in everything
