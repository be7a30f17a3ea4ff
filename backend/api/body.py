"""JSON in and out.

Writing: times in ISO 8601. Reading is stricter than the language, because two readers must never see two different
bodies.

Refused: names said twice, ``NaN`` and ``Infinity``, nesting without end. Blueprints of this room use the parser
below.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NoReturn

from flask import Request, request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest


def read_body(asked: Request) -> Any:
    """The parsed body, ``{}`` when there is none. Raises BadRequest."""
    try:
        text = asked.get_data(cache=True).decode("utf-8")
        return json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refuse) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise BadRequest() from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is said twice")
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def wire_json(body: object) -> str:
    """JSON as the wire has it: times and days in ISO 8601."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_in_iso)


def _in_iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place on the wire")


class _StrictParser(FlaskParser):
    def load_json(self, req: Request, schema: object) -> Any:
        return read_body(request)


class Subject(Blueprint):
    """A blueprint of this room."""

    ARGUMENTS_PARSER = _StrictParser()
