"""The national remote-signing profile (Decision 769), for all CAs that speak it: credentials in every body, no token.

A ``Dialect`` says what one CA does otherwise. The CA's own number of a request is derived from the caller's, so that
either finds it, also after a restart; a caller's number can therefore be used once.
Does not: sign files (``sign_type`` other than ``hash``), send time stamps, list seals.
"""

from __future__ import annotations

import re
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import jsonify

from .bench import Bench, Profile
from .faults import QUOTA
from .people import INACTIVE, SUSPENDED, Credential, Subscriber
from .protocol import DIGEST_BYTES, BadDigest, Refusal, body, is_strict, note, one_line, raw_digest
from .transaction import Item, Stage, Transaction

FILE_TYPES = frozenset({"pdf", "xml", "json", "word", "excel"})
HEX = re.compile(r"[0-9a-f]{64}")
Answer = Any


class Refused(Refusal):
    """A business error: the code in the body, and where the CA does so also as HTTP status."""

    def __init__(self, code: int, message: str, http: int = 200) -> None:
        super().__init__({"status_code": code, "message": message, "data": None}, http)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one CA does otherwise."""

    is_hex: bool
    """Digests travel as lower-case hexadecimal instead of base64."""
    upper_serial: bool
    """Serial numbers are wanted in upper case."""
    time_stamp: re.Pattern[str]
    """What ``time_stamp`` may look like."""
    max_files: int
    needs_description: bool
    """``transaction_desc`` is a field of the sign call, shown on the phone."""
    refuses_ended: bool
    """A certificate that is not valid is refused at once; else the request is taken and fails silently."""
    own_http: Callable[[int], int]
    """HTTP status that goes with a code in the body."""
    no_user: tuple[int, str]
    """Code and message for a person nobody knows."""
    no_credential: tuple[int, str]
    no_turns: tuple[int, str]
    entry: Callable[[Subscriber, Credential, str], dict[str, Any]]
    """Fields of a certificate beyond the common ones; the last argument is its state."""


class Neac769:
    """The three calls of one profile."""

    def __init__(self, bench: Bench, profile: Profile, dialect: Dialect) -> None:
        self._bench = bench
        self._profile = profile
        self._speak = dialect

    def certificates(self) -> Answer:
        person, asked = self._person(), body()
        wanted = str(asked.get("serial_number") or "")
        found = [c for c in person.shown() if wanted in ("", self._serial(c))]
        if not found:
            raise self._refused(*self._speak.no_credential)
        data = {
            "transaction_id": str(asked.get("transaction_id") or ""),
            "user_certificates": [self._entry(person, each) for each in found],
        }
        return jsonify(status_code=200, message="Success", data=data)

    def sign(self) -> tuple[Transaction, dict[str, Any]]:
        """The opened request and the common part of the answer's ``data``."""
        person, asked = self._person(), body()
        credential = self._credential(person, asked)
        items = self._items(asked)
        ours = self._ours(asked)
        if self._bench.faults.take(self._profile.provider, person.uid, "sign", QUOTA) is not None:
            raise self._refused(*self._speak.no_turns)
        transaction = self._open(person, credential, asked, items, ours)
        note(transaction=transaction.id, client_ref=transaction.client_ref, digests=[item.digest for item in items])
        return transaction, {"transaction_id": transaction.client_ref}

    def find(self, either_id: object) -> Transaction:
        """The request by the caller's number or by the CA's own. Raises ``Refused``."""
        transaction = self._seek(either_id)
        if transaction is None:
            raise self._refused(404, "TRANSACTION_NOT_FOUND")
        note(transaction=transaction.id, answered=transaction.stage.value)
        return transaction

    def holder(self, either_id: str) -> str | None:
        """Whom a request is for; the status call names nobody."""
        transaction = self._seek(either_id)
        return transaction.uid if transaction is not None else None

    def seconds_left(self, transaction: Transaction) -> int:
        return max(0, round(transaction.expires - self._bench.clock.now()))

    def check_party(self) -> None:
        """Raises ``Refused`` unless the relying party proves itself."""
        asked = body()
        if any(asked.get(name) != self._bench.relying_party(self._profile, name) for name in ("sp_id", "sp_password")):
            raise self._refused(401, "SP_CREDENTIAL_INVALID")

    def _seek(self, either_id: object) -> Transaction | None:
        desk, text = self._bench.transactions, str(either_id)
        transaction = desk.find(self._number(text)) or desk.find(text)
        return transaction if transaction is not None and transaction.profile == self._profile.slug else None

    def _refused(self, code: int, message: str) -> Refused:
        return Refused(code, message, self._speak.own_http(code))

    def _bad(self, why: str) -> Refused:
        return self._refused(400, f"BAD_REQUEST: {why}")

    def _person(self) -> Subscriber:
        self.check_party()
        person = self._bench.registers[self._profile.provider].find(str(body().get("user_id") or ""))
        if person is None or person.status == INACTIVE:
            raise self._refused(*self._speak.no_user)
        return person

    def _serial(self, credential: Credential) -> str:
        serial = f"{credential.serial:032x}"
        return serial.upper() if self._speak.upper_serial else serial

    def _entry(self, person: Subscriber, credential: Credential) -> dict[str, Any]:
        issuing, root = self._bench.authorities[self._profile.provider].chain_der()
        return {
            "cert_id": credential.handle,
            "serial_number": self._serial(credential),
            "cert_data": b64encode(credential.der).decode(),
            "chain_data": {"ca_cert": b64encode(issuing).decode(), "root_cert": b64encode(root).decode()},
            **self._speak.entry(person, credential, state_of(person, credential)),
        }

    def _credential(self, person: Subscriber, asked: dict[str, Any]) -> Credential:
        wanted = str(asked.get("serial_number") or "")
        loose = not is_strict()
        for credential in person.shown():
            serial = self._serial(credential)
            if wanted == serial or (loose and wanted.lower() == serial.lower()):
                if self._speak.refuses_ended and state_of(person, credential) != "VALID":
                    raise self._refused(403, "CREDENTIAL_STATUS_INVALID")
                return credential
        raise self._refused(*self._speak.no_credential)

    def _ours(self, asked: dict[str, Any]) -> str:
        """The caller's number. Raises ``Refused`` when there is none or it was used before."""
        ours = asked.get("transaction_id")
        if not isinstance(ours, str) or not 1 <= len(ours) <= 100:
            raise self._bad("transaction_id is missing")
        if self._bench.transactions.find(self._number(ours)) is not None:
            raise self._bad("transaction_id was used before")
        return ours

    def _number(self, ours: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._profile.provider}:{ours}"))

    def _items(self, asked: dict[str, Any]) -> list[Item]:
        if not self._speak.time_stamp.fullmatch(str(asked.get("time_stamp") or "")) and is_strict():
            raise self._bad("time_stamp")
        if self._speak.needs_description and not isinstance(asked.get("transaction_desc"), str):
            raise self._bad("transaction_desc is missing")
        files = asked.get("sign_files")
        if not isinstance(files, list) or not 1 <= len(files) <= self._speak.max_files:
            raise self._bad(f"sign_files must hold 1 to {self._speak.max_files} entries")
        items = [self._item(entry) for entry in files]
        if len({item.doc_id for item in items}) != len(items):
            raise self._bad("doc_id is repeated")
        return items

    def _item(self, entry: object) -> Item:
        if not isinstance(entry, dict) or not isinstance(entry.get("doc_id"), str) or not entry["doc_id"]:
            raise self._bad("doc_id is missing")
        if entry.get("file_type") not in FILE_TYPES or entry.get("sign_type") != "hash":
            raise self._bad("file_type or sign_type")
        try:
            return Item(entry["doc_id"], entry["doc_id"], one_line(self._digest(entry.get("data_to_be_signed"))))
        except BadDigest as error:
            raise self._bad(f"data_to_be_signed is {error}") from error

    def _digest(self, text: object) -> bytes:
        """The 32 bytes. Raises ``BadDigest``. Not strict: either encoding is taken, as sloppy clients send it."""
        strict = is_strict()
        if not self._speak.is_hex:
            return raw_digest(text, strict)
        if isinstance(text, str) and HEX.fullmatch(text if strict else text.lower()):
            return bytes.fromhex(text)
        if strict:
            raise BadDigest(f"not {2 * DIGEST_BYTES} lower-case hexadecimal digits")
        return raw_digest(text, strict)

    def _open(
        self, person: Subscriber, credential: Credential, asked: dict[str, Any], items: list[Item], ours: str
    ) -> Transaction:
        bench, profile, now = self._bench, self._profile, self._bench.clock.now()
        transaction = Transaction(
            self._number(ours),
            profile.provider,
            profile.slug,
            person.uid,
            credential.handle,
            str(asked.get("transaction_desc") or ""),
            items,
            now,
            now + bench.life_s(profile),
            client_ref=ours,
            notify_url=_webhook(bench, profile, asked),
        )
        is_good = state_of(person, credential) == "VALID"
        return bench.transactions.open(transaction, None if is_good else "certificate")


