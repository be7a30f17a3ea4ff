"""What a screen missed while its socket was away."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import ANYONE, access, caller
from backend.api.body import Subject
from backend.api.calls import answer, house
from backend.services.events import events_after
from shared_schemas.realtime import EventList, EventsQuery

blueprint = Subject("events", __name__, url_prefix="/api/events", description="Knocks to catch up on.")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listEvents")
@access(ANYONE)
@blueprint.arguments(EventsQuery, location="query")
@blueprint.response(200, EventList)
def get_events(words: dict[str, Any]) -> Response:
    """The caller's events after a number."""
    with house().read() as session:
        return answer(events_after(session, caller(), words["after"]))
