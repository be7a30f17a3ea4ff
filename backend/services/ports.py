"""The doors the use cases need opened: one Protocol per thing outside. Adapters fulfil them; nobody else may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy.orm import Session

from backend.domain.attachments import Flaw
from backend.domain.certificates import CertificateFacts, CertificateFile, Revocation
from backend.domain.letters import Letter, ReceivedLetter
from backend.domain.passkeys import Assertion, Attestation, VerifiedPasskey
from backend.domain.providers import (
    CallbackAnswer,
    Descriptor,
    Failure,
    OpenTransaction,
    PollResult,
    ProviderSession,
    RemoteCertificate,
    SecondFactorRequired,
    Secret,
    SignatureRequest,
    Submission,
)
from backend.domain.signing import CheckedDocument, ExpectedSignature, PreparedDocument, SignatureCell, Stamp


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class SigningProvider(Protocol):
    """One CA. A pure translator: clocks, storage and retries belong to the signing service."""

    descriptor: Descriptor

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | SecondFactorRequired | Failure:
        """Prove the person to the CA. One attempt per human action; ``password`` does not outlive the call."""
        ...

    def list_certificates(
        self, session: ProviderSession
    ) -> Sequence[RemoteCertificate] | SecondFactorRequired | Failure:
        """Every certificate the CA holds for the person, usable or not."""
        ...

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ask the CA to show ``request`` on the person's phone. Sent at most once; never retried here."""
        ...

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Learn the result. Says ``Signed`` only when every signature verified."""
        ...

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """Read a knock. Believes nothing; returns what to answer and whom to ask about."""
        ...


@runtime_checkable
class AsksSecondFactor(Protocol):
    """What a CA offers besides, when its descriptor says ``may_need_second_factor``."""

    def answer_second_factor(self, login: str, challenge: Secret, code: Secret) -> ProviderSession | Failure:
        """Finish a sign-in with the code, without the password. One attempt per human action."""
        ...

    def resend_second_factor(self, login: str, challenge: Secret) -> SecondFactorRequired | Failure:
        """Have the CA send a new code; answers the challenge to be used from now on."""
        ...


VOUCHER, DECLARATION = "voucher", "declaration"
"""Kinds of forms: of a payment, of a registration."""


class FormCatalog(Protocol):
    """The official forms: one folder per form."""

    def codes(self, kind: str = VOUCHER) -> Sequence[str]:
        """Codes of all forms of a kind, sorted."""
        ...

    def render(self, form_code: str, paper: Mapping[str, object]) -> bytes:
        """PDF/A of one paper. Equal ``paper`` gives equal bytes. Described in ``services/paper.py`` and
        ``services/registration/declarations.py``.
        """
        ...

    def cells(self, form_code: str, pdf: bytes) -> Sequence[SignatureCell]:
        """The unit's signature cells on this rendered file, in signing order."""
        ...

    def rules(self, form_code: str) -> Mapping[str, object]:
        """The form's facts: its kind, titles of the cells; a voucher's number, symbol, debit account prefixes."""
        ...


class PageImages(Protocol):
    """Pictures of the very bytes to be signed."""

    def count(self, pdf: bytes) -> int: ...

    def webp(self, pdf: bytes, page: int, width: int) -> bytes:
        """``page`` from 0; ``width`` in pixels."""
        ...


class AttachedPdf(Protocol):
    """Files of others, which the house keeps and gives out again but never draws."""

    def look(self, pdf: bytes) -> int | Flaw:
        """Its pages, or why it is not kept."""
        ...


class PdfSigner(Protocol):
    """PAdES in two halves, so that the key may be elsewhere and the person may take minutes."""

    def prepare(
        self,
        pdf: bytes,
        cell: SignatureCell,
        stamp: Stamp,
        certificate: bytes,
        *,
        first: bool,
        last: bool,
    ) -> PreparedDocument:
        """Room for one signature. ``first`` certifies (filling and signing stay allowed), ``last`` locks the file."""
        ...

    def embed(self, prepared: PreparedDocument, signature: bytes, certificate: bytes, chain: Sequence[bytes]) -> bytes:
        """The signed file. Pure: the same arguments give the same bytes, so a crash may repeat it."""
        ...


