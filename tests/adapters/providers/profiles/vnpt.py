"""VNPT SmartCA, profile ``csc``."""

from backend.domain.providers import FailureKind
from tests.adapters.providers.profile import Profile

PROFILE = Profile(
    name="vnpt",
    slug="vnpt",
    login=lambda number: f"{number:012d}",
    renews=False,
    exchanges=True,
    wrong_client=("VNPT_CLIENT_ID", "VNPT_CLIENT_SECRET"),
    failures={
        "key_authorisation": FailureKind.KEY_AUTHORISATION,
        "certificate": FailureKind.KEY_AUTHORISATION,
    },
)
