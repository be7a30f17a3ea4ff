"""RSA keys of people whom a test enrols at the sandbox: genuine, but made once and lent to one person after the other.

To make one costs fifty milliseconds of a processor, and thousands of people are enrolled. Enough keys go round that no
two people enrolled by one test have the same; who stays for many tests needs a key of their own.
"""

from __future__ import annotations

from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEYS = 16
_turn = count()


@cache
def _made(number: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def next_key() -> str:
    """PKCS#8 as PEM, what the control API of the sandbox takes as ``key_pem``."""
    return _made(next(_turn) % KEYS)
