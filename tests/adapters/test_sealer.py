"""Tokens at rest: only the house that sealed them can open them, and only whole."""

from __future__ import annotations

import secrets

import pytest

from backend.adapters.sealer import AesSealer, SealBroken
from backend.domain.providers import Secret

APP_SECRET = "a-secret-of-the-application-for-tests-only"


def sealer(app_secret: str = APP_SECRET, *former: str) -> AesSealer:
    return AesSealer(app_secret, secrets.token_bytes, former)


@pytest.mark.parametrize("text", ["", "token", "Mật khẩu", "x" * 10_000])
def test_what_was_sealed_can_be_opened(text):
    assert sealer().open(sealer().seal(Secret(text))).reveal() == text


def test_the_same_secret_never_seals_to_the_same_bytes():
    assert len({sealer().seal(Secret("token")) for _ in range(100)}) == 100


def test_the_secret_does_not_show_in_what_is_sealed():
    assert b"token" not in sealer().seal(Secret("token"))


def test_every_flipped_bit_is_noticed():
    sealed = sealer().seal(Secret("token"))
    for place in range(len(sealed) * 8):
        spoiled = bytearray(sealed)
        spoiled[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            sealer().open(bytes(spoiled))


def test_every_shortened_seal_is_noticed():
    sealed = sealer().seal(Secret("token"))
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer().open(sealed[:length])


def test_another_application_secret_does_not_open_it():
    with pytest.raises(SealBroken):
        sealer("another-secret-of-some-other-application").open(sealer().seal(Secret("token")))


def test_a_replaced_application_secret_still_opens_what_the_former_one_sealed():
    sealed = sealer().seal(Secret("token"))
    assert sealer("the-new-secret-of-the-application-now", APP_SECRET).open(sealed).reveal() == "token"


def test_a_short_application_secret_is_refused():
    with pytest.raises(ValueError, match="32"):
        sealer("short")


def test_the_sealer_does_not_show_its_key():
    assert APP_SECRET not in repr(sealer())
