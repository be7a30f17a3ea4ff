"""Where a CA may knock. Nothing it says is believed; the worker asks the CA itself."""

from __future__ import annotations

from flask import Response, request

from backend.api.access import machines
from backend.api.body import Subject
from backend.api.calls import answer, house
from backend.services.callbacks import take_callback

blueprint = Subject(
    "callbacks", __name__, url_prefix="/api/callbacks", description="Knocks from certificate authorities."
)

LONGEST = 64 * 1024
"""Bytes of one knock."""


@blueprint.route("/<string(maxlength=40):provider>", methods=["POST"])
@blueprint.doc(operationId="takeCallback", security=[])
@machines
@blueprint.response(200, {"type": "object"})
def post_callback(provider: str) -> Response:
    """Store the knock, wake the worker, answer as this CA expects."""
    return _taken(provider)


@blueprint.route("/<string(maxlength=40):provider>", methods=["GET"])
@blueprint.doc(operationId="takeCallbackByGet", security=[])
@machines
@blueprint.response(200, {"type": "object"})
def get_callback(provider: str) -> Response:
    """The same for a CA whose document says GET, with a body all the same."""
    return _taken(provider)


def _taken(provider: str) -> Response:
    request.max_content_length = LONGEST
    with house().begin() as session:
        status, body = take_callback(session, house(), provider, request.get_data(), dict(request.headers))
    house().failpoint("S7.inbox_committed")
    return answer(body, status)
