"""The national remote-signing profile (Decision 769) as a codec: credentials in every body, one approval for a list of
digests, the result told by an odd value or a message.

Follows: VNPT "Tài liệu tích hợp VNPT SMARTCA" 4.x (3 May 2024), profile ``sp769``, and the public clients of it and of
Nacencomm's CA2 Remote Signing, which share its field set; read 2026-11-22. What differs from CA to CA is a ``Dialect``.
Signatures are bare RSA PKCS#1 v1.5. There is no token and no password: whoever knows a user id can make that phone
ring, and whoever knows a transaction id may be able to read its status, so ours are 128 random bits.
Does not: use the variant that takes a password and a one-time code instead of the phone; cancel (no such call).

When the sign call goes wrong: a status code of the CA's own means it did not reach the phone, except 500 and codes we
do not know from 500 on; so does an HTTP status that refuses (400, 401, 403 …). Anything else may have reached it:
``SubmissionUnknown``, never sent again; where the CA knows our id, the poller asks by it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from cryptography import x509

from backend.adapters.provider_kit.answers import (
    Wreck,
    a_code,
    a_handle,
    a_list,
    an_integer,
    an_object,
    for_the_auditor,
    lost_submission,
    no_answer,
    no_code,
    read_json,
    surely_refused,
    violation,
)
from backend.adapters.provider_kit.http import Reply, Transport
from backend.adapters.provider_kit.neac769_results import delivered, ending
from backend.adapters.provider_kit.outcome_table import OutcomeTable, Verdict, fold
from backend.adapters.provider_kit.signatures import digest_text, request_problem, shown, unwrap
from backend.domain.providers import (
    CallbackAnswer,
    CallbackHint,
    Concluded,
    Descriptor,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    PollResult,
    ProviderSession,
    RemoteCertificate,
    Secret,
    SignatureRequest,
    SigningItem,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)
from backend.domain.workdays import VIETNAM
from backend.services.ports import Clock

_SUCCESS = frozenset({"200", "0", ""})
"""What a status code says when all is well; some answers leave it out."""
_SESSION = timedelta(hours=1)
"""There is no session at the CA; this is how long ours is good."""
_CERTIFICATES_MAX, _SIGNATURES_MAX, _CALLBACK_MAX = 50, 200, 256 * 1024
_IN_USE = frozenset({"", "valid", "active", "1", "true", "dang hoat dong"})
"""Words for a certificate in use, folded. Any other word excludes it; the X.509 decides the rest."""
_ID_NUMBER = re.compile(r"\d{6,}")
_KEPT = frozenset({"status_code", "transaction_id", "tran_code", "doc_id", "signature_value"})
_PROSE = frozenset({"message"})


class HashEncoding(StrEnum):
    """How 32 bytes travel."""

    HEX = "hex"
    BASE64 = "base64"


class StatusId(StrEnum):
    """Whose id the status call takes."""

    OURS = "transaction_id"
    THEIRS = "tran_code"


class SerialCase(StrEnum):
    """How a serial number is written back to the CA."""

    AS_GIVEN = "as_given"
    UPPER = "upper"


class TimeStamp(StrEnum):
    """What stands in ``time_stamp``."""

    UTC = "utc"
    LOCAL = "local"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one CA speaks the profile."""

    certificates_path: str
    sign_path: str
    status_path: str
    """``{id}`` in it is replaced by the transaction's id; without it the id travels in the body with our proof."""
    hash_encoding: HashEncoding
    status_id: StatusId
    serial_case: SerialCase
    time_stamp: TimeStamp
    sends_description: bool
    """True where ``transaction_desc`` is a field of the sign call; then the phone shows our text."""
    sends_callback: bool
    """True where ``urlWebhook`` is a field of the sign call; elsewhere the address is agreed beforehand."""
    excluded_services: frozenset[str]
    """``service_type`` of certificates that are never listed: seals that sign by themselves. Upper case."""
    table: OutcomeTable
    """What the CA's codes, messages and odd values mean."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One readable answer."""

    http: int
    code: str
    """``status_code`` as text; empty when it is absent."""
    message: str
    data: Mapping[str, object]
    body: Mapping[str, object]
    """The whole envelope."""

    @property
    def raw(self) -> str:
        return for_the_auditor(self.body, _KEPT, _PROSE)

    @property
    def word(self) -> str:
        """Code or message, fit for a log line."""
        if self.code not in _SUCCESS:
            return self.code
        return a_code(_ID_NUMBER.sub("", fold(self.message)).replace(" ", "_"))

    @property
    def is_fine(self) -> bool:
        return self.http == 200 and self.code in _SUCCESS


