"""kill −9 around the letter with the first password (S13); then another worker goes on."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from sqlalchemy import select

from backend.adapters.clock import SystemClock
from backend.adapters.mail.folder import MailFolder
from backend.config import from_env
from backend.domain.letters import RegistrationLetter
from backend.factory import build_house
from backend.models import OutboxItem, Registration, User
from backend.services.house import House
from backend.services.mail import enqueue_letters
from tests.chaos.conftest import Town
from tests.support.servers import eventually
from tests.support.world import Silence

MEMBER = "1990001.01"


@pytest.fixture
def house(town: Town) -> Any:
    """The same installation, seen from this process."""
    made = build_house(from_env(town.instance.env), Silence())
    yield made
    made.sessions.kw["bind"].dispose()


def _admits(house: House) -> None:
    """A member as an approval leaves them: without a password, and with a letter on its way."""
    now = house.clock.now()
    with house.begin() as session:
        user = session.scalars(select(User).where(User.username == MEMBER)).one()
        user.password_hash, user.must_change_password = "", True
        row = Registration(
            id=house.chance.uuid(),
            kind="new",
            code="1990001261122120000",
            stage="approved",
            version=1,
            content_version=1,
            content={"members": [{"id": user.id, "full_name": user.full_name, "email": "ngan@hoaphuong.example"}]},
            check_list={},
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        enqueue_letters(session, house, row, RegistrationLetter.FIRST_PASSWORD)


def _is_done(house: House) -> bool:
    with house.read() as session:
        return session.scalars(select(OutboxItem.done_at)).one() is not None


def test_workers_killed_around_the_letter_with_a_password_leave_one_password_that_works(
    town: Town, house: House
) -> None:
    _admits(house)

    town.worker_dies_at("S13.password_committed")
    mailbox = MailFolder(town.instance.folder / "mailbox", "dvctt@localhost", SystemClock())
    assert mailbox.letters() == []
    town.worker_dies_at("S13.letter_handed_over")
    town.instance.worker()
    eventually(lambda: _is_done(house), what=town.logs())

    newest, former = (
        next(line.partition(": ")[2] for line in letter.text.splitlines() if line.startswith("Mật khẩu dùng một lần"))
        for letter in mailbox.letters()
    )
    assert [_logs_in(town, password) for password in (former, newest)] == [401, 200]


def _logs_in(town: Town, password: str) -> int:
    words = {"username": MEMBER, "password": password, "shared_device": False}
    headers = {"Origin": town.instance.base_url}
    return requests.post(f"{town.instance.base_url}/api/session", json=words, headers=headers, timeout=30).status_code
