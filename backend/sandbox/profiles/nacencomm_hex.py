"""Nacencomm CA2 Remote Signing as ``nacencomm``, with digests in lower-case hexadecimal.

Follows: nothing but the likeness with VNPT's ``sp769``, which writes digests so; read 2026-11.

Differs from the real service
- As ``nacencomm`` does; whether Nacencomm takes hexadecimal at all is not known.
"""

from __future__ import annotations

from dataclasses import replace

from . import nacencomm

PROFILE = replace(
    nacencomm.PROFILE,
    slug="nacencomm_hex",
    base_path="/nacencomm-hex",
    names=None,
    routes=lambda bench, profile: nacencomm.routes_of(True, bench, profile),
)
