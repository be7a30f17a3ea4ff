"""One request to a provider and what is certain about its answer; the shape of every way there.

Does not: move a byte; ``http.py`` and ``polls.py`` do.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

MAX_BODY = 1024 * 1024
CHUNK = 64 * 1024
USUAL_HEADERS = {
    "Accept": "application/json",
    # Compressed answers are not asked for: a cap on packed bytes would not be a cap.
    "Accept-Encoding": "identity",
    "User-Agent": "ky-kho-bac",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    """HTTP status; never followed when it is a redirect."""
    body: bytes
    """At most ``MAX_BODY`` bytes."""
    content_type: str = ""
    """As the server names it; some say 200 with a page of HTML."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection came about, so not one byte of the request left."""

    detail: str
    """For the log: class of the error, never a body."""


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have arrived; its answer did not, or not whole."""

    detail: str
    """For the log: class of the error, never a body."""


Exchange = Reply | NotSent | AnswerLost


class Way(ABC):
    """A way to one provider. Safe to share between threads; sends each request once."""

    def get(self, path: str, headers: Mapping[str, str]) -> Exchange:
        """GET with these headers beside the usual ones."""
        return self._ask("GET", path, None, headers)

    def post_json(
        self,
        path: str,
        body: Mapping[str, object],
        bearer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """POST ``body`` as JSON; ``bearer`` is the person's token, ``headers`` are a vendor's own."""
        authorization = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self._ask(
            "POST",
            path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **authorization, **(headers or {})},
        )

    def post_form(self, path: str, fields: Mapping[str, str], authorization: str | None = None) -> Exchange:
        """POST ``fields`` as ``application/x-www-form-urlencoded``; ``authorization`` is a whole header value."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return self._ask("POST", path, urlencode(fields).encode(), headers)

    @abstractmethod
    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Exchange:
        """Send once and read the whole answer, within the deadline."""
