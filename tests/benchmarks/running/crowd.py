"""A crowd for the socket benchmarks: people who are logged in, and a process that commits knocks for them."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.api.cookies import cookie_name
from backend.config import from_env
from backend.domain.events import EventType
from backend.domain.people import ServiceTitle
from backend.factory import build_house, worker_knocker
from backend.models import LoginSession, User
from backend.reference import load as load_reference
from backend.services.events import notify
from backend.services.house import House
from tests.benchmarks.running.ground import Ground
from tests.benchmarks.running.people import OFFICE, settings_of
from tests.benchmarks.running.screens import Screen


def crowd(here: Ground, house: House, count: int) -> list[Screen]:
    """``count`` people with one session each, put into the database without the cost of ``count`` password checks."""
    name, now, screens = cookie_name(settings_of(here)), house.clock.now(), []
    with house.begin() as session:
        load_reference(session)
        session.flush()
        for number in range(count):
            user_id, token = house.chance.uuid(), house.chance.token(32)
            session.add(_user(user_id, number))
            screens.append(Screen(f"{name}={token}", user_id))
        session.flush()
        for screen in screens:
            session.add(_session(house, screen, now + timedelta(hours=8)))
    return screens


def _user(user_id: str, number: int) -> User:
    return User(
        id=user_id,
        username=f"{OFFICE}.{number:05d}",
        password_hash="",
        full_name="Nguyễn Văn Ký",
        title=ServiceTitle.TREASURY_OFFICER.value,
        unit_id=None,
        treasury_code=OFFICE,
        identity_key=f"{number:064d}",
    )


def _session(house: House, screen: Screen, until: object) -> LoginSession:
    token = screen.cookie.partition("=")[2]
    return LoginSession(
        id=house.chance.uuid(),
        token_hash=sha256(token.encode()).hexdigest(),
        user_id=screen.user_id,
        csrf_token=house.chance.token(24),
        shared_device=False,
        agent="bench",
        created_at=house.clock.now(),
        seen_at=house.clock.now(),
        expires_at=until,
    )


def commit_knocks(user_ids: Sequence[str], count: int, a_second: float) -> None:
    """Commit ``count`` events for random people, evenly spread, and print each one's reference and moment of commit."""
    settings = from_env()
    house = build_house(settings, worker_knocker(settings))
    chance, start, moments = random.Random(7), time.monotonic(), {}

    @event.listens_for(Session, "after_commit")
    def committed(session: Session) -> None:
        if "ref_id" in session.info:
            moments[session.info["ref_id"]] = time.monotonic_ns()

    for number in range(count):
        time.sleep(max(0.0, start + number / a_second - time.monotonic()))
        with house.begin() as session:
            ref_id = session.info["ref_id"] = f"bench-{number}"
            notify(session, house.clock.now(), [chance.choice(user_ids)], EventType.DOSSIER_CHANGED, ref_id)
    json.dump(moments, sys.stdout)


if __name__ == "__main__":
    words = json.load(sys.stdin)
    commit_knocks(words["user_ids"], words["count"], words["a_second"])
