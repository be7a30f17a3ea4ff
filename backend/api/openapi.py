"""The OpenAPI description, made from the blueprints and the shared schemas, and the file of it beside the schemas.

Follows OpenAPI 3.1. Does not: need a house; describing needs no database.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response

import shared_schemas
from shared_schemas import fields as wire_fields
from shared_schemas.forms import FORMS, VoucherField
from shared_schemas.problems import Problem
from shared_schemas.realtime import Knock

SUBJECTS = (
    "session",
    "accounts",
    "passkeys",
    "inbox",
    "dossiers",
    "documents",
    "signing",
    "batches",
    "events",
    "providers",
    "reference",
    "registrations",
    "registration_mine",
    "registration_changes",
    "registration_certificates",
    "registration_signing",
    "treasury_registrations",
    "callbacks",
    "health",
)
"""Modules of this room that hold a ``blueprint``, in the order of the description."""

_CONFIG = {
    "API_TITLE": "Ký Kho bạc",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "security": [{"session": [], "csrf": []}],
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-ky_kho_bac"},
                "csrf": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRF-Token",
                    "description": "``csrf_token`` of the session; needed by every POST, PUT and DELETE.",
                },
            }
        },
    },
}


class WireApi(Api):
    """flask-smorest with our problem bodies instead of its own."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Errors are ``problems.py``'s."""

    def _register_responses(self) -> None:
        response = {"description": "A problem.", "schema": self.ERROR_SCHEMA}
        prepare_response(response, self.spec, "application/problem+json")
        for name in ("DEFAULT_ERROR", "UNPROCESSABLE_ENTITY", "UNPROCESSABLE_CONTENT", "NOT_MODIFIED"):
            self.spec.components.response(name, response, lazy=True)

    def _register_pagination_header(self) -> None:
        """Lists carry a cursor in the body; there is no pagination header to describe."""


WRITTEN = Path(shared_schemas.__file__).with_name("openapi.json")
"""The description as it is served: ``make types`` writes it and ``make check`` holds it against the code."""


def register_blueprints(app: Flask) -> None:
    """Hang every blueprint into the application. Describes none: that takes a quarter of a second at each start."""
    api = _api(app)
    for blueprint in _blueprints():
        app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = api
        app.register_blueprint(blueprint)


def _api(app: Flask) -> WireApi:
    app.config.update(_CONFIG)
    return WireApi(app)


def _blueprints() -> list[Blueprint]:
    return [import_module(f"backend.api.{subject}").blueprint for subject in SUBJECTS]


def describe(app: Flask) -> WireApi:
    """Hang every blueprint into the application and describe it."""
    api = _api(app)
    api.ma_plugin.converter.add_attribute_function(_one_of_the_forms)
    api.register_field(wire_fields.Reference, "string", "uuid")
    api.spec.components.schema("Knock", schema=Knock)
    for blueprint in _blueprints():
        api.register_blueprint(blueprint)
    return api


def _one_of_the_forms(converter: OpenAPIConverter, field: object, **_: object) -> dict[str, Any]:
    if not isinstance(field, VoucherField):
        return {}
    found = {
        code: converter.resolve_nested_schema(schema)  # type: ignore[no-untyped-call]
        for code, schema in FORMS.items()
    }
    mapping = {code: place["$ref"] for code, place in found.items()}
    return {"oneOf": list(found.values()), "discriminator": {"propertyName": "form_code", "mapping": mapping}}


def as_text(api: WireApi) -> str:
    """The description as text; equal code gives equal text."""
    return json.dumps(api.spec.to_dict(), ensure_ascii=False, indent=2) + "\n"


def write_openapi(path: Path) -> None:
    """Write the description to ``path``."""
    path.write_text(as_text(describe(Flask("backend"))), encoding="utf-8")
