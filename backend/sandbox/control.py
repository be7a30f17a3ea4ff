"""The control API of the sandbox: enrol people, answer for their phones, stage faults, read the ledger.

Real providers have nothing of the kind; nothing here is part of a protocol under test. No password: only callers on
the same machine are served, also when SANDBOX_HOST lets a phone of the network reach the phone page. Errors answer
{"error": sentence}.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from unicodedata import normalize

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Blueprint, jsonify, request

from .bench import Bench
from .certify import PURPOSES, SIGNING
from .clock import iso
from .faults import BadFault
from .ledger import KINDS
from .people import ACTIVE, SECOND_FACTORS, STATUSES, Subscriber
from .policy import BadPolicy
from .protocol import body
from .subscribers import Enrolment, NoSuchSubscriber, Register
from .transaction import Transaction
from .transactions import AlreadyDecided, NoSuchTransaction

Answer = Any
FAILURES = ("signing", "key_authorisation", "certificate", "quota", "internal")


class BadRequest(ValueError):
    """The control request makes no sense. Recover: read the sentence."""


def control(bench: Bench) -> Blueprint:
    """The blueprint, without a prefix: /_control/… and /_ledger."""
    desk = Blueprint("control", __name__)
    desk.before_request(_from_here_only)
    _people(desk, bench)
    _requests(desk, bench)
    _behaviour(desk, bench)
    _errors(desk)

    @desk.get("/_ledger")
    def ledger() -> Answer:
        asked = request.args
        kinds = asked.getlist("kind") or KINDS
        told = bench.ledger.tell(asked.get("digest"), asked.get("uid"), after=asked.get("after", ""), kinds=kinds)
        return jsonify(told)

    @desk.get("/_ledger/digests")
    def digests() -> Answer:
        return jsonify(bench.ledger.per_digest())

    @desk.get("/_control/health")
    def health() -> Answer:
        return jsonify(
            status="ok",
            strict=bench.settings.strict,
            fault_rate=bench.settings.fault_rate,
            latency=bench.settings.latency,
            providers=sorted(bench.registers),
            profiles=sorted(bench.profiles),
            now=iso(bench.clock.now()),
        )

    @desk.post("/_control/clock")
    def clock() -> Answer:
        ahead = bench.clock.advance(float(body().get("advance_s", 0)))
        bench.transactions.clock_moved()
        return jsonify(ahead_s=ahead, now=iso(bench.clock.now()))

    return desk


def _from_here_only() -> Answer | None:
    if ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        return None
    return jsonify(error="the control API serves callers on the same machine only"), 403


def _people(desk: Blueprint, bench: Bench) -> None:
    @desk.post("/_control/subscribers")
    def enrol() -> Answer:
        register = _register(bench, body().get("provider"))
        person = register.enrol(_enrolment(body()))
        if "spare_s" in body():
            bench.faults.spare(register.provider, person.uid, _seconds(body()["spare_s"]))
        return jsonify(_enrolled(register, person))

    @desk.get("/_control/subscribers")
    def people() -> Answer:
        return jsonify([_enrolled(r, p) for r in bench.registers.values() for p in r])

    @desk.post("/_control/subscribers/<provider>/<uid>/credentials")
    def renew(provider: str, uid: str) -> Answer:
        register = _register(bench, provider)
        asked = body()
        renewed = register.renew(
            uid, *_validity(asked), auto_sign=bool(asked.get("auto_sign")), purpose=_purpose(asked.get("purpose"))
        )
        return jsonify(_enrolled(register, renewed))

    @desk.post("/_control/subscribers/<provider>/<uid>/revoke")
    def revoke(provider: str, uid: str) -> Answer:
        serial = body().get("serial_hex")
        credential = _register(bench, provider).revoke(uid, int(serial, 16) if serial else None)
        return jsonify(serial_hex=f"{credential.serial:032x}", revoked_at=credential.revoked_at)

    @desk.post("/_control/subscribers/<provider>/<uid>/log-out")
    def log_out(provider: str, uid: str) -> Answer:
        return jsonify(ended=bench.tokens.forget(_register(bench, provider).get(uid).provider, uid))

    @desk.get("/_control/subscribers/<provider>/<uid>/code")
    def code(provider: str, uid: str) -> Answer:
        return jsonify(code=bench.codes.shown(provider, _register(bench, provider).get(uid).uid))


def _requests(desk: Blueprint, bench: Bench) -> None:
    @desk.get("/_control/transactions")
    def requests() -> Answer:
        args = request.args
        found = bench.transactions.matching(args.get("provider"), args.get("uid"), args.get("status"))
        return jsonify([_shown(t) for t in found])

    @desk.post("/_control/transactions/<transaction_id>/<move>")
    def decide(transaction_id: str, move: str) -> Answer:
        moves: dict[str, Callable[[], Transaction]] = {
            "approve": lambda: bench.transactions.approve(transaction_id, body().get("signing_ms")),
            "refuse": lambda: bench.transactions.refuse(transaction_id),
            "expire": lambda: bench.transactions.expire(transaction_id),
            "fail": lambda: bench.transactions.fail(
                transaction_id, _failure(body().get("reason", "signing")), _words(body())
            ),
            "approve-late": lambda: bench.transactions.approve_late(transaction_id),
        }
        if move not in moves:
            raise BadRequest(f"move must be one of {', '.join(moves)}")
        return jsonify(_shown(moves[move]()))


def _behaviour(desk: Blueprint, bench: Bench) -> None:
    @desk.post("/_control/policy")
    def policy() -> Answer:
        asked = body()
        _register(bench, asked.get("provider"))
        bench.policies.put(asked["provider"], asked.get("uid"), asked.get("decide", ""), int(asked.get("after_ms", 0)))
        return jsonify(bench.policies.all())

    @desk.post("/_control/faults")
    def stage() -> Answer:
        _register(bench, body().get("provider"))
        bench.faults.stage(body())
        return jsonify(bench.faults.staged())

    @desk.post("/_control/spare")
    def spare() -> Answer:
        asked = body()
        register = _register(bench, asked.get("provider"))
        bench.faults.spare(register.provider, asked.get("uid"), _seconds(asked.get("seconds", 600)))
        return jsonify(spared_s=_seconds(asked.get("seconds", 600)))

    @desk.post("/_control/strict")
    def strict() -> Answer:
        asked = body()
        register = _register(bench, asked.get("provider"))
        if not isinstance(asked.get("strict"), bool):
            raise BadRequest("strict must be true or false")
        bench.strictness.put(register.provider, asked.get("uid"), asked["strict"], int(asked.get("times", 1)))
        return jsonify(strict=asked["strict"])

    @desk.get("/_control/faults")
    def staged() -> Answer:
        return jsonify(bench.faults.staged())

    @desk.delete("/_control/faults")
    def clear() -> Answer:
        bench.faults.clear()
        return jsonify([])

    @desk.post("/_control/settle")
    def settle() -> Answer:
        bench.faults.clear()
        expired, unlocked = bench.transactions.expire_all(), bench.locks.open_all()
        return jsonify(expired=expired, unlocked=unlocked, now=iso(bench.clock.now()))


def _errors(desk: Blueprint) -> None:
    def say(status: int) -> Callable[[Exception], Answer]:
        return lambda error: (jsonify(error=f"{type(error).__name__}: {error}"), status)

    for kind, status in (
        (NoSuchSubscriber, 404),
        (NoSuchTransaction, 404),
        (AlreadyDecided, 409),
        (BadFault, 400),
        (BadPolicy, 400),
        (ValueError, 400),
    ):
        desk.register_error_handler(kind, say(status))


def _register(bench: Bench, provider: object) -> Register:
    if not isinstance(provider, str) or provider not in bench.registers:
        raise BadRequest(f"provider must be one of {', '.join(sorted(bench.registers))}")
    return bench.registers[provider]


def _enrolment(asked: dict[str, Any]) -> Enrolment:
    uid, name, number = asked.get("uid"), asked.get("full_name"), asked.get("id_number")
    if not isinstance(uid, str) or not 1 <= len(uid) <= 50:
        raise BadRequest("uid must be 1 to 50 characters")
    if not isinstance(name, str) or not 1 <= len(name) <= 64:
        raise BadRequest("full_name must be 1 to 64 characters")
    if not isinstance(number, str) or len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise BadRequest("id_number must be 12 digits")
    status = asked.get("status") or ACTIVE
    if status not in STATUSES:
        raise BadRequest(f"status must be one of {', '.join(STATUSES)}")
    second_factor = asked.get("second_factor")
    if second_factor is not None and second_factor not in SECOND_FACTORS:
        raise BadRequest(f"second_factor must be one of {', '.join(map(repr, SECOND_FACTORS))}")
    key = _key(asked["key_pem"]) if asked.get("key_pem") else None
    return Enrolment(
        uid, normalize("NFC", name), number, asked.get("password"), *_validity(asked), status, second_factor, key
    )


def _key(pem: object) -> rsa.RSAPrivateKey:
    """Taken as it is: to prove that it is one would cost as much as to make one."""
    try:
        key = load_pem_private_key(str(pem).encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadRequest("key_pem must be a PKCS#8 private key as PEM, without a password") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != 2048:
        raise BadRequest("key_pem must be an RSA key of 2048 bits")
    return key


def _validity(asked: dict[str, Any]) -> tuple[datetime, datetime]:
    """From valid_from / valid_to (ISO 8601) or valid_days, starting an hour ago so that no clock is ahead of it."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    if asked.get("valid_from"):
        start = _utc(asked["valid_from"])
    end = start + timedelta(days=float(asked.get("valid_days") or 1095))
    if asked.get("valid_to"):
        end = _utc(asked["valid_to"])
    if end <= start:
        raise BadRequest("valid_to must be after valid_from")
    return start, end


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _seconds(wish: object) -> float:
    seconds = float(wish) if isinstance(wish, int | float) else -1.0
    if not 0 <= seconds <= 86_400:
        raise BadRequest("seconds must lie between 0 and 86400")
    return seconds


