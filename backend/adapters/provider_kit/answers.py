"""Reading a provider's JSON as hostile input (RFC 8259), and what may be kept of it.

Strict: UTF-8, no duplicate keys, no NaN, no surprise types. Everything odd is a ``Wreck`` with the place it was found.
Does not: know any provider's field; the modules say which fields they need and which may be kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from backend.adapters.provider_kit.http import AnswerLost, NotSent
from backend.domain.providers import Failure, FailureKind, NotSubmitted, Submission, SubmissionUnknown

RAW_MAX = 16 * 1024
_CUT = 80
_DEPTH_MAX = 20
_PROSE_MAX = 300
_ID_NUMBER = re.compile(r"\d{9,}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
_HANDLE = re.compile(r"[\x21-\x7e]{1,128}")
_INTEGER = re.compile(r"-?[0-9]{1,18}")

_SURELY_REFUSED = frozenset({400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 422, 429, 431})
"""Statuses by which a server says it did not act. A conflict (409) or a timeout (408) does not say that."""


class Wreck(Exception):
    """The answer does not have the shape it must have; ``str()`` is the place, fit for a log."""


def read_json(body: bytes) -> object:
    """The one value in ``body``. Raises ``Wreck``."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Wreck("not_json") from error
    _check_depth(value)
    return value


def _check_depth(value: object) -> None:
    layer = [value]
    for _ in range(_DEPTH_MAX):
        layer = [part for each in layer for part in _parts(each)]
        if not layer:
            return
    raise Wreck("too_deep")


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _no_constant(name: str) -> object:
    raise ValueError(name)


def an_object(value: object, where: str) -> dict[str, object]:
    """``value`` as a JSON object. Raises ``Wreck``."""
    if not isinstance(value, dict):
        raise Wreck(where)
    return value


def a_list(value: object, where: str, at_most: int) -> list[object]:
    """``value`` as a JSON array of at most ``at_most`` members. Raises ``Wreck``."""
    if not isinstance(value, list) or len(value) > at_most:
        raise Wreck(where)
    return value


def an_integer(value: object, where: str) -> int:
    """``value`` as a whole number, also when it travels as text. Raises ``Wreck``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise Wreck(where)


def a_token(value: object, where: str) -> str:
    """``value`` as something that may stand in a header. Raises ``Wreck``."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise Wreck(where)
    return value


def a_handle(value: object, where: str) -> str:
    """``value`` as an identifier the provider gave: printable ASCII, at most 128 characters. Raises ``Wreck``."""
    if not isinstance(value, str) or not _HANDLE.fullmatch(value):
        raise Wreck(where)
    return value


def a_code(value: object) -> str:
    """Whatever stands where a code should, made fit for a log line and a column."""
    return re.sub(r"[^A-Za-z0-9_.:-]", "", str(value))[:40]


def no_answer(lost: NotSent | AnswerLost) -> Failure:
    """The failure of a call that changes nothing at the provider and got no answer."""
    return Failure(FailureKind.PROVIDER_UNAVAILABLE, retryable=True, vendor_code=lost.detail)


def lost_submission(lost: NotSent | AnswerLost) -> Submission:
    """What is certain about a request to sign that got no answer."""
    if isinstance(lost, NotSent):
        return NotSubmitted(no_answer(lost))
    return SubmissionUnknown(lost.detail)


def violation(wreck: Wreck) -> Failure:
    """The failure of an answer that is not what the provider promised."""
    return Failure(FailureKind.PROTOCOL_VIOLATION, vendor_code=str(wreck))


def no_code(status: int) -> Failure:
    """The failure of an answer that carries no code we can read: only its HTTP status speaks."""
    if status == 429 or status >= 500:
        return Failure(FailureKind.PROVIDER_UNAVAILABLE, retryable=True, vendor_code=f"http_{status}")
    return Failure(FailureKind.PROTOCOL_VIOLATION, vendor_code=f"http_{status}")


def surely_refused(status: int) -> bool:
    """True when the HTTP status alone proves that the request was not acted upon."""
    return status in _SURELY_REFUSED


def for_the_auditor(value: object, kept: frozenset[str], prose: frozenset[str]) -> str:
    """``value`` as JSON text of at most 16 KB without secrets and persons.

    Text stays only under the names in ``kept``; under those in ``prose`` it is shortened and loses its long numbers.
    Everything else that is text becomes ``…``: a field we do not know may name a person.
    """
    text = _dump(_strip(value, "", kept, prose, _whole))
    if len(text) > RAW_MAX:
        text = _dump(_strip(value, "", kept, prose, _shortened))
    return text[:RAW_MAX]


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _whole(text: str) -> str:
    return text


def _shortened(text: str) -> str:
    return text if len(text) <= _CUT else text[:_CUT] + "…"


def _strip(value: object, name: str, kept: frozenset[str], prose: frozenset[str], cut: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return {a_code(key): _strip(part, key, kept, prose, cut) for key, part in value.items()}
    if isinstance(value, list):
        return [_strip(part, name, kept, prose, cut) for part in value]
    if isinstance(value, str):
        return _strip_text(value, name, kept, prose, cut)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**8 and name not in kept:
        return "…"
    return value


def _strip_text(text: str, name: str, kept: frozenset[str], prose: frozenset[str], cut: Callable[[str], str]) -> str:
    if name in prose:
        return _ID_NUMBER.sub("…", text[:_PROSE_MAX])
    return cut(text) if name in kept else "…"
