"""MISA CA, MISA eSign RemoteSigning: user name and password, a code besides where MISA wants one, then the phone.

Follows: MISA "Tài liệu hướng dẫn tích hợp MISA eSign RemoteSigning" V2 (27 October 2025) and what a public client
recorded of the test host, read 2026-11-22. Two applications on one host: sign-in under ``MISA_AUTH_PREFIX``, refresh
and resend always under ``/webdev``, signing ("ESRM") under ``MISA_ROOT_PREFIX``. Each call carries the relying party's
two headers; ESRM wants ``AuthorizationRM`` with the *remote signing* token. Signatures are bare RSA PKCS#1 v1.5.
Assumed, not confirmed, and therefore settings: A1 how the ends of a request are worded, for MISA publishes no codes
(``MISA_OUTCOMES``), and those of a refused code (``MISA_CODE_OUTCOMES``); A2 a request lives 300 seconds; A3 a question
every 3 seconds is welcome; A4 50 documents in one approval; A5 when MISA asks for a code and does not say which, it is
the authenticator app's (``MISA_SECOND_FACTOR``); A6 200 characters fit the phone; A7 where each application lives.
Does not: keep the password, have MISA trust our server as a device (nobody else's second factor may become weaker), use
keys that sign by themselves, hash at MISA. There is no cancel call, and MISA takes no transaction id of ours: a lost
answer stays lost. The webhook is a knock, nothing more.

When the sign call goes wrong: MISA's own code, or a status that refuses (400, 401, 403 …), means it did not reach the
phone. Anything else that is not a transaction id (5xx, a page of HTML, a broken line) may have reached it:
``SubmissionUnknown``, never sent again. MISA's document has every call repeated with renewed tokens after a 401; here
only the questions are, never the request itself."""

from __future__ import annotations

import hmac
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
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
from backend.adapters.provider_kit.http import Exchange, Reply, open_transport, transport_settings
from backend.adapters.provider_kit.outcome_table import OutcomeTable, Verdict
from backend.adapters.provider_kit.settings import Setting, SettingKind
from backend.adapters.provider_kit.signatures import BadSignatures, digest_text, match, request_problem, shown, unwrap
from backend.domain.providers import (
    CallbackAnswer,
    CallbackHint,
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
    SecondFactorChannel,
    SecondFactorRequired,
    Secret,
    SignatureRequest,
    Signed,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)
from backend.services.ports import Clock, SigningProvider

_TABLE = OutcomeTable(
    codes={
        "122": FailureKind.SECOND_FACTOR_REQUIRED,
        "e400": FailureKind.BAD_REQUEST,
        "e2001": FailureKind.SESSION_EXPIRED,
        "http_401": FailureKind.RELYING_PARTY_CREDENTIALS,
        "http_403": FailureKind.RELYING_PARTY_CREDENTIALS,
    },
    messages=(
        ("tu choi", Verdict.REJECTED),
        ("reject", Verdict.REJECTED),
        ("cancel", Verdict.REJECTED),
        ("het han", Verdict.EXPIRED),
        ("qua han", Verdict.EXPIRED),
        ("expire", Verdict.EXPIRED),
        ("timeout", Verdict.EXPIRED),
    ),
    refusals=(
        ("bi khoa", FailureKind.LOCKED),
        ("tam khoa", FailureKind.LOCKED),
        ("locked", FailureKind.LOCKED),
        ("khong ton tai", FailureKind.UNKNOWN_USER),
        ("not exist", FailureKind.UNKNOWN_USER),
        ("lien ket", FailureKind.NOT_ENROLLED),
        ("kich hoat", FailureKind.NOT_ENROLLED),
        ("not linked", FailureKind.NOT_ENROLLED),
        ("het luot", FailureKind.QUOTA_EXHAUSTED),
        ("quota", FailureKind.QUOTA_EXHAUSTED),
        ("thu hoi", FailureKind.CERTIFICATE_INVALID),
        ("revoked", FailureKind.CERTIFICATE_INVALID),
        ("client", FailureKind.RELYING_PARTY_CREDENTIALS),
    ),
)
"""MISA's words → ours: ``messages`` end a request, ``refusals`` refuse a call before anybody was asked."""

