"""Any CA that speaks the Cloud Signature Consortium's API, v1 (1.0.4.0) or v2: the provider for a fifth contract.

Follows: CSC API 1.0.4.0 and 2.x through ``provider_kit/csc.py``, sign-in by OAuth2 (RFC 6749 §4.3 or §4.4), read
2026-11-22. The person approves on the CA's phone app while ``credentials/authorize`` waits, so the request to sign is
itself the waiting. The documents leave much to the server; assumed, and therefore settings: A1 the client proves
itself by HTTP Basic; A2 a service token of ours plus the person's user name is enough; A3 hashes are plain base64; A4
``signAlgo`` is the plain RSA OID; A5 the SAD stands in the body; A6 ``signHash`` waits (``S``); A7 ``signPolling``
takes ``requestID``; A8 the phone shows ``description``; A9 a request lives 300 seconds; A10 ``expired_token`` is the
word for a person who did not answer.
Does not: collect a PIN or OTP (``explicit``) or open a browser (``oauth2code``); such credentials are listed as not
usable. Takes no credential whose approval is not bound to the hashes (``SCAL`` 1). No callback, no cancel call.
Offered only when ``PROVIDERS`` names it: nobody here has a contract with "a CSC provider" as such."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote_plus

from backend.adapters.provider_kit.answers import no_answer
from backend.adapters.provider_kit.csc import RSA, SHA256_RSA, V1, V2, Csc, Dialect, Words, granted
from backend.adapters.provider_kit.http import Reply, open_transport, transport_settings
from backend.adapters.provider_kit.settings import BadSetting, Setting, SettingKind
from backend.adapters.provider_kit.signatures import request_problem, shown
from backend.domain.providers import (
    CallbackAnswer,
    Descriptor,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    PollResult,
    ProviderSession,
    RemoteCertificate,
    ResultGranularity,
    Secret,
    SignatureRequest,
    Submission,
    Unreachable,
)
from backend.services.ports import Clock, SigningProvider

Answer = TypeVar("Answer")

ONLY_WHEN_NAMED = True
"""Not among the providers offered when ``PROVIDERS`` is empty."""

_VERSION = Setting("CSC_VERSION", "v1", "Version of the API", choices=("v1", "v2"))
_NAME = Setting("CSC_NAME", "CA thử theo chuẩn CSC", "The CA as people know it", sandbox_only=True)
_APP_NAME = Setting("CSC_APP_NAME", "Sandbox CSC", "Its phone app as people know it", sandbox_only=True)
_BASE_URL = Setting(
    "CSC_BASE_URL",
    "http://localhost:{SANDBOX_PORT}/csc",
    "Root of the service, before /csc/v1 or /csc/v2",
    SettingKind.URL,
    sandbox_only=True,
)
_TOKEN_PATH = Setting("CSC_TOKEN_PATH", "/oauth2/token", "Token endpoint under that root")
_GRANT = Setting(
    "CSC_GRANT",
    "client_credentials",
    "client_credentials: one token for us, the person gives a user name; password: the person gives a password too",
    choices=("client_credentials", "password"),
)
_CLIENT_AUTH = Setting(
    "CSC_CLIENT_AUTH", "basic", "Where our id and secret travel: HTTP Basic or the form", choices=("basic", "body")
)
_CLIENT_ID = Setting("CSC_CLIENT_ID", "kbnn-sandbox", "Relying party id from the CA", sandbox_only=True)
_CLIENT_SECRET = Setting(
    "CSC_CLIENT_SECRET", "Y3NjLXNhbmRib3g", "Relying party secret from the CA", secret=True, sandbox_only=True
)
_SCOPE = Setting("CSC_SCOPE", "service", "Scope asked for; empty: the CA's own choice", may_be_empty=True)
_HASH_WIRE = Setting(
    "CSC_HASH_WIRE",
    "base64",
    "How a hash is written; some servers want it percent-encoded",
    choices=("base64", "percent"),
)
_SIGN_ALGO = Setting("CSC_SIGN_ALGO", RSA, "signAlgo: plain RSA or sha256WithRSA", choices=(RSA, SHA256_RSA))
_SAD = Setting("CSC_SAD", "body", "Where the activation data travels in signHash", choices=("body", "bearer"))
_OPERATION_MODE = Setting("CSC_OPERATION_MODE", "S", "v2: signHash waits (S) or is polled (A)", choices=("S", "A"))
_POLL_PARAMETER = Setting(
    "CSC_POLL_PARAMETER", "requestID", "Name of the id in signPolling", choices=("requestID", "responseID")
)
_PENDING_TEXT = Setting(
    "CSC_PENDING_TEXT", V2.pending_text, "Part of the error text by which signPolling says: not yet"
)
_EXPIRED_ERROR = Setting("CSC_EXPIRED_ERROR", "expired_token", "Error for a person who did not answer in time")
_SHOWS_TEXT = Setting("CSC_SHOWS_TEXT", "yes", "Whether the phone shows our description", choices=("yes", "no"))
_TITLE_MAX = Setting("CSC_TITLE_MAX", "200", "Characters of that text", SettingKind.COUNT)
_MAX_BATCH = Setting("CSC_MAX_BATCH", "50", "Documents in one approval (multisign)", SettingKind.COUNT)
_LIFE_S = Setting("CSC_LIFE_S", "300", "Seconds a request waits for the person", SettingKind.COUNT)
_POLL_S = Setting("CSC_POLL_INTERVAL_S", "2", "Seconds between two questions", SettingKind.SECONDS)
SETTINGS = (
    _VERSION,
    _NAME,
    _APP_NAME,
    _BASE_URL,
    _TOKEN_PATH,
    _GRANT,
    _CLIENT_AUTH,
    _CLIENT_ID,
    _CLIENT_SECRET,
    _SCOPE,
    _HASH_WIRE,
    _SIGN_ALGO,
    _SAD,
    _OPERATION_MODE,
    _POLL_PARAMETER,
    _PENDING_TEXT,
    _EXPIRED_ERROR,
    _SHOWS_TEXT,
    _TITLE_MAX,
    _MAX_BATCH,
    _LIFE_S,
    _POLL_S,
    *transport_settings("CSC"),
)


def make(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The provider as ``settings`` describe it. Raises ``BadSetting``."""
    return _Csc(settings, clock)


