"""Whether this process answers."""

from __future__ import annotations

from flask import Response, current_app

from backend.api.access import public
from backend.api.body import Subject
from backend.api.calls import answer
from shared_schemas.health import Health

blueprint = Subject("health", __name__, url_prefix="/api/health", description="For load balancers.")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="getHealth", security=[])
@public
@blueprint.response(200, Health)
def get_health() -> Response:
    """Alive, and which release."""
    return answer({"status": "ok", "version": current_app.extensions["settings"].version})
