"""Files that people send within a body."""

from __future__ import annotations

import base64
import binascii


def decoded(text: str) -> bytes:
    """The bytes; none of what is not base64, which no judge of files takes for one."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
