"""A CA that is slow, away or back: who is told before they start, whose phone is not rung, and that nothing is lost
(F13, F14, F15, P3).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.errors import ProviderRefusal
from backend.domain.providers import FailureKind, Secret
from backend.services.breakers import health_of
from backend.services.sign.look import hurry_for
from tests.support.world import CA_PASSWORD, World

TRIES = 5
"""Calls in a row without an answer that open the breaker."""


def _health(world: World, provider: str = "vnpt") -> dict[str, object]:
    with world.house.read() as session:
        return health_of(session, provider, world.clock.now())


def _goes_away(world: World, at: str = "any") -> None:
    world.sandbox.fault("vnpt", None, at, "http_503", times=10_000)


def _comes_back(world: World) -> None:
    world.sandbox.control("/_control/faults", method="DELETE")


def _knocks_in_vain(world: World, times: int = TRIES) -> None:
    for _ in range(times):
        world.house.providers["vnpt"].open_session(world.chief.login or "", Secret(CA_PASSWORD))


def _calls(world: World) -> int:
    return len(world.sandbox.ledger()["requests"])


@pytest.mark.fault("F14")
def test_after_five_calls_in_vain_everybody_sees_that_the_ca_is_down_and_until_when(world: World) -> None:
    assert _health(world) == {"state": "ok", "retry_at": None}
    _goes_away(world)

    _knocks_in_vain(world)

    health = _health(world)
    assert health["state"] == "down"
    assert world.clock.now() < health["retry_at"] <= world.clock.now() + timedelta(seconds=5)  # type: ignore[operator]


@pytest.mark.fault("F15")
def test_a_few_calls_in_vain_are_told_as_slow_and_one_may_still_sign(world: World) -> None:
    dossier = world.submitted()
    _goes_away(world)
    _knocks_in_vain(world, 3)
    assert _health(world)["state"] == "slow"
    _comes_back(world)

    assert world.signs(world.chief, dossier, world.holder)["phase"] == "signed"


def test_while_down_a_tap_is_refused_with_the_next_try_and_nothing_reaches_the_ca(world: World) -> None:
    dossier = world.submitted()
    _goes_away(world)
    _knocks_in_vain(world)
    before = _calls(world)

    with pytest.raises(ProviderRefusal) as refused:
        world.chief.signs(dossier, world.holder)

    assert refused.value.facts["kind"] == FailureKind.PROVIDER_UNAVAILABLE.value
    assert refused.value.facts["retry_at"] == _health(world)["retry_at"]
    assert _calls(world) == before


def test_a_request_that_waited_for_the_worker_when_the_ca_went_down_ends_without_ringing_the_phone(
    world: World,
) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    _goes_away(world)
    _knocks_in_vain(world)
    _comes_back(world)

    world.hands.work()

    seen = world.chief.watches(signing)
    assert (seen["phase"], seen["problem"]["code"]) == ("failed", "prov.down")  # type: ignore[index]
    assert world.prompted_at_ca(signing) == []


def test_another_ca_is_not_held_up_by_one_that_is_down(world: World) -> None:
    dossier = world.submitted()
    world.signs(world.chief, dossier, world.deputy_holder)
    _goes_away(world)
    _knocks_in_vain(world)

    assert world.signs(world.deputy_holder, world.deputy_holder.sees(dossier))["phase"] == "signed"


@pytest.mark.fault("F14")
def test_when_the_next_try_is_due_one_call_goes_through_and_its_answer_lets_all_in_again(world: World) -> None:
    dossier = world.submitted()
    _goes_away(world)
    _knocks_in_vain(world)
    _comes_back(world)
    world.clock.passes(seconds=6)

    assert world.signs(world.chief, dossier, world.holder)["phase"] == "signed"
    assert _health(world)["state"] in {"ok", "slow"}


def test_a_try_in_vain_makes_the_next_pause_longer(world: World) -> None:
    _goes_away(world)
    _knocks_in_vain(world)
    world.clock.passes(seconds=6)

    _knocks_in_vain(world, 1)

    assert _health(world)["retry_at"] > world.clock.now() + timedelta(seconds=8)  # type: ignore[operator]


def test_wrong_passwords_are_answers_and_open_nothing(world: World) -> None:
    for _ in range(4):
        world.house.providers["vnpt"].open_session(world.deputy_chief.login or "", Secret("sai"))

    assert _health(world) == {"state": "ok", "retry_at": None}


@pytest.mark.fault("F14")
def test_a_yes_given_while_the_ca_could_not_be_asked_is_not_lost_even_past_the_deadline(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    _goes_away(world, "status")
    for _ in range(12):
        world.hands.work()
        world.clock.passes(minutes=1)
    assert world.chief.watches(signing)["phase"] == "waiting"
    assert _health(world)["state"] != "ok"

    _comes_back(world)
    world.clock.passes(minutes=1)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "signed"


def test_a_ca_that_stays_away_past_the_bound_gives_the_pen_back(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    _goes_away(world, "status")

    for _ in range(3):
        world.clock.passes(minutes=13)
        world.hands.work()

    assert world.chief.watches(signing)["phase"] == "expired"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def test_a_look_at_a_request_that_has_waited_long_has_the_ca_asked_now_and_a_fresh_one_does_not(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    hurry_for(world.house, world.chief.watches(signing))
    assert world.transaction(signing).hurry_at is None
    world.clock.passes(minutes=2)

    hurry_for(world.house, world.chief.watches(signing))

    assert world.transaction(signing).hurry_at is not None


def test_an_open_breaker_leaves_what_is_unknown_unknown(world: World) -> None:
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    _goes_away(world)
    _knocks_in_vain(world)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "unknown"
