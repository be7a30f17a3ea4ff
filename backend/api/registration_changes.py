"""Changing a registration: begun by a member of the unit, gone on with under ``/current`` as a new one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from backend.api.access import UNIT, access, members_of_change, registration_id
from backend.api.body import Subject
from backend.api.calls import ONCE, house, once
from backend.api.documents import BINARY, pdf_answer
from backend.api.registrants import change_current, change_current_after, registrant
from backend.models import Registration as Row
from backend.services.registration import change
from backend.services.registration.appointment import appointment_pdf, attach, keep_file
from shared_schemas.dossiers import Act
from shared_schemas.registration import LONGEST_ATTACHED, AttachAppointment, Registration, Terminate
from shared_schemas.signing import Nothing

blueprint = Subject(
    "registration_changes",
    __name__,
    url_prefix="/api/registration-changes",
    description="Changing what a unit has registered.",
)

LONGEST_UPLOAD = LONGEST_ATTACHED + 10_000
"""Bytes of a body with one file."""


@blueprint.before_request
def let_file_in() -> None:
    """An attached file is longer than what people type."""
    if request.path.endswith("/current/appointment"):
        request.max_content_length = LONGEST_UPLOAD


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="beginRegistrationChange", parameters=ONCE)
@access(UNIT)
@blueprint.arguments(Nothing)
@blueprint.response(200, Registration)
def begin(words: dict[str, Any]) -> Response:
    """Begin a change, or go on with the unit's open one."""
    return once(change.begin_change)


@blueprint.route("/current/terminate", methods=["POST"])
@blueprint.doc(operationId="terminateRegistration", parameters=ONCE)
@members_of_change
@blueprint.arguments(Terminate)
@blueprint.response(200, Registration)
def post_terminate(words: dict[str, Any]) -> Response:
    """Ngừng sử dụng dịch vụ: declare it, or take it back."""
    by = registrant()
    return change_current(lambda session, row: change.terminate(session, house(), row, **words, by=by))


@blueprint.route("/current/appointment", methods=["POST"])
@blueprint.doc(operationId="attachAppointment", parameters=ONCE)
@members_of_change
@blueprint.arguments(AttachAppointment)
@blueprint.response(200, Registration)
def post_appointment(words: dict[str, Any]) -> Response:
    """Attach the appointment decision of the new account holder."""
    by = registrant()

    def prepare() -> Callable[[Session, Row], None]:
        file = keep_file(house(), registration_id(), words["file_base64"])
        return lambda session, row: attach(session, house(), row, words["expected_version"], file, by=by)

    return change_current_after(prepare)


@blueprint.route("/current/appointment/remove", methods=["POST"])
@blueprint.doc(operationId="removeAppointment", parameters=ONCE)
@members_of_change
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_remove(words: dict[str, Any]) -> Response:
    """Take the attached decision away."""
    by = registrant()
    return change_current(lambda session, row: attach(session, house(), row, **words, file=None, by=by))


@blueprint.route("/current/appointment.pdf", methods=["GET"])
@blueprint.doc(operationId="getAppointment")
@members_of_change
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_appointment() -> Response:
    """The attached decision."""
    with house().read() as session:
        return pdf_answer(*appointment_pdf(house(), session.get_one(Row, registration_id())))
