"""The certificate authorities of this house, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from backend.api.access import ANYONE, access, caller, public
from backend.api.body import Subject
from backend.api.calls import answer, house
from backend.domain.providers import Descriptor
from backend.services.breakers import QUICK, health_of_all
from backend.services.provider_login import resend
from shared_schemas.providers import ProviderList, ResendCode, SecondFactor

blueprint = Subject("providers", __name__, url_prefix="/api/providers", description="Certificate authorities.")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listProviders", security=[])
@public
@blueprint.response(200, ProviderList)
def get_providers() -> Response:
    """What each CA is called, what it needs from a person, and whether it answers."""
    with house().read() as session:
        health = health_of_all(session, house().clock.now())
    found = [provider.descriptor for _, provider in sorted(house().providers.items())]
    return answer({"items": [_shown(each, health.get(each.slug, QUICK)) for each in found]})


@blueprint.route("/resend-code", methods=["POST"])
@blueprint.doc(operationId="resendCode")
@access(ANYONE)
@blueprint.arguments(ResendCode)
@blueprint.response(200, SecondFactor)
def post_resend_code(words: dict[str, Any]) -> Response:
    """Have the CA send the caller's code again; from then on the new challenge counts."""
    # Without a key: an answer that was kept would keep the challenge. Too many are refused by the use case.
    return answer(resend(house(), caller().user_id, words["challenge"]))


def _shown(descriptor: Descriptor, health: Mapping[str, object]) -> dict[str, object]:
    return {**{name: getattr(descriptor, name) for name in _SHOWN}, "health": health}


_SHOWN = (
    "slug",
    "name",
    "app_name",
    "deep_link",
    "needs_password",
    "may_need_second_factor",
    "shows_description",
    "life_s",
    "max_batch",
)
