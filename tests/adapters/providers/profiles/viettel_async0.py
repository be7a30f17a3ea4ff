"""Viettel MySign gateway, ``async`` 0: the answer to the request waits for the person."""

from dataclasses import replace

from backend.domain.providers import FailureKind
from tests.adapters.providers.profile import CERTIFICATES, LOGIN, SIGN
from tests.adapters.providers.profiles import viettel

PROFILE = replace(
    viettel.PROFILE,
    name="viettel-async0",
    # A life of one second lets a call that hangs be given up soon; the usual deadline comes on top.
    settings={"VIETTEL_ASYNC": "0", "VIETTEL_LIFE_S": "1"},
    calls=(LOGIN, CERTIFICATES, SIGN),
    failures={**viettel.PROFILE.failures, "internal": FailureKind.PROVIDER_UNAVAILABLE},
    # Viettel's internal error does not say that the phone stayed silent, but nothing is delivered after it.
    differs={(SIGN, "internal_error"): "ended"},
)