class Neac769:
    """Fulfils ``SigningProvider``. ``party`` is the relying party's ``sp_id`` and ``sp_password``."""

    def __init__(
        self, descriptor: Descriptor, dialect: Dialect, party: Mapping[str, str], http: Transport, clock: Clock
    ) -> None:
        self.descriptor = descriptor
        self._speak = dialect
        self._party = dict(party)
        self._http = http
        self._clock = clock

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | Failure:
        """Asks nobody: the profile has no sign-in, the CA meets the person in the next call."""
        if not (0 < len(login) <= 100 and login.isprintable()):
            return Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        return ProviderSession(login, Secret(""), self._clock.now() + _SESSION)

    def list_certificates(self, session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        """Every certificate of the person, seals excluded."""
        now = self._clock.now()
        user_id = _user_id(session)
        # Nobody is asked under this id, so it need not be secret; it only must not repeat.
        lookup = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user_id} {now.isoformat()}"))
        asked = {**self._party, "user_id": user_id, "serial_number": "", "transaction_id": lookup}
        answer = self._http.post_json(self._speak.certificates_path, asked)
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            said = _said(answer)
            return self._certificates(said, now) if said.is_fine else self._refused(said)
        except Wreck as wreck:
            return violation(wreck) if answer.status == 200 else no_code(answer.status)

    def _certificates(self, said: _Said, now: datetime) -> Sequence[RemoteCertificate] | Failure:
        entries = a_list(said.data.get("user_certificates") or [], "user_certificates", _CERTIFICATES_MAX)
        found = [self._certificate(an_object(entry, "user_certificate"), now) for entry in entries]
        listed = [certificate for certificate in found if certificate is not None]
        if listed:
            return listed
        refusal = self._speak.table.of_refusal(said.message)
        kind = refusal if isinstance(refusal, FailureKind) else FailureKind.NO_CERTIFICATE
        return Failure(kind, vendor_code=said.word)

    def _certificate(self, entry: dict[str, object], now: datetime) -> RemoteCertificate | None:
        if str(entry.get("service_type") or "").upper() in self._speak.excluded_services:
            return None
        chain_data = an_object(entry.get("chain_data") or {}, "chain_data")
        issuers = [chain_data.get(name) for name in ("ca_cert", "root_cert")]
        try:
            leaf = unwrap(entry.get("cert_data"))
            chain = tuple(unwrap(text) for text in issuers if text)
        except ValueError as error:
            raise Wreck("cert_data") from error
        why_not = _why_not(entry, leaf, now)
        return RemoteCertificate(
            a_handle(entry.get("serial_number"), "serial_number"), leaf, chain, not why_not, why_not
        )

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        now = self._clock.now()
        answer = self._http.post_json(self._speak.sign_path, self._sign_body(session, request, now))
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        try:
            return self._submission(_said(answer), request, now + timedelta(seconds=self.descriptor.life_s))
        except Wreck as wreck:
            if surely_refused(answer.status):
                return NotSubmitted(no_code(answer.status))
            return SubmissionUnknown(f"http_{answer.status} {wreck}")

    def _sign_body(self, session: ProviderSession, request: SignatureRequest, now: datetime) -> dict[str, object]:
        speak, serial = self._speak, request.certificate.key_ref
        described = {"transaction_desc": shown(request.summary, self.descriptor.title_max)}
        return {
            **self._party,
            "user_id": _user_id(session),
            "transaction_id": request.reference,
            **(described if speak.sends_description else {}),
            "serial_number": serial.upper() if speak.serial_case is SerialCase.UPPER else serial,
            "time_stamp": _time_stamp(now, speak.time_stamp),
            "sign_files": [self._file(item) for item in request.items],
            **({"urlWebhook": request.callback_url or ""} if speak.sends_callback else {}),
        }

    def _file(self, item: SigningItem) -> dict[str, object]:
        digest = item.digest.hex() if self._speak.hash_encoding is HashEncoding.HEX else digest_text(item.digest)
        return {"doc_id": item.doc_id, "file_type": "pdf", "sign_type": "hash", "data_to_be_signed": digest}

    def _submission(self, said: _Said, request: SignatureRequest, expires_at: datetime) -> Submission:
        meaning = self._speak.table.of_code(said.code)
        if said.http == 200 and (said.code in _SUCCESS or meaning is Verdict.PENDING):
            return self._accepted(said, request, expires_at)
        failure = self._refused(said)
        # A 500 in the CA's own envelope is its crash, and nobody knows how far it came.
        unclear = failure.kind is FailureKind.PROVIDER_UNAVAILABLE or meaning is Verdict.PENDING
        if unclear or said.code in _SUCCESS or (meaning is None and said.http >= 500):
            raise Wreck(said.word or "no_code")
        return NotSubmitted(failure, said.raw)

    def _accepted(self, said: _Said, request: SignatureRequest, expires_at: datetime) -> Submission:
        if said.data.get("transaction_id") != request.reference:
            raise Wreck("other_transaction_id")
        ours = self._speak.status_id is StatusId.OURS
        vendor_id = request.reference if ours else a_handle(said.data.get("tran_code"), "tran_code")
        digests = tuple(item.digest for item in request.items)
        asked = OpenTransaction(request.reference, vendor_id, request.login, request.certificate.der, digests)
        at_once = delivered(_values(said.data), asked, self._speak.table, said.raw)
        if at_once is None or isinstance(at_once, Pending | Unreachable):
            return Submitted(vendor_id, expires_at, said.raw)
        return Concluded(at_once)

    def _refused(self, said: _Said) -> Failure:
        """Why the CA would not even ask the person. Raises ``Wreck`` when the answer has no code of the CA's."""
        if said.code in _SUCCESS:
            raise Wreck("no_code")
        by_code = self._speak.table.of_code(said.code)
        if by_code is FailureKind.PROVIDER_UNAVAILABLE:
            return Failure(by_code, retryable=True, vendor_code=said.code)
        meaning = self._speak.table.of_refusal(said.message) or by_code
        if isinstance(meaning, Verdict) or meaning in (None, FailureKind.TRANSACTION_NOT_FOUND):
            meaning = FailureKind.PROTOCOL_VIOLATION
        return Failure(meaning, vendor_code=said.code)

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Ask for the result. No broken answer is ever an outcome."""
        answer = self._http.polls.post_json(*self._question(session, transaction))
        if not isinstance(answer, Reply):
            return Unreachable(answer.detail)
        try:
            return self._outcome(_said(answer), transaction)
        except Wreck as wreck:
            still = self._speak.table.of_code(str(answer.status)) is Verdict.PENDING
            return Pending() if still else Unreachable(f"http_{answer.status} {wreck}")

    def _question(self, session: ProviderSession, transaction: OpenTransaction) -> tuple[str, Mapping[str, object]]:
        ours = self._speak.status_id is StatusId.OURS
        asked = transaction.reference if ours else transaction.vendor_id
        if "{id}" in self._speak.status_path:
            return self._speak.status_path.replace("{id}", quote(asked, safe="")), {}
        return self._speak.status_path, {**self._party, "user_id": _user_id(session), "transaction_id": asked}

    def _outcome(self, said: _Said, transaction: OpenTransaction) -> PollResult:
        unheard_of = self._speak.table.of_message(said.message) is FailureKind.TRANSACTION_NOT_FOUND
        says_something = said.code or (said.http == 200 and said.data) or (said.http == 404 and unheard_of)
        if said.http >= 500 or not says_something:
            raise Wreck(said.code or "no_code")
        if said.data.get("transaction_id") not in (None, transaction.reference, transaction.vendor_id):
            raise Wreck("other_transaction_id")
        texts, table = _values(said.data), self._speak.table
        found = delivered(texts, transaction, table, said.raw)
        if found is not None and not isinstance(found, Pending):
            return found
        by_code = table.of_code(said.code)
        prose_counts = by_code in (None, Verdict.PENDING, FailureKind.BAD_REQUEST)
        meaning = (table.of_message(said.message) if prose_counts else None) or by_code
        if meaning in (None, Verdict.PENDING):
            return found or Pending(vendor_state=said.word if meaning is None else "")
        return ending(meaning, said.word, texts, transaction, said.raw)

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """Unsigned, though it carries signatures: only the transaction's id is read, and the rest is asked for."""
        try:
            if len(body) > _CALLBACK_MAX:
                raise Wreck("too_large")
            notice = an_object(read_json(body), "callback")
            reference = a_handle(notice.get("transaction_id"), "transaction_id")
        except Wreck:
            return CallbackAnswer(None, 400, {"status_code": 400, "message": "BAD_REQUEST"})
        known_by = reference if self._speak.status_id is StatusId.OURS else ""
        return CallbackAnswer(CallbackHint(reference, known_by), 200, {"status_code": 200, "message": "Success"})