_CODE_TABLE = OutcomeTable(
    codes={
        "1001": FailureKind.SECOND_FACTOR_WRONG,
        "1002": FailureKind.SECOND_FACTOR_EXPIRED,
        "1003": FailureKind.SECOND_FACTOR_EXHAUSTED,
    },
    refusals=(
        ("qua so lan", FailureKind.SECOND_FACTOR_EXHAUSTED),
        ("too many", FailureKind.SECOND_FACTOR_EXHAUSTED),
        ("het han", FailureKind.SECOND_FACTOR_EXPIRED),
        ("expire", FailureKind.SECOND_FACTOR_EXPIRED),
    ),
)
"""The same for a refused code; what is not here is a wrong code."""

_AUTH, _WEBDEV = "/api/auth/api/v1/auth", "/webdev"
_CERTIFICATES = "/external/esrm/service/general/api/v1/Certificates/by-userId"
_SIGNING = "/external/esrm/service/signing/api/v1/Signing"
_OTP_TYPE = {SecondFactorChannel.MESSAGE: 0, SecondFactorChannel.AUTHENTICATOR: 1}
_OTP = re.compile(r"\d{4,8}")
_NO_ERROR = frozenset({"", "0", "None"})
_CERTIFICATES_MAX, _CHAIN_MAX, _CALLBACK_MAX, _LIFE_MAX_S, _RENEWED_MAX = 20, 10, 64 * 1024, 86_400, 1000
_KEPT = frozenset({"status", "errorCode", "transactionId", "documentId", "signature", "traceId"})
_PROSE = frozenset({"errorDescription", "userMsg", "devMsg"})

_BASE_URL = Setting(
    "MISA_BASE_URL",
    "http://localhost:{SANDBOX_PORT}/misa",
    "Host of MISA eSign; the two prefixes follow it",
    SettingKind.URL,
    sandbox_only=True,
)
_AUTH_PREFIX = Setting(
    "MISA_AUTH_PREFIX", "/webdev", "Path before /api/auth of the sign-in; / is the root", SettingKind.PATH
)
_ROOT_PREFIX = Setting("MISA_ROOT_PREFIX", "/", "Path before /external/esrm; / is the root", SettingKind.PATH)
_CLIENT_ID = Setting("MISA_CLIENT_ID", "kbnn-sandbox", "Relying party id from MISA", sandbox_only=True)
_CLIENT_KEY = Setting(
    "MISA_CLIENT_KEY", "c2FuZGJveC1taXNh", "Relying party key from MISA", secret=True, sandbox_only=True
)
_SECOND_FACTOR = Setting(
    "MISA_SECOND_FACTOR",
    SecondFactorChannel.AUTHENTICATOR.value,
    "Where the code is found when MISA wants one and does not say which",
    choices=tuple(each.value for each in SecondFactorChannel),
)
_OUTCOMES = Setting(
    "MISA_OUTCOMES",
    "",
    "Further words of MISA: code, message or refusal, then WORD=MEANING; semicolon between",
    SettingKind.OUTCOMES,
    may_be_empty=True,
)
_CODE_OUTCOMES = Setting(
    "MISA_CODE_OUTCOMES",
    "",
    "The same for a refused code: code or refusal, then WORD=second_factor_wrong, …_expired or …_exhausted",
    SettingKind.OUTCOMES,
    may_be_empty=True,
)
_TEXT_MAX = Setting("MISA_TEXT_MAX", "200", "Characters of the text the phone shows first", SettingKind.COUNT)
_MAX_BATCH = Setting("MISA_MAX_BATCH", "50", "Documents in one approval", SettingKind.COUNT)
_LIFE_S = Setting("MISA_LIFE_S", "300", "Seconds a request waits for the person", SettingKind.COUNT)
_POLL_S = Setting("MISA_POLL_INTERVAL_S", "3", "Seconds between two questions", SettingKind.SECONDS)
SETTINGS = (
    _BASE_URL,
    _AUTH_PREFIX,
    _ROOT_PREFIX,
    _CLIENT_ID,
    _CLIENT_KEY,
    _SECOND_FACTOR,
    _OUTCOMES,
    _CODE_OUTCOMES,
    _TEXT_MAX,
    _MAX_BATCH,
    _LIFE_S,
    _POLL_S,
    *transport_settings("MISA"),
)


