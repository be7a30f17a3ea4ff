"""Where a person is logged in, by what they can recognise it by, and the ways to end it from afar.

Does not: keep places or addresses; a device is what its browser says of itself.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import LoginSession
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.sessions import end_sessions, sessions_still_open

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "máy Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("coc_coc_browser/", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in a User-Agent and what people call it; the most telling first, for every browser names others too."""


def device_of(agent: str) -> str:
    """``Chrome trên Android``, from a User-Agent header."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Trình duyệt")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "thiết bị khác")
    return f"{browser} trên {system}"


def own_sessions(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """The caller's open sessions, this one first, then by last use."""
    rows = session.scalars(
        select(LoginSession).where(LoginSession.user_id == caller.user_id, LoginSession.ended_at.is_(None))
    ).all()
    open_ = sessions_still_open(session, house, [row.id for row in rows])
    rows = sorted((row for row in rows if row.id in open_), key=lambda row: row.seen_at, reverse=True)
    items = [
        {
            "id": row.id,
            "device": device_of(row.agent),
            "shared_device": row.shared_device,
            "created_at": row.created_at,
            "seen_at": row.seen_at,
            "current": row.id == caller.session_id,
        }
        for row in rows
    ]
    return {"items": sorted(items, key=lambda item: not item["current"])}


def end_session(session: Session, house: House, caller: Caller, session_id: str) -> None:
    """End one session of the caller. Harmless to repeat; nobody else's is touched."""
    end_sessions(session, house, caller.user_id, LoginSession.id == session_id)


def end_every_session(session: Session, house: House, caller: Caller) -> None:
    """End all sessions of the caller, this one included."""
    end_sessions(session, house, caller.user_id)
