"""Every refusal and every accident, answered in one form: bodies of RFC 9457 from the table in ``problems.py``."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, InternalServerError

from backend.api.body import wire_json
from backend.api.logs import log
from backend.api.problems import (
    NOT_KNOWN,
    NOTHING_SIGNED,
    SIGN_STATE_SENTENCE,
    TABLE,
    Row,
    title_of,
    with_sentences,
    without_signing,
)
from backend.domain.errors import (
    Invalid,
    LoginLocked,
    ProviderRefusal,
    ResendTooSoon,
    RuleError,
    SystemBusy,
    TooManyLookUps,
    TooManyRegistrations,
)
from backend.domain.providers import FailureKind
from backend.services.signing_view import CODE_OF_FAILURE

_CODE_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: "request.malformed",
    HTTPStatus.NOT_FOUND: "request.not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "request.method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request.too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "request.media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "content.invalid",
}

BUSY_SECONDS = 5
"""How long to wait before trying again when the system is busy."""

_STARTING_ROUTES = frozenset(
    {
        "signing.post_sign",
        "batches.post_batch",
        *(
            f"registration_signing.{view}{door}"
            for view in ("post_sign", "post_sign_code")
            for door in ("", "_of_change")
        ),
    }
)
_SIGNING_ROUTES = _STARTING_ROUTES | {
    "registration_signing.post_cancel",
    "registration_signing.post_cancel_of_change",
    "signing.post_cancel_signing",
    "signing.post_not_mine",
    "batches.post_cancel_batch",
    "batches.post_not_mine_batch",
}

_WITHOUT_SIGNING = frozenset({"registration_certificates"})
"""Where a CA is asked and nobody signs."""


def register(app: Flask) -> None:
    """Answer every refusal and every accident of ``app`` in one form."""
    app.register_error_handler(RuleError, from_rule)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Exception, from_accident)


def from_rule(error: RuleError) -> Response:
    """A rule said no."""
    facts = with_sentences(_with_names(error.facts))
    fields = None
    if isinstance(error, Invalid):
        fields = [{"path": problem.path, "sentence": problem.sentence} for problem in error.problems]
        facts["count"] = len(fields)
    if isinstance(error, SystemBusy):
        facts["seconds"] = BUSY_SECONDS
    response = problem(_code(error), facts, fields=fields)
    if wait := _wait(error):
        response.headers["Retry-After"] = str(wait)
    return response


def _with_names(facts: Mapping[str, object]) -> dict[str, object]:
    """A CA's slug becomes what people call it."""
    provider = current_app.extensions["house"].providers.get(facts.get("provider"))
    if provider is None:
        return dict(facts)
    return {**facts, "provider_name": provider.descriptor.name, "app_name": provider.descriptor.app_name}


def _code(error: RuleError) -> str:
    if isinstance(error, ProviderRefusal):
        return CODE_OF_FAILURE.get(FailureKind(str(error.facts.get("kind", ""))), "prov.down")
    # A refusal that only an adapter knows is told as the wider reason it belongs to.
    return next(kind.code for kind in type(error).__mro__ if issubclass(kind, RuleError) and kind.code in TABLE)


HAVE_UNTIL = (LoginLocked, ResendTooSoon, TooManyLookUps, TooManyRegistrations)
"""Refusals that say when they end under that name."""


def _wait(error: RuleError) -> int | None:
    if isinstance(error, SystemBusy):
        return BUSY_SECONDS
    until = error.facts.get("until" if isinstance(error, HAVE_UNTIL) else "retry_at")
    if not isinstance(until, datetime):
        return None
    return max(1, int((until - current_app.extensions["house"].clock.now()).total_seconds()))


def from_http(error: HTTPException) -> Response | HTTPException:
    """The web said no: an unknown address, a wrong method, a body that is not what it should be."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return from_accident(error)
    fields = list(_fields(getattr(error, "data", None))) if error.code == HTTPStatus.UNPROCESSABLE_ENTITY else None
    facts: dict[str, object] = {"count": len(fields)} if fields else {}
    response = problem(_CODE_OF_STATUS.get(HTTPStatus(error.code), "request.malformed"), facts, fields=fields)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _fields(found: Any) -> Iterator[dict[str, str]]:
    """The messages of the schemas, flattened to paths."""
    for messages in (found or {}).get("messages", {}).values():
        for path, sentence in _flat(messages, ()):
            yield {"path": ".".join(path), "sentence": sentence}


def _flat(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flat(inner, path if name == "_schema" else (*path, str(name)))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, str(messages)


def from_accident(error: Exception) -> Response:
    """Nobody foresaw this: the traceback goes to the log, a support code to the person."""
    support_code = secrets.token_hex(4)
    cause = error.original_exception if isinstance(error, InternalServerError) and error.original_exception else error
    log.error("accident", support_code=support_code, route=request.endpoint, exc_info=cause)
    # The commit may have been under way, so at a signing route nobody knows until the phone asks again.
    sign_state = NOT_KNOWN if request.endpoint in _SIGNING_ROUTES else None
    return problem("sys.error", {}, support_code=support_code, sign_state=sign_state)


def problem(
    code: str,
    facts: Mapping[str, object],
    *,
    fields: list[dict[str, str]] | None = None,
    support_code: str | None = None,
    sign_state: str | None = None,
) -> Response:
    """The body and status of one refusal."""
    row = TABLE[code]
    title, state = title_of(code, facts), sign_state or row.sign_state or _state_of_this_route(row)
    if request.blueprint in _WITHOUT_SIGNING:
        title, state = without_signing(title), None
    body = {
        "type": f"urn:ky-kho-bac:problem:{code}",
        "title": title,
        "status": row.status,
        "code": code,
        "detail": _accident_detail(state, support_code) if support_code else row.detail,
        "fields": fields,
        "support_code": support_code,
        "sign_state": state,
        "facts": {name: _plain(value) for name, value in facts.items()},
    }
    return Response(wire_json(body), row.status, mimetype="application/problem+json")


def _state_of_this_route(row: Row) -> str | None:
    """A refused request to sign has signed nothing; said wherever somebody pressed that button."""
    refused = row.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return NOTHING_SIGNED if refused and request.endpoint in _STARTING_ROUTES else None


def _accident_detail(state: str | None, support_code: str) -> str:
    sentence = SIGN_STATE_SENTENCE[state] + " " if state else ""
    return f"{sentence}Mã hỗ trợ: {support_code}."


def _plain(value: object) -> object:
    if isinstance(value, (date, str, int, float, bool, list, type(None))):
        return value
    return str(value)
