"""MISA eSign."""

from backend.domain.providers import FailureKind
from tests.adapters.providers.profile import SIGN, Profile

PROFILE = Profile(
    name="misa",
    slug="misa",
    login=lambda number: f"ketoan.{number}@example.vn",
    renews=True,
    webhook="SANDBOX_MISA_WEBHOOK",
    tells_states=False,
    wrong_client=("MISA_CLIENT_ID", "MISA_CLIENT_KEY"),
    failures={"quota": FailureKind.SIGNING_FAILED},
    # A crash in MISA's own envelope does not say how far it came.
    differs={(SIGN, "internal_error"): "unknown"},
)
