"""The look of every letter: greeting, blocks, the line about support; as plain text and as simple HTML.

Words that people typed (names, reasons) stay words: no line break, no markup, nothing a mail program would turn into a
link. Whoever registers a unit chooses its name and the mailboxes that get our letters, so a name must not be able to
become somebody else's advertisement. Does not: load pictures, styles or anything else from outside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from backend.domain.letters import Attachment, Letter
from backend.domain.text import clean_text
from backend.domain.workdays import VIETNAM

PREFIX = "[DVCTT KBNN]"
_BREAKS_NO_WORD = "\u200c"
_JOINT = re.compile(r"(?<=\S)([.:/@])(?=\S)")


@dataclass(frozen=True, slots=True)
class Link:
    """An address of ours."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values below each other."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One line each."""

    lines: Sequence[str]


Block = str | Link | Facts | Listing
"""A text is a paragraph."""


def typed(text: str) -> str:
    """What a person wrote, on one line, of which no program makes a link."""
    plain = "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} else each for each in text)
    return _JOINT.sub(rf"\1{_BREAKS_NO_WORD}", clean_text(plain))


def moment(at: datetime) -> str:
    """As people here write it."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def letter(
    key: str,
    subject: str,
    greeting: str,
    blocks: Sequence[Block],
    *,
    treasury_code: str | None,
    attachments: Sequence[Attachment] = (),
) -> Letter:
    """``subject`` without the prefix; ``treasury_code`` for the line about support."""
    whole: list[Block] = [greeting, *blocks, *_foot(treasury_code)]
    return Letter(
        message_key=key,
        subject=f"{PREFIX} {subject}",
        text="\n\n".join(map(_text, whole)) + "\n",
        html=_HTML.format(title=escape(subject), body="\n".join(map(_html, whole))),
        attachments=tuple(attachments),
    )


def _foot(treasury_code: str | None) -> list[Block]:
    office = treasury_code or "SHKB"
    return [
        "Cần hỗ trợ, hãy gửi thư tới bộ phận hỗ trợ của Kho bạc Nhà nước với tiêu đề: "
        f"<DVCTT>- <{office}>-<tóm tắt vấn đề cần hỗ trợ>",
        "Thư này do hệ thống tự gửi, không nhận trả lời.",
    ]


def _text(block: Block) -> str:
    if isinstance(block, Link):
        return f"{block.label}:\n{block.url}"
    if isinstance(block, Facts):
        return "\n".join(f"{name}: {value}" for name, value in block.rows)
    if isinstance(block, Listing):
        return "\n".join(f"- {line}" for line in block.lines)
    return block


_HTML = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head><body>
{body}
</body></html>
"""


def _html(block: Block) -> str:
    if isinstance(block, Link):
        url = escape(block.url)
        return f'<p>{escape(block.label)}:<br><a href="{url}">{url}</a></p>'
    if isinstance(block, Facts):
        rows = (f"<tr><th align=left>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in block.rows)
        return f"<table cellpadding=4>{''.join(rows)}</table>"
    if isinstance(block, Listing):
        return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in block.lines)}</ul>"
    return f"<p>{escape(block)}</p>"
