"""argon2id for our own passwords (RFC 9106), with the same work for names that do not exist."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.domain.providers import Secret


class Argon2Passwords:
    """Parameters are the library's, which follow the RFC's low-memory profile; they travel inside each hash."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a name that does not exist is compared with; made at the first need, since it costs a slow hash."""
        return self._hasher.hash("nobody's password")

    def hash(self, password: Secret) -> str:
        """The encoded hash."""
        return self._hasher.hash(password.reveal())

    def matches(self, password: Secret, hashed: str | None) -> bool:
        """True only for the right password of somebody who exists and has one."""
        try:
            self._hasher.verify(hashed or self._nobody, password.reveal())
        except (VerificationError, InvalidHashError):
            return False
        return bool(hashed)
