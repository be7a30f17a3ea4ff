"""VNPT SmartCA, profile ``sp769``: the national profile with hexadecimal digests and the status in the path."""

from backend.domain.providers import FailureKind, Unreachable
from tests.adapters.providers.profile import CERTIFICATES, SIGN, STATUS, Profile

PROFILE = Profile(
    name="vnpt-sp769",
    slug="vnpt",
    login=lambda number: f"{number:012d}",
    settings={"VNPT_PROFILE": "sp769"},
    webhook="SANDBOX_VNPT_SP769_WEBHOOK",
    calls=(CERTIFICATES, SIGN, STATUS),
    wrong_client=("VNPT_SP_ID", "VNPT_SP_PASSWORD"),
    failures={
        "key_authorisation": FailureKind.KEY_AUTHORISATION,
        "certificate": FailureKind.CERTIFICATE_INVALID,
        "quota": FailureKind.QUOTA_EXHAUSTED,
        "internal": Unreachable,
    },
    waits_for=("empty_signature",),
    # A crash in the CA's own envelope does not say how far it came, and asking by our id costs nothing.
    differs={(SIGN, "internal_error"): "unknown"},
)
