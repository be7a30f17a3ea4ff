"""Typed text: one form, nothing hidden."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.text import clean_text, has_refused_characters


def test_decomposed_diacritics_become_composed_ones():
    assert clean_text(unicodedata.normalize("NFD", "Đỗ Thu Hường")) == "Đỗ Thu Hường"


def test_blanks_are_joined_and_trimmed():
    assert clean_text("  tiền\u00a0\u2003 điện ") == "tiền điện"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "character",
    [
        "\n",
        "\t",
        "\x00",
        "\x7f",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ue000",
        "\u2028",
        "\ud800",
    ],
)
def test_characters_that_hide_or_reorder_are_refused(character):
    assert has_refused_characters(f"tiền{character}điện")


def test_plain_vietnamese_is_accepted():
    assert not has_refused_characters("Thanh toán tiền điện, nước (tháng 11/2026) – đợt 1: 50% “tạm ứng”")
