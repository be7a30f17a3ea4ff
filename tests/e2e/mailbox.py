"""The demo's mailbox: every letter the app sent, as its readers see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.support.servers import Instance, eventually


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the first letter to a member says."""

    username: str
    password: str


class Mailbox:
    """All mailboxes of one installation."""

    def __init__(self, installation: Instance) -> None:
        self._folder: Path = installation.folder / "mailbox"

    def letters_to(self, address: str) -> list[str]:
        """Their texts, oldest first."""
        read = [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self._folder.glob("*.eml"))
        ]
        return [_text(letter) for letter in read if letter["To"] == address]

    def first_password_of(self, address: str) -> Credentials:
        """User name and one-time password; there is exactly one such letter."""

        def found() -> list[str] | None:
            return [text for text in self.letters_to(address) if "Mật khẩu dùng một lần" in text] or None

        (text,) = eventually(found, what=f"a first password for {address}") or []
        return Credentials(_after("Tên đăng nhập", text), _after("Mật khẩu dùng một lần", text))


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _after(label: str, text: str) -> str:
    found = re.search(rf"{label}:\s*(\S+)", text)
    assert found is not None, text
    return found[1]
