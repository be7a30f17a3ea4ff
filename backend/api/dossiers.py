"""One payment dossier: reading it and every action on it but signing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.api.access import ANYONE, MAKERS, OFFICERS, SIGNERS, UNIT, access, caller
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, house, once, read
from backend.api.problems import with_sentences
from backend.services.approvers import approvers
from backend.services.dossier_view import open_dossier
from backend.services.draft_dossier import check_dossier, create_dossier, save_dossier
from backend.services.return_dossier import cancel, reopen, return_, withdraw
from backend.services.submit_dossier import reassign, submit, typeset
from backend.services.treasury_intake import receive
from shared_schemas.dossiers import (
    Act,
    ActWithReason,
    ApproverList,
    ChooseApprover,
    CreateDossier,
    Dossier,
    SaveDossier,
    Withdraw,
)
from shared_schemas.problems import Check
from shared_schemas.signing import Nothing

blueprint = Subject("dossiers", __name__, url_prefix="/api/dossiers", description="Payment dossiers.")


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="createDossier", parameters=ONCE)
@access(MAKERS)
@blueprint.arguments(CreateDossier)
@blueprint.response(201, Dossier)
def post_dossier(words: dict[str, Any]) -> Response:
    """Begin a draft; it may be incomplete."""
    return once(create_dossier, status=201, **words)


@blueprint.route("/<uuid:dossier_id>", methods=["GET"])
@blueprint.doc(operationId="getDossier")
@access(ANYONE)
@blueprint.response(200, Dossier)
def get_dossier(dossier_id: UUID) -> Response:
    """Everything about one dossier."""
    return answer(with_sentences(open_dossier(house(), caller(), str(dossier_id))))


@blueprint.route("/<uuid:dossier_id>", methods=["PUT"])
@blueprint.doc(operationId="saveDossier", parameters=ONCE)
@access(MAKERS)
@blueprint.arguments(SaveDossier)
@blueprint.response(200, Dossier)
def put_dossier(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Replace the content of a draft."""
    return once(save_dossier, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/check", methods=["POST"])
@blueprint.doc(operationId="checkDossier")
@access(MAKERS)
@blueprint.arguments(Nothing)
@blueprint.response(200, Check)
def post_check(words: dict[str, Any], dossier_id: UUID) -> Response:
    """What stands between this draft and its submission. Changes nothing."""
    return answer(read(check_dossier, str(dossier_id)))


@blueprint.route("/<uuid:dossier_id>/approvers", methods=["GET"])
@blueprint.doc(operationId="listApprovers")
@access(UNIT)
@blueprint.response(200, ApproverList)
def get_approvers(dossier_id: UUID) -> Response:
    """Who could approve next."""
    return answer(read(approvers, str(dossier_id)))


@blueprint.route("/<uuid:dossier_id>/submit", methods=["POST"])
@blueprint.doc(operationId="submitDossier", parameters=ONCE)
@access(MAKERS)
@blueprint.arguments(ChooseApprover)
@blueprint.response(200, Dossier)
def post_submit(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Send the draft to the chosen person of the side that signs first."""
    read(typeset, str(dossier_id))
    return once(submit, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/withdraw", methods=["POST"])
@blueprint.doc(operationId="withdrawDossier", parameters=ONCE)
@access(UNIT)
@blueprint.arguments(Withdraw)
@blueprint.response(200, Dossier)
def post_withdraw(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Take it back from whom it was sent to."""
    return once(withdraw, str(dossier_id), expected_version=words["expected_version"], reason=words["reason"] or "")


@blueprint.route("/<uuid:dossier_id>/return", methods=["POST"])
@blueprint.doc(operationId="returnDossier", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(ActWithReason)
@blueprint.response(200, Dossier)
def post_return(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Give it back to its maker, with a reason."""
    return once(return_, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/reopen", methods=["POST"])
@blueprint.doc(operationId="reopenDossier", parameters=ONCE)
@access(MAKERS)
@blueprint.arguments(Act)
@blueprint.response(200, Dossier)
def post_reopen(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Make a returned dossier a draft again."""
    return once(reopen, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/cancel", methods=["POST"])
@blueprint.doc(operationId="cancelDossier", parameters=ONCE)
@access(MAKERS)
@blueprint.arguments(ActWithReason)
@blueprint.response(200, Dossier)
def post_cancel(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Give it up; it stays readable."""
    return once(cancel, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/reassign", methods=["POST"])
@blueprint.doc(operationId="reassignDossier", parameters=ONCE)
@access(UNIT)
@blueprint.arguments(ChooseApprover)
@blueprint.response(200, Dossier)
def post_reassign(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Choose another approver while nobody signs."""
    return once(reassign, str(dossier_id), **words)


@blueprint.route("/<uuid:dossier_id>/receive", methods=["POST"])
@blueprint.doc(operationId="receiveDossier", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(Act)
@blueprint.response(200, Dossier)
def post_receive(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Take it in at the Treasury."""
    return once(receive, str(dossier_id), **words)
