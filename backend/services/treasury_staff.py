"""Staff of Treasury offices: who becomes an officer or the head of one, and who leaves it. An operator does this on the
machine (``backend/staff.py``); nobody can do it over the network.

The identity number is asked because whoever checks a dossier never approves it, whatever log-ins they have; only its
keyed hash is kept. A first password is made when the letter is sent (``mails/accounts.py``). Everything is written in
``member_log`` in the same commit. Does not: make members of units (an approval does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.contacts import identity_of, is_mailbox, mailbox
from backend.domain.people import TREASURY_TITLES, ServiceTitle
from backend.domain.registration import Stage
from backend.domain.text import clean_text, has_refused_characters
from backend.domain.workdays import vietnam_date
from backend.models import Registration, TreasuryOffice, User
from backend.services.accounts import ADDED, write_down
from backend.services.house import House
from backend.services.mail import enqueue_mail
from backend.services.people import identity_key
from backend.services.registration.in_hand import let_go
from backend.services.sessions import end_sessions

FIRST_PASSWORD = "staff_first_password"  # noqa: S105 - the letter's name
OPERATOR = "Quản trị hệ thống"
"""Name in the log of a dossier, which units read."""
LONGEST_NAME = 100


class StaffRefused(ValueError):
    """It cannot be done as asked; the message says why. Recover: ask otherwise."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody who is to work at an office, as the operator typed it."""

    office: str
    """Code of the office, four digits."""
    full_name: str
    title: ServiceTitle
    email: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What an ending did."""

    released: int
    """Registrations that wait for a colleague now."""
    remaining: int
    """Active people of the same title at the office."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of an office."""

    username: str
    office: str
    title: ServiceTitle
    full_name: str
    active: bool
    has_own_password: bool
    held: int
    """Registrations in hand."""


def add(house: House, person: NewStaff, by: str) -> str:
    """Make the log-in and hand over the letter with the first password; answers the user name. Raises StaffRefused."""
    name, number = _checked(person)
    try:
        with house.begin() as session:
            key = identity_key(house, number)
            _refuse(session, house, person.office, key)
            user = _row(session, house, person, name, key)
            session.add(user)
            session.flush()
            write_down(session, house, user.id, ADDED, by)
            enqueue_mail(session, house, FIRST_PASSWORD, user.id, {"user_id": user.id})
            return user.username
    except IntegrityError as error:
        raise StaffRefused("somebody else was added at the same moment: ask again") from error


def _checked(person: NewStaff) -> tuple[str, str]:
    """Name and identity number in their one form."""
    if person.title not in TREASURY_TITLES:
        raise StaffRefused(f"{person.title} is no title of a Treasury office")
    name = clean_text(person.full_name)
    if not name or len(name) > LONGEST_NAME or has_refused_characters(name):
        raise StaffRefused("the name is missing, too long, or holds characters that cannot be seen")
    if not is_mailbox(mailbox(person.email)):
        raise StaffRefused("no such mailbox: the first password is sent there")
    identity = identity_of(person.id_number)
    if identity is None:
        raise StaffRefused("no such identity number")
    return name, identity.number


def _refuse(session: Session, house: House, office: str, key: str) -> None:
    """Where nobody can work, and whoever works already."""
    row, today = session.get(TreasuryOffice, office), vietnam_date(house.clock.now())
    if row is None or (row.valid_to is not None and row.valid_to < today):
        raise StaffRefused(f"no Treasury office {office} today: load the reference data first")
    known = select(User.username).where(User.identity_key == key, User.treasury_code.is_not(None), User.active)
    username = session.scalars(known.limit(1)).one_or_none()
    if username is not None:
        raise StaffRefused(f"this person is {username} already: end that one first")


def _row(session: Session, house: House, person: NewStaff, name: str, key: str) -> User:
    return User(
        id=house.chance.uuid(),
        username=_next_username(session, person.office),
        password_hash="",
        must_change_password=True,
        email=mailbox(person.email),
        full_name=name,
        title=person.title.value,
        treasury_code=person.office,
        identity_key=key,
    )


def _next_username(session: Session, office: str) -> str:
    """``{office}.{nn}``; numbers of people who left are not given again."""
    taken = session.scalars(select(User.username).where(User.username.startswith(f"{office}.", autoescape=True))).all()
    return f"{office}.{max((int(name.rpartition('.')[2]) for name in taken), default=0) + 1:02d}"


def end(house: House, username: str, by: str) -> Ended:
    """The person leaves: the log-in opens nothing any more, every session ends, and what they have in hand waits for a
    colleague. Raises StaffRefused.
    """
    with house.begin() as session:
        staff = select(User).where(User.username == username, User.treasury_code.is_not(None), User.active)
        user = session.scalars(staff).one_or_none()
        if user is None:
            raise StaffRefused(f"nobody works at a Treasury office as {username}")
        # The person's own row comes after the dossiers: everybody who is told of one locks them in that order.
        released = let_go(session, house, user, OPERATOR)
        session.execute(update(User).where(User.id == user.id).values(active=False))
        end_sessions(session, house, user.id)
        write_down(session, house, user.id, "ended", by)
        same = (User.treasury_code == user.treasury_code, User.title == user.title, User.active)
        return Ended(released, session.scalars(select(func.count()).select_from(User).where(*same)).one())


def staff_of(session: Session, office: str | None = None) -> Sequence[Staff]:
    """Everybody who works or worked at the office, or at any."""
    in_hand = (Registration.officer_id == User.id, Registration.stage == Stage.UNDER_REVIEW.value)
    held = select(func.count()).select_from(Registration).where(*in_hand).correlate(User).scalar_subquery()
    here = User.treasury_code.is_not(None) if office is None else User.treasury_code == office
    return [
        Staff(
            username=user.username,
            office=user.treasury_code or "",
            title=ServiceTitle(user.title),
            full_name=user.full_name,
            active=user.active,
            has_own_password=not user.must_change_password,
            held=number,
        )
        for user, number in session.execute(select(User, held).where(here).order_by(User.username))
    ]
