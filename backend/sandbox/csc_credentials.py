"""Who is asking, and which credentials a person has, in the words of the Cloud Signature Consortium's API v1 and v2.

Knows one key kind (RSA-2048). Signing is in ``csc``.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask import jsonify

from .authority import MARK
from .bench import Bench, Profile
from .people import INACTIVE, SUSPENDED, Credential, Subscriber
from .protocol import Refusal, bearer, body

RSA, SHA256_RSA = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"
MOST_A_PAGE = 20
Answer = Any


class Refused(Refusal):
    """CSC's error: a word and a sentence."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__({"error": error, "error_description": description}, status)


class CscCredentials:
    """The calls under ``credentials/`` that only tell."""

    def __init__(self, bench: Bench, profile: Profile, version: str) -> None:
        self.bench = bench
        self.profile = profile
        self.v1 = version == "v1"

    def list_credentials(self) -> Answer:
        asked = body()
        person = self._whose(asked)
        shown = [c for c in person.shown() if not asked.get("onlyValid") or self.status(person, c) == "valid"]
        start, size = self._page(asked)
        some = shown[start : start + size]
        answer: dict[str, Any] = {"credentialIDs": [self.handle(person, c) for c in some]}
        if start + size < len(shown):
            answer["nextPageToken"] = str(start + size)
        if not self.v1 and asked.get("credentialInfo") is True:
            answer["credentialInfos"] = [
                {"credentialID": self.handle(person, c), **self._info(person, c, asked)} for c in some
            ]
        return jsonify(answer)

    def _whose(self, asked: dict[str, Any]) -> Subscriber:
        """The person of the token; a token of the relying party has to name one."""
        named, person = asked.get("userID"), self.person()
        if person is None:
            if not isinstance(named, str):
                raise Refused("invalid_request", "Missing (or invalid type) string parameter userID")
            return self.known(named)
        if named not in (None, "", person.uid):
            raise Refused("invalid_request", "userID is not the authorized user")
        return person

    @staticmethod
    def _page(asked: dict[str, Any]) -> tuple[int, int]:
        token, size = asked.get("pageToken") or "0", asked.get("maxResults", 10)
        if not isinstance(token, str) or not token.isdigit():
            raise Refused("invalid_request", "Invalid parameter pageToken")
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise Refused("invalid_request", "Invalid parameter maxResults")
        return int(token), min(size, MOST_A_PAGE)

    def credential_info(self) -> Answer:
        asked = body()
        person, credential = self.credential(asked.get("credentialID"))
        if asked.get("certificates", "single") not in ("none", "single", "chain"):
            raise Refused("invalid_request", "Invalid parameter certificates")
        return jsonify(self._info(person, credential, asked))

    def _info(self, person: Subscriber, credential: Credential, asked: dict[str, Any]) -> dict[str, Any]:
        mode = self.mode()
        common = {
            "description": "Sandbox signing key",
            "key": {"status": "enabled", "algo": [RSA, SHA256_RSA], "len": 2048},
            "cert": self.certificate(person, credential, asked),
            "SCAL": "2",
            "multisign": self.multisign(),
            "lang": "vi-VN",
        }
        if asked.get("authInfo") is not True:
            return common | ({"authMode": mode} if self.v1 else {"auth": {"mode": mode}})
        return common | (self._auth_v1(mode) if self.v1 else self._auth_v2(mode))

    @staticmethod
    def _auth_v1(mode: str) -> dict[str, Any]:
        if mode != "explicit":
            return {"authMode": mode}
        pin = {"presence": "true", "format": "N", "label": "PIN", "description": ""}
        otp = {"presence": "true", "type": "online", "format": "N", "label": "OTP", "ID": "otp-1", "provider": "SMS"}
        return {"authMode": mode, "PIN": pin, "OTP": otp}

    @staticmethod
    def _auth_v2(mode: str) -> dict[str, Any]:
        if mode != "explicit":
            return {"auth": {"mode": mode}}
        objects = [
            {"type": "Password", "id": "PIN", "format": "N", "label": "PIN"},
            {"type": "ChallengeResponse", "id": "OTP", "format": "N", "label": "OTP"},
        ]
        return {"auth": {"mode": mode, "expression": "PIN AND OTP", "objects": objects}}

    def certificate(self, person: Subscriber, credential: Credential, asked: dict[str, Any]) -> dict[str, Any]:
        chain = [credential.der, *self.bench.authorities[self.profile.provider].chain_der()]
        shown = {"none": [], "single": chain[:1], "chain": chain}[asked.get("certificates", "single")]
        answer: dict[str, Any] = {
            "status": self.status(person, credential),
            "certificates": [b64encode(der).decode() for der in shown],
        }
        if asked.get("certInfo") is not True:
            return answer
        leaf = credential.certificate
        return answer | {
            "issuerDN": leaf.issuer.rfc4514_string(),
            "serialNumber": f"{credential.serial:032X}",
            "subjectDN": f"CN={person.full_name},UID=CCCD:{person.id_number},OU={MARK},C=VN",
            "validFrom": f"{leaf.not_valid_before_utc:%Y%m%d%H%M%SZ}",
            "validTo": f"{leaf.not_valid_after_utc:%Y%m%d%H%M%SZ}",
        }

    def person(self) -> Subscriber | None:
        """Whom the bearer speaks for; None for a token of the relying party itself. 401 when it is no token."""
        holder = bearer(self.bench, self.profile)
        if holder is None:
            raise Refused("invalid_token", "The access token is invalid or expired", 401)
        return self.known(holder.uid) if holder.uid else None

    def known(self, uid: str) -> Subscriber:
        found = self.bench.registers[self.profile.provider].find(uid)
        if found is None or found.status == INACTIVE:
            raise Refused("invalid_request", "Invalid parameter userID")
        return found

    def credential(self, handle: object) -> tuple[Subscriber, Credential]:
        bound = self.person()
        people = [bound] if bound is not None else list(self.bench.registers[self.profile.provider])
        for person in people:
            for credential in person.shown():
                if self.handle(person, credential) == handle:
                    return person, credential
        raise Refused("invalid_request", "Invalid parameter credentialID")

    def handle(self, person: Subscriber, credential: Credential) -> str:
        return credential.handle

    def mode(self) -> str:
        """SANDBOX_CSC_AUTH_MODE: implicit, explicit or oauth2code, for everybody."""
        return self.bench.settings.text("CSC_AUTH_MODE", "implicit")

    def status(self, person: Subscriber, credential: Credential) -> str:
        return "suspended" if person.status == SUSPENDED else credential.state()

    def multisign(self) -> int:
        return int(self.bench.settings.seconds("CSC_MULTISIGN", 50))