def _descriptor(settings: Mapping[str, str]) -> Descriptor:
    return Descriptor(
        slug="csc",
        name=_NAME.text(settings),
        app_name=_APP_NAME.text(settings),
        deep_link=None,
        needs_password=_GRANT.text(settings) == "password",
        may_need_second_factor=False,
        shows_description=_SHOWS_TEXT.text(settings) == "yes",
        ascii_titles_only=False,
        title_max=_TITLE_MAX.count(settings),
        doc_id_max=36,
        max_batch=_MAX_BATCH.count(settings),
        has_callback=False,
        granularity=ResultGranularity.BATCH,
        life_s=_LIFE_S.count(settings),
        poll_interval_s=_POLL_S.number(settings),
        looks_up_by_our_reference=False,
        asks_while_sending=True,
    )


def _dialect(settings: Mapping[str, str]) -> Dialect:
    mode, version = _OPERATION_MODE.text(settings), _VERSION.text(settings)
    if mode == "A" and version == "v1":
        raise BadSetting(f"{_OPERATION_MODE.name}: v1 knows no polling")
    return replace(
        V1 if version == "v1" else replace(V2, operation_mode=mode),
        sign_algo=_SIGN_ALGO.text(settings),
        percent=_HASH_WIRE.text(settings) == "percent",
        sad_as_bearer=_SAD.text(settings) == "bearer",
        poll_name=_POLL_PARAMETER.text(settings),
        expired=frozenset({_EXPIRED_ERROR.text(settings)}),
        pending_text=_PENDING_TEXT.text(settings),
    )


