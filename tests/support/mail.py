"""A mail server that the letters of a test really go to, and that can be away, refuse, drip or forget."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from backend.adapters.clock import SystemClock
from backend.adapters.mail.smtp import Security, SmtpMailer, SmtpServer
from backend.domain.providers import Secret
from backend.local_tls import make_certificates
from tests.support.servers import eventually, free_port

SENDER = "dvctt@kbnn.example"
USER, PASSWORD = "dvctt", "Thu-gui-2026"


class MailServer:
    """One server of this test. ``inbox`` holds what it took, in order."""

    def __init__(self, security: Security = Security.NONE, folder: Path | None = None, *, log_in: bool = False) -> None:
        self.inbox: list[EmailMessage] = []
        self.refused: dict[str, str] = {}
        """Mailbox → what it answers to RCPT TO."""
        self.refuses_letters: str | None = None
        """What it answers once it has read a letter."""
        self.port = free_port()
        self.security = security
        self._log_in = log_in
        self._certificate = make_certificates(folder, None) if folder and security is not Security.NONE else None
        self.ca_file = folder / "public" / "root.crt" if folder else None
        self._controller: _Watched | None = None

    def opens(self) -> MailServer:
        context = self._context()
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port, "server_hostname": "localhost"}
        if self.security is Security.STARTTLS:
            options |= {"tls_context": context, "require_starttls": True}
        if self.security is Security.TLS:
            options |= {"ssl_context": context}
        if self._log_in:
            options |= {"authenticator": self._knows, "auth_required": True, "auth_require_tls": False}
        self._controller = _Watched(self, **options)
        self._controller.start()
        return self

    def closes(self) -> None:
        if self._controller is not None:
            talks = self._controller.talks
            eventually(lambda: not talks, what="the last conversation ended")
            self._controller.stop()
            self._controller = None

    def mailer(self, **changed: Any) -> SmtpMailer:
        """Ours, talking to this server."""
        facts = {"user": USER, "password": Secret(PASSWORD)} if self._log_in else {}
        server = SmtpServer("localhost", self.port, self.security, ca_file=self.ca_file, **facts)  # type: ignore[arg-type]
        return SmtpMailer(server, SENDER, SystemClock(), **changed)

    def letters_to(self, mailbox: str) -> list[EmailMessage]:
        return [letter for letter in self.inbox if letter["To"] == mailbox]

    def _context(self) -> ssl.SSLContext | None:
        if self._certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._certificate)
        return context

    def _knows(self, server: Any, session: Session, envelope: Envelope, mechanism: str, login: Any) -> AuthResult:
        known = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.refuses_letters is not None:
            return self.refuses_letters
        assert isinstance(envelope.content, bytes)
        self.inbox.append(message_from_bytes(envelope.content, EmailMessage, policy=default))
        return "250 OK"


class _Talk(SMTP):
    """A conversation that says when it is over."""

    talks: set[SMTP]

    def connection_made(self, transport: Any) -> None:
        self.talks.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.talks.discard(self)


class _Watched(Controller):
    """Knows which conversations are open, for one that is cut off leaves its socket behind."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.talks: set[SMTP] = set()

    def factory(self) -> SMTP:
        talk = _Talk(self.handler, **self.SMTP_kwargs)
        talk.talks = self.talks
        return talk


@contextmanager
def a_mail_server(*args: Any, **words: Any) -> Iterator[MailServer]:
    """Open until the end of the block."""
    server = MailServer(*args, **words)
    try:
        yield server.opens()
    finally:
        server.closes()


def words_of(letter: EmailMessage) -> str:
    """Its plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")


def html_of(letter: EmailMessage) -> str:
    body = letter.get_body(("html",))
    assert body is not None
    text: str = body.get_content()
    return text


def secret_in(letter: EmailMessage) -> str:
    """What stands behind # in its link."""
    (found,) = re.findall(r"https?://\S+#(\S+)", words_of(letter))
    return str(found)


def fact_in(letter: EmailMessage, name: str) -> str:
    """The value of one line ``name: value``."""
    (found,) = re.findall(rf"(?m)^{re.escape(name)}: (.+)$", words_of(letter))
    return str(found)
