"""Amounts of Vietnamese đồng: whole numbers, how they are printed, how they are read aloud.

Follows Thông tư 77/2017/TT-BTC art. 10.3 (a dot every three digits) and art. 22.3.b (words equal figures, first
letter capital, no abbreviations). The law does not settle the spelling of numbers, so ``Spelling`` holds the
choices.
Does not: know foreign currency or fractions; amounts are never floats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, Protocol, get_args

from backend.domain.text import clean_text

MAX_AMOUNT = 999_999_999_999_999
"""Fifteen digits: exact in a JSON number and in a 64-bit column."""

_BILLION = 1_000_000_000
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")

LoneUnit = Literal["lẻ", "linh"]
Thousand = Literal["nghìn", "ngàn"]
FourAfterTens = Literal["bốn", "tư"]
Ending = Literal["đồng", "đồng chẵn"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The choices among equally correct readings of a number."""

    lone_unit: LoneUnit = "lẻ"
    """Between "trăm" and a single unit: một trăm lẻ năm."""
    thousand: Thousand = "nghìn"
    """The word for 1 000."""
    four_after_tens: FourAfterTens = "bốn"
    """The 4 of 24, 34 … 94."""
    ending: Ending = "đồng"
    """What closes the sentence."""


class HasAmount(Protocol):
    """Anything with a sum of đồng; None while a draft line is not filled in."""

    @property
    def amount(self) -> int | None:
        """Đồng."""


def total(lines: Iterable[HasAmount]) -> int:
    """Sum of the lines. A line without an amount counts nothing, because drafts show a total too."""
    return sum(line.amount or 0 for line in lines)


def format_vnd(amount: int) -> str:
    """``12500000`` becomes ``12.500.000``."""
    return f"{amount:,}".replace(",", ".")


def amount_in_words(amount: int, spelling: Spelling = Spelling()) -> str:
    """The sentence printed at "Số tiền bằng chữ". Raises ValueError outside 1 … ``MAX_AMOUNT``."""
    if isinstance(amount, bool) or not 1 <= amount <= MAX_AMOUNT:
        raise ValueError(f"no words for {amount}: amounts go from 1 to {MAX_AMOUNT}")
    sentence = " ".join([*_read(amount, spelling), spelling.ending])
    return sentence[0].upper() + sentence[1:]


def reads_as(words: str, amount: int) -> bool:
    """True when ``words`` reads ``amount`` in any spelling; case, blanks and a last full stop are forgiven."""
    if not 1 <= amount <= MAX_AMOUNT:
        return False
    given = re.sub(r"\s+", " ", clean_text(words)).removesuffix(".").strip().casefold()
    return any(given == amount_in_words(amount, spelling).casefold() for spelling in _spellings())


def _spellings() -> Iterator[Spelling]:
    choices = product(get_args(LoneUnit), get_args(Thousand), get_args(FourAfterTens), get_args(Ending))
    return (Spelling(*choice) for choice in choices)


def _read(number: int, spelling: Spelling) -> list[str]:
    """Billions are read as a number of their own, so "nghìn tỷ" needs no rule."""
    billions, rest = divmod(number, _BILLION)
    words = [*_read(billions, spelling), "tỷ"] if billions else []
    for scale, name in ((1_000_000, "triệu"), (1_000, spelling.thousand), (1, "")):
        group = rest // scale % 1_000
        if group:
            words += [*_read_group(group, in_full=bool(words), spelling=spelling), *name.split()]
    return words


def _read_group(group: int, in_full: bool, spelling: Spelling) -> list[str]:
    """Three digits. After a higher group the hundreds are said even when they are zero."""
    hundreds, rest = divmod(group, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or in_full else []
    return words + _read_tens(rest, after_hundreds=bool(words), spelling=spelling)


def _read_tens(rest: int, after_hundreds: bool, spelling: Spelling) -> list[str]:
    tens, unit = divmod(rest, 10)
    if tens == 0:
        lone = [spelling.lone_unit] if after_hundreds and unit else []
        return lone + ([_DIGITS[unit]] if unit else [])
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return words + ([_unit_after_tens(tens, unit, spelling)] if unit else [])


def _unit_after_tens(tens: int, unit: int, spelling: Spelling) -> str:
    if unit == 5:
        return "lăm"
    if tens >= 2 and unit == 1:
        return "mốt"
    return spelling.four_after_tens if tens >= 2 and unit == 4 else _DIGITS[unit]
