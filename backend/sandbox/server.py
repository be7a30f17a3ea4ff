"""Serve the sandbox with gunicorn: one worker holds all state, threads carry the connections.

The worker is built after the fork, so no thread or file is shared with the arbiter. SIGTERM ends it within a second.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from .app import create_sandbox
from .settings import Settings

THREADS = 128
CONNECTIONS = 2000


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured in code and deaf to the command line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_connections": CONNECTIONS,
            "backlog": 1024,
            "keepalive": 30,
            "timeout": 0,
            "graceful_timeout": 1,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._announce,
            "proc_name": "sandbox-ca",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_sandbox(self._settings)

    def _announce(self, _worker: object) -> None:
        # A killed client or a staged lost answer is no news.
        logging.getLogger("gunicorn.error").setLevel(logging.ERROR)
        listening = f"http://{self._settings.host}:{self._settings.port}"
        print(f"Sandbox CA listening on {listening} (no legal value); phone page {listening}/phone", flush=True)
