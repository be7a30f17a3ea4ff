"""VNPT CA, SmartCA. Profile ``csc``: user name and password open a session, the person then approves on the phone.

Follows: VNPT "Tài liệu đặc tả và hướng dẫn tích hợp dịch vụ VNPT-SmartCA" 1.1 (15 May 2024), read 2026-11-22: OAuth2
password grant (RFC 6749 §4.3), ``/csc/credentials/list`` and ``info``, ``/csc/signature/signhash``,
``/csc/credentials/gettraninfo``. Signatures are bare RSA PKCS#1 v1.5. Assumed, not confirmed, and therefore settings:
A1 the Treasury's contract is this profile; A2 a question every 3 seconds is welcome; A3 a bare ``invalid_grant``
means the user does not exist; A4 200 characters of text fit the phone. The answer to ``info`` comes bare or in the
envelope.
A refresh token, where VNPT gives one, is used when the access token ends while a person thinks, and never longer.
Does not: keep the password, use a stored TOTP seed (profile ``sp769-th``) or the seal that signs by itself. There is
no cancel call. The one notification VNPT sends is a knock, nothing more.

Profile ``sp769`` (user id only, then the phone) is a dialect of the national profile and read by
``provider_kit/neac769.py``; here stand its settings and its words. Follows VNPT "Tài liệu tích hợp VNPT SMARTCA" 4.x
(3 May 2024). Assumed: B1 the status call takes our id; B2 the words for refused and failed are those of ``csc``; B3 a
seal says ``ESEAL``; B4 a batch as large as ``csc`` allows.

When the sign call goes wrong: a code of VNPT's own means it did not reach the phone (a code we do not know only below
500); so does a status that refuses (400, 401, 403 …). Anything else that is not a transaction id (5xx, a page of
HTML, a broken line) may have reached it: ``SubmissionUnknown``, never sent again."""

from __future__ import annotations

import re
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
from backend.adapters.provider_kit.http import Exchange, Reply, open_transport, transport_settings
from backend.adapters.provider_kit.neac769 import Dialect, HashEncoding, Neac769, SerialCase, StatusId, TimeStamp
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
    Secret,
    SignatureRequest,
    Signed,
    SigningItem,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)
from backend.services.ports import Clock, SigningProvider

_CODES: dict[str, FailureKind] = {
    "30000": FailureKind.BAD_REQUEST,
    "50000": FailureKind.PROVIDER_UNAVAILABLE,
    "60000": FailureKind.NO_CERTIFICATE,
    "60001": FailureKind.NO_CERTIFICATE,  # the credential is another person's
    "62000": FailureKind.TRANSACTION_NOT_FOUND,
    "62001": FailureKind.TRANSACTION_NOT_FOUND,  # the transaction is another person's
    "62010": FailureKind.BAD_REQUEST,
    "63002": FailureKind.PROVIDER_UNAVAILABLE,
    "64000": FailureKind.BAD_REQUEST,
    "65000": FailureKind.QUOTA_EXHAUSTED,
    "4003": FailureKind.KEY_AUTHORISATION,  # the last two are transaction states
    "4004": FailureKind.SIGNING_FAILED,
}
"""VNPT's code → our word. A code that is not here is a protocol violation that keeps its code."""

_OAUTH: dict[str, FailureKind] = {
    "invalid_client": FailureKind.RELYING_PARTY_CREDENTIALS,
    "unauthorized_client": FailureKind.RELYING_PARTY_CREDENTIALS,
    "unsupported_grant_type": FailureKind.RELYING_PARTY_CREDENTIALS,
    "invalid_scope": FailureKind.BAD_REQUEST,
    "invalid_request": FailureKind.BAD_REQUEST,
}
"""OAuth2 error → our word; ``invalid_grant`` is read further below, because only its prose tells what happened."""

_SUCCESS = frozenset({"0", "1"})
"""Every sample says 0, one table of the document says 1. Taking 1 for an error could ring a phone twice."""
_SIGNED, _PENDING, _EXPIRED, _REJECTED = "1", "4000", "4001", "4002"

_ENDS = frozenset(
    {
        FailureKind.SIGNING_FAILED,
        FailureKind.KEY_AUTHORISATION,
        FailureKind.QUOTA_EXHAUSTED,
        FailureKind.TRANSACTION_NOT_FOUND,
    }
)
"""What may end a transaction. The rest (a broken server, our own credentials) says nothing about it: ask again."""