def _purpose(purpose: object) -> str:
    if purpose is not None and purpose not in PURPOSES:
        raise BadRequest(f"purpose must be one of {', '.join(PURPOSES)}")
    return str(purpose or SIGNING)


def _failure(reason: object) -> str:
    if reason not in FAILURES:
        raise BadRequest(f"reason must be one of {', '.join(FAILURES)}")
    return str(reason)


def _words(asked: dict[str, Any]) -> dict[str, str]:
    """The vendor's own words for a failure, as far as they are given."""
    return {name: str(asked[name]) for name in ("state", "code", "text") if name in asked}


def _enrolled(register: Register, person: Subscriber) -> dict[str, Any]:
    authority, current = register.authority, person.current()
    return {
        "provider": person.provider,
        "uid": person.uid,
        "full_name": person.full_name,
        "status": person.status,
        "certificate_der_b64": b64encode(current.der).decode(),
        "serial_hex": f"{current.serial:032x}",
        "certificate_state": current.state(),
        "chain_der_b64": [b64encode(der).decode() for der in authority.chain_der()],
        "root_pem": authority.root_pem(),
    }


def _shown(transaction: Transaction) -> dict[str, Any]:
    return {
        "id": transaction.id,
        "provider": transaction.provider,
        "uid": transaction.uid,
        "status": transaction.stage.value,
        "failure": transaction.failure,
        "late": transaction.late,
        "title": transaction.title,
        "documents": [{"id": i.doc_id, "name": i.name} for i in transaction.items],
        "digests": [item.digest for item in transaction.items],
        "client_ref": transaction.client_ref,
        "created": iso(transaction.created),
        "expires": iso(transaction.expires),
    }
