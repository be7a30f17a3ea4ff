"""Viettel MySign gateway, ``async`` 3: the result can be asked for, and Viettel knocks when it is there."""

from dataclasses import replace

from tests.adapters.providers.profiles import viettel

PROFILE = replace(
    viettel.PROFILE,
    name="viettel-async3",
    repeats="viettel",
    webhook="SANDBOX_VIETTEL_CALLBACK_URL",
    settings={
        "VIETTEL_ASYNC": "3",
        "VIETTEL_CALLBACK_CLIENT_ID": "viettel_callback",
        "VIETTEL_CALLBACK_CLIENT_SECRET": "Y2FsbGJhY2stc2FuZGJveA",
    },
)
