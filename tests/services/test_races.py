"""Two at once: real threads over a real database, exactly one winner and a loser who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from backend.domain.errors import AlreadySigning, KeyInFlight, NotAllowedNow, NotYourTurn, RuleError, StaleVersion
from backend.models import SigningTransaction
from backend.services.idempotency import Asked, fingerprint, reserved
from backend.services.sign.start import start_sign
from tests.support.world import World


def _race(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to: its answer, or the error that told it so."""
    together = Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        together.wait()
        try:
            outcomes[place] = act()
        except RuleError as told:
            outcomes[place] = told

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in outcomes, "a thread fell over"
    return outcomes


def _won(outcomes: Sequence[Any]) -> list[Any]:
    return [each for each in outcomes if isinstance(each, dict)]


def _transactions(world: World) -> int:
    with world.house.read() as session:
        return session.execute(select(func.count()).select_from(SigningTransaction)).scalar_one()


def test_one_person_opens_a_dossier_on_several_devices_at_once(world: World) -> None:
    for _ in range(3):
        dossier = world.submitted()

        outcomes = _race(*[lambda dossier=dossier: world.chief.opens(dossier)] * 6)

        assert len(_won(outcomes)) == 6


@pytest.mark.fault("F44")
def test_one_person_on_two_devices_makes_one_request(world: World) -> None:
    dossier = world.submitted()
    first, second = (world.chief.prepares(dossier, world.holder) for _ in range(2))

    outcomes = _race(
        lambda: world.chief._does(start_sign, first),
        lambda: world.chief._does(start_sign, second),
    )

    assert len(_won(outcomes)) == 1
    assert {type(each) for each in outcomes if not isinstance(each, dict)} <= {StaleVersion, AlreadySigning}
    assert _transactions(world) == 1


@pytest.mark.fault("F43")
def test_twenty_taps_with_one_key_talk_to_the_ca_once(world: World) -> None:
    dossier = world.submitted()
    path = f"/api/dossiers/{dossier['id']}/sign"
    mark = fingerprint(world.house.hmac_key, "POST", path, {})
    asked = Asked(world.chief.id, str(uuid4()), f"POST {path}", mark)

    def tap() -> dict[str, Any]:
        with reserved(world.house, asked) as place:
            if place.given is not None:
                return {"again": True}
            prepared = world.chief.prepares(dossier, world.holder)
            return place.fill(
                lambda session: _plain(start_sign(session, world.house, world.chief.caller, prepared)), 202
            ).body

    outcomes = _race(*[tap] * 20)

    assert {type(each) for each in outcomes if not isinstance(each, dict)} <= {KeyInFlight}
    assert len(_won(outcomes)) >= 1
    assert _transactions(world) == 1


def _plain(view: dict[str, object]) -> dict[str, object]:
    return {"id": view["id"]}


@pytest.mark.fault("F44")
def test_returning_and_signing_at_once_do_one_of_the_two(world: World) -> None:
    dossier = world.submitted()
    prepared = world.chief.prepares(dossier, world.holder)

    outcomes = _race(
        lambda: world.chief.returns(dossier),
        lambda: world.chief._does(start_sign, prepared),
    )

    assert len(_won(outcomes)) == 1
    status = world.maker.sees(dossier)["status"]
    assert status == ("returned_by_chief_accountant" if isinstance(outcomes[0], dict) else "signing_chief_accountant")
    assert _transactions(world) == (0 if isinstance(outcomes[0], dict) else 1)


def test_withdrawing_and_signing_at_once_do_one_of_the_two(world: World) -> None:
    dossier = world.submitted()
    prepared = world.chief.prepares(dossier, world.holder)

    outcomes = _race(
        lambda: world.maker.withdraws(dossier),
        lambda: world.chief._does(start_sign, prepared),
    )

    assert len(_won(outcomes)) == 1
    losers = {type(each) for each in outcomes if not isinstance(each, dict)}
    assert losers <= {StaleVersion, NotAllowedNow, NotYourTurn}


def test_cancelling_while_the_signature_settles_leaves_one_ending(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)

    def settles() -> dict[str, Any]:
        world.hands.work()
        return {"worked": True}

    _race(settles, lambda: world.chief.cancels_signing(signing))
    world.hands.work()

    ended = (world.chief.watches(signing)["phase"], world.chief.opens(dossier)["status"])
    assert ended in {("signed", "awaiting_account_holder"), ("orphan", "awaiting_chief_accountant")}
    assert world.breaches() == []


def test_two_officers_receive_once(world: World) -> None:
    dossier = world.both_signed()
    world.hands.deliver()
    seen = world.officer.sees(dossier)

    outcomes = _race(lambda: world.officer.receives(seen), lambda: world.officer.receives(seen))

    assert len(_won(outcomes)) == 1
    log = world.officer.sees(dossier)["log"]
    assert [row["to_status"] for row in log].count("received") == 1


def test_two_drains_deliver_once(world: World) -> None:
    dossier = world.both_signed()

    def delivers() -> dict[str, Any]:
        world.hands.deliver()
        return {"done": True}

    _race(delivers, delivers)

    assert len(list((world.folder / "treasury").glob("*/*/receipt.json"))) == 1
    assert world.holder.sees(dossier)["receipt_no"]
