"""A person looks at what a unit declares of them, by the link in their letter: no log-in, no cookie."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import public
from backend.api.body import Subject
from backend.api.calls import answer, house
from backend.services.registration.mine import mine
from shared_schemas.registration_mine import MyRegistration, OpenMine

blueprint = Subject(
    "registration_mine", __name__, url_prefix="/api/registrations", description="Checking one's own registration."
)


@blueprint.route("/mine", methods=["POST"])
@blueprint.doc(operationId="openMyRegistration", security=[])
@public
@blueprint.arguments(OpenMine)
@blueprint.response(200, MyRegistration)
def open_mine(words: dict[str, Any]) -> Response:
    """One's own data. Reads only; the secret is in the body so that it stands in no address and no log."""
    with house().read() as session:
        return answer(mine(session, house(), words["secret"]))
