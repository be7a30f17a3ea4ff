"""Changing a registration: begun by a member of the unit, gone on with under ``/current`` as a new one is."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import UNIT, access, members_of_change
from backend.api.body import Subject
from backend.api.calls import ONCE, house, once
from backend.api.registrants import change_current, registrant
from backend.services.registration import change
from shared_schemas.registration import Registration, Terminate
from shared_schemas.signing import Nothing

blueprint = Subject(
    "registration_changes",
    __name__,
    url_prefix="/api/registration-changes",
    description="Changing what a unit has registered.",
)


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
