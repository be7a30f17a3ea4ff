"""CSC v2: ``authorizeCheck`` waits for the person; the person has a password."""

from backend.domain.providers import FailureKind
from tests.adapters.providers.profile import SIGN, Profile

PROFILE = Profile(
    name="csc-v2",
    slug="csc",
    login=lambda number: f"{number:012d}",
    # A life of one second lets a call that hangs be given up soon; the usual deadline comes on top.
    settings={"CSC_VERSION": "v2", "CSC_GRANT": "password", "CSC_LIFE_S": "1", "CSC_POLL_INTERVAL_S": "0.05"},
    renews=False,
    unknown_user=FailureKind.BAD_CREDENTIALS,
    wrong_client=("CSC_CLIENT_ID", "CSC_CLIENT_SECRET"),
    failures={
        "signing": FailureKind.PROVIDER_UNAVAILABLE,
        "internal": FailureKind.PROVIDER_UNAVAILABLE,
        "key_authorisation": FailureKind.SECOND_FACTOR_REQUIRED,
        "certificate": FailureKind.BAD_REQUEST,
        "quota": FailureKind.BAD_REQUEST,
    },
    quota=FailureKind.BAD_REQUEST,
    # The word for a crash inside the CA does not say that the phone stayed silent, but without a SAD it is an end.
    differs={(SIGN, "internal_error"): "ended"},
)
