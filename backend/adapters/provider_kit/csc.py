"""The Cloud Signature Consortium's API as a codec: one authorisation of a list of digests, raw signatures back.

Follows: CSC API 1.0.4.0 (``credentials/list`` §11.4, ``info`` §11.5, ``authorize`` §11.6, ``signatures/signHash``
§11.9) and CSC API 2.x (``authorizeCheck``, ``operationMode``, ``signPolling``), error words of RFC 6749 §5.2, RFC 6750
§3.1 and RFC 8628 §3.5, read 2026-11-22. What differs from server to server is a ``Dialect``; adapters bring the
transport, the person's token and the words for the phone.

Implicit authorisation only: the CA asks the person on the phone while ``authorize`` waits (or hands out a handle that
``authorizeCheck`` redeems). The hashes go into ``authorize``, so what the person approves is what can be signed.
Does not: send a PIN or an OTP (it would have to rest until the worker sends) or follow ``oauth2code`` (a browser); such
credentials are listed as not usable. Keeps no SAD. ``signatures/signDoc`` and ``extendTransaction`` are not called.

When it goes wrong: without a SAD nothing can be signed, so a coded answer to ``authorize`` is an end. Once the SAD is
out, an answer to ``signHash`` that is missing or cannot be read may hide signatures: ``SubmissionUnknown``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from backend.adapters.provider_kit.answers import (
    Wreck,
    a_code,
    a_handle,
    a_list,
    a_token,
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
from backend.adapters.provider_kit.http import Exchange, NotSent, Reply, Transport
from backend.adapters.provider_kit.signatures import BadSignatures, digest_text, match, unwrap
from backend.domain.providers import (
    Concluded,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Outcome,
    Pending,
    PollResult,
    Rejected,
    RemoteCertificate,
    SignatureRequest,
    Signed,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)

SHA256, RSA, SHA256_RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"

ERRORS: Mapping[str, FailureKind] = {
    "invalid_request": FailureKind.BAD_REQUEST,
    "invalid_scope": FailureKind.RELYING_PARTY_CREDENTIALS,
    "unsupported_grant_type": FailureKind.RELYING_PARTY_CREDENTIALS,
    "invalid_client": FailureKind.RELYING_PARTY_CREDENTIALS,
    "unauthorized_client": FailureKind.RELYING_PARTY_CREDENTIALS,
    "invalid_grant": FailureKind.BAD_CREDENTIALS,
    "authentication_error": FailureKind.BAD_CREDENTIALS,
    "invalid_token": FailureKind.SESSION_EXPIRED,
    "invalid_pin": FailureKind.SECOND_FACTOR_REQUIRED,
    "invalid_otp": FailureKind.SECOND_FACTOR_REQUIRED,
    "quota_exceeded": FailureKind.QUOTA_EXHAUSTED,
    "too_many_requests": FailureKind.PROVIDER_UNAVAILABLE,
    "server_error": FailureKind.PROVIDER_UNAVAILABLE,
    "temporarily_unavailable": FailureKind.PROVIDER_UNAVAILABLE,
}
"""CSC's error → our word. One that is not here is a protocol violation that keeps its name."""

