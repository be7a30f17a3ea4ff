"""The HTTP edge: parses, calls one use case, answers. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response
from flask_socketio import SocketIO

from backend.api import access, compression, headers, logs, mailbox, pwa, refusals
from backend.api.openapi import WRITTEN, register_blueprints
from backend.api.sockets import make_sockets
from backend.services.house import House

if TYPE_CHECKING:
    from backend.config import Settings

LONGEST_BODY = 256 * 1024
"""Bytes; a dossier with twenty vouchers of a hundred lines is smaller than this."""


def create_api(app: Flask, house: House, settings: Settings) -> SocketIO:
    """Hang everything into ``app``. Raises RouteWithoutPolicy when a route has no access policy."""
    app.extensions["house"] = house
    app.extensions["settings"] = settings
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    logs.register(app)
    app.before_request(access.guard)
    headers.register(app, settings)
    compression.register(app)
    refusals.register(app)
    register_blueprints(app)
    _serve_description(app, WRITTEN.read_text(encoding="utf-8"))
    mailbox.register(app, settings)
    pwa.register(app, settings.dist, tuple(settings.allowed_origins))
    access.check_every_route_has_a_policy(app)
    return make_sockets(app, house, settings)


def _serve_description(app: Flask, text: str) -> None:
    @access.public
    def openapi() -> Response:
        """The OpenAPI description."""
        return Response(text, mimetype="application/json")

    app.add_url_rule("/api/openapi.json", "openapi", openapi)
