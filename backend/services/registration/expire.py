"""Registrations that nobody finishes are given up by the clock (R13), and drafts that nobody saved are forgotten.

Does not: touch a dossier that is being signed or lies at the Treasury; those have clocks of their own.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import delete, select

from backend.domain.errors import NotAllowedNow, StaleVersion
from backend.domain.letters import RegistrationLetter
from backend.domain.registration import REGISTRATION_ROUTE, Move, Mover, Stage
from backend.models import Registration
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.route import move

log = structlog.get_logger(__name__)

BY_CLOCK = [
    stage.value
    for (stage, action), step in REGISTRATION_ROUTE.items()
    if action is Move.CANCEL and Mover.CLOCK in step.by
]
"""Stages in which the unit has the pen and may let it lie."""

NOTE = "Hết hạn hoàn thiện"
CLOCK_NAME = "Hệ thống"


def expire_registrations(house: House) -> int:
    """Give up what was left alone for ``policy.registration_life``; how many. Each in a commit of its own: harmless to
    repeat, and to run in several workers at once.
    """
    since = house.clock.now() - house.policy.registration_life
    with house.read() as session:
        left = session.scalars(
            select(Registration.id).where(Registration.stage.in_(BY_CLOCK), Registration.updated_at <= since)
        ).all()
    ended = sum(_give_up(house, id_, since) for id_ in left)
    _forget_drafts(house, since)
    return ended


def _give_up(house: House, registration_id: str, since: datetime) -> bool:
    try:
        with house.begin() as session:
            row = session.get_one(Registration, registration_id)
            if row.updated_at > since:
                return False
            move(session, house, row, Move.CANCEL, actor_name=CLOCK_NAME, reason=NOTE)
            enqueue_letters(session, house, row, RegistrationLetter.CANCELLED)
    except (StaleVersion, NotAllowedNow):
        # Somebody took it up again at this very moment.
        return False
    log.info("registration.expired", registration_id=registration_id)
    return True


def _forget_drafts(house: House, since: datetime) -> None:
    """Their links open nothing any more; what was typed is of persons and of no use to anybody."""
    with house.begin() as session:
        unsaved = (Registration.stage == Stage.DRAFT.value, Registration.updated_at <= since)
        session.execute(delete(Registration).where(*unsaved))
