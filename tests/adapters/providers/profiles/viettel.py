"""Viettel MySign gateway, ``async`` 1."""

from backend.domain.providers import FailureKind, Unreachable
from tests.adapters.providers.profile import Profile

PROFILE = Profile(
    name="viettel",
    slug="viettel",
    login=lambda number: f"CMT_{number:012d}",
    renews=True,
    wrong_client=("VIETTEL_CLIENT_ID", "VIETTEL_CLIENT_SECRET", "VIETTEL_PROFILE_ID"),
    failures={
        "quota": FailureKind.QUOTA_EXHAUSTED,
        "certificate": FailureKind.CERTIFICATE_INVALID,
        "internal": Unreachable,
    },
)
