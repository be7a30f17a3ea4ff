"""The comparison code: eight digits that the person finds on our screen and in the CA's app.

Derived from the digests that are signed and the money they move, so other bytes or another amount give another code.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def comparison_code(digests: Sequence[bytes], total_amount: int) -> str:
    """Eight decimal digits."""
    money = b"ky-kho-bac/1|" + str(total_amount).encode() + b"|"
    return f"{int.from_bytes(sha256(money + b''.join(digests)).digest()[:8]) % 10**8:08d}"


def grouped(code: str) -> str:
    """``48271903`` as ``4827 1903``: two groups are read and compared without slips."""
    return f"{code[:4]} {code[4:]}"
