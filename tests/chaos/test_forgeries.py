"""R11: of every mutated signature and every forged callback, none is accepted. The long runs are ``make chaos``."""

from __future__ import annotations

import base64
from collections import Counter

import pytest

from backend.adapters.provider_kit.signatures import BadSignatures, match
from backend.models import ProviderInbox
from backend.services.callbacks import take_callback
from tests.chaos.forgery import Breeder, Hand, Mutant, Stranger
from tests.support.world import World

SEED = 20261122
ROUND = 120
"""Callbacks for one request: a round must be over before the CA's own clock ends the request."""


def accepted(mutant: Mutant) -> bool:
    """Whether the gate every adapter uses believes it, alone or beside a genuine signature."""
    try:
        match([mutant.text], [mutant.digest], mutant.certificate)
    except BadSignatures:
        return False
    return True


def test_the_gate_believes_what_is_genuine() -> None:
    hand = Hand("Nguyễn Thị Ánh")
    texts = [base64.b64encode(each).decode() for each in hand.signatures]

    assert match(texts[::-1], hand.digests, hand.certificate) == tuple(hand.signatures)


@pytest.mark.fault("F22", "F23")
@pytest.mark.parametrize("count", [4_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_of_all_mutated_signatures_none_is_accepted(count: int) -> None:
    tried, believed = Counter[str](), Counter[str]()
    for mutant in Breeder(SEED).mutants(count):
        tried[mutant.how] += 1
        believed[mutant.how] += accepted(mutant)

    assert +believed == Counter()
    assert tried.total() == count
    assert min(tried.values()) >= count // 20


@pytest.mark.fault("F17", "F18", "F20")
@pytest.mark.parametrize("count", [240, pytest.param(10_080, marks=pytest.mark.long)])
def test_of_all_forged_callbacks_none_is_believed(world: World, count: int) -> None:
    for round_ in range(count // ROUND):
        dossier = world.submitted()
        signing = world.chief.signs(dossier, world.holder)
        world.hands.work()
        before = world.transaction(signing)

        _knocks(world, Stranger(SEED + round_, [str(before.vendor_id), before.reference, before.id]))

        after = world.transaction(signing)
        assert (after.status, after.vendor_id, after.epoch) == (before.status, before.vendor_id, before.epoch)
        assert [document.signature for document in after.documents] == [None]
        assert world.chief.watches(signing)["phase"] == "waiting"
        assert world.chief.sees(dossier)["status"] == "signing_chief_accountant"
        world.phone.approves(world.chief)
        world.hands.work()
        assert world.chief.watches(signing)["phase"] == "signed"
        assert len(world.prompted_at_ca(signing)) == 1
    with world.house.read() as session:
        assert session.query(ProviderInbox).count() > count // 4
    assert world.breaches() == []


def _knocks(world: World, stranger: Stranger) -> None:
    """At every CA's door, while the worker goes on asking."""
    doors = sorted(world.house.providers)
    for number, body in enumerate(stranger.bodies(ROUND)):
        with world.rows() as session:
            status, _ = take_callback(session, world.house, doors[number % len(doors)], body, {})
        assert 200 <= status < 500
        if number % 40 == 0:
            world.hands.work()
    world.hands.work()
