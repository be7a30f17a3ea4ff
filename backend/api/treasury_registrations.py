"""Registrations at the desk of a Treasury office: officers check, approvers decide, each for their own office only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response
from marshmallow import Schema
from sqlalchemy.orm import Session

from backend.api.access import APPROVERS, OFFICERS, TREASURY, access, caller
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked, house, kept, once, read
from backend.api.documents import BINARY, page_answer, pdf_answer
from backend.domain.people import ServiceTitle
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.idempotency import reserved
from backend.services.registration import documents, in_hand, treasury_desk
from backend.services.registration.appointment import appointment_pdf
from backend.services.registration.approve import approve, prepare_approval
from shared_schemas.documents import PageQuery
from shared_schemas.dossiers import Act, ActWithReason
from shared_schemas.treasury_registrations import (
    HandOver,
    TakenSeveral,
    TakeSeveral,
    TickChecks,
    TreasuryColleagues,
    TreasuryRegistration,
    TreasuryRegistrationCounts,
    TreasuryRegistrations,
    WorkListQuery,
)

View = TypeVar("View", bound=Callable[..., object])

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


@blueprint.route("/counts", methods=["GET"])
@blueprint.doc(operationId="countTreasuryRegistrations")
@access(TREASURY)
@blueprint.response(200, TreasuryRegistrationCounts)
def get_counts() -> Response:
    """How many wait for the caller's office, without looking at any."""
    return answer(read(treasury_desk.counts))


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


@blueprint.route("/<uuid:registration_id>/appointment.pdf", methods=["GET"])
@blueprint.doc(operationId="getTreasuryAppointment")
@access(TREASURY)
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_appointment(registration_id: UUID) -> Response:
    """The appointment decision attached to a change."""
    return pdf_answer(*read(_appointment, str(registration_id)))


def _appointment(session: Session, house: House, caller: Caller, registration_id: str) -> tuple[bytes, str, str]:
    return appointment_pdf(house, treasury_desk.dossier_of_office(session, caller, registration_id))


def _pdf(session: Session, house: House, caller: Caller, registration_id: str, document_id: str) -> Any:
    row = treasury_desk.dossier_of_office(session, caller, registration_id)
    return documents.document_pdf(session, house, row, document_id)


def _page(
    session: Session, house: House, caller: Caller, registration_id: str, document_id: str, page: int, width: int
) -> bytes:
    row = treasury_desk.dossier_of_office(session, caller, registration_id)
    return documents.page_image(session, house, row, document_id, page, width)


def _after(
    prepare: Callable[..., Any], use_case: Callable[..., dict[str, object]], *args: object, **words: Any
) -> Response:
    """Let the caller change something that is prepared outside of any commit (files judged, the Treasury's signature
    made), once per key: a repeated tap waits for the first one's answer and prepares nothing.
    """
    with reserved(house(), asked()) as place:
        if place.given is not None:
            return answered(place.given)
        prepared = prepare(house(), caller(), *args, **words)

        def act(session: Session) -> dict[str, object]:
            return kept(use_case(session, house(), caller(), prepared))

        return answered(place.fill(act, 200))


@blueprint.route("/officers", methods=["GET"])
@blueprint.doc(operationId="listTreasuryColleagues")
@access(OFFICERS)
@blueprint.response(200, TreasuryColleagues)
def get_officers() -> Response:
    """To whom the caller can hand a dossier over."""
    return answer(read(in_hand.colleagues))


@blueprint.route("/open", methods=["POST"])
@blueprint.doc(operationId="openTreasuryRegistrations", parameters=ONCE)
@access(OFFICERS)
@blueprint.arguments(TakeSeveral)
@blueprint.response(200, TakenSeveral)
def post_several(words: dict[str, Any]) -> Response:
    """Tiếp nhận several at once; each is taken or refused by itself."""
    return _after(in_hand.judge_several, in_hand.take_several, **words)


def _move(
    path: str, operation: str, titles: frozenset[ServiceTitle], body: type[Schema] = Act
) -> Callable[[View], Any]:
    """The view is one move of one dossier: once per key, and answers the dossier after it."""

    def offer(view: View) -> Any:
        told = blueprint.arguments(body)(blueprint.response(200, TreasuryRegistration)(view))
        named = blueprint.doc(operationId=f"{operation}TreasuryRegistration", parameters=ONCE)(access(titles)(told))
        return blueprint.route(f"/<uuid:registration_id>/{path}", methods=["POST"])(named)

    return offer


@_move("open", "open", OFFICERS)
def post_open(words: dict[str, Any], registration_id: UUID) -> Response:
    """Tiếp nhận: the dossier is the caller's from now on."""
    return once(treasury_desk.open_, str(registration_id), **words)


@_move("hand-over", "handOver", OFFICERS, HandOver)
def post_hand_over(words: dict[str, Any], registration_id: UUID) -> Response:
    """Chuyển người khác: the dossier is a colleague's from now on."""
    return once(in_hand.hand_over, str(registration_id), **words)


@_move("check-list", "tick", OFFICERS, TickChecks)
def post_check_list(words: dict[str, Any], registration_id: UUID) -> Response:
    """Keep what was looked at so far."""
    return once(treasury_desk.keep_check_list, str(registration_id), **words)


@_move("return", "return", OFFICERS, ActWithReason)
def post_return(words: dict[str, Any], registration_id: UUID) -> Response:
    """Yêu cầu hoàn thiện, once in a dossier's life."""
    return once(treasury_desk.return_, str(registration_id), **words)


@_move("propose", "propose", OFFICERS)
def post_propose(words: dict[str, Any], registration_id: UUID) -> Response:
    """Trình phê duyệt, once everything is ticked."""
    return once(treasury_desk.propose, str(registration_id), **words)


@_move("send-back", "sendBack", APPROVERS, ActWithReason)
def post_send_back(words: dict[str, Any], registration_id: UUID) -> Response:
    """Chuyển lại cán bộ."""
    return once(treasury_desk.send_back, str(registration_id), **words)


@_move("approve", "approve", APPROVERS)
def post_approve(words: dict[str, Any], registration_id: UUID) -> Response:
    """Phê duyệt: countersigned by the Treasury's key, in force at once."""
    return _after(prepare_approval, approve, str(registration_id), **words)


@_move("reject", "reject", APPROVERS, ActWithReason)
def post_reject(words: dict[str, Any], registration_id: UUID) -> Response:
    """Từ chối."""
    return once(treasury_desk.reject, str(registration_id), **words)
