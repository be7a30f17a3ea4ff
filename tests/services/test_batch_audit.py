"""The audit knows lists that were confirmed as one: each promise about them, broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from backend.models import SigningBatch, SigningDocument, SigningTransaction
from tests.support.world import World


def _signed_batch(world: World) -> dict[str, Any]:
    batch = world.chief.signs_batch([world.submitted() for _ in range(2)], world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    for _ in range(3):
        world.hands.work()
    assert world.breaches() == []
    return batch


def _another_total(batch: dict[str, Any]) -> Any:
    return update(SigningBatch).where(SigningBatch.id == batch["id"]).values(total_amount=1)


def _another_list(batch: dict[str, Any]) -> Any:
    return update(SigningBatch).where(SigningBatch.id == batch["id"]).values(list_digest="0" * 64)


def _another_order(batch: dict[str, Any]) -> Any:
    last = SigningTransaction.id == batch["items"][1]["signing_id"]
    return update(SigningTransaction).where(last).values(place=-1)


def _another_amount(batch: dict[str, Any]) -> Any:
    first = SigningDocument.transaction_id == batch["items"][0]["signing_id"]
    return update(SigningDocument).where(first).values(money="1|0011002200330")


def _two_leaders(batch: dict[str, Any]) -> Any:
    last = SigningTransaction.id == batch["items"][1]["signing_id"]
    return update(SigningTransaction).where(last).values(leader_id=None)


def _left_waiting(batch: dict[str, Any]) -> Any:
    last = SigningTransaction.id == batch["items"][1]["signing_id"]
    return update(SigningTransaction).where(last).values(status="waiting")


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (_another_total, "I4"),
        (_another_list, "I4"),
        (_another_order, "I4"),
        (_another_amount, "I4"),
        (_left_waiting, "I4"),
        (_two_leaders, "I12"),
    ],
)
def test_a_batch_that_is_not_what_was_confirmed_is_found(
    world: World, damage: Callable[[dict[str, Any]], Any], rule: str
) -> None:
    batch = _signed_batch(world)

    with world.rows() as session:
        session.execute(damage(batch))

    assert rule in {breach.rule for breach in world.breaches()}
