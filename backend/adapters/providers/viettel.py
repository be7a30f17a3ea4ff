"""Viettel CA, MySign: the person gives a user name only and approves on the phone.

Follows: Viettel "MySign Integration Document" 1.8/1.9 (February 2025) as described by public clients, read
2026-11-22. Two generations, by ``VIETTEL_PROFILE``: the ``gateway`` (``/vtss/service``) and the older ``adss`` path
(``/adss/service``, CSC v1 with Viettel's names, through ``provider_kit/csc.py``). At the gateway ``VIETTEL_ASYNC`` says
how the result comes: 1 and 2 by polling, 3 by polling and a knock (Viettel takes a token from us first), 0 in the
answer to the request itself, as at ADSS. Signatures are bare RSA PKCS#1 v1.5. Assumed, not confirmed, thus settings:
A1 the user name is opaque and at most 50 characters; A2 a batch of 50 fits the phone; A3 ``async`` 1 rather than 2;
A4 a request lives 120 seconds; A5 a token is good for 50 minutes of its hour; A6 both callbacks come to one address,
by GET or POST; A7 polling works beside ``async`` 3; A8 ADSS uses the gateway's codes.
Does not: call ``registerExtension``, which signs without asking the person. There is no cancel call.

When the sign call goes wrong: a code of Viettel's own means it did not reach the phone (a code we do not know only
below 500); so does a status that refuses (400, 401, 403 …). Anything else that is not a transaction id (5xx, a page
of HTML, a broken line) may have reached it: ``SubmissionUnknown``, never sent again. Where the request itself waits, a
code may also come after the phone rang; it is the end all the same, because nothing is delivered after it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
from backend.adapters.provider_kit.callback_token import CallbackTokens
from backend.adapters.provider_kit.csc import ERRORS, V1, Csc, Words
from backend.adapters.provider_kit.http import Exchange, Reply, open_transport, transport_settings
from backend.adapters.provider_kit.settings import BadSetting, Setting, SettingKind
from backend.adapters.provider_kit.signatures import BadSignatures, digest_text, match, plain, request_problem, unwrap
from backend.domain.providers import (
    CallbackAnswer,
    CallbackHint,
    Concluded,
    Descriptor,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    PollResult,
    ProviderSession,
    Rejected,
    RemoteCertificate,
    ResultGranularity,
    Secret,
    SignatureRequest,
    Signed,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)
from backend.services.ports import Clock, SigningProvider

_CODES: dict[str, FailureKind] = {
    "58007": FailureKind.RELYING_PARTY_CREDENTIALS,  # our client id does not exist
    "58008": FailureKind.UNKNOWN_USER,  # not there, or not activated
    "59033": FailureKind.BAD_CREDENTIALS,
    "86002": FailureKind.RELYING_PARTY_CREDENTIALS,  # our TLS certificate is revoked
    "86024": FailureKind.RELYING_PARTY_CREDENTIALS,  # our client secret is wrong
    "4004": FailureKind.SIGNING_FAILED,
    "4005": FailureKind.QUOTA_EXHAUSTED,
    "13004": FailureKind.CERTIFICATE_INVALID,
    "50000": FailureKind.PROVIDER_UNAVAILABLE,
}
"""Viettel's code → our word. A code that is not here is a protocol violation that keeps its code."""

_SIGNED, _REJECTED, _EXPIRED = "1", "4002", "4001"
_WAITING = {"0": False, "4000": False, "6000": True}
"""Pending states → whether the person has confirmed and the HSM is at work."""

_ENDS = frozenset({FailureKind.SIGNING_FAILED, FailureKind.QUOTA_EXHAUSTED, FailureKind.CERTIFICATE_INVALID})
"""What may end a transaction. The rest (a broken server, our own credentials) says nothing about it: ask again."""

