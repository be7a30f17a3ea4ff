"""Three walls against requests a foreign page makes with a person's cookie.

Where: ``Origin`` must be ours, and where a browser says ``Sec-Fetch-Site`` it must say ``same-origin``. What: JSON
only, which no HTML form can send. Knows: ``X-CSRF-Token`` of the session, which only our own page can read.
"""

from __future__ import annotations

import hmac

from flask import current_app, request
from werkzeug.exceptions import UnsupportedMediaType

from backend.domain.errors import RuleError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignOrigin(RuleError):
    """A request that did not come from our own page. Recover: open the application itself."""

    code = "request.foreign_origin"


class CsrfMismatch(RuleError):
    """The token is missing or of another session. Recover: read the session again and repeat."""

    code = "request.csrf"


def check_same_site() -> None:
    """Refuse an unsafe request that another site caused, or that is not JSON."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in current_app.extensions["settings"].allowed_origins:
        raise ForeignOrigin()
    # Old browsers and command-line clients do not send the header; its absence proves nothing, its value does.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise ForeignOrigin()
    if request.method != "DELETE" and request.mimetype != "application/json":
        raise UnsupportedMediaType()


def check_csrf(expected: str) -> None:
    """Refuse an unsafe request without the session's own token."""
    if request.method in SAFE_METHODS:
        return
    if not hmac.compare_digest(request.headers.get("X-CSRF-Token", "").encode(), expected.encode()):
        raise CsrfMismatch()
