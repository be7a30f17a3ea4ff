"""Sums and their words, checked by a reader of Vietnamese numbers that knows nothing of how they were written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.money import (
    MAX_AMOUNT,
    Spelling,
    amount_in_words,
    format_vnd,
    reads_as,
    total,
)

EXAMPLES = [
    (1, "Một đồng"),
    (14, "Mười bốn đồng"),
    (15, "Mười lăm đồng"),
    (21, "Hai mươi mốt đồng"),
    (24, "Hai mươi bốn đồng"),
    (55, "Năm mươi lăm đồng"),
    (101, "Một trăm lẻ một đồng"),
    (1_001, "Một nghìn không trăm lẻ một đồng"),
    (1_010, "Một nghìn không trăm mười đồng"),
    (105_000, "Một trăm lẻ năm nghìn đồng"),
    (1_000_005, "Một triệu không trăm lẻ năm đồng"),
    (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
    (5_065_000, "Năm triệu không trăm sáu mươi lăm nghìn đồng"),
    (18_690_000, "Mười tám triệu sáu trăm chín mươi nghìn đồng"),
    (
        121_415_001,
        "Một trăm hai mươi mốt triệu bốn trăm mười lăm nghìn không trăm lẻ một đồng",
    ),
    (1_000_000_000, "Một tỷ đồng"),
    (1_000_000_005, "Một tỷ không trăm lẻ năm đồng"),
    (1_000_001_000, "Một tỷ không trăm lẻ một nghìn đồng"),
    (2_015_000_505, "Hai tỷ không trăm mười lăm triệu năm trăm lẻ năm đồng"),
    (1_005_000_000_000, "Một nghìn không trăm lẻ năm tỷ đồng"),
    (2_500_000_000_000, "Hai nghìn năm trăm tỷ đồng"),
    (1_000_000_000_005, "Một nghìn tỷ không trăm lẻ năm đồng"),
    (5, "Năm đồng"),
    (10, "Mười đồng"),
    (11, "Mười một đồng"),
    (20, "Hai mươi đồng"),
    (100, "Một trăm đồng"),
    (110, "Một trăm mười đồng"),
    (115, "Một trăm mười lăm đồng"),
    (131, "Một trăm ba mươi mốt đồng"),
    (
        MAX_AMOUNT,
        (
            "Chín trăm chín mươi chín nghìn chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu"
            " chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng"
        ),
    ),
]

SPELLINGS = [
    Spelling(*choice) for choice in product(("lẻ", "linh"), ("nghìn", "ngàn"), ("bốn", "tư"), ("đồng", "đồng chẵn"))
]

# Sums made of telling groups: all the places where the reading changes its rule.
TELLING_GROUPS = st.sampled_from([0, 1, 4, 5, 10, 11, 14, 15, 20, 21, 24, 25, 100, 101, 105, 110, 111, 115, 150, 999])
TELLING = st.lists(TELLING_GROUPS, min_size=1, max_size=5).map(lambda groups: int("".join(f"{g:03d}" for g in groups)))
AMOUNTS = st.one_of(st.integers(1, MAX_AMOUNT), TELLING.filter(lambda amount: amount > 0))


class NotANumber(Exception):
    """The words are not a well-formed Vietnamese number."""


VALUE = {
    word: value for value, word in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])
}
ONE_TO_NINE = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín"
# Two digits: "năm", "mười", "mười lăm", "hai mươi", "hai mươi mốt"; never "mười mốt", "mười năm" or "hai mươi năm".
TENS = (
    r"(?:mười(?: (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?:mốt|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín))?)"
)
AFTER_HUNDREDS = rf"(?:(?:lẻ|linh) (?:{ONE_TO_NINE})|{TENS})"
FULL = rf"(?:không trăm {AFTER_HUNDREDS}|(?:{ONE_TO_NINE}) trăm(?: {AFTER_HUNDREDS})?)"
LEADING = rf"(?:(?:{ONE_TO_NINE})(?: trăm(?: {AFTER_HUNDREDS})?)?|{TENS})"


def _below_billion(first: str) -> str:
    """Groups from the right; only the first one said may lack its hundreds."""
    thousand = "(?:nghìn|ngàn)"
    return (
        rf"(?:{first} triệu(?: {FULL} {thousand})?(?: {FULL})?"
        rf"|{first} {thousand}(?: {FULL})?"
        rf"|{first})"
    )


NUMBER = re.compile(rf"{_below_billion(LEADING)} tỷ(?: {_below_billion(FULL)})?|{_below_billion(LEADING)}")


def read_aloud(sentence: str) -> int:
    """The number that a Vietnamese reader hears: first the grammar, then adding up word by word."""
    words = re.sub(" đồng(?: chẵn)?$", "", sentence[0].lower() + sentence[1:])
    if not NUMBER.fullmatch(words):
        raise NotANumber(sentence)
    said, billions, groups, digit = 0, 0, 0, 0
    for word in words.split():
        if word in ("tỷ", "triệu", "nghìn", "ngàn"):
            said, digit, group = 0, 0, said + digit
            if word == "tỷ":
                billions, groups = groups + group, 0
            else:
                groups += group * (1_000_000 if word == "triệu" else 1_000)
        elif word in ("trăm", "mươi"):
            said, digit = said + digit * (100 if word == "trăm" else 10), 0
        elif word == "mười":
            said += 10
        elif word not in ("lẻ", "linh"):
            digit = {"mốt": 1, "tư": 4, "lăm": 5}.get(word, VALUE.get(word, -1))
    return billions * 1_000_000_000 + groups + said + digit


@dataclass(frozen=True)
class Line:
    amount: int | None


@pytest.mark.parametrize(("amount", "words"), EXAMPLES)
def test_each_example_of_the_rules_is_spelt_exactly(amount, words):
    assert amount_in_words(amount) == words


@pytest.mark.parametrize(("amount", "words"), EXAMPLES)
def test_the_independent_reader_hears_the_examples(amount, words):
    assert read_aloud(words) == amount


@pytest.mark.parametrize(
    "words",
    [
        "Mười mốt đồng",
        "Hai mươi năm đồng",
        "Hai mươi một đồng",
        "Một trăm năm đồng",
        "Một nghìn lẻ một đồng",
        "Một nghìn không trăm đồng",
        "Một triệu không nghìn đồng",
        "Không đồng",
        "Một nghìn một triệu đồng",
        "Một tỷ năm triệu đồng",
    ],
)
def test_the_independent_reader_refuses_what_nobody_says(words):
    with pytest.raises(NotANumber):
        read_aloud(words)


@given(AMOUNTS, st.sampled_from(SPELLINGS))
def test_every_amount_in_every_spelling_is_heard_as_itself(amount, spelling):
    assert read_aloud(amount_in_words(amount, spelling)) == amount


def test_every_amount_below_ten_thousand_is_heard_as_itself():
    assert [read_aloud(amount_in_words(amount)) for amount in range(1, 10_000)] == list(range(1, 10_000))


@given(AMOUNTS, st.sampled_from(SPELLINGS))
def test_words_are_one_nfc_sentence_with_only_its_first_letter_capital(amount, spelling):
    words = amount_in_words(amount, spelling)
    assert unicodedata.normalize("NFC", words) == words
    assert words[0].isupper() and words[1:] == words[1:].lower()
    assert words == " ".join(words.split()) and words.endswith(spelling.ending)


@pytest.mark.parametrize(
    ("spelling", "amount", "words"),
    [
        (Spelling(lone_unit="linh"), 101, "Một trăm linh một đồng"),
        (Spelling(lone_unit="linh"), 1_005, "Một nghìn không trăm linh năm đồng"),
        (Spelling(thousand="ngàn"), 105_000, "Một trăm lẻ năm ngàn đồng"),
        (Spelling(thousand="ngàn"), 2_500_000_000_000, "Hai ngàn năm trăm tỷ đồng"),
        (Spelling(four_after_tens="tư"), 24, "Hai mươi tư đồng"),
        (Spelling(four_after_tens="tư"), 14, "Mười bốn đồng"),
        (Spelling(four_after_tens="tư"), 4, "Bốn đồng"),
        (Spelling(four_after_tens="tư"), 404, "Bốn trăm lẻ bốn đồng"),
        (Spelling(ending="đồng chẵn"), 1_000_000, "Một triệu đồng chẵn"),
    ],
)
def test_each_switch_changes_its_own_word_only(spelling, amount, words):
    assert amount_in_words(amount, spelling) == words


@pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1, True])
def test_an_amount_that_no_voucher_may_carry_has_no_words(amount):
    with pytest.raises(ValueError):
        amount_in_words(amount)


@given(AMOUNTS, st.sampled_from(SPELLINGS))
def test_words_in_any_spelling_read_as_their_amount(amount, spelling):
    words = amount_in_words(amount, spelling)
    assert reads_as(words, amount)
    assert reads_as(f"  {unicodedata.normalize('NFD', words.upper())} . ", amount)
    assert not reads_as(words, amount + 1)


@pytest.mark.parametrize(
    "words",
    ["", "đồng", "Một trăm", "Một trăm đô la", "Một trăm lẻ không đồng", "100 đồng"],
)
def test_words_that_are_no_reading_of_the_amount_do_not_match(words):
    assert not reads_as(words, 100)


def test_no_words_read_as_an_amount_outside_the_bounds():
    assert not reads_as("Không đồng", 0)
    assert not reads_as("Một triệu tỷ đồng", MAX_AMOUNT + 1)


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (1, "1"),
        (999, "999"),
        (1_000, "1.000"),
        (12_500_000, "12.500.000"),
        (MAX_AMOUNT, "999.999.999.999.999"),
    ],
)
def test_a_dot_stands_before_every_three_digits(amount, printed):
    assert format_vnd(amount) == printed


@given(st.integers(1, MAX_AMOUNT))
def test_a_printed_amount_loses_no_digit(amount):
    printed = format_vnd(amount)
    assert int(printed.replace(".", "")) == amount
    assert re.fullmatch(r"\d{1,3}(\.\d{3})*", printed)


def test_the_total_adds_all_lines_and_counts_an_empty_one_as_nothing():
    assert total([Line(4_250_000), Line(None), Line(815_000)]) == 5_065_000
    assert total([]) == 0
