"""The demo's mail: each letter a file of its own, and the mailbox that shows them.

A letter sent again overwrites itself, because the file has the name of its Message-ID. Passwords stand in these files
in clear; that is what the demo is for, and production has no such folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from backend.adapters.mail.message import message_of
from backend.domain.letters import Attachment, Letter, ReceivedLetter
from backend.services.ports import Clock

_NAME = re.compile(r"[0-9a-z.-]{1,80}")
MOST_SHOWN = 200


class MailFolder:
    """Fulfils ``Mailer`` and ``Mailbox``."""

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, to: str, write: Callable[[], Letter]) -> None:
        letter = write()
        message = message_of(letter, self._sender, to, self._clock.now())
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{letter.message_key}.eml"
        half = path.with_suffix(".half")
        half.write_bytes(bytes(message))
        os.replace(half, path)

    def letters(self) -> Sequence[ReceivedLetter]:
        files = sorted(self._folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [_read(file) for file in files[:MOST_SHOWN]]

    def letter(self, name: str) -> ReceivedLetter | None:
        path = self._folder / f"{name}.eml"
        return _read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _read(file: Path) -> ReceivedLetter:
    message = message_from_bytes(file.read_bytes(), EmailMessage, policy=default)
    body = message.get_body(("plain",))
    files = (Attachment(part.get_filename() or "", part.get_content()) for part in message.iter_attachments())
    return ReceivedLetter(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=message["Date"].datetime,
        text=body.get_content() if body is not None else "",
        attachments=tuple(files),
    )
