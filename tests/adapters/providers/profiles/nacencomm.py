"""Nacencomm CA2 Remote Signing: the national profile with base64 digests and odd values for failures."""

from backend.domain.providers import FailureKind, Unreachable
from tests.adapters.providers.profile import CERTIFICATES, SIGN, STATUS, Profile

PROFILE = Profile(
    name="nacencomm",
    slug="nacencomm",
    login=lambda number: f"{number:012d}",
    calls=(CERTIFICATES, SIGN, STATUS),
    tells_states=False,
    unknown_user=FailureKind.NO_CERTIFICATE,
    wrong_client=("NACENCOMM_SP_ID", "NACENCOMM_SP_PASSWORD"),
    failures={"internal": Unreachable},
    waits_for=("empty_signature",),
    # A crash in the CA's own envelope does not say how far it came, and asking by our id costs nothing.
    differs={(SIGN, "internal_error"): "unknown"},
)
