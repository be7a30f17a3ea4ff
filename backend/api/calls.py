"""How a view calls a use case: read in one snapshot, or change in one commit together with its idempotency key.

Answers are already in the shape of the wire (the use cases build them; tests hold them against the schemas), so
nothing is dumped through a schema here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from backend.api.access import caller
from backend.api.body import read_body, wire_json
from backend.api.problems import with_sentences
from backend.domain.errors import RuleError
from backend.services.house import House
from backend.services.idempotency import Asked, Given, answer_once, fingerprint

UseCase = Callable[..., Any]

KEY_HEADER = "Idempotency-Key"
KEY_LONGEST = 80
ONCE = [
    {
        "in": "header",
        "name": KEY_HEADER,
        "required": True,
        "description": "A UUID for one action. Repeated with the same body: the same answer, done once.",
        "schema": {"type": "string", "minLength": 8, "maxLength": KEY_LONGEST},
    }
]
"""Documents the header on operations that change something."""


class KeyMissing(RuleError):
    """A changing request without Idempotency-Key. Recover: send one."""

    code = "request.key_missing"


def house() -> House:
    """The wired house."""
    return current_app.extensions["house"]


def answer(body: Mapping[str, object], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(wire_json(body), status, mimetype="application/json")


def read(use_case: UseCase, *args: object, **words: object) -> Any:
    """What a reading use case says to the caller."""
    with house().read() as session:
        return with_sentences(use_case(session, house(), caller(), *args, **words))


def once(use_case: UseCase, *args: object, status: int = 200, **words: object) -> Response:
    """Let the caller change something, once per key."""

    def act(session: Session) -> dict[str, object]:
        return kept(use_case(session, house(), caller(), *args, **words))

    return answered(answer_once(house(), asked(), act, status))


def kept(body: dict[str, object]) -> dict[str, object]:
    """The answer as the wire will carry it, so that it can be given again letter for letter."""
    return json.loads(wire_json(with_sentences(body)))


def answered(given: Given) -> Response:
    """The answer, marked when it was given before."""
    response = answer(given.body, given.status)
    if given.again:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def asked() -> Asked:
    """The key of this request of the caller, and what it stands for."""
    return asked_by(caller().user_id)


def asked_by(who: str) -> Asked:
    """The same for somebody without a log-in: the holder of a link asks under what the link opens."""
    key = request.headers.get(KEY_HEADER, "")
    if not 8 <= len(key) <= KEY_LONGEST or not key.isascii() or not key.isprintable():
        raise KeyMissing()
    same = fingerprint(house().hmac_key, request.method, request.path, read_body(request))
    return Asked(who, key, f"{request.method} {request.path}", same)
