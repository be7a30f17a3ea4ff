"""The words between the signing service and any certificate authority: values only, no protocol.

A provider is one licensed CA; a profile is one of the protocols it speaks. Expected endings are values, failures carry
a ``FailureKind``. Follows the Cloud Signature Consortium's model (list credentials, authorize hashes, sign hashes,
status) reduced to what all of the CAs share: a bare RSA PKCS#1 v1.5 signature over our SHA-256 digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FailureKind(StrEnum):
    """Why a CA could not do it, in our words."""

    BAD_CREDENTIALS = "bad_credentials"
    LOCKED = "locked"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_WRONG = "second_factor_wrong"
    SECOND_FACTOR_EXPIRED = "second_factor_expired"
    SECOND_FACTOR_EXHAUSTED = "second_factor_exhausted"
    UNKNOWN_USER = "unknown_user"
    NOT_ENROLLED = "not_enrolled"
    NO_CERTIFICATE = "no_certificate"
    CERTIFICATE_INVALID = "certificate_invalid"
    KEY_AUTHORISATION = "key_authorisation"
    QUOTA_EXHAUSTED = "quota_exhausted"
    BAD_REQUEST = "bad_request"
    RELYING_PARTY_CREDENTIALS = "relying_party_credentials"
    SESSION_EXPIRED = "session_expired"
    TRANSACTION_NOT_FOUND = "transaction_not_found"
    SIGNING_FAILED = "signing_failed"
    SIGNATURE_DOES_NOT_VERIFY = "signature_does_not_verify"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    PROTOCOL_VIOLATION = "protocol_violation"


class ResultGranularity(StrEnum):
    """Whether the CA answers a batch as a whole or item by item."""

    BATCH = "batch"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a provider is and needs, as data: the phone draws its form from this."""

    slug: str
    """Lower case; text in the database, in OpenAPI and in TypeScript."""
    name: str
    """Shown to people, as in the Treasury's letters."""
    app_name: str
    """The CA's phone app, as its maker calls it."""
    deep_link: str | None
    """URL that opens the app; None while the vendor has not confirmed one (the button is hidden)."""
    needs_password: bool
    may_need_second_factor: bool
    shows_description: bool
    """True when the phone shows our free text, so that a comparison code can be compared there."""
    ascii_titles_only: bool
    title_max: int
    """Characters of a title or description on the phone."""
    doc_id_max: int
    max_batch: int
    """Documents in one approval."""
    has_callback: bool
    granularity: ResultGranularity
    life_s: int
    """Seconds a request lives when the CA does not say."""
    poll_interval_s: float
    looks_up_by_our_reference: bool
    """True when a lost answer can be found again by our own transaction id."""
    asks_while_sending: bool = False
    """True when the CA answers the request only after the person decided: the call itself is the waiting."""


class Secret:
    """A password on its way through one request. Never stored, never shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed call, translated."""

    kind: FailureKind
    retryable: bool = False
    vendor_code: str = ""
    attempts_left: int | None = None
    """Wrong passwords still allowed, when the CA says so."""
    locked_until: datetime | None = None
    not_before: datetime | None = None
    """When a CA that does not answer is asked next; until then nobody need try."""


class SecondFactorChannel(StrEnum):
    """Where the person finds the code."""

    AUTHENTICATOR = "authenticator"
    """An app on the person's phone makes it; nothing is sent."""
    MESSAGE = "message"
    """The CA sends it by SMS or e-mail."""


@dataclass(frozen=True, slots=True)
class SecondFactorRequired:
    """The CA took the password and wants a code as well."""

    channel: SecondFactorChannel
    challenge: Secret
    """Opaque: what the CA needs beside the code. Travels sealed through the person's device; never stored."""
    sent_to: str = ""
    """Masked address of the message, empty when the CA does not say."""


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """A proven sign-in at the CA, good until ``expires_at``."""

    login: str
    token: Secret
    """Opaque. Sealed before it rests anywhere; empty where the CA has no person-bound secret."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RemoteCertificate:
    """A certificate the CA offers for this person."""

    key_ref: str
    """The CA's own handle for the key. Opaque; never parse it."""
    der: bytes
    """The certificate as the CA sent it, before we believed it."""
    chain: tuple[bytes, ...]
    """Issuing certificates, DER, nearest first; may be empty."""
    usable: bool
    """False when the CA says the credential is disabled, expired or revoked."""
    why_not: str = ""
    """The CA's word for it; logged, never shown."""


