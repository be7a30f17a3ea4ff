"""What one yes signed is finished in groups: with one commit for several, and none of them in the way of another."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models import Dossier, Voucher
from tests.support.servers import eventually
from tests.support.world import World, working

COUNT = 5


@dataclasses.dataclass
class Approved:
    """A list whose signatures are stored; its first dossier is finished, the others are anybody's."""

    world: World
    dossiers: list[dict[str, Any]]
    batch: dict[str, Any]

    def phases(self) -> list[str]:
        return [item["phase"] for item in self.world.chief.watches_batch(self.batch)["items"]]

    def is_finished_by_one_hand(self, passes: Callable[[str], None] = lambda point: None) -> Counter[str]:
        """How often each recovery point was passed until all had ended. ``passes`` may raise at one."""
        points: Counter[str] = Counter()

        def failpoint(point: str) -> None:
            points[point] += 1
            passes(point)

        with working(dataclasses.replace(self.world.house, failpoint=failpoint), hands=1):
            eventually(lambda: not {"collected", "embedded"} & self._statuses(), what="an end")
        return points

    def _statuses(self) -> set[str]:
        return {self.world.transaction({"id": item["signing_id"]}).status for item in self.batch["items"]}


@pytest.fixture
def approved(world: World) -> Approved:
    dossiers = [world.submitted() for _ in range(COUNT)]
    batch = world.chief.signs_batch(dossiers, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.hands.work()
    world.hands.go_home()
    return Approved(world, dossiers, batch)


def test_several_signatures_of_one_prompt_are_embedded_with_one_commit_and_settled_with_one(approved: Approved) -> None:
    points = approved.is_finished_by_one_hand()

    assert approved.phases() == ["signed"] * COUNT
    assert (points["S9.before_commit"], points["S10.before_commit"]) == (1, 1)
    assert points["S9.blob_written"] == COUNT - 1
    assert approved.world.breaches() == []


def test_a_signature_that_may_not_be_embedded_leaves_the_others_together(approved: Approved) -> None:
    with approved.world.rows() as session:
        session.execute(update(Voucher).where(Voucher.dossier_id == approved.dossiers[2]["id"]).values(amount=1))

    points = approved.is_finished_by_one_hand()

    assert approved.phases() == ["signed", "signed", "failed", "signed", "signed"]
    assert points["S10.before_commit"] == 1


def test_a_right_that_is_lost_over_one_dossier_leaves_the_others_together(approved: Approved) -> None:
    its = Voucher.dossier_id == approved.dossiers[3]["id"]
    with approved.world.rows() as session:
        row = session.scalars(select(Voucher).where(its)).one()
        session.execute(update(Voucher).where(its).values(content={**row.content, "debit_account": "3713.0.1990002"}))

    points = approved.is_finished_by_one_hand()

    assert approved.phases() == ["signed", "signed", "signed", "orphan", "signed"]
    assert points["S10.before_commit"] == 1


def test_a_dossier_that_moved_away_takes_nobody_with_it(approved: Approved) -> None:
    with approved.world.rows() as session:
        session.execute(update(Dossier).where(Dossier.id == approved.dossiers[1]["id"]).values(content_version=9))

    points = approved.is_finished_by_one_hand()

    assert approved.phases() == ["signed", "orphan", "signed", "signed", "signed"]
    assert points["S9.before_commit"] == 1


@pytest.mark.parametrize("point", ["S9.blob_written", "S9.before_commit", "S9.embedded_committed", "S10.before_commit"])
def test_what_goes_wrong_together_goes_on_one_by_one(approved: Approved, point: str) -> None:
    times = iter([True])

    def goes_wrong_once(name: str) -> None:
        if name == point and next(times, False):
            raise OSError("the disk was away for a moment")

    approved.is_finished_by_one_hand(goes_wrong_once)

    assert approved.phases() == ["signed"] * COUNT
    assert approved.world.breaches() == []