def state_of(person: Subscriber, credential: Credential) -> str:
    return "SUSPENDED" if person.status == SUSPENDED else credential.state().upper()


def _webhook(bench: Bench, profile: Profile, asked: Mapping[str, Any]) -> str | None:
    """Where the request itself says, else where the relying party registered: SANDBOX_<PROFILE>_WEBHOOK."""
    return asked.get("urlWebhook") or bench.settings.text(f"{profile.slug}_webhook".upper(), "") or None


def values(transaction: Transaction, empty: str | None, failed: str) -> list[dict[str, Any]]:
    """One entry a document: its signature, ``empty`` while there is none, ``failed`` when there will be none."""
    over = transaction.stage in (Stage.SIGNED, Stage.FAILED)
    blank = failed if over else empty
    signed = transaction.stage is Stage.SIGNED
    return [
        {
            "doc_id": item.doc_id,
            "signature_value": item.signature if signed and item.signature is not None else blank,
            "timestamp_signature": empty,
        }
        for item in transaction.items
    ]


def webhook(transaction: Transaction, sp_id: str, message: str) -> dict[str, Any]:
    """Body of the callback: unsigned, though it carries the signatures, and under another name than the status call."""
    signed = transaction.stage is Stage.SIGNED
    return {
        "sp_id": sp_id,
        "status_code": 200,
        "message": message,
        "transaction_id": transaction.client_ref,
        "signed_files": values(transaction, None, "") if signed else None,
    }
