"""What all protocol calls have in common: the ledger entry, transport faults, reading JSON and bearer tokens."""

from __future__ import annotations

import socket
import time
from base64 import b64decode, b64encode, encodebytes
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from functools import wraps
from random import Random
from typing import Any

from flask import Response, g, jsonify, make_response, request

from . import personality
from .bench import Bench, Profile
from .faults import AFTERWARDS, TRANSPORT, Fault
from .tokens import Holder

DIGEST_BYTES = 32
View = Callable[..., Any]
_THOUGHT = Random()  # noqa: S311  latency is weather, not a fault: nothing depends on repeating it


class BadDigest(ValueError):
    """Not the base64 of a raw 32-byte digest. Recover: encode the bytes, not their hex text."""


class Refusal(Exception):
    """The provider says no, in its own envelope. Profiles subclass it; ``step`` turns it into the answer."""

    def __init__(self, answer: dict[str, Any], status: int) -> None:
        super().__init__(str(answer))
        self.answer = answer
        self.status = status


def step(
    bench: Bench,
    profile: Profile,
    at: str,
    internal_error: Callable[[], Any],
    who: Callable[..., str | None] | None = None,
) -> Callable[[View], View]:
    """Wrap a route: stage transport faults meant for ``at`` and write the request to the ledger.

    internal_error makes the vendor's own "internal error" answer. Whom the call is about is told by ``who`` from the
    path's variables, else by ``caller``.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            uid = who(*args, **kwargs) if who is not None else caller(bench, profile)
            g.strict = bench.strictness.take(profile.provider, uid)
            fault = bench.faults.take(profile.provider, uid, at, TRANSPORT)
            if fault is None or fault.kind in AFTERWARDS:
                answer = _answer(view, *args, **kwargs)
            else:
                answer = _instead(profile, fault, internal_error)
            facts = {"uid": uid, "status": answer.status_code, "fault": fault.kind if fault else None}
            facts |= g.pop("facts", {})
            bench.ledger.write(
                "requests", provider=profile.provider, profile=profile.slug, step=at, path=request.path, **facts
            )
            time.sleep(personality.of(profile.provider).thinks_s(_THOUGHT) * bench.settings.latency)
            return _afterwards(fault, answer) if fault and fault.kind in AFTERWARDS else answer

        return run

    return wrap


def note(**facts: Any) -> None:
    """Add facts without secrets to the ledger entry of the running request."""
    g.facts = {**g.get("facts", {}), **facts}


def caller(bench: Bench, profile: Profile) -> str | None:
    """Login of the person a request is about: the token's, else a subscriber the body names."""
    holder = bearer(bench, profile)
    if holder is not None and holder.uid:
        return holder.uid
    asked, basic = body(), request.authorization
    claims = [asked.get(name) for name in ("user_id", "userID", "userName", "username")]
    claims += [request.form.get("username"), basic.username if basic is not None and basic.type == "basic" else None]
    register = bench.registers[profile.provider]
    known = [claim for claim in claims if isinstance(claim, str) and register.find(claim) is not None]
    return known[0] if known else None


def is_strict() -> bool:
    """Whether this request is read as strictly as the real service reads it."""
    return bool(g.get("strict", True))


def bearer(bench: Bench, profile: Profile) -> Holder | None:
    scheme, _, token = request.headers.get(profile.bearer_header, "").partition(" ")
    return bench.tokens.holder(profile.provider, token.strip()) if scheme.lower() == "bearer" else None


def body() -> dict[str, Any]:
    """The JSON object sent, or an empty one when the body is anything else."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def raw_digest(text: object, strict: bool) -> bytes:
    """The 32 bytes behind a base64 digest. Raises BadDigest.

    Not strict: hex text, bare or inside base64, is taken for the bytes it names, as sloppy clients send it.
    """
    if not isinstance(text, str):
        raise BadDigest("not a string")
    try:
        found = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        found = b""
    if len(found) == DIGEST_BYTES:
        return found
    for candidate in () if strict else (text, found.decode("ascii", "ignore")):
        if len(candidate) == 2 * DIGEST_BYTES and all(c in "0123456789abcdefABCDEF" for c in candidate):
            return bytes.fromhex(candidate)
    raise BadDigest("not the base64 of 32 bytes")


def wrapped(base64_text: str) -> str:
    r"""The same base64 with \r\n after every 76 characters and at the end, as the vendors send it."""
    return encodebytes(b64decode(base64_text)).decode().replace("\n", "\r\n")


def one_line(digest: bytes) -> str:
    return b64encode(digest).decode()


def _answer(view: View, *args: Any, **kwargs: Any) -> Response:
    try:
        return make_response(view(*args, **kwargs))
    except Refusal as refusal:
        return make_response(jsonify(refusal.answer), refusal.status)


def _instead(profile: Profile, fault: Fault, internal_error: Callable[[], Any]) -> Response:
    if fault.kind == "internal_error":
        return make_response(internal_error())
    status = int(fault.kind.rpartition("_")[2])
    page = personality.of(profile.provider).page.replace("{status}", str(status))
    headers = {"Retry-After": str(max(1, round(fault.seconds)))} if status == 429 else None
    return Response(page, status, headers, mimetype="text/html")


def _afterwards(fault: Fault, answer: Response) -> Response:
    if fault.kind == "delay":
        time.sleep(fault.seconds)
        return answer
    if fault.kind == "lose_answer":
        connection: socket.socket = request.environ["gunicorn.socket"]
        connection.shutdown(socket.SHUT_RDWR)
        return answer
    data = answer.get_data()
    dripping = Response(_drip(data, fault.seconds), answer.status_code, mimetype=answer.mimetype)
    dripping.headers["Content-Length"] = str(len(data))
    return dripping


def _drip(data: bytes, seconds: float) -> Iterator[bytes]:
    pause = seconds / max(1, len(data))
    for i in range(len(data)):
        time.sleep(pause)
        yield data[i : i + 1]
