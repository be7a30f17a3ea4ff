"""The session cookie: its name, its flags, and how it leaves.

Follows RFC 6265bis: ``__Host-`` binds the cookie to this host, to ``/`` and to https. Without https (a developer's own
machine) browsers would refuse that prefix, so the name has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, current_app, request

if TYPE_CHECKING:
    from backend.config import Settings

_NAME = "ky_kho_bac"


def cookie_name(settings: Settings) -> str:
    """The cookie's name in this installation."""
    return f"__Host-{_NAME}" if settings.https else _NAME


def session_token() -> str | None:
    """What the browser sent."""
    return request.cookies.get(cookie_name(current_app.extensions["settings"])) or None


def link_secret() -> str | None:
    """The secret of the registration dossier this browser goes on with."""
    return request.cookies.get(_link_name(current_app.extensions["settings"])) or None


def _link_name(settings: Settings) -> str:
    return f"{cookie_name(settings)}_dang_ky"


def give_link(response: Response, secret: str) -> Response:
    """Let this browser go on with a registration dossier until it is closed."""
    settings = current_app.extensions["settings"]
    name = _link_name(settings)
    response.set_cookie(name, secret, secure=settings.https, httponly=True, samesite="Strict", path="/")
    return response


def give(response: Response, token: str) -> Response:
    """Set the cookie. Without an age: it goes with the browser, and the server decides when the session ends."""
    settings = current_app.extensions["settings"]
    response.set_cookie(cookie_name(settings), token, secure=settings.https, httponly=True, samesite="Strict", path="/")
    return response


def take(response: Response) -> Response:
    """Remove the cookie and everything else this site keeps in the browser."""
    settings = current_app.extensions["settings"]
    response.delete_cookie(cookie_name(settings), secure=settings.https, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
