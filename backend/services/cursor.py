"""Where the next page of a list begins: after a moment and an id, as text that clients hand back unread."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from uuid import UUID

from backend.domain.errors import FieldProblem, Invalid


def cursor_after(at: datetime, id_: str) -> str:
    """The row that ended a page."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id_]).encode()).decode()


def position(cursor: str) -> tuple[datetime, str]:
    """The moment and the id again. Raises Invalid."""
    try:
        at, id_ = json.loads(base64.urlsafe_b64decode(cursor))
        # astimezone refuses what no database holds; a naive or invented time is no position of ours.
        return datetime.fromisoformat(at).astimezone(UTC), str(UUID(id_))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        problem = FieldProblem("cursor", "Vị trí trang không đúng. Tải lại danh sách từ đầu.")
        raise Invalid([problem]) from error
