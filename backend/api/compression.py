"""Lists and dossiers travel packed: the same names and keys over and over, often to a phone at the edge of its network.

Does not: pack an answer that hands out a secret, whose length would then tell of it (BREACH), or what is small.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_SECRETS = frozenset({"/api/session"})
_WORTH_IT = 700
"""Octets; with its header a packed answer then saves at least a segment."""
_LEVEL = 5


def register(app: Flask) -> None:
    """Pack the JSON that ``app`` answers to whoever takes gzip."""

    def pack(response: Response) -> Response:
        if request.method != "GET" or response.mimetype != "application/json" or request.path in _SECRETS:
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0 and (response.content_length or 0) >= _WORTH_IT:
            response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
            response.content_encoding = "gzip"
        return response

    app.after_request(pack)
