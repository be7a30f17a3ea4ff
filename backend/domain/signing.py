"""The signing transaction: one request to one certificate authority for one person over one or more documents.

It knows documents and digests, not vouchers: payment dossiers and registration dossiers are signed by the same machine.
The route of a dossier is another machine (``voucher.py``); a CA's bad day never corrupts it.

Words follow ISO 32000-2 §12.8 (signatures), ETSI EN 319 142-1 (PAdES) and RFC 5652 (CMS).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from backend.domain.errors import NotAllowedNow


class SignStatus(StrEnum):
    """Where a signing transaction stands. The comment says who moves it next."""

    PREPARED = "prepared"  # bytes, digest and certificate are stored; the worker sends next
    SENDING = "sending"  # committed before the call: after a crash, "maybe sent"; the worker
    WAITING = "waiting"  # the CA has it and the person decides; the person, then the worker asks
    COLLECTED = "collected"  # raw signatures stored, before anything clever is done; the worker
    EMBEDDED = "embedded"  # signed files stored and accepted by our own check; the worker
    SETTLED = "settled"  # the dossier has moved, in the same commit; nobody
    REJECTED = "rejected"  # the person said no on the phone; nobody
    EXPIRED = "expired"  # nobody answered in time; nobody, but a late signature is still watched for
    FAILED = "failed"  # the CA, the certificate or the signature is unusable; nobody
    CANCELLED = "cancelled"  # withdrawn by the person or by lost authority; a late signature is still watched for
    UNKNOWN = "unknown"  # the answer was lost; a look-up, a knock or the clock decides, nobody may sign again before
    ORPHAN = "orphan"  # a valid signature came after the end: kept, shown, never embedded; nobody


LIVE = frozenset(
    {
        SignStatus.PREPARED,
        SignStatus.SENDING,
        SignStatus.WAITING,
        SignStatus.UNKNOWN,
        SignStatus.COLLECTED,
        SignStatus.EMBEDDED,
    }
)
"""States that hold the pen: one live transaction per dossier version and step."""

WATCHED = frozenset({SignStatus.EXPIRED, SignStatus.CANCELLED})
"""Ended for us, but the CA may still deliver: asked again until ``watch_until`` so that an orphan is seen."""

MOVES: dict[SignStatus, frozenset[SignStatus]] = {
    SignStatus.PREPARED: frozenset({SignStatus.SENDING, SignStatus.CANCELLED, SignStatus.FAILED}),
    SignStatus.SENDING: frozenset(
        {
            SignStatus.WAITING,
            SignStatus.UNKNOWN,
            SignStatus.COLLECTED,
            SignStatus.REJECTED,
            SignStatus.EXPIRED,
            SignStatus.FAILED,
        }
    ),
    SignStatus.WAITING: frozenset(
        {
            SignStatus.COLLECTED,
            SignStatus.REJECTED,
            SignStatus.EXPIRED,
            SignStatus.FAILED,
            SignStatus.CANCELLED,
        }
    ),
    SignStatus.UNKNOWN: frozenset(
        {
            SignStatus.WAITING,
            SignStatus.COLLECTED,
            SignStatus.REJECTED,
            SignStatus.EXPIRED,
            SignStatus.FAILED,
            SignStatus.CANCELLED,
        }
    ),
    SignStatus.COLLECTED: frozenset({SignStatus.EMBEDDED, SignStatus.FAILED, SignStatus.ORPHAN}),
    SignStatus.EMBEDDED: frozenset({SignStatus.SETTLED, SignStatus.ORPHAN}),
    SignStatus.EXPIRED: frozenset({SignStatus.ORPHAN}),
    SignStatus.CANCELLED: frozenset({SignStatus.ORPHAN}),
    SignStatus.SETTLED: frozenset(),
    SignStatus.REJECTED: frozenset(),
    SignStatus.FAILED: frozenset(),
    SignStatus.ORPHAN: frozenset(),
}
"""The whole machine. A move that is not here is refused loudly."""


def check_move(now: SignStatus, to: SignStatus) -> None:
    """Raise ``NotAllowedNow`` unless ``now`` may become ``to``."""
    if to not in MOVES[now]:
        raise NotAllowedNow(f"{now} -> {to}")


class Verdict(StrEnum):
    """What our own check says of a signed file. Only ``VALID`` is ever green."""

    VALID = "valid"
    ALTERED = "altered"
    WRONG_SIGNER = "wrong_signer"
    MISSING_SIGNATURE = "missing_signature"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class SignatureCell:
    """The place on a form where one person signs."""

    field_name: str
    """PDF signature field, for example ``KeToanTruong``; unique in the document."""
    page: int
    """Page index from 0."""
    box: tuple[float, float, float, float]
    """Left, bottom, right, top in PDF points from the lower left corner."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The visible words of one signature."""

    name: str
    """Full name as registered."""
    title: str
    """Printed title with its signing capacity, for example ``TUQ. Chủ tài khoản``."""
    at: datetime
    """Aware; printed in Vietnam time. Also the CMS signing time."""
    serial_tail: str
    """Last eight hexadecimal digits of the certificate's serial."""


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A PDF with room for one signature and what must be signed to fill it. Stored before anyone is asked."""

    pdf: bytes
    """The reviewed file plus one incremental update holding the empty signature."""
    byte_range: tuple[int, int]
    """Start and end of the ``/Contents`` hexadecimal string, brackets included."""
    document_digest: bytes
    """SHA-256 of ``pdf`` outside ``byte_range``; 32 bytes."""
    signed_attributes: bytes
    """DER of the CMS signed attributes (SET OF), never rebuilt after approval."""
    digest: bytes
    """SHA-256 of ``signed_attributes``: exactly what the CA is asked to sign; 32 bytes."""


@dataclass(frozen=True, slots=True)
class ExpectedSignature:
    """Who must have signed which field. No PDF tool can know this; we do."""

    field_name: str
    fingerprint: bytes
    """SHA-256 of the DER of the registered certificate."""
    outside: bool = False
    """True when other software may have made it: its part of the file is then judged by what it changed."""


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """What the check saw in one field."""

    field_name: str
    signer: str
    """Common name in the certificate, empty when there is none."""
    serial: str
    """Hexadecimal."""
    signed_at: datetime | None
    fingerprint: bytes
    intact: bool
    trusted: bool
    expected: bool
    """True when the certificate is the one registered for this field."""


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """The verdict over one file and its reasons."""

    verdict: Verdict
    reason: str
    """One Vietnamese sentence."""
    signatures: tuple[SignatureFinding, ...] = field(default_factory=tuple)
