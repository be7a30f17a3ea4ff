"""One line of JSON per request: which route, whose session, how it went, how long it took.

Ids only. Never bodies, never queries, never the path a client typed (only the pattern it matched), never names or
numbers of people. JSON with ASCII escapes, so that no control character and no line break of anybody's text reaches a
terminal.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from typing import TextIO

import structlog
from flask import Flask, Response, g, request

log: structlog.stdlib.BoundLogger = structlog.get_logger("backend")


def configure_logs(stream: TextIO = sys.stdout) -> None:
    """Write every log line of this process to ``stream`` as JSON. Called once by the entry points."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def register(app: Flask) -> None:
    """Log every request. Whoever forgot to configure gets JSON: the library's default prints variables."""
    if not structlog.is_configured():
        configure_logs()
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    caller = g.get("caller")
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request",
        method=request.method,
        route=str(request.url_rule) if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
        user_id=caller.user_id if caller else None,
        unit_id=caller.unit_id if caller else None,
    )
    return response
