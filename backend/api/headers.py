"""The headers every answer carries: what a browser may do with it, and that nothing private is kept.

The content security policy allows nothing by default. The page's own inline sheet and script are allowed by the
hashes that the front-end build writes into ``csp.json``; that file may also switch on further directives (Trusted
Types).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from backend.config import Settings

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For answers that are no pages."""

DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""For the API's own documentation, whose viewer sets style attributes."""

_PAGE: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)",
}


def page_policy(dist: Path, origins: Sequence[str]) -> str:
    """The policy of our pages, with the hashes of this build. Sockets are named too: old Safari needs it."""
    sockets = tuple(origin.replace("http", "ws", 1) for origin in sorted(origins))
    directives = {**_PAGE, "connect-src": (*_PAGE["connect-src"], *sockets)}
    written = dist / "csp.json"
    for name, sources in (json.loads(written.read_text()) if written.exists() else {}).items():
        directives[name] = (*directives.get(name, ()), *sources)
    return "; ".join(f"{name} {' '.join(sources)}".strip() for name, sources in directives.items())


def register(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer of ``app`` that has not chosen its own."""

    def dress(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", NOTHING)
        if settings.https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.path.startswith("/api") or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(dress)
