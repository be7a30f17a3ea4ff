"""Letters over SMTP (RFC 5321): submission with STARTTLS (RFC 3207) or TLS from the first byte, and AUTH (RFC 4954).

One connection a letter, all of it before one deadline. A permanent refusal of the recipient or of the letter itself is
the letter's; whatever else goes wrong (no connection, no TLS, a wrong log-in, a refused sender) is the server's or
ours, and the letter waits. What the server says is neither logged nor kept: it may hold addresses.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from backend.adapters.mail.message import domain_of, message_of
from backend.domain.contacts import is_mailbox
from backend.domain.letters import Letter, MailAway, MailRefused
from backend.domain.providers import Secret
from backend.services.ports import Clock

DEADLINE_S = 30.0
"""For one letter, from the connection to the server's last word."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Security(StrEnum):
    """How the way to the server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The house's mail server."""

    host: str
    port: int
    security: Security
    user: str = ""
    """Empty: no log-in."""
    password: Secret = field(default_factory=lambda: Secret(""))
    ca_file: Path | None = None
    """Its root, when it is not one of the system's."""


def smtp_server(environment: Mapping[str, str]) -> SmtpServer | None:
    """The server that the settings name; None when they name none, or none that can be used (``smtp_problems``)."""
    host, security = environment.get("SMTP_HOST", ""), environment.get("SMTP_SECURITY") or "starttls"
    port = environment.get("SMTP_PORT") or str(_PORTS.get(security, ""))
    if not host or security not in _PORTS or not port.isdecimal():
        return None
    password, ca_file = Secret(environment.get("SMTP_PASSWORD", "")), environment.get("SMTP_CA_FILE")
    return SmtpServer(
        host,
        int(port),
        Security(security),
        environment.get("SMTP_USER", ""),
        password,
        Path(ca_file) if ca_file else None,
    )


def smtp_problems(environment: Mapping[str, str], *, production: bool) -> list[str]:
    """What is wrong with the settings of the mail server, without any value of theirs."""
    found = []
    security = environment.get("SMTP_SECURITY") or "starttls"
    if security not in _PORTS:
        found.append("SMTP_SECURITY: starttls, tls or none")
    if not (environment.get("SMTP_PORT") or "25").isdecimal():
        found.append("SMTP_PORT: a number")
    if environment.get("SMTP_CA_FILE") and not Path(environment["SMTP_CA_FILE"]).is_file():
        found.append("SMTP_CA_FILE: no such file")
    if bool(environment.get("SMTP_USER")) != bool(environment.get("SMTP_PASSWORD")):
        found.append("SMTP_USER, SMTP_PASSWORD: both or neither")
    sender = environment.get("MAIL_FROM", "")
    if sender and not (is_mailbox(sender) or sender.endswith("@localhost")):
        found.append("MAIL_FROM: not a mailbox")
    if production:
        found += _missing(environment, security)
    return found


def _missing(environment: Mapping[str, str], security: str) -> list[str]:
    found = [f"{name}: needed in production" for name in ("SMTP_HOST", "MAIL_FROM") if not environment.get(name)]
    if security == "none":
        found.append("SMTP_SECURITY: production sends no letter in clear")
    return found


class SmtpMailer:
    """Fulfils ``Mailer``."""

    def __init__(self, server: SmtpServer, sender: str, clock: Clock, deadline_s: float = DEADLINE_S) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._deadline_s = deadline_s

    def send(self, to: str, write: Callable[[], Letter]) -> None:
        try:
            talk = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise MailAway(_reason(error)) from None
        try:
            self._say(lambda: self._introduce(talk, to))
            message = bytes(message_of(write(), self._sender, to, self._clock.now()))
            self._say(lambda: _expect(talk.data(message)))
        finally:
            # The server has the letter or has not; how it takes the farewell changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                talk.quit()
            talk.close()

    def _connect(self) -> _Plain | _Tls:
        server, until = self._server, time.monotonic() + self._deadline_s
        if server.security is Security.TLS:
            return _Tls(until, server, domain_of(self._sender), context=self._trust())
        return _Plain(until, server, domain_of(self._sender))

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)

    def _introduce(self, talk: smtplib.SMTP, to: str) -> None:
        if self._server.security is Security.STARTTLS:
            talk.starttls(context=self._trust())
        if self._server.user:
            talk.login(self._server.user, self._server.password.reveal())
        talk.ehlo_or_helo_if_needed()
        code, _ = talk.mail(self._sender)
        if code != 250:
            raise MailAway(f"sender {code}")
        _expect(talk.rcpt(to))

    @staticmethod
    def _say(part: Callable[[], None]) -> None:
        try:
            part()
        except smtplib.SMTPDataError as error:
            _expect((error.smtp_code, b""))
        except (smtplib.SMTPException, OSError) as error:
            raise MailAway(_reason(error)) from None


def _expect(answer: tuple[int, bytes]) -> None:
    """Raises MailRefused for a permanent no (5xx), MailAway for any other."""
    code = answer[0]
    if 500 <= code <= 599:
        raise MailRefused(str(code))
    if not 200 <= code <= 299:
        raise MailAway(str(code))


def _reason(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class _UntilReader(io.RawIOBase):
    """Reads a socket until a moment, however its bytes are spread."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        super().__init__()
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._until))
        return self._sock.recv_into(buffer)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("total deadline")
    return left


class _Timed(smtplib.SMTP):
    """A conversation whose every word comes before ``until``."""

    until: float

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(_left(self.until))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_UntilReader(self.sock, self.until))
        return super().getreply()


class _Plain(_Timed):
    def __init__(self, until: float, server: SmtpServer, our_name: str) -> None:
        self.until = until
        super().__init__(server.host, server.port, our_name, timeout=_left(until))


class _Tls(_Timed, smtplib.SMTP_SSL):
    def __init__(self, until: float, server: SmtpServer, our_name: str, *, context: ssl.SSLContext) -> None:
        self.until = until
        smtplib.SMTP_SSL.__init__(self, server.host, server.port, our_name, timeout=_left(until), context=context)
