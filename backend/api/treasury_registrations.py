"""Registrations at the desk of a Treasury office: officers check, approvers decide, each for their own office only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from backend.api.access import APPROVERS, OFFICERS, TREASURY, access, caller
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked, house, kept, once, read
from backend.api.documents import BINARY, page_answer, pdf_answer
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.idempotency import reserved
from backend.services.registration import documents, treasury_desk
from backend.services.registration.approve import approve, prepare_approval
from shared_schemas.documents import PageQuery
from shared_schemas.dossiers import Act, ActWithReason
from shared_schemas.treasury_registrations import (
    TickChecks,
    TreasuryRegistration,
    TreasuryRegistrations,
    WorkListQuery,
)

blueprint = Subject(
    "treasury_registrations",
    __name__,
    url_prefix="/api/treasury/registrations",
    description="Registrations of units at the Treasury office they are addressed to.",
)


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listTreasuryRegistrations")
@access(TREASURY)
@blueprint.arguments(WorkListQuery, location="query")
@blueprint.response(200, TreasuryRegistrations)
def get_list(words: dict[str, Any]) -> Response:
    """What waits for the caller's office, the earliest due first."""
    return answer(read(treasury_desk.work_list, **words))


@blueprint.route("/<uuid:registration_id>", methods=["GET"])
@blueprint.doc(operationId="getTreasuryRegistration")
@access(TREASURY)
@blueprint.response(200, TreasuryRegistration)
def get_one(registration_id: UUID) -> Response:
    """One dossier of the caller's office."""
    return answer(read(treasury_desk.detail, str(registration_id)))


@blueprint.route("/<uuid:registration_id>/documents/<uuid:document_id>.pdf", methods=["GET"])
@blueprint.doc(operationId="getTreasuryRegistrationPdf")
@access(TREASURY)
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_pdf(registration_id: UUID, document_id: UUID) -> Response:
    """The declaration itself."""
    return pdf_answer(*read(_pdf, str(registration_id), str(document_id)))


@blueprint.route("/<uuid:registration_id>/documents/<uuid:document_id>/pages/<int(min=1):page>.webp", methods=["GET"])
@blueprint.doc(operationId="getTreasuryRegistrationPage")
@access(TREASURY)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, BINARY, content_type="image/webp")
def get_page(words: dict[str, Any], registration_id: UUID, document_id: UUID, page: int) -> Response:
    """A picture of one page of exactly these bytes; pages count from 1."""
    return page_answer(read(_page, str(registration_id), str(document_id), page, words["w"]))


def _pdf(session: Session, house: House, caller: Caller, registration_id: str, document_id: str) -> Any:
    row = treasury_desk.dossier_of_office(session, caller, registration_id)
    return documents.document_pdf(session, house, row, document_id)


def _page(
    session: Session, house: House, caller: Caller, registration_id: str, document_id: str, page: int, width: int
) -> bytes:
    row = treasury_desk.dossier_of_office(session, caller, registration_id)
    return documents.page_image(session, house, row, document_id, page, width)


@blueprint.route("/<uuid:registration_id>/open", methods=["POST"])
@blueprint.doc(operationId="openTreasuryRegistration", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(Act)
@blueprint.response(200, TreasuryRegistration)
def post_open(words: dict[str, Any], registration_id: UUID) -> Response:
    """Tiếp nhận: the dossier is the caller's from now on."""
    return once(treasury_desk.open_, str(registration_id), **words)


@blueprint.route("/<uuid:registration_id>/check-list", methods=["POST"])
@blueprint.doc(operationId="tickTreasuryRegistration", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(TickChecks)
@blueprint.response(200, TreasuryRegistration)
def post_check_list(words: dict[str, Any], registration_id: UUID) -> Response:
    """Keep what was looked at so far."""
    return once(treasury_desk.keep_check_list, str(registration_id), **words)


@blueprint.route("/<uuid:registration_id>/return", methods=["POST"])
@blueprint.doc(operationId="returnTreasuryRegistration", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(ActWithReason)
@blueprint.response(200, TreasuryRegistration)
def post_return(words: dict[str, Any], registration_id: UUID) -> Response:
    """Yêu cầu hoàn thiện, once in a dossier's life."""
    return once(treasury_desk.return_, str(registration_id), **words)


@blueprint.route("/<uuid:registration_id>/propose", methods=["POST"])
@blueprint.doc(operationId="proposeTreasuryRegistration", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(Act)
@blueprint.response(200, TreasuryRegistration)
def post_propose(words: dict[str, Any], registration_id: UUID) -> Response:
    """Trình phê duyệt, once everything is ticked."""
    return once(treasury_desk.propose, str(registration_id), **words)


@blueprint.route("/<uuid:registration_id>/send-back", methods=["POST"])
@blueprint.doc(operationId="sendBackTreasuryRegistration", parameters=ONCE)
@access(APPROVERS)
@blueprint.arguments(ActWithReason)
@blueprint.response(200, TreasuryRegistration)
def post_send_back(words: dict[str, Any], registration_id: UUID) -> Response:
    """Chuyển lại cán bộ."""
    return once(treasury_desk.send_back, str(registration_id), **words)


@blueprint.route("/<uuid:registration_id>/approve", methods=["POST"])
@blueprint.doc(operationId="approveTreasuryRegistration", parameters=ONCE)
@access(APPROVERS)
@blueprint.arguments(Act)
@blueprint.response(200, TreasuryRegistration)
def post_approve(words: dict[str, Any], registration_id: UUID) -> Response:
    """Phê duyệt: countersigned by the Treasury's key, in force at once."""
    # The key is taken before the Treasury's key signs: a repeated tap waits for the first one's answer.
    with reserved(house(), asked()) as place:
        if place.given is not None:
            return answered(place.given)
        prepared = prepare_approval(house(), caller(), str(registration_id), **words)

        def act(session: Session) -> dict[str, object]:
            return kept(approve(session, house(), caller(), prepared))

        return answered(place.fill(act, 200))


@blueprint.route("/<uuid:registration_id>/reject", methods=["POST"])
@blueprint.doc(operationId="rejectTreasuryRegistration", parameters=ONCE)
@access(APPROVERS)
@blueprint.arguments(ActWithReason)
@blueprint.response(200, TreasuryRegistration)
def post_reject(words: dict[str, Any], registration_id: UUID) -> Response:
    """Từ chối."""
    return once(treasury_desk.reject, str(registration_id), **words)
