"""A letter as a message (RFC 5322, RFC 2045–2047): plain text, the same words as HTML, files.

Header values come from the standard library's policy, which refuses a line break in any of them.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from backend.domain.letters import Letter

_POLICY = SMTP.clone(cte_type="7bit")
SENDER_NAME = "Dịch vụ công trực tuyến KBNN"


def message_of(letter: Letter, sender: str, to: str, at: datetime) -> EmailMessage:
    """One letter to one mailbox. Raises ValueError for a line break in a header."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = f"{SENDER_NAME} <{sender}>"
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.message_key}@{domain_of(sender)}>"
    message["Content-Language"] = "vi"
    # RFC 3834: no holiday note should answer.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for file in letter.attachments:
        message.add_attachment(file.content, maintype="application", subtype="pdf", filename=file.filename)
    return message


def domain_of(sender: str) -> str:
    """What stands behind the at sign."""
    return sender.rpartition("@")[2]