def _said(answer: Reply) -> _Said:
    body = an_object(read_json(answer.body), "answer")
    code = body.get("status_code")
    return _Said(
        http=answer.status,
        code="" if code is None else str(an_integer(code, "status_code")),
        message=str(body.get("message") or ""),
        data=an_object(body.get("data") or {}, "data"),
        body=body,
    )


def _user_id(session: ProviderSession) -> str:
    """The session's token, where one was found to be the id the CA knows; else what the person typed."""
    return session.token.reveal() or session.login


def _values(data: Mapping[str, object]) -> list[object] | None:
    """What stands where signatures belong; None where the answer has no place for them yet. Raises ``Wreck``."""
    if data.get("signatures") is None:
        return None
    entries = a_list(data["signatures"], "signatures", _SIGNATURES_MAX)
    return [an_object(entry, "signature").get("signature_value") for entry in entries]


def _why_not(entry: Mapping[str, object], leaf: bytes, now: datetime) -> str:
    """Why a certificate cannot sign, in the CA's words or the X.509's; empty when it can."""
    for name in ("cert_status_code", "cert_status"):
        word = fold(str(entry.get(name) or ""))
        if word not in _IN_USE:
            return a_code(word)
    try:
        ends = x509.load_der_x509_certificate(leaf).not_valid_after_utc
    except ValueError:
        return "unreadable"
    return "expired" if ends < now else ""


def _time_stamp(now: datetime, form: TimeStamp) -> str:
    if form is TimeStamp.EMPTY:
        return ""
    return f"{now:%Y%m%d%H%M%SZ}" if form is TimeStamp.UTC else f"{now.astimezone(VIETNAM):%Y%m%d%H%M%S}"