_ATTEMPTS_LEFT = re.compile(r"(\d{1,3})\s+(?:attempts?|tries)\s+left|còn\s+(\d{1,3})\s+lần", re.IGNORECASE)
_LOCKED = re.compile(r"(?<!will be )\blocked\b|bị kho[áa]|bị khó[aá]", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,4})\s+(?:minutes?|phút)", re.IGNORECASE)
_WRONG_PASSWORD = re.compile(r"(?:incorrect|wrong|invalid) password|sai mật khẩu|mật khẩu không đúng", re.IGNORECASE)
_UNKNOWN_USER = re.compile(r"not exist|not found|unknown user|không tồn tại", re.IGNORECASE)

_RESULT_PATH, _REFRESH_SCOPE = "/csc/credentials/gettraninfo", "sign offline_access"
_CREDENTIALS_MAX, _CHAIN_MAX, _CALLBACK_MAX = 20, 10, 16 * 1024
_KEPT = frozenset({"code", "tranId", "refTranId", "credentialId", "tranStatus", "reqTime", "hash", "sig", "error"})
_PROSE = frozenset({"codeDesc", "tranStatusDesc", "tranTypeDesc", "message"})

_BASE_URL = Setting(
    "VNPT_BASE_URL",
    "http://localhost:{SANDBOX_PORT}/vnpt",
    "Root of the SmartCA gateway, before /auth and /csc",
    SettingKind.URL,
    sandbox_only=True,
)
_WITH_CSC, _WITH_SP769 = ("VNPT_PROFILE", "", "csc"), ("VNPT_PROFILE", "sp769")
_CLIENT_ID = Setting(
    "VNPT_CLIENT_ID",
    "kbnn-000.apps.sandbox",
    "Relying party id from VNPT, profile csc",
    sandbox_only=True,
    used_with=_WITH_CSC,
)
_CLIENT_SECRET = Setting(
    "VNPT_CLIENT_SECRET",
    "c2FuZGJveA",
    "Relying party secret from VNPT, profile csc",
    secret=True,
    sandbox_only=True,
    used_with=_WITH_CSC,
)
_PROFILE = Setting(
    "VNPT_PROFILE",
    "csc",
    "Protocol profile",
    choices=("csc", "sp769"),
    refused=(("sp769-th", "it signs without asking the phone and needs the seed of the person's one-time codes"),),
)
_SCOPE = Setting("VNPT_SCOPE", "", "Scope asked for with the password; empty: VNPT's own choice", may_be_empty=True)
_BARE_REFUSAL = Setting(
    "VNPT_BARE_INVALID_GRANT",
    FailureKind.UNKNOWN_USER.value,
    "What a refused sign-in without explanation means",
    choices=(FailureKind.UNKNOWN_USER.value, FailureKind.BAD_CREDENTIALS.value),
)
_LOCK_S = Setting("VNPT_LOCK_S", "300", "Seconds an account stays locked when VNPT does not say", SettingKind.SECONDS)
_TITLE_MAX = Setting("VNPT_TITLE_MAX", "200", "Characters of a text on the phone", SettingKind.COUNT)
_MAX_BATCH = Setting("VNPT_MAX_BATCH", "50", "Documents in one approval", SettingKind.COUNT)
_LIFE_S = Setting("VNPT_LIFE_S", "300", "Seconds a request waits for the person", SettingKind.COUNT)
_POLL_S = Setting("VNPT_POLL_INTERVAL_S", "3", "Seconds between two questions", SettingKind.SECONDS)
_SP_ID = Setting(
    "VNPT_SP_ID",
    "kbnn-000.apps.signservice.sandbox",
    "Relying party id from VNPT, profile sp769",
    sandbox_only=True,
    used_with=_WITH_SP769,
)
_SP_PASSWORD = Setting(
    "VNPT_SP_PASSWORD",
    "c2FuZGJveC1zcDc2OQ",
    "Relying party password from VNPT, profile sp769",
    secret=True,
    sandbox_only=True,
    used_with=_WITH_SP769,
)
_SP769_PATH = Setting("VNPT_SP769_PATH", "/sca/sp769", "Where profile sp769 begins, below the root", SettingKind.PATH)
_SP769_STATUS_ID = Setting(
    "VNPT_SP769_STATUS_ID",
    StatusId.OURS.value,
    "Whose id the status call of sp769 takes: ours or VNPT's",
    choices=tuple(each.value for each in StatusId),
)
_SP769_TIME_STAMP = Setting(
    "VNPT_SP769_TIME_STAMP",
    TimeStamp.UTC.value,
    "Form of the request's time in sp769",
    choices=tuple(each.value for each in TimeStamp),
)
_SP769_EXCLUDED = Setting(
    "VNPT_SP769_EXCLUDED_SERVICES", "ESEAL", "service_type of certificates never listed, comma between"
)
_SP769_OUTCOMES = Setting(
    "VNPT_SP769_OUTCOMES",
    "",
    "Further words of sp769: code|message|refusal|value WORD=MEANING, semicolon between",
    SettingKind.OUTCOMES,
    may_be_empty=True,
)
SETTINGS = (
    _BASE_URL,
    _CLIENT_ID,
    _CLIENT_SECRET,
    _PROFILE,
    _SCOPE,
    _BARE_REFUSAL,
    _LOCK_S,
    _TITLE_MAX,
    _MAX_BATCH,
    _LIFE_S,
    _POLL_S,
    _SP_ID,
    _SP_PASSWORD,
    _SP769_PATH,
    _SP769_STATUS_ID,
    _SP769_TIME_STAMP,
    _SP769_EXCLUDED,
    _SP769_OUTCOMES,
    *transport_settings("VNPT"),
)

