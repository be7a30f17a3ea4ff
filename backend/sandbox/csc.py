"""Approving and signing in the words of the Cloud Signature Consortium's API v1 and v2, for all profiles that speak it.

A profile brings its own routes and, by overriding, what its vendor does otherwise. Knows one digest (SHA-256). The
signature is made when the person approves and handed out by ``signHash``: with the hashes bound to the approval
(SCAL 2) the two cannot differ.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask import jsonify, request

from .bench import Bench, Profile
from .csc_credentials import RSA, SHA256_RSA, CscCredentials, Refused
from .faults import QUOTA
from .people import Credential, Subscriber
from .protocol import BadDigest, Refusal, body, is_strict, note, one_line, raw_digest
from .transaction import Item, Stage, Transaction

SHA256 = "2.16.840.1.101.3.4.2.1"
PENDING_TEXT = "Processing of a previous asynchronous signature request is not finished"
CHALLENGE_LIFE_S = 300
Answer = Any


@dataclass
class Activation:
    """What a SAD stands for: one approval of these digests."""

    transaction: Transaction
    until: float
    used: bool = False


class Activations:
    """SADs, the handles that wait for one, and the ids of asynchronous answers. Gone when the process ends."""

    def __init__(self) -> None:
        self._sads: dict[str, Activation] = {}
        self._named: dict[str, Transaction] = {}
        self._lock = threading.Lock()
        self.challenges: dict[str, float] = {}
        """Person → until when the one-time password sent to them is good."""

    def name(self, transaction: Transaction) -> str:
        """A handle or a response id."""
        given = str(uuid.uuid4())
        self._named[given] = transaction
        return given

    def named(self, given: object) -> Transaction | None:
        return self._named.get(given) if isinstance(given, str) else None

    def issue(self, transaction: Transaction, until: float) -> str:
        sad = f"_{secrets.token_urlsafe(48)}"
        self._sads[sad] = Activation(transaction, until)
        return sad

    def find(self, sad: object) -> Activation | None:
        return self._sads.get(sad) if isinstance(sad, str) else None

    def spend(self, activation: Activation) -> bool:
        """Use it up; False when that was done before."""
        with self._lock:
            was_used, activation.used = activation.used, True
            return not was_used


class CscApi(CscCredentials):
    """One version of the API over one CA."""

    def __init__(self, bench: Bench, profile: Profile, version: str, activations: Activations) -> None:
        super().__init__(bench, profile, version)
        self._activations = activations
        self._hashes, self._hash_algo = ("hash", "hashAlgo") if self.v1 else ("hashes", "hashAlgorithmOID")

    def authorize(self) -> Answer:
        asked = body()
        person, credential = self.credential(asked.get("credentialID"))
        if self.mode() == "oauth2code":
            raise Refused("invalid_request", "The credential is authorized by oauth2/authorize only")
        transaction = self._transaction(person, credential, asked)
        failure = self._why_not(person, credential)
        if failure is None and self.mode() == "explicit":
            self._check_secrets(person, asked)
        self.bench.transactions.open(transaction, failure)
        note(uid=person.uid, transaction=transaction.id, digests=[item.digest for item in transaction.items])
        if self.mode() == "explicit" and transaction.stage is Stage.WAITING:
            self.bench.transactions.approve(transaction.id)
        if failure is not None:
            raise self.refusal(transaction)
        if not self.v1 and self.mode() == "implicit":
            return jsonify(handle=self._activations.name(transaction), expiresIn=self._expires_in())
        return self._blocked(transaction)

    def _blocked(self, transaction: Transaction) -> Answer:
        """Answer when the person has acted or the time is over."""
        while transaction.stage is Stage.WAITING:
            transaction.over.wait(0.05)
            self.bench.transactions.get(transaction.id)
        return self._activated(transaction)

    def authorize_check(self) -> Answer:
        person = self.person()
        transaction = self._activations.named(body().get("handle"))
        if transaction is None or (person is not None and person.uid != transaction.uid):
            raise Refused("invalid_request", "Invalid parameter handle")
        self.bench.transactions.get(transaction.id)
        note(uid=transaction.uid, transaction=transaction.id, answered=transaction.stage.value)
        if transaction.stage is Stage.WAITING:
            raise Refused("authorization_pending", "The user has not acted yet")
        return self._activated(transaction)

    def _activated(self, transaction: Transaction) -> Answer:
        # A key that breaks or a certificate that dies shows when it is used: the approval itself was fine.
        broke = transaction.stage is Stage.FAILED and transaction.failure != "key_authorisation"
        if not broke and transaction.stage not in (Stage.CONFIRMED, Stage.SIGNED):
            raise self.refusal(transaction)
        until = self.bench.clock.now() + self._expires_in()
        return jsonify(SAD=self._activations.issue(transaction, until), expiresIn=self._expires_in())

    def refusal(self, transaction: Transaction) -> Refusal:
        if transaction.stage is Stage.REFUSED:
            return Refused("access_denied", "The user refused")
        if transaction.stage is Stage.EXPIRED:
            return Refused("expired_token", "The user did not act in time")
        if transaction.failure in ("quota", "certificate"):
            return Refused("invalid_request", f"The credential cannot be used: {transaction.failure}")
        if transaction.failure == "key_authorisation":
            return Refused("invalid_pin", "The credential could not be authorized")
        return Refused("server_error", "The request could not be completed", 500)

    def _transaction(self, person: Subscriber, credential: Credential, asked: dict[str, Any]) -> Transaction:
        items, now = self.items(asked), self.bench.clock.now()
        return Transaction(
            str(uuid.uuid4()),
            self.profile.provider,
            self.profile.slug,
            person.uid,
            credential.handle,
            self.title(asked),
            items,
            now,
            now + self.bench.life_s(self.profile),
            client_ref=str(asked.get("clientData") or "") or None,
        )

    def items(self, asked: dict[str, Any]) -> list[Item]:
        digests = self._digests(asked)
        count = asked.get("numSignatures")
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise Refused("invalid_request", "Missing (or invalid type) integer parameter numSignatures")
        if count > self.multisign() or len(digests) > self.multisign():
            raise Refused("invalid_request", "numSignatures is higher than multisign")
        if is_strict() and count != len(digests):
            raise Refused("invalid_request", "numSignatures and the hashes disagree")
        return [Item(str(n), f"Hash {n}", digest) for n, digest in enumerate(digests, 1)]

    def title(self, asked: dict[str, Any]) -> str:
        text = asked.get("description", "")
        if not isinstance(text, str) or len(text) > 500:
            raise Refused("invalid_request", "Invalid parameter description")
        return text

    def _digests(self, asked: dict[str, Any]) -> list[str]:
        given, strict = asked.get(self._hashes), is_strict()
        if not isinstance(given, list) or not given:
            raise Refused("invalid_request", f"Missing (or invalid type) parameter {self._hashes}")
        if asked.get(self._hash_algo, SHA256) != SHA256:
            raise Refused("invalid_request", f"Invalid parameter {self._hash_algo}")
        try:
            return [one_line(raw_digest(self._unwired(each), strict)) for each in given]
        except BadDigest as error:
            raise Refused("invalid_request", f"Invalid Base64 hash string parameter: {error}") from error

    def _unwired(self, text: object) -> object:
        if self.bench.settings.text("CSC_HASH_WIRE", "base64") != "percent" or not isinstance(text, str):
            return text
        if "+" in text or "/" in text:
            raise Refused("invalid_request", "hashes must be percent-encoded")
        return unquote(text)

    def _check_secrets(self, person: Subscriber, asked: dict[str, Any]) -> None:
        """SANDBOX_CSC_PIN and SANDBOX_CSC_OTP are everybody's; the OTP is good once, after it was sent."""
        given = asked
        if not self.v1:
            given = {str(e.get("id")): e.get("value") for e in asked.get("authData") or [] if isinstance(e, dict)}
        text, challenges = self.bench.settings.text, self._activations.challenges
        if given.get("PIN") != text("CSC_PIN", "123456"):
            raise Refused("invalid_pin", "The PIN is wrong")
        sent = challenges.get(person.uid, 0) > self.bench.clock.now()
        if not sent or given.get("OTP") != text("CSC_OTP", "738496"):
            raise Refused("invalid_otp", "The OTP is wrong or too old")
        del challenges[person.uid]

    def challenge(self) -> Answer:
        """``sendOTP`` and ``getChallenge``: the one-time password is on its way."""
        person, _ = self.credential(body().get("credentialID"))
        if self.mode() != "explicit":
            raise Refused("invalid_request", "The credential takes no OTP")
        self._activations.challenges[person.uid] = self.bench.clock.now() + CHALLENGE_LIFE_S
        return "", 204

    def sign_hash(self) -> Answer:
        asked = body()
        activation, person = self._activation(asked)
        transaction = activation.transaction
        digests = self._digests(asked)
        self._check_algorithms(asked)
        if not set(digests) <= {item.digest for item in transaction.items}:
            raise Refused("invalid_request", "Hash is not authorized by the SAD")
        note(uid=person.uid, transaction=transaction.id)
        if not self._activations.spend(activation):
            raise Refused("invalid_request", "SAD has been used")
        if not self.v1 and asked.get("operationMode", "S") == "A":
            return jsonify(responseID=self._activations.name(transaction))
        while not transaction.over.wait(1.0):
            self.bench.transactions.get(transaction.id)
        return self._delivered(transaction, digests)

    def _activation(self, asked: dict[str, Any]) -> tuple[Activation, Subscriber]:
        """By the SAD in the body, or by the SAD as bearer. Both are bound to the credential."""
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        as_bearer = None if self.v1 else self._activations.find(token.strip())
        if as_bearer is None:
            self.person()
        activation = as_bearer or self._activations.find(asked.get("SAD"))
        if activation is None or activation.until <= self.bench.clock.now():
            raise Refused("invalid_request", "Invalid parameter SAD")
        person = self.known(activation.transaction.uid)
        credential = next(c for c in person.credentials if c.handle == activation.transaction.handle)
        if asked.get("credentialID") != self.handle(person, credential):
            raise Refused("invalid_request", "Invalid parameter credentialID")
        return activation, person

    def _check_algorithms(self, asked: dict[str, Any]) -> None:
        if asked.get("signAlgo") not in (RSA, SHA256_RSA):
            raise Refused("invalid_request", "Invalid parameter signAlgo")
        named = asked.get("signAlgo") == SHA256_RSA or asked.get(self._hash_algo) == SHA256
        if is_strict() and not named:
            raise Refused("invalid_request", f"Missing parameter {self._hash_algo}")
        if asked.get("operationMode", "S") not in ("S", "A"):
            raise Refused("invalid_request", "Invalid parameter operationMode")

    def sign_polling(self) -> Answer:
        self.person()
        asked = body()
        transaction = self._activations.named(asked.get("requestID") or asked.get("responseID"))
        if transaction is None:
            raise Refused("invalid_request", "Invalid parameter requestID")
        self.bench.transactions.get(transaction.id)
        note(uid=transaction.uid, transaction=transaction.id, answered=transaction.stage.value)
        if transaction.stage is Stage.CONFIRMED:
            raise Refused("invalid_request", PENDING_TEXT)
        return self._delivered(transaction, [item.digest for item in transaction.items])

    def _delivered(self, transaction: Transaction, digests: list[str]) -> Answer:
        if transaction.stage is not Stage.SIGNED:
            raise self.refusal(transaction)
        made = {item.digest: item.signature or "" for item in transaction.items}
        return jsonify(signatures=[made[digest] for digest in digests])

    def _why_not(self, person: Subscriber, credential: Credential) -> str | None:
        if self.bench.faults.take(self.profile.provider, person.uid, "sign", QUOTA) is not None:
            return "quota"
        return None if self.status(person, credential) == "valid" else "certificate"

    def _expires_in(self) -> int:
        return int(self.bench.settings.seconds("CSC_SAD_LIFE_S", 3600))
