"""Serves the built application: one table of files read at start, so that a path in a URL never touches the disk.

Files with a hash in their name never change and may be kept for ever; everything else is asked for again by ETag. A
path that is no file is a screen of the application and gets ``index.html``, except under ``/assets/`` and where it
looks like a file. Does not: compress (the build did), or watch for a new build (a release restarts the server).
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter

from backend.api.access import public
from backend.api.ahead import Ahead
from backend.api.cookies import session_token
from backend.api.headers import DOCS, page_policy

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_TYPES = {
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".webp": "image/webp",
}
_NOT_SERVED = frozenset({"csp.json", "ahead.json"})
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


class PagePath(PathConverter):
    """Every path but those of the API, the socket and the demo, so that an unknown address of these stays unknown."""

    regex = r"(?!(?:api|socket\.io|demo)(?:/|$))[^/].*?"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: Mapping[str, bytes]
    """By content coding, in our order of preference."""
    mimetype: str
    digest: str


def register(app: Flask, dist: Path, origins: tuple[str, ...]) -> None:
    """Serve the build in ``dist``; an installation without one serves the API alone."""
    files, docs = _table(dist), _table(dist / "api-docs")
    policy, ahead = page_policy(dist, origins), Ahead.of(dist)
    app.url_map.converters["page"] = PagePath

    @public
    def page(path: str = "index.html") -> Response:
        """A file of the application, or the application itself."""
        found = files.get(path)
        if found is None and _is_screen(path):
            path, found = "index.html", files.get("index.html")
        if path.startswith("assets/"):
            # A part of the page: the page's own policy rules it, and a long one would double a small file.
            return _serve(found, FOR_EVER)
        response = _serve(found, ASK_AGAIN)
        response.headers["Content-Security-Policy"] = policy
        if path == "index.html" and (links := ahead.links(request.path, known=session_token() is not None)):
            response.headers["Link"] = links
        return response

    @public
    def documentation(path: str = "index.html") -> Response:
        """The page that shows the API."""
        response = _serve(docs.get(path), ASK_AGAIN)
        response.headers["Content-Security-Policy"] = DOCS
        return response

    app.add_url_rule("/", "pwa.root", page)
    app.add_url_rule("/<page:path>", "pwa.page", page)
    app.add_url_rule("/api/docs/", "pwa.docs", documentation)
    app.add_url_rule("/api/docs/<path:path>", "pwa.docs_file", documentation)


def _is_screen(path: str) -> bool:
    return not path.startswith("assets/") and "." not in path.rsplit("/", 1)[-1]


def _table(folder: Path) -> dict[str, _File]:
    """Every file under ``folder`` by its path; nothing else can ever be asked for."""
    plain = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix not in _ENCODINGS.values())
    return {
        file.relative_to(folder).as_posix(): _read(file)
        for file in plain
        if file.name not in _NOT_SERVED and file.relative_to(folder).parts[0] != "api-docs"
    }


def _read(file: Path) -> _File:
    content = file.read_bytes()
    packed = {
        coding: twin.read_bytes()
        for coding, ending in _ENCODINGS.items()
        if (twin := file.with_name(file.name + ending)).exists()
    }
    mimetype = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return _File(content, packed, mimetype, hashlib.sha256(content).hexdigest()[:32])


def _serve(file: _File | None, cache: str) -> Response:
    if file is None:
        raise NotFound()
    coding = next((coding for coding in file.packed if request.accept_encodings.quality(coding) > 0), None)
    response = Response(file.packed[coding] if coding else file.content, mimetype=file.mimetype)
    if coding:
        response.headers["Content-Encoding"] = coding
    if file.packed:
        response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    response.set_etag(f"{file.digest}-{coding}" if coding else file.digest)
    response.make_conditional(request)
    return response
