"""The whole road of a payment order, from the accountant to the officer (edges P1, P3, P6, P7, P11, P12, P15)."""

import pytest

from tests.support.world import World


def test_a_dossier_signed_twice_reaches_the_officer_with_a_receipt(world: World) -> None:
    dossier = world.both_signed()
    world.hands.deliver()

    received = world.officer.receives(world.officer.sees(dossier))

    assert received["status"] == "received"
    assert received["receipt_no"].startswith("TN-0064-")
    assert [row["to_status"] for row in received["log"]] == [
        "draft",
        "awaiting_chief_accountant",
        "signing_chief_accountant",
        "awaiting_account_holder",
        "signing_account_holder",
        "submitted",
        "received",
    ]


def test_the_officer_sees_nothing_before_the_treasury_gave_a_receipt(world: World) -> None:
    dossier = world.both_signed()

    assert dossier["id"] not in {row["id"] for row in world.officer.waits_for()}

    world.hands.deliver()

    assert dossier["id"] in {row["id"] for row in world.officer.waits_for()}
    assert world.head.waits_for() == []


@pytest.mark.fault("F11")
def test_delivering_twice_gives_one_receipt(world: World) -> None:
    dossier = world.both_signed()
    world.hands.deliver()
    first = world.holder.sees(dossier)["receipt_no"]

    world.hands.deliver()

    assert world.holder.sees(dossier)["receipt_no"] == first
