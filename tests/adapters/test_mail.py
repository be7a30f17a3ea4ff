"""Letters over real SMTP: protected, before one deadline, refused for good only when the letter is to blame."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.adapters.clock import SystemClock
from backend.adapters.mail.folder import MailFolder
from backend.adapters.mail.smtp import Security, SmtpMailer, SmtpServer, smtp_problems, smtp_server
from backend.domain.letters import Attachment, Letter, MailAway, MailRefused
from backend.domain.providers import Secret
from tests.support.mail import PASSWORD, SENDER, USER, MailServer, a_mail_server, html_of, words_of
from tests.support.servers import free_port

TO = "ketoan@saomai.example"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""The server of the tests does not count TLS from the first byte."""


def a_letter(**changed: object) -> Letter:
    words = {
        "message_key": "0123abcd",
        "subject": "[DVCTT KBNN] Hồ sơ đã được lưu",
        "text": "Kính gửi Trường Mầm non Sao Mai,\n\nHồ sơ đã được lưu.\n",
        "html": "<p>Hồ sơ đã được lưu.</p>",
    }
    return Letter(**{**words, **changed})  # type: ignore[arg-type]


def never() -> Letter:
    raise AssertionError("the letter was written for nobody")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_letter_goes_over_a_protected_way_to_a_server_that_knows_us(security: Security, tmp_path: Path) -> None:
    with a_mail_server(security, tmp_path, log_in=True) as server:
        server.mailer().send(TO, lambda: a_letter(attachments=[Attachment("to-khai.pdf", b"%PDF-1.7")]))

    (letter,) = server.inbox
    assert (letter["To"], letter["Subject"]) == (TO, "[DVCTT KBNN] Hồ sơ đã được lưu")
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == ("<0123abcd@kbnn.example>", "auto-generated")
    assert words_of(letter) == a_letter().text
    assert html_of(letter).strip() == a_letter().html
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "to-khai.pdf",
        "application/pdf",
        b"%PDF-1.7",
    )


def test_the_same_letter_again_has_the_same_message_id() -> None:
    with a_mail_server() as server:
        for _ in range(2):
            server.mailer().send(TO, a_letter)

    first, second = server.inbox
    assert first["Message-ID"] == second["Message-ID"]


def test_no_word_is_said_to_a_server_whose_certificate_is_not_trusted(tmp_path: Path) -> None:
    for security in (Security.STARTTLS, Security.TLS):
        with a_mail_server(security, tmp_path) as server:
            server.ca_file = None
            with pytest.raises(MailAway, match="SSLCertVerificationError"):
                server.mailer().send(TO, never)
        assert server.inbox == []


def test_a_server_without_tls_gets_neither_the_password_nor_the_letter() -> None:
    with a_mail_server() as server:
        asked = SmtpServer("localhost", server.port, Security.STARTTLS, USER, Secret(PASSWORD))
        with pytest.raises(MailAway, match="SMTPNotSupportedError"):
            SmtpMailer(asked, SENDER, SystemClock()).send(TO, never)


def test_a_wrong_log_in_is_ours_to_mend_so_the_letter_waits(tmp_path: Path) -> None:
    with a_mail_server(Security.STARTTLS, tmp_path, log_in=True) as server:
        wrong = SmtpServer("localhost", server.port, Security.STARTTLS, USER, Secret("x"), server.ca_file)
        with pytest.raises(MailAway, match="SMTPAuthenticationError 535"):
            SmtpMailer(wrong, SENDER, SystemClock()).send(TO, never)


def test_nobody_listening_is_a_server_that_is_away() -> None:
    with pytest.raises(MailAway, match="ConnectionRefusedError"):
        MailServer().mailer().send(TO, never)


def test_a_refused_mailbox_is_refused_before_the_letter_is_written() -> None:
    with a_mail_server() as server:
        server.refused[TO] = f"550 5.1.1 {TO} unknown"
        with pytest.raises(MailRefused) as refused:
            server.mailer().send(TO, never)
        assert str(refused.value) == "550"
        server.refused[TO] = "450 4.2.1 later"
        with pytest.raises(MailAway, match="450"):
            server.mailer().send(TO, never)


