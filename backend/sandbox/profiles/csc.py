"""A CA that speaks the Cloud Signature Consortium's API and nothing else: ``/csc/csc/v1`` and ``/csc/csc/v2``.

Follows: CSC API 1.0.4.0 (June 2019) and CSC API 2.x as public clients and servers use it (a reference QTSP for v2, a
PDF library's client for v1); OAuth2 token endpoint by RFC 6749 §4.3, §4.4 and §6; read 2026-11.

Calls: info, auth/login, auth/revoke, oauth2/token (under the root and under each version), credentials/list (paging),
credentials/info, credentials/authorize (v1 waits for the person; v2 hands out a handle), credentials/authorizeCheck,
credentials/sendOTP and getChallenge, signatures/signHash (v2: operationMode S or A), signatures/signPolling.

Settings: SANDBOX_CSC_AUTH_MODE (implicit, explicit, oauth2code), SANDBOX_CSC_PIN, SANDBOX_CSC_OTP,
SANDBOX_CSC_HASH_WIRE (base64, percent), SANDBOX_CSC_MULTISIGN, SANDBOX_CSC_SAD_LIFE_S.

Differs from the real service
- There is no one real service. Where the documents leave the choice: a person who refuses is ``access_denied``, one
  who does not answer ``expired_token``, one who has not answered yet ``authorization_pending``; a credential without
  turns or with a dead certificate is ``invalid_request``; an asynchronous signature that is not ready is HTTP 400
  with the sentence a live provider uses.
- ``info`` shows the certificate's fields only when ``certInfo`` is true and never answers 501 to it.
- Every PIN and every OTP is the configured one; an OTP must have been sent and is good once. An explicit credential
  asks nothing on the phone, but the ledger counts a prompt for it.
- The signature is made when the person approves and handed out by signHash.
- A wrong password is ``authentication_error`` or ``invalid_grant`` and locks nothing.
- ``oauth2code`` is only told by info: oauth2/authorize, pushed_authorize and credential tokens are not offered;
  neither are extendTransaction, signDoc and timestamp.
- SAD, handles and response ids are forgotten when the process ends; ``clientData`` is kept, not returned.
- Strict mode wants numSignatures to equal the number of hashes and the digest algorithm to be named; the documents
  only recommend the one and leave the other to signAlgo.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from ..authority import AuthorityNames
from ..bench import Bench, Profile
from ..csc import Activations, CscApi
from ..csc_credentials import Refused
from ..people import INACTIVE, Subscriber
from ..protocol import note, step

REFRESH_LIFE_S = 90 * 86_400
METHODS = {
    "v1": ["auth/login", "auth/revoke", "oauth2/token", "credentials/sendOTP"],
    "v2": ["oauth2/token", "credentials/getChallenge", "credentials/authorizeCheck", "signatures/signPolling"],
}
COMMON_METHODS = ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"]
SPECS = {"v1": "1.0.4.0", "v2": "2.0.0.2"}
Answer = Any


def routes(bench: Bench, profile: Profile) -> Blueprint:
    calls = Blueprint("csc", __name__)
    door, activations = _Door(bench, profile), Activations()
    v1, v2 = CscApi(bench, profile, "v1", activations), CscApi(bench, profile, "v2", activations)

    def internal_error() -> Answer:
        return jsonify({"error": "server_error", "error_description": "Internal error"}), 500

    def offer(path: str, at: str, view: Any) -> None:
        calls.add_url_rule(path, path, step(bench, profile, at, internal_error)(view), methods=["POST"])

    offer("/oauth2/token", "login", door.token)
    for version, api in (("v1", v1), ("v2", v2)):
        root = f"/csc/{version}"
        offer(f"{root}/oauth2/token", "login", door.token)
        offer(f"{root}/info", "any", lambda version=version: door.info(version))
        offer(f"{root}/credentials/list", "certificates", api.list_credentials)
        offer(f"{root}/credentials/info", "certificates", api.credential_info)
        offer(f"{root}/credentials/authorize", "sign", api.authorize)
        offer(f"{root}/signatures/signHash", "status", api.sign_hash)
    for path, at, view in (
        ("/csc/v1/auth/login", "login", door.login),
        ("/csc/v1/auth/revoke", "login", door.revoke),
        ("/csc/v1/credentials/sendOTP", "certificates", v1.challenge),
        ("/csc/v2/credentials/getChallenge", "certificates", v2.challenge),
        ("/csc/v2/credentials/authorizeCheck", "status", v2.authorize_check),
        ("/csc/v2/signatures/signPolling", "status", v2.sign_polling),
    ):
        offer(path, at, view)
    return calls


class _Door:
    """Who may come in."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def info(self, version: str) -> Answer:
        return jsonify(
            specs=SPECS[version],
            name=self._profile.brand,
            logo=f"{self._bench.settings.url}/logo.png",
            region="VN",
            lang="vi-VN",
            description="Sandbox, no legal value",
            authType=["basic", "oauth2client"],
            oauth2=f"{self._bench.settings.url}{self._profile.base_path}",
            methods=[*METHODS[version], *COMMON_METHODS],
        )

    def token(self) -> Answer:
        form = request.form
        self._check_client()
        grant = form.get("grant_type")
        note(grant=grant)
        if grant == "client_credentials":
            return self._granted("")
        if grant == "password":
            person = self._person(form.get("username", ""))
            if person is None or not person.knows(form.get("password", "")):
                raise Refused("invalid_grant", "Wrong user name or password")
            return self._granted(person.uid, refresh=True)
        if grant == "refresh_token":
            holder = self._bench.tokens.spend_refresh(self._profile.provider, form.get("refresh_token", ""))
            if holder is None or self._person(holder.uid) is None:
                raise Refused("invalid_grant", "The refresh token is invalid, expired or used")
            return self._granted(holder.uid, refresh=True)
        raise Refused("unsupported_grant_type", "Unknown grant_type")

    def login(self) -> Answer:
        """v1: HTTP Basic with the person's name and password."""
        basic = request.authorization
        person = self._person(basic.username or "") if basic is not None and basic.type == "basic" else None
        if person is None or basic is None or not person.knows(basic.password or ""):
            raise Refused("authentication_error", "An error occurred during authentication process", 401)
        return self._granted(person.uid, refresh=True)

    def revoke(self) -> Answer:
        token = request.get_json(silent=True) or {}
        if not isinstance(token, dict) or not isinstance(token.get("token"), str):
            raise Refused("invalid_request", "Missing (or invalid type) string parameter token")
        self._bench.tokens.spend_refresh(self._profile.provider, token["token"])
        return "", 204

    def _check_client(self) -> None:
        """HTTP Basic or the form; RFC 6749 answers 401 when Basic was tried and failed."""
        basic, form = request.authorization, request.form
        tried = (form.get("client_id"), form.get("client_secret"))
        if basic is not None and basic.type == "basic":
            tried = (basic.username, basic.password)
        ours = tuple(self._bench.relying_party(self._profile, name) for name in ("client_id", "client_secret"))
        if tried != ours:
            raise Refused("invalid_client", "Client authentication failed", 401 if basic is not None else 400)

    def _person(self, uid: str) -> Subscriber | None:
        found = self._bench.registers[self._profile.provider].find(uid)
        return None if found is None or found.status == INACTIVE else found

    def _granted(self, uid: str, *, refresh: bool = False) -> Answer:
        if uid:
            note(uid=uid)
        tokens, life = self._bench.tokens, self._bench.token_life_s()
        answer: dict[str, Any] = {
            "access_token": tokens.grant(self._profile.provider, uid, life),
            "token_type": "Bearer",
            "expires_in": life,
        }
        if refresh:
            answer["refresh_token"] = tokens.grant_refresh(self._profile.provider, uid, REFRESH_LIFE_S)
        return jsonify(answer)


PROFILE = Profile(
    slug="csc",
    provider="csc",
    base_path="/csc",
    app_name="Sandbox CSC",
    brand="CA thử theo chuẩn CSC",
    names=AuthorityNames(root="Sandbox CSC Root", issuing="Sandbox CSC RS"),
    life_s=300,
    relying_party={"client_id": "kbnn-sandbox", "client_secret": "Y3NjLXNhbmRib3g"},
    routes=routes,
)
