"""What a password must be."""

from __future__ import annotations

import pytest

from backend.domain.passwords import LONGEST, what_is_wrong


def says(password: str) -> str:
    return what_is_wrong(password, "1990001.02", "1990001") or ""


@pytest.mark.parametrize(
    "password",
    ["bốn con mèo vàng", "098388063012", "xanh 7 lá me", "ab" * 5 + "cde", "kho bạc của tôi ở phố"],
)
def test_length_is_enough_whatever_the_characters(password: str) -> None:
    assert says(password) == ""


@pytest.mark.parametrize("password", ["", "ngắn", "x" * 11, "Aa1!Aa1!xyz"])
def test_shorter_than_twelve_is_refused(password: str) -> None:
    assert "ít nhất 12 ký tự" in says(password)


def test_longer_than_the_field_is_refused() -> None:
    assert "dài nhất 200 ký tự" in says("một câu dài " * LONGEST)


@pytest.mark.parametrize("password", ["tôi là 1990001.02 đó", "đơn vị 1990001 của tôi"])
def test_the_user_name_and_the_units_code_are_refused_inside_it(password: str) -> None:
    assert "tên đăng nhập hoặc mã đơn vị" in says(password)


@pytest.mark.parametrize(
    "password",
    [
        *("123456789012", "210987654321", "111111111111", "qwertyuiopas"[:10] + "12", "QwertyUiop123", "abcdefghijkl"),
        *("password1234", "PassWordPassWord", "matkhau123456", "matkhau@2026!", "khobac@111111", "anhyeuem12345"),
        *("abababababab", "!!!!!!!!!!!!", "admin1234567", "Kho-bac-2026"),
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert "quá dễ đoán" in says(password)