def make(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The provider as ``settings`` describe it. Raises ``BadSetting``."""
    return _Misa(settings, clock)


def _descriptor(settings: Mapping[str, str]) -> Descriptor:
    return Descriptor(
        slug="misa",
        name="MISA CA",
        app_name="MISA eSign",
        deep_link=None,
        needs_password=True,
        may_need_second_factor=True,
        shows_description=True,
        ascii_titles_only=False,
        title_max=100,
        doc_id_max=36,
        max_batch=_MAX_BATCH.count(settings),
        has_callback=True,
        granularity=ResultGranularity.BATCH,
        life_s=_LIFE_S.count(settings),
        poll_interval_s=_POLL_S.number(settings),
        looks_up_by_our_reference=False,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, read."""

    http: int
    body: object
    code: str
    """MISA's error code; empty when there is none."""
    text: str
    """MISA's words about it."""

    @property
    def raw(self) -> str:
        return for_the_auditor(self.body, _KEPT, _PROSE)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What a sign-in gave."""

    access: str
    """``remoteSigningAccessToken``."""
    refresh: str
    user_id: str

    def packed(self) -> Secret:
        return Secret(json.dumps([self.access, self.refresh, self.user_id]))


class _Misa:
    """Fulfils ``SigningProvider`` and ``AsksSecondFactor``."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        self.descriptor = _descriptor(settings)
        self._clock = clock
        self._client_id = _CLIENT_ID.text(settings)
        self._client = {"x-clientId": self._client_id, "x-clientKey": _CLIENT_KEY.text(settings)}
        self._auth = _prefix(_AUTH_PREFIX.text(settings)) + _AUTH
        self._root = _prefix(_ROOT_PREFIX.text(settings))
        self._channel = SecondFactorChannel(_SECOND_FACTOR.text(settings))
        self._table = _TABLE.extended(_OUTCOMES.text(settings))
        self._code_table = _CODE_TABLE.extended(_CODE_OUTCOMES.text(settings))
        self._text_max = _TEXT_MAX.count(settings)
        self._http = open_transport(_BASE_URL.text(settings), "MISA", settings)
        self._renewed: dict[str, ProviderSession] = {}
        """The session that replaced another, until the caller has taken it over from an answer to ``poll``."""
        self._renewing = threading.Lock()

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | SecondFactorRequired | Failure:
        """Exchange the password for tokens, or be told that a code is wanted as well."""
        if not (0 < len(login) <= 100 and login.isprintable()):
            return Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        if password is None or not password.reveal():
            return Failure(FailureKind.BAD_CREDENTIALS, vendor_code="no_password")
        fields = {"userName": login, "password": password.reveal()}
        answer = self._http.post_json(f"{self._auth}/login-api", fields, headers=self._client)
        return self._signed_in(login, answer, self._login_refused)

    def answer_second_factor(self, login: str, challenge: Secret, code: Secret) -> ProviderSession | Failure:
        """Finish the sign-in with the code. What cannot be a code is not sent: it would cost one of few tries."""
        otp = re.sub(r"\s", "", code.reveal())
        if not _OTP.fullmatch(otp):
            return Failure(FailureKind.SECOND_FACTOR_WRONG, vendor_code="not_digits")
        fields = {"userName": login, "code": otp, "otpType": int(challenge.reveal()), "remember": False}
        # This section of the document spells the two headers without the x.
        headers = {**self._client, "clientId": self._client_id, "clientKey": self._client["x-clientKey"]}
        answer = self._http.post_json(f"{self._auth}/two-factor-auth", fields, headers=headers)
        opened = self._signed_in(login, answer, self._code_refused)
        if isinstance(opened, SecondFactorRequired):
            return Failure(FailureKind.SECOND_FACTOR_WRONG, vendor_code="122")
        return opened

    def resend_second_factor(self, login: str, challenge: Secret) -> SecondFactorRequired | Failure:
        """A new code by SMS or e-mail."""
        fields = {"userName": login, "language": "vi-VN"}
        answer = self._http.post_json(f"{_WEBDEV}{_AUTH}/resend-otp-auth", fields, headers=self._client)
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            said = _said(answer)
        except Wreck as wreck:
            return violation(wreck) if answer.status < 300 else no_code(answer.status)
        if said.code or said.http >= 300:
            return self._code_refused(said)
        return _wanted(SecondFactorChannel.MESSAGE, said.body)

    def _signed_in(
        self, login: str, answer: Exchange, refused: Callable[[_Said], Failure]
    ) -> ProviderSession | SecondFactorRequired | Failure:
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            said = _said(answer)
            if self._table.of_code(said.code) is FailureKind.SECOND_FACTOR_REQUIRED:
                return _wanted(_channel(said.body) or self._channel, said.body)
            if said.code or said.http >= 300 or _says_error(said.body):
                return refused(said)
            data = an_object(_data(said.body), "data")
            user = an_object(data.get("user"), "user")
            tokens = _tokens(data, a_handle(user.get("id"), "user_id"))
            return ProviderSession(login, tokens.packed(), self._ends(data))
        except Wreck as wreck:
            return violation(wreck) if answer.status < 300 else no_code(answer.status)

    def _ends(self, data: Mapping[str, object]) -> datetime:
        life_s = an_integer(data.get("expiresIn"), "expiresIn")
        if not 0 < life_s <= _LIFE_MAX_S:
            raise Wreck("expiresIn")
        return self._clock.now() + timedelta(seconds=life_s)

    def _login_refused(self, said: _Said) -> Failure:
        return self._refused(said, self._table, FailureKind.BAD_CREDENTIALS)

    def _code_refused(self, said: _Said) -> Failure:
        return self._refused(said, self._code_table, FailureKind.SECOND_FACTOR_WRONG)

    def _refused(self, said: _Said, table: OutcomeTable, otherwise: FailureKind) -> Failure:
        if said.http == 429 or said.http >= 500:
            return no_code(said.http)
        found = table.of_code(said.code) or table.of_refusal(said.text) or table.of_code(f"http_{said.http}")
        kind = found if isinstance(found, FailureKind) else otherwise
        return Failure(
            kind, retryable=kind is FailureKind.SESSION_EXPIRED, vendor_code=said.code or f"http_{said.http}"
        )

    def list_certificates(
        self, session: ProviderSession
    ) -> Sequence[RemoteCertificate] | SecondFactorRequired | Failure:
        """Every key of the person in one call. MISA may want a code in the middle of it."""
        answer = self._esrm(session, lambda headers: self._http.get(self._root + _CERTIFICATES, headers))
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            said = _said(answer)
            if self._table.of_code(said.code) is FailureKind.SECOND_FACTOR_REQUIRED:
                return _wanted(_channel(said.body) or self._channel, said.body)
            if said.code or said.http != 200:
                return self._esrm_refused(said)
            listed = a_list(said.body, "certificates", _CERTIFICATES_MAX)
            found = [_certificate(an_object(each, "certificate")) for each in listed]
            return [each for each in found if each is not None] or Failure(FailureKind.NO_CERTIFICATE)
        except Wreck as wreck:
            return violation(wreck) if answer.status == 200 else no_code(answer.status)

    def _esrm_refused(self, said: _Said) -> Failure:
        if said.http == 401:
            return Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code=said.code or "http_401")
        return self._refused(said, self._table, FailureKind.PROTOCOL_VIOLATION)

    def _esrm(self, session: ProviderSession, ask: Callable[[dict[str, str]], Exchange]) -> Exchange:
        """Ask the signing application; after a 401 once more, with renewed tokens."""
        tokens = self._tokens_of(session)
        answer = ask(self._headers(tokens))
        if not isinstance(answer, Reply) or answer.status != 401:
            return answer
        return ask(self._headers(self._tokens_of(session))) if self._renew(session, tokens) else answer

    def _headers(self, tokens: _Tokens) -> dict[str, str]:
        return {**self._client, "AuthorizationRM": f"Bearer {tokens.access}"}

    def _tokens_of(self, session: ProviderSession) -> _Tokens:
        return _unpacked(self._renewed.get(_mark(session), session).token)

    def _renew(self, session: ProviderSession, used: _Tokens) -> bool:
        """New tokens for old; a refresh token is good once, so one thread at a time."""
        with self._renewing:
            if self._tokens_of(session) != used:
                return True
            answer = self._http.post_json(
                f"{_WEBDEV}{_AUTH}/refreshtoken", {"refreshToken": used.refresh}, headers=self._client
            )
            fresh = self._refreshed(session.login, answer, used.user_id) if isinstance(answer, Reply) else None
            if fresh is not None:
                self._renewed[_mark(session)] = fresh
                for old in list(self._renewed)[:-_RENEWED_MAX]:
                    del self._renewed[old]
            return fresh is not None

    def _refreshed(self, login: str, answer: Reply, user_id: str) -> ProviderSession | None:
        try:
            said = _said(answer)
            if said.http != 200 or said.code:
                return None
            data = an_object(_data(said.body), "refresh")
            return ProviderSession(login, _tokens(data, user_id).packed(), self._ends(data))
        except Wreck:
            return None

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once: MISA knows no id of ours by which a second ring could be recognised."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        now = self._clock.now()
        tokens = self._tokens_of(session)
        body = self._sign_body(tokens.user_id, request)
        answer = self._http.post_json(f"{self._root}{_SIGNING}/hash", body, headers=self._headers(tokens))
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        if answer.status == 401:
            return NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
        try:
            return self._submission(_said(answer), now + timedelta(seconds=self.descriptor.life_s))
        except Wreck as wreck:
            if surely_refused(answer.status):
                return NotSubmitted(no_code(answer.status))
            return SubmissionUnknown(f"http_{answer.status} {wreck}")

    def _sign_body(self, user_id: str, request: SignatureRequest) -> dict[str, object]:
        most = self.descriptor.title_max
        return {
            # Shown as HTML: nothing of ours may become markup.
            "DataToBeDisplayed": escape(shown(request.summary, self._text_max)),
            "UserId": user_id,
            "CertAlias": request.certificate.key_ref,
            "Documents": [
                {
                    "DocumentId": item.doc_id,
                    "FileToSign": digest_text(item.digest),
                    "DocumentName": shown(item.title, most),
                }
                for item in request.items
            ],
        }

    def _submission(self, said: _Said, expires_at: datetime) -> Submission:
        body = an_object(said.body, "sign")
        known = self._table.of_code(said.code) or self._table.of_refusal(said.text)
        if said.code and (surely_refused(said.http) or (said.http < 300 and known is not None)):
            return NotSubmitted(self._esrm_refused(said), said.raw)
        if said.code or said.http != 200:
            raise Wreck(said.code or "no_code")
        return Submitted(a_handle(body.get("transactionId"), "transactionId"), expires_at, said.raw)

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Ask for the result. No broken answer and no ended token is ever an outcome."""
        path = f"{self._root}{_SIGNING}/status/{quote(transaction.vendor_id, safe='')}"
        result = self._asked(self._esrm(session, lambda headers: self._http.polls.get(path, headers)), transaction)
        if isinstance(result, Pending | Unreachable):
            return replace(result, renewed=self._renewed.get(_mark(session)))
        return result

    def _asked(self, answer: Exchange, transaction: OpenTransaction) -> PollResult:
        if not isinstance(answer, Reply):
            return Unreachable(answer.detail)
        if answer.status == 401:
            return Unreachable("session_expired")
        try:
            return self._outcome(_said(answer), transaction)
        except Wreck as wreck:
            return Unreachable(f"http_{answer.status} {wreck}")

    def _outcome(self, said: _Said, transaction: OpenTransaction) -> PollResult:
        body = an_object(said.body, "status")
        if said.http == 404 and said.code:
            return Failed(Failure(FailureKind.TRANSACTION_NOT_FOUND, vendor_code=said.code), said.raw)
        if said.http != 200:
            return Unreachable(said.code or f"http_{said.http}")
        # Another's refusal must not end this transaction.
        if body.get("transactionId") not in (None, transaction.vendor_id):
            raise Wreck("other_transactionId")
        state = body.get("status")
        if state == "PENDING":
            return Pending()
        if state == "SUCCESS":
            return _signed(body.get("signatures"), transaction, said.raw)
        if state == "CANCELLED":
            return Rejected(said.raw)
        return self._failed(said) if state == "FAILED" else Pending(vendor_state=a_code(state) or "none")

    def _failed(self, said: _Said) -> PollResult:
        """MISA's one word for refused, too late and broken; its prose tells them apart."""
        meaning = self._table.of_code(said.code) or self._table.of_message(f"{said.code} {said.text}")
        if meaning is Verdict.REJECTED:
            return Rejected(said.raw)
        if meaning is Verdict.EXPIRED:
            return Expired(said.raw)
        kind = meaning if isinstance(meaning, FailureKind) else FailureKind.SIGNING_FAILED
        return Failed(Failure(kind, vendor_code=said.code or "FAILED"), said.raw)

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """The webhook: without credentials, with signatures that are not even read."""
        try:
            if len(body) > _CALLBACK_MAX:
                raise Wreck("too_large")
            notice = an_object(read_json(body), "callback")
            if not hmac.compare_digest(a_handle(notice.get("clientId"), "clientId"), self._client_id):
                raise Wreck("clientId")
            a_handle(notice.get("messageId"), "messageId")
            vendor_id = a_handle(notice.get("transactionId"), "transactionId")
        except Wreck as wreck:
            return CallbackAnswer(None, 400, {"errorCode": "e400", "devMsg": str(wreck), "userMsg": ""})
        return CallbackAnswer(CallbackHint(vendor_id=vendor_id), 200, {"errorCode": "0", "devMsg": "", "userMsg": ""})


