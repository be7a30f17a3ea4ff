"""Our own passwords: nobody gets in where there is none."""

from __future__ import annotations

import pytest

from backend.adapters.passwords import Argon2Passwords
from backend.domain.providers import Secret


def test_only_the_right_password_matches() -> None:
    passwords = Argon2Passwords()
    hashed = passwords.hash(Secret("bốn từ không liên quan"))

    assert passwords.matches(Secret("bốn từ không liên quan"), hashed)
    assert not passwords.matches(Secret("bon tu khong lien quan"), hashed)
    assert not passwords.matches(Secret("bốn từ không liên quan"), "no hash at all")


@pytest.mark.parametrize("nobody", [None, ""])
@pytest.mark.parametrize("tried", ["", "nobody's password"])
def test_an_account_without_a_password_is_entered_with_none(nobody: str | None, tried: str) -> None:
    assert not Argon2Passwords().matches(Secret(tried), nobody)
