"""Identity documents, telephone numbers and addresses of people and units, brought into one form and judged.

Formats: citizen identity card (12 digits: place 001–096, century and sex, birth year), the former nine-digit card,
passport; Vietnamese number plan with the mobile prefixes 03, 05, 07, 08, 09; RFC 5321 length of a mailbox.
Does not: ask anybody whether the number or the mailbox exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_SEPARATORS = re.compile(r"[ .\-]")
_CITIZEN = re.compile(r"[0-9]{12}")
_FORMER = re.compile(r"[0-9]{9}")
_PASSPORT = re.compile(r"[A-Z][0-9]{7,8}")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{8,9}")
_FAX = re.compile(r"[0-9]{6,15}")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LAST_PLACE = 96
FORMER_CARD_UNTIL = date(2024, 12, 31)
"""A nine-digit card issued later does not exist."""
ADULT_CARD_AGE = 14
"""Years of age from which a card is issued."""


class IdKind(StrEnum):
    """Which document a number belongs to."""

    CITIZEN_CARD = "citizen_card"
    FORMER_CARD = "former_card"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity number in its one form."""

    number: str
    kind: IdKind

    @property
    def birth_year(self) -> int | None:
        """Known from a citizen card only."""
        if self.kind is not IdKind.CITIZEN_CARD:
            return None
        return 1900 + 100 * (int(self.number[3]) // 2) + int(self.number[4:6])


def plain_number(text: str) -> str:
    """Without blanks, dots and hyphens, letters upper case."""
    return _SEPARATORS.sub("", text).upper()


def identity_of(text: str) -> Identity | None:
    """The document behind a number as typed; None when there is no such document."""
    number = plain_number(text)
    if _CITIZEN.fullmatch(number):
        return Identity(number, IdKind.CITIZEN_CARD) if 1 <= int(number[:3]) <= _LAST_PLACE else None
    if _FORMER.fullmatch(number):
        return Identity(number, IdKind.FORMER_CARD)
    return Identity(number, IdKind.PASSPORT) if _PASSPORT.fullmatch(number) else None


def issue_date_problem(identity: Identity, issued: date, today: date) -> str | None:
    """What is wrong with the day of issue, as a sentence; None when it is possible."""
    if issued > today:
        return "Ngày cấp không được sau hôm nay. Nhập lại theo giấy tờ."
    if identity.kind is IdKind.FORMER_CARD and issued > FORMER_CARD_UNTIL:
        return "Chứng minh nhân dân 9 số không còn được cấp. Nhập số thẻ căn cước 12 số."
    if identity.birth_year is not None and issued.year < identity.birth_year + ADULT_CARD_AGE:
        return "Ngày cấp sớm hơn 14 năm sau năm sinh trên số căn cước. Kiểm tra lại số và ngày cấp."
    return None


def telephone(text: str) -> str:
    """One form: digits only, +84 as 0."""
    number = _SEPARATORS.sub("", text)
    return "0" + number[3:] if number.startswith("+84") else number


def is_mobile(text: str) -> bool:
    """A mobile number of Vietnam in its one form."""
    return _MOBILE.fullmatch(text) is not None


def is_telephone(text: str) -> bool:
    """Mobile or landline, in its one form."""
    return is_mobile(text) or _LANDLINE.fullmatch(text) is not None


def is_fax(text: str) -> bool:
    """Six to fifteen digits, in its one form."""
    return _FAX.fullmatch(text) is not None


def mailbox(text: str) -> str:
    """One form: the domain in lower case."""
    name, at, domain = text.strip().rpartition("@")
    return f"{name}{at}{domain.lower()}"


def is_mailbox(text: str) -> bool:
    """Shaped like a mailbox somebody may read."""
    return len(text) <= 254 and _MAILBOX.fullmatch(text) is not None