def _prefix(path: str) -> str:
    return "/" + path.strip("/") if path.strip("/") else ""


def _said(answer: Reply) -> _Said:
    """An answer with its code and words. Raises ``Wreck``; a 200 that is not JSON is the page of a wrong address."""
    if answer.status < 300 and "json" not in answer.content_type.lower():
        raise Wreck("not_json")
    body = read_json(answer.body)
    if not isinstance(body, dict):
        return _Said(answer.status, body, "", "")
    envelope = body["status"] if isinstance(body.get("status"), dict) else body
    code = a_code(envelope.get("errorCode"))
    words = (envelope.get(name) for name in ("userMsg", "devMsg", "errorDescription"))
    text = " ".join(word for word in words if isinstance(word, str))
    return _Said(answer.status, body, "" if code in _NO_ERROR else code, text)


def _says_error(body: object) -> bool:
    envelope = body.get("status") if isinstance(body, dict) else None
    return isinstance(envelope, dict) and envelope.get("error") not in (None, False)


def _data(body: object) -> object:
    """What is inside the envelope; the refresh call has none."""
    return body["data"] if isinstance(body, dict) and "data" in body else body


def _tokens(data: Mapping[str, object], user_id: str) -> _Tokens:
    access = a_token(data.get("remoteSigningAccessToken"), "remoteSigningAccessToken")
    return _Tokens(access, a_token(data.get("refreshToken"), "refreshToken"), user_id)