_BEFORE_THE_PHONE = frozenset(
    {FailureKind.RELYING_PARTY_CREDENTIALS, FailureKind.UNKNOWN_USER, FailureKind.BAD_CREDENTIALS}
)
"""What shows before anybody is asked, also where the request itself waits for the person."""

_TITLE_MAX = 72
"""Base64 must stay under 100 characters: 72 make 96, 73 would make 100."""
_SHA256_OID, _RSA_OID = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"
_CERTIFICATES_MAX, _CHAIN_MAX, _CALLBACK_MAX = 50, 10, 64 * 1024
_THANKS = {"status_code": "00", "message": "Thanh cong"}
_NOT_UNDERSTOOD = {"status_code": "01", "message": "Khong hop le"}
_NOT_ADMITTED = CallbackAnswer(None, 401, {"status_code": "01", "message": "Khong duoc phep"}, keep=False)
_ADSS = replace(
    V1,
    errors={**ERRORS, **_CODES},
    rejected=V1.rejected | {_REJECTED},
    expired=V1.expired | {_EXPIRED},
    tells_little=True,
    tells_names=True,
    page_size=0,
)
"""CSC v1 as the older path speaks it."""
_KEPT = frozenset({"status", "transactionId", "transaction_id", "signatures", "error", "status_code"})
_PROSE = frozenset({"description", "error_description", "message"})

_BASE_URL = Setting(
    "VIETTEL_BASE_URL",
    "http://localhost:{SANDBOX_PORT}/viettel",
    "Root of the MySign gateway, before /vtss",
    SettingKind.URL,
    sandbox_only=True,
)
_CLIENT_ID = Setting("VIETTEL_CLIENT_ID", "kbnn_dvctt_sandbox", "Relying party id from Viettel", sandbox_only=True)
_CLIENT_SECRET = Setting(
    "VIETTEL_CLIENT_SECRET",
    "00112233445566778899aabbccddeeff00112233",
    "Relying party secret from Viettel",
    secret=True,
    sandbox_only=True,
)
_PROFILE_ID = Setting("VIETTEL_PROFILE_ID", "adss:ras:profile:001", "Signing profile from Viettel")
_PROFILE = Setting(
    "VIETTEL_PROFILE", "gateway", "Protocol generation: gateway, or the older adss", choices=("gateway", "adss")
)
_ASYNC = Setting(
    "VIETTEL_ASYNC",
    "1",
    "How the gateway tells the result: 1 and 2 when asked, 3 also by callback, 0 in the answer to the request",
    choices=("0", "1", "2", "3"),
)
_CALLBACK_ID = Setting(
    "VIETTEL_CALLBACK_CLIENT_ID", "", "Client id we issued to Viettel; needed with async 3", may_be_empty=True
)
_CALLBACK_SECRET = Setting(
    "VIETTEL_CALLBACK_CLIENT_SECRET",
    "",
    "Client secret we issued to Viettel; needed with async 3",
    secret=True,
    may_be_empty=True,
)
_CALLBACK_TOKEN_S = Setting(
    "VIETTEL_CALLBACK_TOKEN_S", "3600", "Seconds a token of ours lets Viettel in", SettingKind.SECONDS
)
_AUTO_SIGN = Setting(
    "VIETTEL_AUTO_SIGN",
    "no",
    "registerExtension; only here to be refused",
    choices=("no",),
    refused=(("yes", "it signs without asking the person"),),
)
_USER_ID_MAX = Setting("VIETTEL_USER_ID_MAX", "50", "Longest user name sent", SettingKind.COUNT)
_MAX_BATCH = Setting("VIETTEL_MAX_BATCH", "50", "Documents in one approval", SettingKind.COUNT)
_LIFE_S = Setting("VIETTEL_LIFE_S", "120", "Seconds a request waits for the person", SettingKind.COUNT)
_POLL_S = Setting("VIETTEL_POLL_INTERVAL_S", "2", "Seconds between two questions", SettingKind.SECONDS)
_SESSION_S = Setting("VIETTEL_SESSION_S", "3000", "Longest use of one token", SettingKind.SECONDS)
SETTINGS = (
    _BASE_URL,
    _CLIENT_ID,
    _CLIENT_SECRET,
    _PROFILE_ID,
    _PROFILE,
    _ASYNC,
    _CALLBACK_ID,
    _CALLBACK_SECRET,
    _CALLBACK_TOKEN_S,
    _AUTO_SIGN,
    _USER_ID_MAX,
    _MAX_BATCH,
    _LIFE_S,
    _POLL_S,
    _SESSION_S,
    *transport_settings("VIETTEL"),
)