_SP769_TABLE = OutcomeTable(
    codes={
        "400": FailureKind.BAD_REQUEST,
        "401": FailureKind.RELYING_PARTY_CREDENTIALS,
        "403": FailureKind.CERTIFICATE_INVALID,
        "404": FailureKind.TRANSACTION_NOT_FOUND,
        "409": Verdict.PENDING,
        "500": FailureKind.PROVIDER_UNAVAILABLE,
    },
    messages=(
        ("expire", Verdict.EXPIRED),
        ("timeout", Verdict.EXPIRED),
        ("reject", Verdict.REJECTED),
        ("deny", Verdict.REJECTED),
        ("denied", Verdict.REJECTED),
        ("cancel", Verdict.REJECTED),
        ("not_found", FailureKind.TRANSACTION_NOT_FOUND),
        ("not_exist", FailureKind.TRANSACTION_NOT_FOUND),
        ("authorize_key", FailureKind.KEY_AUTHORISATION),
        ("service_pack", FailureKind.QUOTA_EXHAUSTED),
        ("fail", FailureKind.SIGNING_FAILED),
        ("sig_wait", Verdict.PENDING),
        ("waiting", Verdict.PENDING),
        ("cho nguoi dung", Verdict.PENDING),
    ),
    refusals=(
        ("user", FailureKind.UNKNOWN_USER),
        ("nguoi dung", FailureKind.UNKNOWN_USER),
        ("service_pack", FailureKind.QUOTA_EXHAUSTED),
        ("credential_not_exist", FailureKind.NO_CERTIFICATE),
        ("credential_not_match", FailureKind.NO_CERTIFICATE),
    ),
)
"""EXPIRED, REJECT, DENY, CANCEL and FAIL were seen in use and the codes are VNPT's; the other words are our reading."""


