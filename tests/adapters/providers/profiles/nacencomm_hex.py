"""Nacencomm with hexadecimal digests and the other variant of the paths."""

from dataclasses import replace

from tests.adapters.providers.profiles import nacencomm

PROFILE = replace(
    nacencomm.PROFILE,
    name="nacencomm-hex",
    repeats="nacencomm",
    settings={
        "NACENCOMM_PROFILE": "neac-769-hex",
        "NACENCOMM_BASE_URL": "{sandbox}/nacencomm-hex",
        "NACENCOMM_CERTIFICATE_PATH": "/rssp/v2/neac/get_certificate",
    },
)
