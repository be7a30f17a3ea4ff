"""The certificate authorities of this house, as data."""

from __future__ import annotations

from flask import Response

from backend.api.access import ANYONE, access
from backend.api.body import Subject
from backend.api.calls import answer, house
from backend.domain.providers import Descriptor
from shared_schemas.providers import ProviderList

blueprint = Subject("providers", __name__, url_prefix="/api/providers", description="Certificate authorities.")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listProviders")
@access(ANYONE)
@blueprint.response(200, ProviderList)
def get_providers() -> Response:
    """What each CA is called and what it needs from a person."""
    return answer({"items": [_shown(provider.descriptor) for _, provider in sorted(house().providers.items())]})


def _shown(descriptor: Descriptor) -> dict[str, object]:
    return {name: getattr(descriptor, name) for name in _SHOWN}


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
