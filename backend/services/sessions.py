"""Logging in with a password, knowing who a cookie belongs to, logging out.

Wrong passwords are counted by user name and by address, for names that exist and names that do not alike; the answer
and the time it takes are the same for both. Counting is its own commit, because a refusal must be remembered.
A password alone opens no account that has a passkey. Tokens change when a session gains something (OWASP ASVS 3.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import (
    LoginRefused,
    PasskeyNeeded,
    PasswordExpired,
    ProofNeeded,
    ProofRefused,
)
from backend.domain.events import EventType
from backend.domain.people import TITLE_LABEL, TREASURY_TITLES, ServiceTitle
from backend.domain.providers import Secret
from backend.models import Certificate, LoginAttempts, LoginSession, Passkey, TreasuryOffice, Unit, User
from backend.services.caller import Caller
from backend.services.events import notify, stood_at
from backend.services.house import House
from backend.services.sessions_tries import attempt_key, count_failure, refuse_locked

TOUCH_EVERY = timedelta(seconds=60)

FRESH = timedelta(minutes=5)
"""How long after a log-in or a proof the person may change how they log in."""


@dataclass(frozen=True, slots=True)
class LoginResult:
    """A new session. ``token`` goes into the cookie and nowhere else."""

    token: Secret
    view: dict[str, object]


def log_in(
    house: House, *, username: str, password: Secret, shared_device: bool, agent: str, address: str
) -> LoginResult:
    """Open a session. Raises LoginRefused (attempts_left), LoginLocked (until), PasskeyNeeded or PasswordExpired."""
    keys = (attempt_key(house, "user", username.strip().lower()), attempt_key(house, "address", address))
    with house.read() as session:
        refuse_locked(session, house.clock.now(), keys)
        user = session.scalars(select(User).where(User.username == username.strip().lower())).one_or_none()
        usable = user is not None and user.active
        known = user.id if user is not None and usable else None
        hashed = user.password_hash if user is not None and usable else None
    if not house.passwords.matches(password, hashed) or known is None:
        count_failure(house, keys, LoginRefused)
    with house.begin() as session:
        user = session.get_one(User, known)
        _refuse_half_a_proof(session, house, user)
        session.execute(update(LoginAttempts).where(LoginAttempts.key == keys[0]).values(failed=0, locked_until=None))
        return open_session(session, house, user, shared_device=shared_device, agent=agent)


def _refuse_half_a_proof(session: Session, house: House, user: User) -> None:
    if has_passkey(session, user.id):
        raise PasskeyNeeded()
    until = user.password_expires_at
    if until is not None and until <= house.clock.now():
        raise PasswordExpired(until=until)


def has_passkey(session: Session, user_id: str) -> bool:
    """True for an account that is entered by passkey."""
    return session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def require_fresh(session: Session, house: House, caller: Caller) -> None:
    """Raise ProofNeeded when the person last proved themself too long ago."""
    row = session.get_one(LoginSession, caller.session_id)
    if house.clock.now() - max(row.created_at, row.proven_at or row.created_at) > FRESH:
        raise ProofNeeded()


def proven(session: Session, house: House, caller: Caller) -> LoginResult:
    """The person has just proved themself in this session: it gets another token, and the time is noted."""
    token = Secret(house.chance.token())
    row = session.get_one(LoginSession, caller.session_id)
    row.token_hash, row.proven_at = _hashed(token.reveal()), house.clock.now()
    session.flush()
    return LoginResult(token, session_view(session, house, _caller(row, session.get_one(User, row.user_id))))


def prove(house: House, caller: Caller, password: Secret, address: str) -> None:
    """The person at this screen knows the log-in's password; counted like logging in.

    Raises ProofRefused, LoginLocked.
    """
    with house.read() as session:
        user = session.get_one(User, caller.user_id)
        username, hashed = user.username, user.password_hash
        keys = (attempt_key(house, "user", username.lower()), attempt_key(house, "address", address))
        refuse_locked(session, house.clock.now(), keys)
    if not house.passwords.matches(password, hashed):
        count_failure(house, keys, ProofRefused)


def open_session(session: Session, house: House, user: User, *, shared_device: bool, agent: str) -> LoginResult:
    """A new session of somebody who has proved who they are."""
    now, token = house.clock.now(), Secret(house.chance.token())
    row = LoginSession(
        id=house.chance.uuid(),
        token_hash=_hashed(token.reveal()),
        user_id=user.id,
        csrf_token=house.chance.token(24),
        shared_device=shared_device,
        agent=agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + house.policy.session_life,
    )
    session.add(row)
    session.flush()
    return LoginResult(token, session_view(session, house, _caller(row, user)))


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _caller(row: LoginSession, user: User) -> Caller:
    return Caller(
        user_id=user.id,
        session_id=row.id,
        full_name=user.full_name,
        title=ServiceTitle(user.title),
        unit_id=user.unit_id,
        treasury_code=user.treasury_code,
        limited=user.must_change_password,
        acting=user.acting,
    )


def find_caller(house: House, token: str) -> tuple[Caller, str] | None:
    """The person behind a cookie and the session's CSRF token; None when the session is unknown, ended or idle too
    long.
    """
    now = house.clock.now()
    with house.read() as session:
        found = session.execute(
            select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.token_hash == _hashed(token))
        ).one_or_none()
        if found is None or not _is_open(house, found[0], found[1], now):
            return None
        row, user = found
        caller, csrf, seen_at = _caller(row, user), row.csrf_token, row.seen_at
    if now - seen_at > TOUCH_EVERY:
        with house.begin() as session:
            session.execute(update(LoginSession).where(LoginSession.id == caller.session_id).values(seen_at=now))
    return caller, csrf


def _is_open(house: House, row: LoginSession, user: User, now: datetime) -> bool:
    idle = house.policy.idle_shared if row.shared_device else house.policy.idle_personal
    return user.active and row.ended_at is None and now < row.expires_at and now - row.seen_at < idle


def log_out(session: Session, house: House, caller: Caller) -> None:
    """End this session; its sockets are closed after the commit by the ``session.ended`` knock."""
    end_sessions(session, house, caller.user_id, LoginSession.id == caller.session_id)


def end_sessions(session: Session, house: House, user_id: str, *which: ColumnElement[bool]) -> None:
    """End those open sessions of a person, or all; in the caller's commit. Their sockets close by themselves."""
    now = house.clock.now()
    ended = session.scalars(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), *which)
        .values(ended_at=now)
        .returning(LoginSession.id)
    ).all()
    for session_id in sorted(ended):
        notify(session, now, [user_id], EventType.SESSION_ENDED, session_id)