@pytest.mark.parametrize(("answer", "outcome"), [("554 5.7.1 no", MailRefused), ("451 4.3.0 later", MailAway)])
def test_what_the_server_says_to_the_letter_itself_counts(answer: str, outcome: type[Exception]) -> None:
    with a_mail_server() as server:
        server.refuses_letters = answer
        with pytest.raises(outcome):
            server.mailer().send(TO, a_letter)


def test_what_goes_wrong_in_writing_sends_nothing_and_comes_through() -> None:
    with a_mail_server() as server:
        with pytest.raises(AssertionError, match="written for nobody"):
            server.mailer().send(TO, never)
        with pytest.raises(ValueError, match=r"linefeed|newline|header"):
            server.mailer().send(TO, lambda: a_letter(subject="Một\r\nBcc: everybody@elsewhere.example"))
    assert server.inbox == []


@contextmanager
def a_dripping_server() -> Iterator[int]:
    """Says its greeting one letter at a time, without end."""
    listener = socket.create_server(("127.0.0.1", free_port()))
    enough = threading.Event()

    def drip() -> None:
        talk, _ = listener.accept()
        with talk:
            talk.sendall(b"220-")
            while not enough.wait(0.05):
                try:
                    talk.sendall(b".")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        enough.set()
        thread.join()
        listener.close()


def test_a_server_that_drips_cannot_hold_a_letter_beyond_the_deadline() -> None:
    with a_dripping_server() as port:
        server = SmtpServer("127.0.0.1", port, Security.NONE)
        with pytest.raises(MailAway):
            SmtpMailer(server, SENDER, SystemClock(), deadline_s=0.5).send(TO, never)


def test_settings_that_cannot_work_are_named_without_their_values() -> None:
    wrong = {
        "SMTP_SECURITY": "canary",
        "SMTP_PORT": "canary",
        "SMTP_CA_FILE": "/canary",
        "SMTP_PASSWORD": "canary",
        "MAIL_FROM": "canary",
    }

    problems = smtp_problems(wrong, production=False)

    named = {problem.partition(":")[0] for problem in problems}
    assert named == {"SMTP_SECURITY", "SMTP_PORT", "SMTP_CA_FILE", "SMTP_USER, SMTP_PASSWORD", "MAIL_FROM"}
    assert "canary" not in str(problems)
    assert smtp_server(wrong | {"SMTP_HOST": "mail.example"}) is None


def test_production_sends_letters_over_a_protected_way_or_not_at_all() -> None:
    good = {"SMTP_HOST": "mail.kbnn.example", "MAIL_FROM": SENDER}

    assert smtp_problems(good, production=True) == []
    assert [each.partition(":")[0] for each in smtp_problems({}, production=True)] == ["SMTP_HOST", "MAIL_FROM"]
    assert smtp_problems({**good, "SMTP_SECURITY": "none"}, production=True) != []
    server = smtp_server({**good, "SMTP_SECURITY": "tls", "SMTP_USER": USER, "SMTP_PASSWORD": PASSWORD})
    assert server is not None and (server.port, server.security) == (465, Security.TLS)
    assert PASSWORD not in repr(server)


def test_the_demos_mailbox_keeps_each_letter_once_newest_first(tmp_path: Path) -> None:
    mailbox = MailFolder(tmp_path / "mailbox", SENDER, SystemClock())
    assert mailbox.letters() == []
    for letter in (a_letter(), a_letter(message_key="77.ab", subject="Sau"), a_letter(message_key="77.ab", text="Sửa")):
        mailbox.send(TO, lambda letter=letter: letter)

    newest, oldest = mailbox.letters()

    assert (newest.name, newest.text.strip(), oldest.subject) == ("77.ab", "Sửa", a_letter().subject)
    assert mailbox.letter("77.ab") == newest
    for name in ("77", "../secret", "..", "", "a/b"):
        assert mailbox.letter(name) is None
