"""A CA's own words → our outcome, as a table that the operator can extend without a new release.

Some CAs tell the end of a request in prose or in odd values, and no document lists them all. What is known stands in
the adapter as data; a setting adds entries in front of it, so an entry of the operator wins.
Does not: read an answer; the codecs say which of its parts is a code, a message, a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from backend.domain.providers import FailureKind

_BLANK = re.compile(r"\s+")


class Verdict(StrEnum):
    """How a request stands, where it is no failure."""

    PENDING = "pending"
    REJECTED = "rejected"
    EXPIRED = "expired"


Meaning = Verdict | FailureKind
_MEANINGS: Mapping[str, Meaning] = {
    **{each.value: each for each in Verdict},
    **{each.value: each for each in FailureKind},
}


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """What each word of one CA means."""

    codes: Mapping[str, Meaning] = field(default_factory=dict)
    """Status code, as text → meaning."""
    messages: tuple[tuple[str, Meaning], ...] = ()
    """Part of the message about a request, folded → meaning; the first that fits counts."""
    refusals: tuple[tuple[str, Meaning], ...] = ()
    """The same for messages that refuse a call before anybody was asked."""
    values: Mapping[str, Meaning] = field(default_factory=dict)
    """What may stand in place of a signature → meaning."""

    def of_code(self, code: str) -> Meaning | None:
        return self.codes.get(code)

    def of_value(self, value: str) -> Meaning | None:
        return self.values.get(value)

    def of_message(self, message: str) -> Meaning | None:
        return _first(self.messages, message)

    def of_refusal(self, message: str) -> Meaning | None:
        return _first(self.refusals, message)

    def extended(self, text: str) -> OutcomeTable:
        """This table with the entries of a setting before its own. Raises ``ValueError``.

        ``text``: ``code 1003=pending; message đã hủy=rejected; value -7=signing_failed; refusal hết lượt=…``.
        """
        entries = [_entry(part) for part in text.split(";") if part.strip()]
        own = {kind: [(word, meaning) for k, word, meaning in entries if k == kind] for kind in _KINDS}
        return replace(
            self,
            codes={**self.codes, **dict(own["code"])},
            messages=(*((fold(word), meaning) for word, meaning in own["message"]), *self.messages),
            refusals=(*((fold(word), meaning) for word, meaning in own["refusal"]), *self.refusals),
            values={**self.values, **dict(own["value"])},
        )


_KINDS = ("code", "message", "refusal", "value")


def _first(phrases: tuple[tuple[str, Meaning], ...], message: str) -> Meaning | None:
    folded = fold(message)
    return next((meaning for phrase, meaning in phrases if phrase in folded), None)


def _entry(part: str) -> tuple[str, str, Meaning]:
    left, equals, right = part.rpartition("=")
    kind, _, word = left.strip().partition(" ")
    meaning = _MEANINGS.get(right.strip())
    if not equals or kind not in _KINDS or not word.strip() or meaning is None:
        raise ValueError("holds an entry that is not: code|message|refusal|value WORD=MEANING")
    return kind, word.strip(), meaning


def fold(text: str) -> str:
    """Lower case without Vietnamese marks: CAs write the same sentence with and without them."""
    bare = unicodedata.normalize("NFD", text.translate({0x110: "D", 0x111: "d"}))
    plain = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return _BLANK.sub(" ", plain).strip().lower()


def problem_of(text: str) -> str | None:
    """Why ``text`` cannot extend a table; None when it can."""
    try:
        OutcomeTable().extended(text)
    except ValueError as error:
        return str(error)
    return None