def sessions_ended_since(session: Session, moment: datetime) -> set[str]:
    """Sessions that were ended (log-out, revocation) at or after ``moment``; few, found by index."""
    return set(session.scalars(select(LoginSession.id).where(LoginSession.ended_at >= moment)).all())


def sessions_still_open(session: Session, house: House, session_ids: list[str]) -> set[str]:
    """Which of ``session_ids`` are neither ended nor expired nor idle too long; the rest must lose their sockets."""
    now = house.clock.now()
    idle_since = case(
        (LoginSession.shared_device, now - house.policy.idle_shared), else_=now - house.policy.idle_personal
    )
    open_ = select(LoginSession.id).join(User, User.id == LoginSession.user_id)
    open_ = open_.where(
        LoginSession.id.in_(session_ids),
        User.active,
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > now,
        LoginSession.seen_at > idle_since,
    )
    return set(session.scalars(open_).all())


def session_view(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """Who I am, for the screens."""
    row = session.get_one(LoginSession, caller.session_id)
    user = session.get_one(User, caller.user_id)
    return {
        "user": {
            "id": user.id,
            "username": user.username,
            "full_name": user.full_name,
            "title": caller.title.value,
            "title_label": TITLE_LABEL[caller.shown_title],
            "unit": unit_view(user.unit) if user.unit else None,
            "treasury": _treasury_view(session, user.treasury_code),
            "certificate": certificate_view(session, house, user.id),
        },
        "csrf_token": row.csrf_token,
        "event_seq": stood_at(session, user, house.clock.now()),
        "server_time": house.clock.now(),
        "expires_at": row.expires_at,
        "navigation": navigation(caller.title),
        "must_change_password": caller.limited,
    }


def navigation(title: ServiceTitle) -> list[str]:
    """The first screen comes first."""
    first = "intake" if title in TREASURY_TITLES else "dossiers" if title is ServiceTitle.ACCOUNTANT else "inbox"
    return [first, "history", "notices", "account"]


def unit_view(unit: Unit) -> dict[str, object]:
    """A unit, named."""
    return {
        "id": unit.id,
        "code": unit.budget_relation_code,
        "name": unit.name,
        "second_signature": unit.has_second_signature,
    }


def _treasury_view(session: Session, code: str | None) -> dict[str, object] | None:
    return None if code is None else treasury_view(session, code)


def treasury_view(session: Session, code: str) -> dict[str, object]:
    """A Treasury office as the wire shows it."""
    office = session.get(TreasuryOffice, code)
    return {"code": code, "name": office.name if office else code}


def certificate_view(session: Session, house: House, user_id: str) -> dict[str, object] | None:
    """The bound certificate, its login masked."""
    row = session.scalars(select(Certificate).where(Certificate.user_id == user_id, Certificate.active)).one_or_none()
    if row is None or row.provider not in house.providers:
        return None
    descriptor = house.providers[row.provider].descriptor
    return {
        "provider": row.provider,
        "provider_name": descriptor.name,
        "login_masked": masked(row.provider_login),
        "subject": row.subject_name,
        "serial_tail": row.serial_number[-8:],
        "valid_to": row.valid_to,
        "needs_password": descriptor.needs_password,
    }


def masked(login: str) -> str:
    """``031085000012`` as ``0310•••012``."""
    return login if len(login) < 8 else f"{login[:4]}•••{login[-3:]}"