def _unpacked(token: Secret) -> _Tokens:
    try:
        return _Tokens(*(str(part) for part in json.loads(token.reveal())))
    except (ValueError, TypeError):
        # Not a session of ours: MISA will say 401, and so shall we.
        return _Tokens("none", "none", "none")


def _mark(session: ProviderSession) -> str:
    return sha256(session.token.reveal().encode()).hexdigest()


def _channel(body: object) -> SecondFactorChannel | None:
    """Which code MISA means, where it says so."""
    data = _data(body)
    used = data.get("default") if isinstance(data, dict) else None
    if not isinstance(used, dict):
        return None
    if used.get("appAuthenticator") is True:
        return SecondFactorChannel.AUTHENTICATOR
    by_message = used.get("email") is True or used.get("phoneNumber") is True
    return SecondFactorChannel.MESSAGE if by_message else None


def _wanted(channel: SecondFactorChannel, body: object) -> SecondFactorRequired:
    sent_to = _masked_address(body) if channel is SecondFactorChannel.MESSAGE else ""
    return SecondFactorRequired(channel, Secret(str(_OTP_TYPE[channel])), sent_to)


def _masked_address(body: object) -> str:
    """Where the message went, so that its reader knows it and nobody else learns it."""
    data = _data(body)
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict):
        return ""
    phone, email = str(user.get("phoneNumber") or ""), str(user.get("email") or "")
    if len(phone) >= 9 and phone.isascii() and phone.isdigit():
        return f"{phone[:2]}•••••{phone[-3:]}"
    name, at, host = shown(email, 100).partition("@")
    return f"{name[:1]}•••@{host}" if name and at and host else ""