def make(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The provider as ``settings`` describe it. Raises ``BadSetting``."""
    return _sp769(settings, clock) if _PROFILE.text(settings) == "sp769" else _Vnpt(settings, clock)


def _sp769(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The national profile as VNPT speaks it."""
    excluded = _SP769_EXCLUDED.text(settings).upper().split(",")
    status_id = StatusId(_SP769_STATUS_ID.text(settings))
    dialect = Dialect(
        certificates_path="/v1/credentials/get_certificate",
        sign_path="/v1/signatures/sign",
        status_path="/v1/signatures/sign/{id}/status",
        hash_encoding=HashEncoding.HEX,
        status_id=status_id,
        serial_case=SerialCase.AS_GIVEN,
        time_stamp=TimeStamp(_SP769_TIME_STAMP.text(settings)),
        sends_description=True,
        sends_callback=False,
        excluded_services=frozenset(each.strip() for each in excluded),
        table=_SP769_TABLE.extended(_SP769_OUTCOMES.text(settings)),
    )
    descriptor = replace(
        _descriptor(settings), needs_password=False, looks_up_by_our_reference=status_id is StatusId.OURS
    )
    party = {"sp_id": _SP_ID.text(settings), "sp_password": _SP_PASSWORD.text(settings)}
    http = open_transport(_BASE_URL.text(settings) + _SP769_PATH.text(settings), "VNPT", settings)
    return Neac769(descriptor, dialect, party, http, clock)


def _descriptor(settings: Mapping[str, str]) -> Descriptor:
    return Descriptor(
        slug="vnpt",
        name="VNPT CA",
        app_name="VNPT SmartCA",
        deep_link=None,
        needs_password=True,
        may_need_second_factor=False,
        shows_description=True,
        ascii_titles_only=False,
        title_max=_TITLE_MAX.count(settings),
        doc_id_max=36,
        max_batch=_MAX_BATCH.count(settings),
        has_callback=True,
        granularity=ResultGranularity.BATCH,
        life_s=_LIFE_S.count(settings),
        poll_interval_s=_POLL_S.number(settings),
        looks_up_by_our_reference=False,
    )


class _Vnpt:
    """Fulfils ``SigningProvider``."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        self.descriptor = _descriptor(settings)
        self._clock = clock
        self._client = {"client_id": _CLIENT_ID.text(settings), "client_secret": _CLIENT_SECRET.text(settings)}
        self._scope = _SCOPE.text(settings)
        self._bare_refusal = FailureKind(_BARE_REFUSAL.text(settings))
        self._lock_s = _LOCK_S.number(settings)
        self._http = open_transport(_BASE_URL.text(settings), "VNPT", settings)

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | Failure:
        """Exchange the password for a token, once: five wrong ones lock the person's account for five minutes."""
        if not (0 < len(login) <= 100 and login.isprintable()):
            return Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        if password is None or not password.reveal():
            return Failure(FailureKind.BAD_CREDENTIALS, vendor_code="no_password")
        fields = {"grant_type": "password", **self._client, "username": login, "password": password.reveal()}
        answer = self._http.post_form("/auth/token", fields | ({"scope": self._scope} if self._scope else {}))
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            return self._sign_in(login, answer)
        except Wreck as wreck:
            return violation(wreck) if answer.status == 200 else no_code(answer.status)

    def _sign_in(self, login: str, answer: Reply) -> ProviderSession | Failure:
        body = an_object(read_json(answer.body), "token")
        if isinstance(body.get("error"), str):
            return self._sign_in_refused(str(body["error"]), str(body.get("error_description") or ""))
        if answer.status != 200:
            return _refusal(answer) or no_code(answer.status)
        access = a_token(body.get("access_token"), "access_token")
        refresh = body.get("refresh_token")
        life_s = an_integer(body.get("expires_in"), "expires_in")
        if not 0 < life_s <= 31_536_000:
            raise Wreck("expires_in")
        token = f"{access} {a_token(refresh, 'refresh_token')}" if refresh else access
        return ProviderSession(login, Secret(token), self._clock.now() + timedelta(seconds=life_s))

    def _sign_in_refused(self, error: str, prose: str) -> Failure:
        code = a_code(error)
        if error != "invalid_grant":
            return Failure(_OAUTH.get(error, FailureKind.PROTOCOL_VIOLATION), vendor_code=code)
        left = _ATTEMPTS_LEFT.search(prose)
        attempts = int(left.group(1) or left.group(2)) if left else None
        # The warning on a wrong password also speaks of locking, so the count of tries is read first.
        if attempts == 0 or (attempts is None and _LOCKED.search(prose)):
            return Failure(FailureKind.LOCKED, vendor_code=code, attempts_left=0, locked_until=self._until(prose))
        if attempts is not None or _WRONG_PASSWORD.search(prose):
            return Failure(FailureKind.BAD_CREDENTIALS, vendor_code=code, attempts_left=attempts)
        kind = FailureKind.UNKNOWN_USER if _UNKNOWN_USER.search(prose) else self._bare_refusal
        return Failure(kind, vendor_code=code)

    def _until(self, prose: str) -> datetime:
        minutes = _MINUTES.search(prose)
        return self._clock.now() + timedelta(seconds=int(minutes.group(1)) * 60 if minutes else self._lock_s)

    def _renew(self, session: ProviderSession) -> ProviderSession | Failure:
        """Exchange the refresh token, which is good once: who loses the new pair has to wait for the person."""
        refresh = session.token.reveal().partition(" ")[2]
        if not refresh:
            return Failure(FailureKind.SESSION_EXPIRED)
        fields = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": _REFRESH_SCOPE}
        answer = self._http.post_form("/auth/token", {**self._client, **fields})
        if not isinstance(answer, Reply):
            return no_answer(answer)
        try:
            return self._sign_in(session.login, answer)
        except Wreck as wreck:
            return violation(wreck)

    def list_certificates(self, session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        """Every credential of the person that has a certificate: one call for the list and one for each."""
        try:
            listed = self._ask("/csc/credentials/list", {}, session)
            if isinstance(listed, Failure):
                return listed
            handles = [a_handle(each, "credential") for each in a_list(listed, "credentials", _CREDENTIALS_MAX)]
            return self._details(handles, session)
        except Wreck as wreck:
            return violation(wreck)

    def _details(self, handles: Sequence[str], session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        found: list[RemoteCertificate] = []
        for handle in handles:
            body = {"credentialId": handle, "certificates": "chain", "certInfo": True, "authInfo": True}
            details = self._ask("/csc/credentials/info", body, session)
            if isinstance(details, Failure) and details.kind is FailureKind.NO_CERTIFICATE:
                continue
            if isinstance(details, Failure):
                return details
            certificate = _certificate(handle, an_object(details, "info"))
            found += [certificate] if certificate else []
        return found or Failure(FailureKind.NO_CERTIFICATE)

    def _ask(self, path: str, body: Mapping[str, object], session: ProviderSession) -> object | Failure:
        """The content of an answer, with or without the envelope. Raises ``Wreck``."""
        answer = self._http.post_json(path, body, _access(session))
        if not isinstance(answer, Reply):
            return no_answer(answer)
        return _refusal(answer) or _content(read_json(answer.body))

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once. A 401 means it did not ring: ``SESSION_EXPIRED``, and the caller decides."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        now = self._clock.now()
        answer = self._http.post_json("/csc/signature/signhash", self._sign_body(request), _access(session))
        if not isinstance(answer, Reply):
            return lost_submission(answer)
        try:
            return _submission(answer, now + timedelta(seconds=self.descriptor.life_s))
        except Wreck as wreck:
            if surely_refused(answer.status):
                return NotSubmitted(no_code(answer.status))
            return SubmissionUnknown(f"http_{answer.status} {wreck}")

    def _sign_body(self, request: SignatureRequest) -> dict[str, object]:
        most = self.descriptor.title_max
        body: dict[str, object] = {
            "credentialId": request.certificate.key_ref,
            "refTranId": request.reference,
            "description": shown(request.summary, most),
            "datas": [{"name": _name(item, most), "hash": digest_text(item.digest)} for item in request.items],
        }
        return body | ({"notifyUrl": request.callback_url} if request.callback_url else {})

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Ask for the result, with a new token when the old one has ended. No broken answer is ever an outcome."""
        answer = self._http.polls.post_json(_RESULT_PATH, {"tranId": transaction.vendor_id}, _access(session))
        if not isinstance(answer, Reply) or answer.status != 401:
            return _result(answer, transaction)
        renewed = self._renew(session)
        if isinstance(renewed, Failure):
            return Unreachable(f"session_expired {renewed.vendor_code}".strip())
        answer = self._http.polls.post_json(_RESULT_PATH, {"tranId": transaction.vendor_id}, _access(renewed))
        result = _result(answer, transaction)
        return replace(result, renewed=renewed) if isinstance(result, Pending | Unreachable) else result

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """The one notification: unsigned, without the signatures. Its ``status`` is not even read."""
        try:
            if len(body) > _CALLBACK_MAX:
                raise Wreck("too_large")
            notice = an_object(read_json(body), "callback")
            vendor_id = a_handle(notice.get("tranId"), "tranId")
            reference = a_handle(notice.get("refTranId"), "refTranId")
        except Wreck:
            return CallbackAnswer(None, 400, {"code": 30000, "message": "CLIENT_INPUT_INVALID"})
        return CallbackAnswer(CallbackHint(reference, vendor_id), 200, {"code": 0, "message": "Success"})


def _access(session: ProviderSession) -> str:
    """The access token; the refresh token, where there is one, stands behind it."""
    return session.token.reveal().partition(" ")[0]


def _name(item: SigningItem, most: int) -> str:
    """What the phone lists: there is no field for our document id, so it stands before the title."""
    title = shown(item.title, most)
    return title if item.doc_id in title else shown(f"{item.doc_id} {title}", most)


def _failure(code: str) -> Failure:
    kind = _CODES.get(code, FailureKind.PROTOCOL_VIOLATION)
    return Failure(kind, retryable=kind is FailureKind.PROVIDER_UNAVAILABLE, vendor_code=code)


def _error_code(body: object) -> str | None:
    """The envelope's code; None on success and where there is no envelope."""
    if not isinstance(body, dict) or body.get("code") is None:
        return None
    code = a_code(body["code"])
    return None if code in _SUCCESS else code


def _content(body: object) -> object:
    return body["content"] if isinstance(body, dict) and "content" in body else body


def _refusal(answer: Reply) -> Failure | None:
    """The failure in an answer, None when it looks like success. Raises ``Wreck`` when a 200 is unreadable."""
    if answer.status == 401:
        return Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401")
    try:
        code = _error_code(read_json(answer.body))
    except Wreck:
        if answer.status == 200:
            raise
        return no_code(answer.status)
    if code is not None:
        return _failure(code)
    return None if answer.status == 200 else no_code(answer.status)


def _certificate(handle: str, details: dict[str, object]) -> RemoteCertificate | None:
    """One credential; None while a certificate for it has not been issued."""
    cert, key = an_object(details.get("cert"), "cert"), an_object(details.get("key"), "key")
    states = a_code(cert.get("status")).upper(), a_code(key.get("status")).upper()
    usable = states == ("VALID", "ENABLED")
    texts = a_list(cert.get("certificates") or [], "certificates", _CHAIN_MAX)
    if not texts and not usable:
        return None
    try:
        leaf, *chain = [unwrap(text) for text in texts]
    except ValueError as error:
        raise Wreck("certificates") from error
    return RemoteCertificate(handle, leaf, tuple(chain), usable, "" if usable else "cert {} key {}".format(*states))


def _submission(answer: Reply, expires_at: datetime) -> Submission:
    if answer.status == 401:
        return NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    body = an_object(read_json(answer.body), "signhash")
    raw = for_the_auditor(body, _KEPT, _PROSE)
    code = _error_code(body)
    if code is not None and (code in _CODES or answer.status < 500):
        return NotSubmitted(_failure(code), raw)
    if answer.status != 200:
        raise Wreck("no_code")
    content = an_object(_content(body), "content")
    return Submitted(a_handle(content.get("tranId"), "tranId"), expires_at, raw)


def _result(answer: Exchange, transaction: OpenTransaction) -> PollResult:
    if not isinstance(answer, Reply):
        return Unreachable(answer.detail)
    if answer.status == 401:
        return Unreachable("session_expired")
    try:
        return _outcome(answer, transaction)
    except Wreck as wreck:
        return Unreachable(f"http_{answer.status} {wreck}")


def _outcome(answer: Reply, transaction: OpenTransaction) -> PollResult:
    body = an_object(read_json(answer.body), "gettraninfo")
    code = _error_code(body)
    if code is not None or answer.status != 200:
        return _trouble(code or f"http_{answer.status}", for_the_auditor(body, _KEPT, _PROSE))
    content = an_object(_content(body), "content")
    _same_transaction(content, transaction)
    state = str(an_integer(content.get("tranStatus"), "tranStatus"))
    if state == _PENDING:
        return Pending()
    raw = for_the_auditor(body, _KEPT, _PROSE)
    if state == _SIGNED:
        return _signed(content.get("documents"), transaction, raw)
    if state in (_REJECTED, _EXPIRED):
        return Rejected(raw) if state == _REJECTED else Expired(raw)
    return _trouble(state, raw)


def _same_transaction(content: dict[str, object], transaction: OpenTransaction) -> None:
    """Another's refusal must not end this transaction. Raises ``Wreck``."""
    if content.get("tranId") not in (None, transaction.vendor_id):
        raise Wreck("other_tranId")
    if content.get("refTranId") not in (None, transaction.reference):
        raise Wreck("other_refTranId")


def _trouble(code: str, raw: str) -> PollResult:
    """A code where an outcome should be. One we do not know leaves the transaction open until its clock runs out."""
    kind = _CODES.get(code)
    if kind in _ENDS:
        return Failed(_failure(code), raw)
    if kind is not None or code.startswith("http_"):
        return Unreachable(code)
    return Pending(vendor_state=code)


def _signed(documents: object, transaction: OpenTransaction, raw: str) -> PollResult:
    entries = documents if isinstance(documents, list) else []
    texts = [entry.get("sig") if isinstance(entry, dict) else None for entry in entries]
    try:
        signatures = match(texts, transaction.digests, transaction.certificate_der)
    except BadSignatures:
        return Failed(Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code=_SIGNED), raw)
    return Signed(signatures, raw)