@dataclass(frozen=True, slots=True)
class SigningItem:
    """One document of a request."""

    doc_id: str
    """Ours, ASCII, at most 36 characters, unique in the request; meaningful to a person (the voucher number)."""
    digest: bytes
    """SHA-256 of the DER of the CMS signed attributes; 32 bytes."""
    title: str
    """Vietnamese; the adapter folds it to what its CA can show."""


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """Everything a CA is asked, once."""

    reference: str
    """Our transaction id: 128 random bits, UUID text. A bearer secret at some CAs."""
    login: str
    certificate: RemoteCertificate
    items: tuple[SigningItem, ...]
    summary: str
    """What the phone shows first: action, amount and comparison code, Vietnamese."""
    callback_url: str | None
    """Where a CA may knock; None when we have no public address."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The CA has it; the person is being asked."""

    vendor_id: str
    """The CA's transaction id, by which we ask again."""
    expires_at: datetime
    raw: str
    """The answer with secrets removed, for the auditor."""


@dataclass(frozen=True, slots=True)
class NotSubmitted:
    """It certainly did not reach the phone."""

    failure: Failure
    raw: str = ""


@dataclass(frozen=True, slots=True)
class SubmissionUnknown:
    """The request left and no answer came back. Never send it again by yourself."""

    detail: str
    """For the log: class of the transport error."""


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """What the adapter needs to ask about a transaction again."""

    reference: str
    vendor_id: str
    login: str
    certificate_der: bytes
    """The pinned certificate; every signature is verified with it before it is believed."""
    digests: tuple[bytes, ...]
    """In request order; signatures are matched to them by verifying."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Nothing final yet, or nothing we understood (``vendor_state`` is logged when unknown)."""

    person_has_confirmed: bool = False
    vendor_state: str = ""
    renewed: ProviderSession | None = None
    """The session to ask with from now on, when the CA exchanged the old one; the old one is spent."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Every document is signed, and every signature verified against its digest and the pinned certificate."""

    signatures: tuple[bytes, ...]
    """Raw RSA signatures in the order of ``OpenTransaction.digests``."""
    raw: str


@dataclass(frozen=True, slots=True)
class PartlySigned:
    """The CA ended a batch item by item and some items have no signature. Every signature here verified."""

    signatures: tuple[bytes | None, ...]
    """In the order of ``OpenTransaction.digests``; None where the CA could not."""
    raw: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The person refused on the phone."""

    raw: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The CA's clock ran out."""

    raw: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The CA ended it otherwise, or what it delivered does not verify."""

    failure: Failure
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer this time. Never an outcome: ask again."""

    detail: str
    renewed: ProviderSession | None = None
    """As in ``Pending``."""


Outcome = Signed | PartlySigned | Rejected | Expired | Failed
"""How a request can end at the CA."""

PollResult = Outcome | Pending | Unreachable


@dataclass(frozen=True, slots=True)
class Concluded:
    """The answer to the request was already the end of it: the CA asked the person while we waited."""

    outcome: Outcome


Submission = Submitted | NotSubmitted | SubmissionUnknown | Concluded


@dataclass(frozen=True, slots=True)
class CallbackHint:
    """A knock at the door: somebody says something happened to this transaction. It wakes the poller, nothing else."""

    reference: str = ""
    vendor_id: str = ""


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the vendor expects to hear, and the hint if it was one."""

    hint: CallbackHint | None
    status: int
    body: dict[str, object]
    keep: bool = True
    """False when what was sent is a secret and must not rest (a CA's own sign-in before it calls back)."""