class PdfChecker(Protocol):
    """Our own judgement of a signed file: the checks no PDF tool can make."""

    def check(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """AND over the expected signers; anything else, appended or odd is not valid. Never raises on a bad file."""
        ...

    def amounts(self, pdf: bytes) -> Mapping[str, str]:
        """Money fields read back from the file itself (amount, payee account, dossier code)."""
        ...


class BlobStore(Protocol):
    """Bytes by their SHA-256."""

    def put(self, content: bytes) -> str:
        """Store durably (temporary file, fsync, rename, fsync of the folder); returns the hexadecimal SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes, verified against their name. Raises ``BlobDamaged`` or ``BlobMissing``."""
        ...


class Knocker(Protocol):
    """Tells screens to look again. Losing a knock costs latency, never correctness."""

    def knock(self, user_id: str, event: Mapping[str, object]) -> None: ...


class TreasuryOffice(Protocol):
    """The Treasury's intake."""

    def deliver(self, key: str, office: str, dossier_code: str, documents: Sequence[tuple[str, bytes]]) -> str:
        """Hand over signed files; returns the receipt number. The same ``key`` gives the same receipt, once."""
        ...


class Mailer(Protocol):
    """How letters leave the house."""

    def send(self, to: str, write: Callable[[], Letter]) -> None:
        """Hand one letter over. Raises MailAway (try later) or MailRefused (never this one).

        ``write`` is called when the server is there and takes letters for ``to``, so that no password is made for a
        letter that cannot go. What it raises goes through, and no letter is sent then.
        """
        ...


@runtime_checkable
class Mailbox(Protocol):
    """Where the letters of the demo arrive, for everybody to read."""

    def letters(self) -> Sequence[ReceivedLetter]:
        """Newest first."""
        ...

    def letter(self, name: str) -> ReceivedLetter | None:
        """None when there is no such letter."""
        ...


class TreasurySeal(Protocol):
    """The Treasury's own key, with which it countersigns what it approved. RSA."""

    @property
    def certificate(self) -> bytes:
        """DER. Raises SealUnavailable."""
        ...

    @property
    def chain(self) -> Sequence[bytes]:
        """DER of the issuing certificates, nearest first. Raises SealUnavailable."""
        ...

    @property
    def serial_number(self) -> str:
        """Of the certificate, hexadecimal. Raises SealUnavailable."""
        ...

    def sign(self, signed_attributes: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256 over these bytes. May take a second; never inside a commit. Raises
        SealUnavailable.
        """
        ...


class Sealer(Protocol):
    """Encrypts short-lived tokens at rest."""

    def seal(self, secret: Secret) -> bytes: ...

    def open(self, sealed: bytes) -> Secret:
        """The secret. Raises ValueError when it is damaged or not ours."""
        ...


class TrustStore(Protocol):
    """The licensed CAs."""

    def problem_with(self, certificate: bytes, chain: Sequence[bytes], at: datetime) -> str | None:
        """None when the certificate chains to a licensed CA and may sign; else a short reason code."""
        ...

    def path_of(self, certificate: bytes, chain: Sequence[bytes], at: datetime) -> Sequence[bytes] | None:
        """The issuing certificates up to a licensed root, DER, nearest first; None when there is no sound path. Says
        nothing of what the certificate is for.
        """
        ...


class CertificateReader(Protocol):
    """Reads certificates that people want to register."""

    def read_file(self, content: bytes) -> CertificateFile:
        """One person's certificate out of a DER, PEM or PKCS #7 file. Raises ValueError."""
        ...

    def facts(self, der: bytes, issuers: Sequence[bytes], at: datetime) -> CertificateFacts:
        """What stands in it; asks no network, so revocation is unknown. Raises ValueError."""
        ...

    def revocation(self, certificates: Sequence[tuple[bytes, Sequence[bytes]]], at: datetime) -> Sequence[Revocation]:
        """One for each certificate and its path (``CertificateFacts.chain``, never empty: only a licensed issuer's
        addresses are asked). Takes seconds, within one deadline for all; never inside a commit.
        """
        ...


class Passwords(Protocol):
    """Slow hashes of our own passwords."""

    def hash(self, password: Secret) -> str: ...

    def matches(self, password: Secret, hashed: str | None) -> bool:
        """False for a wrong password; with ``None`` takes as long as with a real hash and says False."""
        ...


class Passkeys(Protocol):
    """Judges what authenticators say (W3C Web Authentication)."""

    @property
    def rp_id(self) -> str:
        """The host name that passkeys are bound to."""
        ...

    @property
    def algorithms(self) -> Sequence[int]:
        """COSE numbers, the best first."""
        ...

    def verify_new(self, attestation: Attestation, challenge: bytes) -> VerifiedPasskey:
        """What to keep. Raises PasskeyRefused."""
        ...

    def verify_use(self, assertion: Assertion, challenge: bytes, passkey: VerifiedPasskey) -> int:
        """The authenticator's counter after this use. Raises PasskeyRefused."""
        ...


class Dispatch(Protocol):
    """Hands a side effect over inside the business commit; runs it after, at least once."""

    def enqueue(self, session: Session, kind: str, key: str, payload: Mapping[str, object]) -> None:
        """``key`` makes it once: a second enqueue of the same kind and key changes nothing."""
        ...

    def send_again(self, session: Session, kind: str, outbox_id: str) -> None:
        """Hand a dead side effect, whose row was just revived, to the workers once more."""
        ...


class Chance(Protocol):
    """The only source of randomness."""

    def token(self, size: int = 32) -> str:
        """URL-safe text of ``size`` random bytes."""
        ...

    def uuid(self) -> str: ...

    def uniform(self, low: float, high: float) -> float:
        """For jitter."""
        ...
