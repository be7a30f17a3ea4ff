"""What the national profile delivers where signatures belong, and how a request ends.

A value may be a signature, nothing yet (null or empty), or a word for a failure such as ``-2``. Items of one batch may
end differently. A value counts as a signature only when it verifies; a whole batch is ``Signed`` only when all do.
Does not: read the envelope.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.adapters.provider_kit.answers import a_code
from backend.adapters.provider_kit.outcome_table import Meaning, OutcomeTable, Verdict
from backend.adapters.provider_kit.signatures import BadSignatures, match, match_some
from backend.domain.providers import (
    Expired,
    Failed,
    Failure,
    FailureKind,
    OpenTransaction,
    Outcome,
    PartlySigned,
    Pending,
    PollResult,
    Rejected,
    Signed,
    Unreachable,
)

_SHORTEST = 100
"""Characters below which a text cannot be an RSA signature in base64; such a text is a word of the CA's."""
_ENDS = frozenset(
    {
        FailureKind.SIGNING_FAILED,
        FailureKind.KEY_AUTHORISATION,
        FailureKind.QUOTA_EXHAUSTED,
        FailureKind.CERTIFICATE_INVALID,
        FailureKind.TRANSACTION_NOT_FOUND,
    }
)
"""What may end a transaction. The rest (a broken server, our own credentials) says nothing about it: ask again."""


def delivered(
    texts: Sequence[object] | None, transaction: OpenTransaction, table: OutcomeTable, raw: str
) -> PollResult | None:
    """What the values come to; None where the answer holds none, Pending while one is missing or not understood."""
    if not texts:
        return None
    words = [_word(text) for text in texts]
    if len(words) < len(transaction.digests) or "" in words:
        return Pending()
    endings: list[tuple[str, Meaning]] = []
    for word in (each for each in words if each is not None):
        meaning = table.of_value(word)
        if meaning is None or meaning is Verdict.PENDING:
            return Pending(vendor_state="" if meaning else a_code(word))
        endings.append((a_code(word), meaning))
    if not endings:
        return _signed(texts, transaction, raw)
    word, meaning = endings[0]
    return ending(meaning, word, texts, transaction, raw)


def _word(text: object) -> str | None:
    """The CA's word in place of a signature, empty for none yet; None where the value claims to be a signature."""
    if text is None:
        return ""
    word = str(text).strip()
    return word if len(word) < _SHORTEST else None


def _signed(texts: Sequence[object], transaction: OpenTransaction, raw: str) -> Outcome:
    try:
        return Signed(match(texts, transaction.digests, transaction.certificate_der), raw)
    except BadSignatures:
        return _does_not_verify(raw)


def ending(
    meaning: Meaning, word: str, texts: Sequence[object] | None, transaction: OpenTransaction, raw: str
) -> PollResult:
    """What the CA's ``word`` comes to, when not every value is a signature."""
    if isinstance(meaning, FailureKind) and meaning not in _ENDS:
        return Unreachable(word)
    claimed = [text if _word(text) is None else None for text in texts or []]
    if any(claimed):
        # Some documents were signed before the rest ended so: those signatures exist and must be recorded.
        return _partly(claimed, transaction, raw)
    if isinstance(meaning, FailureKind):
        return Failed(Failure(meaning, vendor_code=word), raw)
    return Rejected(raw) if meaning is Verdict.REJECTED else Expired(raw)


def _partly(claimed: Sequence[object | None], transaction: OpenTransaction, raw: str) -> Outcome:
    try:
        return PartlySigned(match_some(claimed, transaction.digests, transaction.certificate_der), raw)
    except BadSignatures:
        return _does_not_verify(raw)


def _does_not_verify(raw: str) -> Failed:
    return Failed(Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code="signature_value"), raw)
