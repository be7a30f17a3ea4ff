"""The route of a registration dossier: every edge of the table, and loud refusals everywhere else."""

from __future__ import annotations

import itertools

import pytest

from backend.domain.errors import NotAllowedNow
from backend.domain.registration import (
    EDITABLE,
    FINAL,
    MOVE_LABEL,
    REGISTRATION_ROUTE,
    STAGE_LABEL,
    Move,
    Mover,
    Stage,
    moves_of,
    next_stage,
)


@pytest.mark.parametrize(("stage", "move"), list(itertools.product(Stage, Move)))
def test_a_move_is_in_the_table_or_refused_with_what_can_be_done_instead(stage: Stage, move: Move) -> None:
    if (stage, move) in REGISTRATION_ROUTE:
        assert next_stage(stage, move).to in Stage
        return
    with pytest.raises(NotAllowedNow) as refused:
        next_stage(stage, move)
    assert refused.value.facts["status"] == STAGE_LABEL[stage]
    assert set(refused.value.facts["actions"]) <= {other.value for other in moves_of(stage)}


def test_nothing_leaves_a_final_stage_and_everything_else_has_a_way_out() -> None:
    assert {stage for stage in Stage if not moves_of(stage)} == FINAL


def test_only_the_registrant_edits_and_only_before_the_declarations_are_sent() -> None:
    edits = {stage for stage, move in REGISTRATION_ROUTE if move is Move.EDIT}
    assert edits == EDITABLE | {Stage.AWAITING_APPROVAL}
    assert {step.by for (_, move), step in REGISTRATION_ROUTE.items() if move is Move.EDIT} == {(Mover.REGISTRANT,)}


def test_approval_is_reached_only_through_a_signature_and_two_treasury_people() -> None:
    ways = {Stage.APPROVED: {Move.APPROVE}}
    (checked,) = {stage for (stage, move), step in REGISTRATION_ROUTE.items() if step.to is Stage.APPROVED}
    assert checked is Stage.CHECKED
    assert REGISTRATION_ROUTE[Stage.CHECKED, Move.APPROVE].by == (Mover.APPROVER,)
    assert {step.by for (_, _), step in REGISTRATION_ROUTE.items() if step.to is Stage.CHECKED} == {(Mover.OFFICER,)}
    assert {stage for (stage, _), step in REGISTRATION_ROUTE.items() if step.to is Stage.SUBMITTED} == {Stage.SIGNING}
    assert {move for (_, move), step in REGISTRATION_ROUTE.items() if step.to is Stage.APPROVED} == ways[Stage.APPROVED]


def test_the_treasury_asks_to_supplement_once_and_never_again() -> None:
    assert next_stage(Stage.UNDER_REVIEW, Move.RETURN, returns=0).to is Stage.RETURNED
    with pytest.raises(NotAllowedNow):
        next_stage(Stage.UNDER_REVIEW, Move.RETURN, returns=1)


def test_every_stage_and_move_has_its_words() -> None:
    assert set(STAGE_LABEL) == set(Stage)
    assert set(MOVE_LABEL) == set(Move)


def test_a_dossier_passes_from_hand_to_hand_only_while_an_officer_works_on_it() -> None:
    passing = {
        (stage, move): step
        for (stage, move), step in REGISTRATION_ROUTE.items()
        if move in (Move.HAND_OVER, Move.RELEASE)
    }
    assert {stage for stage, _ in passing} == {step.to for step in passing.values()} == {Stage.UNDER_REVIEW}
    assert [step.by for step in passing.values()] == [(Mover.OFFICER,), (Mover.OPERATOR,)]
    assert all(step.note for step in passing.values())
    with pytest.raises(NotAllowedNow) as refused:
        next_stage(Stage.UNDER_REVIEW, Move.APPROVE)
    assert Move.RELEASE.value not in refused.value.facts["actions"]
