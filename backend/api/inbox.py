"""What waits for the caller, and what has been."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import ANYONE, access
from backend.api.body import Subject
from backend.api.calls import answer, read
from backend.services.inbox import history, inbox
from shared_schemas.dossiers import DossierList, HistoryQuery, Inbox, InboxQuery

blueprint = Subject("inbox", __name__, url_prefix="/api", description="Lists of dossiers.")


@blueprint.route("/inbox", methods=["GET"])
@blueprint.doc(operationId="getInbox")
@access(ANYONE)
@blueprint.arguments(InboxQuery, location="query")
@blueprint.response(200, Inbox)
def get_inbox(words: dict[str, Any]) -> Response:
    """What waits for the caller, oldest first."""
    return answer(read(inbox, **words))


@blueprint.route("/dossiers", methods=["GET"])
@blueprint.doc(operationId="listDossiers")
@access(ANYONE)
@blueprint.arguments(HistoryQuery, location="query")
@blueprint.response(200, DossierList)
def list_dossiers(words: dict[str, Any]) -> Response:
    """The history the caller may see, newest first."""
    return answer(read(history, **words))