class _Csc:
    """Fulfils ``SigningProvider``."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        self.descriptor = _descriptor(settings)
        self._clock = clock
        self._client = _CLIENT_ID.text(settings), _CLIENT_SECRET.text(settings)
        self._basic = _CLIENT_AUTH.text(settings) == "basic"
        self._token_path = _TOKEN_PATH.text(settings)
        self._scope = _SCOPE.text(settings)
        self._speak = _dialect(settings)
        root = _BASE_URL.text(settings).rstrip("/")
        base = f"{root}/csc/{_VERSION.text(settings)}"
        self._oauth = open_transport(root, "CSC", settings)
        self._api = Csc(
            open_transport(base, "CSC", settings),
            open_transport(base, "CSC", settings, person_s=self.descriptor.life_s),
            self._speak,
            self.descriptor.poll_interval_s,
        )

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | Failure:
        """A token for the person; or one of ours, and then the CA must at least know the user name."""
        if not (0 < len(login) <= 100 and login.isprintable()):
            return Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        if not self.descriptor.needs_password:
            return self._known(self._signs_in({"grant_type": "client_credentials"}, login))
        if password is None or not password.reveal():
            return Failure(FailureKind.BAD_CREDENTIALS, vendor_code="no_password")
        return self._signs_in({"grant_type": "password", "username": login, "password": password.reveal()}, login)

    def _signs_in(self, fields: dict[str, str], login: str) -> ProviderSession | Failure:
        if self._scope:
            fields["scope"] = self._scope
        if not self._basic:
            fields |= {"client_id": self._client[0], "client_secret": self._client[1]}
        answer = self._oauth.post_form(self._token_path, fields, _basic(*self._client) if self._basic else None)
        if not isinstance(answer, Reply):
            return no_answer(answer)
        token = granted(answer, self._speak)
        if isinstance(token, Failure):
            return token
        return ProviderSession(login, Secret(token[0]), self._clock.now() + timedelta(seconds=token[1]))

    def _known(self, session: ProviderSession | Failure) -> ProviderSession | Failure:
        if isinstance(session, Failure):
            return session
        listed = self._api.handles(session.token.reveal(), session.login)
        if isinstance(listed, Failure):
            unknown = listed.kind is FailureKind.BAD_REQUEST
            return replace(listed, kind=FailureKind.UNKNOWN_USER) if unknown else listed
        return session

    def list_certificates(self, session: ProviderSession) -> Sequence[RemoteCertificate] | Failure:
        """Every credential of the person that has a certificate: one call for the list and one for each."""
        user_id = None if self.descriptor.needs_password else session.login
        return self._again_if_ended(
            session,
            lambda token: self._api.certificates(token, user_id),
            lambda found: isinstance(found, Failure) and found.kind is FailureKind.SESSION_EXPIRED,
        )

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        """Ring the phone, once, and wait for the person. A 401 means it did not ring: ``SESSION_EXPIRED``."""
        problem = request_problem(request, self.descriptor.max_batch, self.descriptor.doc_id_max)
        if problem is not None:
            return NotSubmitted(problem)
        words = Words(
            authorize={
                "description": shown(request.summary, self.descriptor.title_max),
                "clientData": request.reference,
            },
            sign={},
            expires_at=self._clock.now() + timedelta(seconds=self.descriptor.life_s),
        )
        return self._api.sign(session.token.reveal(), request, words)

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """Only with operation mode ``A``: what became of the signatures the person has already approved."""
        return self._again_if_ended(
            session,
            lambda token: self._api.poll(token, transaction),
            lambda result: result == Unreachable("session_expired"),
        )

    def _again_if_ended(
        self, session: ProviderSession, ask: Callable[[str], Answer], ended: Callable[[Answer], bool]
    ) -> Answer:
        """Ask; when a token of ours has ended take a new one and ask once more. Only for calls that change nothing."""
        answer = ask(session.token.reveal())
        if not ended(answer) or self.descriptor.needs_password:
            return answer
        renewed = self._signs_in({"grant_type": "client_credentials"}, session.login)
        return answer if isinstance(renewed, Failure) else ask(renewed.token.reveal())

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        """Nothing of this provider knocks here."""
        return CallbackAnswer(None, 404, {"error": "invalid_request"}, keep=False)


def _basic(client_id: str, secret: str) -> str:
    """RFC 6749 §2.3.1: both parts form-encoded first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {b64encode(pair.encode()).decode('ascii')}"
