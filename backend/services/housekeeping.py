"""What may be forgotten: answers kept for repeated requests, numbered knocks, wrong log-in tries, ended sessions, used
challenges, and CAs' knocks that no request answered to.

Never anything of a dossier, a signature or the log.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from backend.models import Event, LoginAttempts, LoginSession, ProviderInbox, UsedChallenge
from backend.services.house import House
from backend.services.idempotency import forget_before

KEYS_LIVE = timedelta(days=7)
KNOCKS_LIVE = timedelta(days=30)
TRIES_LIVE = timedelta(days=2)
SESSIONS_LIVE = timedelta(days=90)
"""Ended sessions are kept so long, to answer who was logged in where."""


def tidy(house: House) -> None:
    """Forget in one commit; harmless to repeat and to run in several workers at once."""
    now = house.clock.now()
    with house.begin() as session:
        forget_before(session, now - KEYS_LIVE)
        session.execute(delete(Event).where(Event.at < now - KNOCKS_LIVE))
        session.execute(delete(LoginAttempts).where(LoginAttempts.last_at < now - TRIES_LIVE))
        session.execute(delete(LoginSession).where(LoginSession.expires_at < now - SESSIONS_LIVE))
        session.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < now))
        for_nobody = (ProviderInbox.signing_id.is_(None), ProviderInbox.received_at < now - KNOCKS_LIVE)
        session.execute(delete(ProviderInbox).where(*for_nobody))