_RETRYABLE = frozenset({FailureKind.PROVIDER_UNAVAILABLE, FailureKind.SESSION_EXPIRED})
_SAYS_NOTHING = frozenset({FailureKind.PROVIDER_UNAVAILABLE, FailureKind.RELYING_PARTY_CREDENTIALS})
"""Kinds that say nothing about a transaction when they answer a question about it: ask again."""
_BEFORE_THE_PHONE = frozenset(
    {FailureKind.RELYING_PARTY_CREDENTIALS, FailureKind.UNKNOWN_USER, FailureKind.BAD_CREDENTIALS}
)
"""Kinds that show before anybody is asked. The rest may come after: a certificate dies while the phone rings."""
_CREDENTIALS_MAX, _CHAIN_MAX = 50, 10
_KEPT = frozenset({"signatures", "responseID", "error", "expiresIn", "status"})
_PROSE = frozenset({"error_description", "description"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one server speaks. ``V1`` and ``V2`` are the two documents; ``dataclasses.replace`` makes the rest."""

    hashes: str
    """Name of the array of digests."""
    hash_algo: str
    """Name of the digest algorithm's field."""
    operation_mode: str = ""
    """``S`` waits in ``signHash``, ``A`` polls; empty: the field is not sent."""
    sign_algo: str = RSA
    """OID sent as ``signAlgo``; the digest algorithm is always named beside it."""
    percent: bool = False
    """True for servers that want the base64 of a hash percent-encoded even inside JSON."""
    sad_as_bearer: bool = False
    """True when the SAD replaces the service token in ``signHash`` instead of standing in its body."""
    poll_name: str = "requestID"
    """Under which name ``signPolling`` takes the response id."""
    tells_little: bool = False
    """True where ``info`` may leave out ``key``, ``authMode`` and ``SCAL`` because the CA knows one way only."""
    tells_names: bool = False
    """True where ``info`` is asked for the certificate's fields as well; some servers answer 501 to that."""
    page_size: int = 20
    """Credentials asked for at a time; 0 where the server knows no pages."""
    errors: Mapping[str, FailureKind] = field(default_factory=lambda: ERRORS)
    """The CA's error → our word."""
    rejected: frozenset[str] = frozenset({"access_denied"})
    """Errors that mean the person said no."""
    expired: frozenset[str] = frozenset({"expired_token"})
    """Errors that mean the person said nothing in time."""
    pending: frozenset[str] = frozenset({"authorization_pending", "slow_down"})
    """Errors that mean: not yet."""
    pending_text: str = "previous asynchronous signature request"
    """The same as prose in ``error_description``, any case."""


V1 = Dialect("hash", "hashAlgo")
V2 = Dialect("hashes", "hashAlgorithmOID", operation_mode="S")


@dataclass(frozen=True, slots=True)
class Words:
    """What one CA wants beside the digests."""

    authorize: Mapping[str, object]
    """Further fields of ``authorize``: the text for the phone, our reference."""
    sign: Mapping[str, object]
    """Further fields of ``signHash``."""
    expires_at: datetime
    """When a request the CA goes on working at (``A``) is given up."""


class Csc:
    """One server's API under ``http``'s base. ``patient`` reaches the same base and waits as long as a person may."""

    def __init__(self, http: Transport, patient: Transport, dialect: Dialect, poll_interval_s: float) -> None:
        self._http = http
        self._patient = patient
        self._speak = dialect
        self._poll_interval_s = poll_interval_s

    def handles(self, bearer: str, user_id: str | None) -> list[str] | Failure:
        """Every credential's id, page by page; ``user_id`` only where the token is not the person's own."""
        try:
            return self._handles(bearer, {"userID": user_id} if user_id is not None else {})
        except Wreck as wreck:
            return violation(wreck)

    def _handles(self, bearer: str, whose: Mapping[str, object]) -> list[str] | Failure:
        found: list[str] = []
        page, seen = "", {""}
        while True:
            asked = {**whose, **self._page(page)}
            body = self._ask("/credentials/list", asked, bearer)
            if isinstance(body, Failure):
                return body
            ids = a_list(body.get("credentialIDs"), "credentialIDs", _CREDENTIALS_MAX)
            found += [a_handle(each, "credentialID") for each in ids]
            page = str(body.get("nextPageToken") or "")
            if not page or page in seen or len(found) >= _CREDENTIALS_MAX:
                return found
            seen.add(page)

    def _page(self, token: str) -> dict[str, object]:
        size: dict[str, object] = {"maxResults": self._speak.page_size} if self._speak.page_size else {}
        return size | ({"pageToken": token} if token else {})

    def certificates(self, bearer: str, user_id: str | None) -> Sequence[RemoteCertificate] | Failure:
        """Every credential that has a certificate; those that want a PIN, an OTP or a browser are not usable."""
        handles = self.handles(bearer, user_id)
        if isinstance(handles, Failure):
            return handles
        found: list[RemoteCertificate] = []
        details = {"certificates": "chain", "certInfo": self._speak.tells_names, "authInfo": True}
        try:
            for handle in handles:
                body = self._ask("/credentials/info", {"credentialID": handle, **details}, bearer)
                if isinstance(body, Failure):
                    return body
                certificate = _certificate(handle, body, self._speak.tells_little)
                found += [certificate] if certificate else []
        except Wreck as wreck:
            return violation(wreck)
        return found or Failure(FailureKind.NO_CERTIFICATE)

    def _ask(self, path: str, asked: Mapping[str, object], bearer: str) -> dict[str, object] | Failure:
        """The object in an answer to a call that changes nothing. Raises ``Wreck``."""
        answer = self._http.post_json(path, asked, bearer)
        if not isinstance(answer, Reply):
            return no_answer(answer)
        return refusal(answer, self._speak) or an_object(read_json(answer.body), path.rpartition("/")[2])

    def sign(self, bearer: str, request: SignatureRequest, words: Words) -> Submission:
        """Ask the person, wait for the answer, have the digests signed: each call once."""
        hashes = [self._wire(item.digest) for item in request.items]
        asked = {
            "credentialID": request.certificate.key_ref,
            "numSignatures": len(hashes),
            self._speak.hashes: hashes,
            **({self._speak.hash_algo: SHA256} if self._speak.operation_mode else {}),
            **words.authorize,
        }
        ends_at = time.monotonic() + self._patient.total_s
        sad = self._sad(self._patient.post_json("/credentials/authorize", asked, bearer), bearer, ends_at)
        return sad if not isinstance(sad, str) else self._sign_hashes(bearer, sad, request, hashes, words)

    def _sad(self, answer: Exchange, bearer: str, ends_at: float) -> str | Submission:
        """The right to sign these digests, once the person gave it; or how it ended."""
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        try:
            body = _readable(answer)
            if _error(body) is None and answer.status == 200:
                return a_token(body["SAD"], "SAD") if "SAD" in body else self._redeemed(body, bearer, ends_at)
        except Wreck as wreck:
            return _unreadable(answer, wreck)
        return self._no_sad(answer, body)

    def _redeemed(self, body: dict[str, object], bearer: str, ends_at: float) -> str | Submission:
        """v2: the phone has been asked; ask the CA with the handle until it knows. Raises ``Wreck``."""
        asked = {"handle": a_token(body.get("handle"), "handle")}
        while time.monotonic() < ends_at:
            time.sleep(self._poll_interval_s)
            answer = self._http.post_json("/credentials/authorizeCheck", asked, bearer)
            settled = self._checked(answer)
            if settled is not None:
                return settled
        return Concluded(Expired(""))

    def _checked(self, answer: Exchange) -> str | Submission | None:
        """The SAD or an end; None while there is neither. Trouble on the line is not an end: ask again."""
        if not isinstance(answer, Reply):
            return None
        try:
            body = _readable(answer)
            if _error(body) is None and answer.status == 200:
                return a_token(body.get("SAD"), "SAD")
        except Wreck:
            return None
        if self._not_yet(answer.status, body):
            return None
        settled = self._ended(answer, body)
        return None if isinstance(settled, Pending | Unreachable) else Concluded(settled)

    def _no_sad(self, answer: Reply, body: dict[str, object]) -> Submission:
        outcome, code = self._end(answer, body), _error(body)
        if not isinstance(outcome, Failed):
            return Concluded(outcome)
        if outcome.failure.kind is FailureKind.SESSION_EXPIRED:
            return NotSubmitted(outcome.failure)
        known = code in self._speak.errors
        if code in self._speak.pending or not (known or surely_refused(answer.status)):
            return SubmissionUnknown(f"http_{answer.status} {code or 'no_code'}")
        if answer.status == 429 or (known and outcome.failure.kind in _BEFORE_THE_PHONE):
            return NotSubmitted(outcome.failure, outcome.raw)
        # The CA gave up, perhaps after it asked the person. Without a SAD nothing can be signed.
        return Concluded(_final(outcome))

    def _sign_hashes(
        self, bearer: str, sad: str, request: SignatureRequest, hashes: list[str], words: Words
    ) -> Submission:
        mode = self._speak.operation_mode
        asked = {
            "credentialID": request.certificate.key_ref,
            self._speak.hashes: hashes,
            self._speak.hash_algo: SHA256,
            "signAlgo": self._speak.sign_algo,
            **({} if self._speak.sad_as_bearer else {"SAD": sad}),
            **({"operationMode": mode} if mode else {}),
            **words.sign,
        }
        answer = self._http.post_json("/signatures/signHash", asked, sad if self._speak.sad_as_bearer else bearer)
        if isinstance(answer, NotSent):
            return Concluded(_final(Failed(no_answer(answer))))
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        try:
            return self._signed_or_taken(answer, request, words)
        except Wreck as wreck:
            if surely_refused(answer.status):
                return Concluded(_final(Failed(no_code(answer.status))))
            return SubmissionUnknown(f"signHash http_{answer.status} {wreck}")

    def _signed_or_taken(self, answer: Reply, request: SignatureRequest, words: Words) -> Submission:
        body = an_object(read_json(answer.body), "signHash")
        code = _error(body)
        if code is not None or answer.status != 200:
            if code not in self._speak.errors and not surely_refused(answer.status):
                raise Wreck(code or "no_code")
            return Concluded(_final(self._end(answer, body)))
        if self._speak.operation_mode == "A":
            return Submitted(a_handle(body.get("responseID"), "responseID"), words.expires_at, _raw(body))
        digests = tuple(item.digest for item in request.items)
        return Concluded(_signed(body, digests, request.certificate.der))

    def poll(self, bearer: str, transaction: OpenTransaction) -> PollResult:
        """Ask for the signatures of an asynchronous ``signHash``. Pending is an HTTP 400 here."""
        asked = {self._speak.poll_name: transaction.vendor_id}
        answer = self._http.polls.post_json("/signatures/signPolling", asked, bearer)
        if not isinstance(answer, Reply):
            return Unreachable(answer.detail)
        try:
            body = _readable(answer)
        except Wreck as wreck:
            return Unreachable(f"http_{answer.status} {wreck}")
        if _error(body) is None and answer.status == 200:
            return _signed(body, transaction.digests, transaction.certificate_der)
        return Pending() if self._not_yet(answer.status, body) else self._ended(answer, body)

    def _ended(self, answer: Reply, body: dict[str, object]) -> PollResult:
        """Only an error we know ends a transaction: the word for "not yet" differs from server to server."""
        code = _error(body)
        outcome = self._end(answer, body)
        if not isinstance(outcome, Failed):
            return outcome
        if outcome.failure.kind is FailureKind.SESSION_EXPIRED:
            return Unreachable("session_expired")
        if outcome.failure.kind in _SAYS_NOTHING or answer.status >= 500 or code is None:
            return Unreachable(code or f"http_{answer.status}")
        if code not in self._speak.errors or outcome.failure.kind is FailureKind.BAD_REQUEST:
            return Pending(vendor_state=code)
        return outcome

    def _not_yet(self, status: int, body: dict[str, object]) -> bool:
        prose = str(body.get("error_description") or "")
        told = _error(body) in self._speak.pending or self._speak.pending_text.lower() in prose.lower()
        return status == 429 or (status == 400 and told)

    def _end(self, answer: Reply, body: dict[str, object]) -> Outcome:
        code = _error(body)
        if code in self._speak.rejected or code in self._speak.expired:
            return Rejected(_raw(body)) if code in self._speak.rejected else Expired(_raw(body))
        return Failed(_failure(answer.status, code, self._speak), _raw(body))

    def _wire(self, digest: bytes) -> str:
        return quote(digest_text(digest), safe="") if self._speak.percent else digest_text(digest)


def refusal(answer: Reply, speak: Dialect) -> Failure | None:
    """The failure in an answer, None when it looks like success. Raises ``Wreck`` when a 200 is unreadable."""
    try:
        body = read_json(answer.body)
    except Wreck:
        if answer.status == 200:
            raise
        return _failure(answer.status, None, speak)
    code = _error(body) if isinstance(body, dict) else None
    return None if code is None and answer.status == 200 else _failure(answer.status, code, speak)


def _failure(status: int, code: str | None, speak: Dialect) -> Failure:
    if status == 401 and speak.errors.get(code or "") in (None, FailureKind.SESSION_EXPIRED):
        return Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401")
    if code is None or (code not in speak.errors and status >= 500):
        return no_code(status)
    kind = speak.errors.get(code, FailureKind.PROTOCOL_VIOLATION)
    return Failure(kind, retryable=kind in _RETRYABLE, vendor_code=code)


def _error(body: dict[str, object]) -> str | None:
    """The error's name or number; None when there is none (some servers send 0)."""
    error = body.get("error")
    return None if error in (None, "", 0, "0") else a_code(error)


def _readable(answer: Reply) -> dict[str, object]:
    """The object in an answer. Raises ``Wreck``."""
    return an_object(read_json(answer.body), "answer")


def _unreadable(answer: Reply, wreck: Wreck) -> Submission:
    if answer.status == 401:
        return NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    if surely_refused(answer.status):
        return NotSubmitted(no_code(answer.status))
    return SubmissionUnknown(f"http_{answer.status} {wreck}")


def _signed(body: dict[str, object], digests: tuple[bytes, ...], certificate: bytes) -> Signed | Failed:
    """The signatures by digest. Some servers sort the hashes first, so the order is only a hint."""
    texts = body.get("signatures")
    try:
        return Signed(match(texts if isinstance(texts, list) else [], digests, certificate), _raw(body))
    except BadSignatures:
        return Failed(Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code="signatures"), _raw(body))


def _final(outcome: Outcome) -> Outcome:
    """An end is an end: what may be tried again is another request."""
    if not isinstance(outcome, Failed):
        return outcome
    return replace(outcome, failure=replace(outcome.failure, retryable=False))


def _raw(body: dict[str, object]) -> str:
    return for_the_auditor(body, _KEPT, _PROSE)


def _certificate(handle: str, info: dict[str, object], tells_little: bool) -> RemoteCertificate | None:
    """One credential; None while a certificate for it has not been issued. Raises ``Wreck``."""
    cert = an_object(info.get("cert"), "cert")
    texts = a_list(cert.get("certificates") or [], "certificates", _CHAIN_MAX)
    if not texts:
        return None
    try:
        leaf, *chain = [unwrap(text) for text in texts]
    except ValueError as error:
        raise Wreck("certificates") from error
    why_not = _why_not(info, cert, tells_little)
    return RemoteCertificate(handle, leaf, tuple(chain), not why_not, why_not)


def _why_not(info: dict[str, object], cert: dict[str, object], tells_little: bool) -> str:
    """Why the credential cannot be used, in the CA's words; empty when it can."""
    missing: dict[str, object] | None = {} if tells_little else None
    key = an_object(info.get("key", missing), "key")
    asked = [
        ("cert", cert.get("status", "valid"), {"valid"}),
        ("key", key.get("status", "enabled" if tells_little else None), {"enabled"}),
        ("authMode", _auth_mode(info) or ("implicit" if tells_little else None), {"implicit"}),
        ("SCAL", info.get("SCAL", "2" if tells_little else "1"), {"2"}),
    ]
    problems = [f"{name} {a_code(state)}" for name, state, good in asked if a_code(state).lower() not in good]
    algos = key.get("algo", [RSA] if tells_little else None)
    if not {RSA, SHA256_RSA} & {str(each) for each in a_list(algos, "algo", 20)}:
        problems.append("key not RSA")
    return " ".join(problems)


def _auth_mode(info: dict[str, object]) -> object:
    """``authMode`` in v1, ``auth.mode`` in v2."""
    auth = info.get("auth")
    return auth.get("mode") if isinstance(auth, dict) else info.get("authMode")


def granted(answer: Reply, speak: Dialect) -> tuple[str, int] | Failure:
    """Token and its seconds in the answer of an OAuth2 token endpoint (RFC 6749 §5.1); 3600 when it does not say."""
    try:
        failed = refusal(answer, speak)
        if failed is not None:
            # Here a 401 speaks of us (RFC 6749 §5.2), never of a session.
            ours = failed.kind is FailureKind.SESSION_EXPIRED
            return Failure(FailureKind.RELYING_PARTY_CREDENTIALS, vendor_code=failed.vendor_code) if ours else failed
        body = an_object(read_json(answer.body), "token")
        life_s = an_integer(body.get("expires_in", 3600), "expires_in")
        if not 0 < life_s <= 31_536_000:
            raise Wreck("expires_in")
        return a_token(body.get("access_token"), "access_token"), life_s
    except Wreck as wreck:
        return violation(wreck)