def make(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The provider as ``settings`` describe it. Raises ``BadSetting``."""
    _AUTO_SIGN.text(settings)
    return _Adss(settings, clock) if _PROFILE.text(settings) == "adss" else _Gateway(settings, clock)


def _descriptor(settings: Mapping[str, str]) -> Descriptor:
    adss, mode = _PROFILE.text(settings) == "adss", _ASYNC.text(settings)
    return Descriptor(
        slug="viettel",
        name="VIETTEL CA",
        app_name="MySign",
        deep_link=None,
        needs_password=False,
        may_need_second_factor=False,
        shows_description=True,
        ascii_titles_only=True,
        title_max=_TITLE_MAX,
        doc_id_max=36,
        max_batch=_MAX_BATCH.count(settings),
        has_callback=mode == "3" and not adss,
        granularity=ResultGranularity.BATCH,
        life_s=_LIFE_S.count(settings),
        poll_interval_s=_POLL_S.number(settings),
        looks_up_by_our_reference=False,
        asks_while_sending=mode == "0" or adss,
    )


def _tokens(settings: Mapping[str, str]) -> CallbackTokens | None:
    """What lets Viettel in; None where it has no business here. Raises ``BadSetting``."""
    pair = _CALLBACK_ID.text(settings), _CALLBACK_SECRET.text(settings)
    if _ASYNC.text(settings) != "3":
        return None
    if not all(pair):
        raise BadSetting(f"{_CALLBACK_ID.name}: async 3 needs a client id and a client secret for Viettel")
    return CallbackTokens(*pair, _CALLBACK_TOKEN_S.number(settings))


class _MySign:
    """What both generations share: signing in by user name."""

    def __init__(self, settings: Mapping[str, str], clock: Clock, service: str) -> None:
        self.descriptor = _descriptor(settings)
        self._clock = clock
        self._client = {"client_id": _CLIENT_ID.text(settings), "client_secret": _CLIENT_SECRET.text(settings)}
        self._profile_id = _PROFILE_ID.text(settings)
        self._user_id_max = _USER_ID_MAX.count(settings)
        self._session_s = _SESSION_S.number(settings)
        self._base = _BASE_URL.text(settings).rstrip("/") + service
        self._http = open_transport(self._base, "VIETTEL", settings)

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | Failure:
        """A token bound to ``login``. There is no password: the approval on the phone is the only factor."""
        if not (0 < len(login) <= self._user_id_max and login.isprintable()):
            return Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        answer = self._http.post_json(
            "/ras/v1/login", {**self._client, "profile_id": self._profile_id, "user_id": login}
        )
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            return _refusal(answer) or self._session(login, an_object(read_json(answer.body), "login"))
        except Wreck as wreck:
            return violation(wreck)

    def _session(self, login: str, body: dict[str, object]) -> ProviderSession:
        token = a_token(body.get("access_token"), "access_token")
        life_s = an_integer(body.get("expires_in"), "expires_in")
        if life_s <= 0:
            raise Wreck("expires_in")
        return ProviderSession(
            login, Secret(token), self._clock.now() + timedelta(seconds=min(life_s, self._session_s))
        )


class _Gateway(_MySign):
    """Fulfils ``SigningProvider`` at the gateway."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        super().__init__(settings, clock, "/vtss/service")
        self._async = int(_ASYNC.text(settings))
        self._tokens = _tokens(settings)
        self._patient = open_transport(self._base, "VIETTEL", settings, person_s=self.descriptor.life_s)

    def list_certificates(self, session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        """Every credential of the person that has a certificate. Signs in again once when the token has ended."""
        body = {
            **self._client,
            "profile_id": self._profile_id,
            "user_id": session.login,
            "certificates": "chain",
            "certInfo": True,
            "authInfo": True,
        }
        answer = self._ask_again_if_ended("/certificates/info", body, session)
        if isinstance(answer, Failure):
            return answer
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            return _refusal(answer) or _certificates(read_json(answer.body))
        except Wreck as wreck:
            return violation(wreck)

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once. A 401 means it did not ring: ``SESSION_EXPIRED``, and the caller decides."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        now = self._clock.now()
        way = self._patient if self._async == 0 else self._http
        answer = way.post_json("/signHash", self._sign_body(request), session.token.reveal())
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        try:
            if self._async == 0:
                return _conclusion(answer, request)
            return _submission(answer, now + timedelta(seconds=self.descriptor.life_s))
        except Wreck as wreck:
            if surely_refused(answer.status):
                return NotSubmitted(no_code(answer.status))
            return SubmissionUnknown(f"http_{answer.status} {wreck}")

    def _sign_body(self, request: SignatureRequest) -> dict[str, object]:
        return {
            **self._client,
            # Capital D here; the certificate answer spells it credential_id.
            "credentialID": request.certificate.key_ref,
            "numSignatures": len(request.items),
            "description": _title(request.summary, request.items[0].doc_id),
            "documents": _documents(request),
            "hash": [digest_text(item.digest) for item in request.items],
            "hashAlgo": _SHA256_OID,
            "signAlgo": _RSA_OID,
            "async": self._async,
        }

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Ask for the result. Signs in again once when the token has ended; no broken answer is ever an outcome."""
        answer = self._ask_again_if_ended("/requests/status", {"transactionId": transaction.vendor_id}, session)
        if isinstance(answer, Failure):
            return Unreachable(f"session_expired {answer.vendor_code}".strip())
        if not isinstance(answer, Reply):
            return Unreachable(answer.detail)
        if answer.status == 401:
            return Unreachable("session_expired")
        try:
            return _outcome(answer, transaction)
        except Wreck as wreck:
            return Unreachable(f"http_{answer.status} {wreck}")

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """A request for a token, or a result that only says whom to ask about; with ``async`` 3 under our token."""
        try:
            if len(body) > _CALLBACK_MAX:
                raise Wreck("too_large")
            told = an_object(read_json(body), "callback")
            if self._tokens is not None and "meta_data" not in told:
                return self._lets_in(self._tokens, told)
            if self._tokens is not None and not self._tokens.admits(headers, self._clock.now()):
                return _NOT_ADMITTED
            meta = an_object(told.get("meta_data"), "meta_data")
            vendor_id = a_handle(meta.get("transaction_id"), "transaction_id")
        except Wreck:
            return CallbackAnswer(None, 400, dict(_NOT_UNDERSTOOD), keep=self._tokens is None)
        return CallbackAnswer(CallbackHint(vendor_id=vendor_id), 200, dict(_THANKS))

    def _lets_in(self, tokens: CallbackTokens, told: dict[str, object]) -> CallbackAnswer:
        """The handshake: what Viettel sends here is a secret and must not rest."""
        known = tokens.knows(told.get("client_id"), told.get("client_secret"))
        if not known or told.get("grant_type") != "client_credentials":
            return _NOT_ADMITTED
        now = self._clock.now()
        granted = {
            "access_token": tokens.grant(now),
            "expires_in": str(round(tokens.life_s * 1000)),  # milliseconds, as text
            "consented_on": str(int(now.timestamp())),
        }
        return CallbackAnswer(None, 200, {**_THANKS, "data": granted}, keep=False)

    def _ask_again_if_ended(
        self, path: str, body: Mapping[str, object], session: ProviderSession
    ) -> Exchange | Failure:
        """Post; on 401 sign in and post once more. Only for calls that change nothing at Viettel."""
        answer = self._http.polls.post_json(path, body, session.token.reveal())
        if not isinstance(answer, Reply) or answer.status != 401:
            return answer
        renewed = self.open_session(session.login, None)
        if isinstance(renewed, Failure):
            return renewed
        return self._http.polls.post_json(path, body, renewed.token.reveal())


class _Adss(_MySign):
    """Fulfils ``SigningProvider`` on the older path: CSC v1, where ``authorize`` waits for the person."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        super().__init__(settings, clock, "/adss/service")
        base = f"{self._base}/ras/csc/v1"
        self._api = Csc(
            open_transport(base, "VIETTEL", settings),
            open_transport(base, "VIETTEL", settings, person_s=self.descriptor.life_s),
            _ADSS,
            self.descriptor.poll_interval_s,
        )

    def list_certificates(self, session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        """Every credential of the person that has a certificate. Signs in again once when the token has ended."""
        found = self._api.certificates(session.token.reveal(), session.login)
        if not isinstance(found, Failure) or found.kind is not FailureKind.SESSION_EXPIRED:
            return found
        renewed = self.open_session(session.login, None)
        if isinstance(renewed, Failure):
            return renewed
        return self._api.certificates(renewed.token.reveal(), session.login)

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once, and wait for the person. A 401 means it did not ring: ``SESSION_EXPIRED``."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        documents = _documents(request)
        words = Words(
            authorize={"documents": documents, "description": _title(request.summary, request.items[0].doc_id)},
            sign={"documents": documents},
            expires_at=self._clock.now() + timedelta(seconds=self.descriptor.life_s),
        )
        return self._api.sign(session.token.reveal(), request, words)

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """This path has nothing to ask: the answer to the request was the result, or was lost."""
        return Unreachable("no_polling")

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """Nothing of this path knocks here."""
        return CallbackAnswer(None, 404, dict(_NOT_UNDERSTOOD), keep=False)


def _documents(request: SignatureRequest) -> list[dict[str, str]]:
    return [{"document_id": item.doc_id, "document_name": _title(item.title, item.doc_id)} for item in request.items]


def _title(text: str, instead: str) -> str:
    """Words for the phone: ASCII, then base64. ``instead`` when nothing of ``text`` can be shown."""
    return base64.b64encode((plain(text, _TITLE_MAX) or plain(instead, _TITLE_MAX)).encode()).decode("ascii")


def _error_code(body: dict[str, object]) -> str | None:
    """Viettel's error code; None when there is none (``error`` is 0 or absent on success).

    Words there, such as ``Internal Server Error``, are a web server's and not a code of Viettel's.
    """
    try:
        error = an_integer(body.get("error", 0), "error")
    except Wreck:
        return None
    return str(error) if error else None


def _failure(code: str) -> Failure:
    kind = _CODES.get(code, FailureKind.PROTOCOL_VIOLATION)
    return Failure(kind, retryable=kind is FailureKind.PROVIDER_UNAVAILABLE, vendor_code=code)


def _refusal(answer: Reply) -> Failure | None:
    """The failure in an answer, None when it looks like success. Raises ``Wreck`` when a 200 is unreadable."""
    try:
        body = read_json(answer.body)
    except Wreck:
        if answer.status == 200:
            raise
        return no_code(answer.status)
    code = _error_code(body) if isinstance(body, dict) else None
    if code is not None:
        return _failure(code)
    return None if answer.status == 200 else no_code(answer.status)


def _certificates(body: object) -> Sequence[RemoteCertificate] | Failure:
    """Success is a bare array (an object would have been an error); an empty one means no certificate."""
    entries = [an_object(entry, "credential") for entry in a_list(body, "credentials", _CERTIFICATES_MAX)]
    found = [certificate for certificate in map(_certificate, entries) if certificate is not None]
    return found or Failure(FailureKind.NO_CERTIFICATE)


def _certificate(entry: dict[str, object]) -> RemoteCertificate | None:
    """One credential; None while a certificate for it has not been issued."""
    cert, key = an_object(entry.get("cert"), "cert"), an_object(entry.get("key"), "key")
    states = a_code(cert.get("status")).lower(), a_code(key.get("status")).lower()
    usable = states == ("valid", "enabled")
    texts = a_list(cert.get("certificates") or [], "certificates", _CHAIN_MAX)
    if not texts and not usable:
        return None
    try:
        leaf, *chain = [unwrap(text) for text in texts]
    except ValueError as error:
        raise Wreck("certificates") from error
    handle = a_handle(entry.get("credential_id"), "credential_id")
    return RemoteCertificate(handle, leaf, tuple(chain), usable, "" if usable else "cert {} key {}".format(*states))


def _submission(answer: Reply, expires_at: datetime) -> Submission:
    if answer.status == 401:
        return NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    body = an_object(read_json(answer.body), "sign")
    raw = for_the_auditor(body, _KEPT, _PROSE)
    code = _error_code(body)
    if code is not None and (code in _CODES or answer.status < 500):
        return NotSubmitted(_failure(code), raw)
    if answer.status != 200:
        raise Wreck("no_code")
    return Submitted(a_handle(body.get("transactionId"), "transactionId"), expires_at, raw)


def _conclusion(answer: Reply, request: SignatureRequest) -> Submission:
    """``async`` 0: the answer that waited for the person."""
    if answer.status == 401:
        return NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    body = an_object(read_json(answer.body), "sign")
    raw, code = for_the_auditor(body, _KEPT, _PROSE), _error_code(body)
    if code in (_REJECTED, _EXPIRED):
        return Concluded(Rejected(raw) if code == _REJECTED else Expired(raw))
    if code is None and answer.status == 200:
        digests = tuple(item.digest for item in request.items)
        return Concluded(_signed(body.get("signatures"), digests, request.certificate.der, raw))
    if code is None or (code not in _CODES and answer.status >= 500):
        raise Wreck(code or "no_code")
    failure = _failure(code)
    if failure.kind in _BEFORE_THE_PHONE:
        return NotSubmitted(failure, raw)
    # Nothing is delivered after this answer, whatever the person does on the phone.
    return Concluded(Failed(replace(failure, retryable=False), raw))


def _outcome(answer: Reply, transaction: OpenTransaction) -> PollResult:
    body = an_object(read_json(answer.body), "status_answer")
    error = _error_code(body)
    if error is not None or answer.status != 200:
        return _trouble(error or f"http_{answer.status}", for_the_auditor(body, _KEPT, _PROSE))
    state = str(an_integer(body.get("status"), "status"))
    if state in _WAITING:
        return Pending(person_has_confirmed=_WAITING[state])
    raw = for_the_auditor(body, _KEPT, _PROSE)
    if state == _SIGNED:
        return _signed(body.get("signatures"), transaction.digests, transaction.certificate_der, raw)
    if state in (_REJECTED, _EXPIRED):
        return Rejected(raw) if state == _REJECTED else Expired(raw)
    return _trouble(state, raw)


def _trouble(code: str, raw: str) -> PollResult:
    """A code where an outcome should be. One we do not know leaves the transaction open until its clock runs out."""
    kind = _CODES.get(code)
    if kind in _ENDS:
        return Failed(_failure(code), raw)
    if kind is not None or code.startswith("http_"):
        return Unreachable(code)
    return Pending(vendor_state=code)


def _signed(texts: object, digests: tuple[bytes, ...], certificate: bytes, raw: str) -> Signed | Failed:
    try:
        return Signed(match(texts if isinstance(texts, list) else [], digests, certificate), raw)
    except BadSignatures:
        return Failed(Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code=_SIGNED), raw)