def _certificate(entry: dict[str, object]) -> RemoteCertificate | None:
    """One key; None while no certificate was issued for it."""
    if not entry.get("certificate"):
        return None
    # The name is misspelt on the wire; should MISA mend it, both are read.
    texts = a_list(entry.get("certiticateChain") or entry.get("certificateChain") or [], "chain", _CHAIN_MAX)
    try:
        leaf, chain = unwrap(entry["certificate"]), [unwrap(text) for text in texts]
    except ValueError as error:
        raise Wreck("certificate") from error
    why_not = _why_not(entry)
    issuers = tuple(each for each in chain if each != leaf)
    return RemoteCertificate(a_handle(entry.get("keyAlias"), "keyAlias"), leaf, issuers, not why_not, why_not)


def _why_not(entry: Mapping[str, object]) -> str:
    """Why a key must not sign; empty when it may. A key that signs by itself takes the person's yes away."""
    if entry.get("isAutoSign") not in (None, False):
        return "isAutoSign"
    states = a_code(entry.get("keyStatus")), a_code(entry.get("certStatus") or "ACTIVE")
    return "" if states == ("ACTIVE", "ACTIVE") else "key {} cert {}".format(*states)


def _signed(entries: object, transaction: OpenTransaction, raw: str) -> PollResult:
    listed = entries if isinstance(entries, list) else []
    texts = [entry.get("signature") if isinstance(entry, dict) else entry for entry in listed]
    try:
        signatures = match(texts, transaction.digests, transaction.certificate_der)
    except BadSignatures:
        return Failed(Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code="SUCCESS"), raw)
    return Signed(signatures, raw)
