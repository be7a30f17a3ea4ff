"""Logging in with a password, knowing who a cookie belongs to, logging out.

Wrong passwords are counted by user name and by address, for names that exist and names that do not alike; the answer
and the time it takes are the same for both. Counting is its own commit, because a refusal must be remembered.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import LoginLocked, LoginRefused
from backend.domain.events import EventType
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.domain.providers import Secret
from backend.models import Certificate, LoginAttempts, LoginSession, TreasuryOffice, Unit, User
from backend.services.caller import Caller
from backend.services.events import notify
from backend.services.house import House

TOUCH_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class LoginResult:
    """A new session. ``token`` goes into the cookie and nowhere else."""

    token: Secret
    view: dict[str, object]


def log_in(
    house: House, *, username: str, password: Secret, shared_device: bool, agent: str, address: str
) -> LoginResult:
    """Open a session. Raises LoginRefused (attempts_left) or LoginLocked (until)."""
    keys = (_attempt_key(house, "user", username.strip().lower()), _attempt_key(house, "address", address))
    with house.read() as session:
        _refuse_locked(session, house.clock.now(), keys)
        user = session.scalars(select(User).where(User.username == username.strip().lower())).one_or_none()
        usable = user is not None and user.active
        known = user.id if user is not None and usable else None
        hashed = user.password_hash if user is not None and usable else None
    if not house.passwords.matches(password, hashed) or known is None:
        _count_failure(house, keys)
    with house.begin() as session:
        session.execute(update(LoginAttempts).where(LoginAttempts.key == keys[0]).values(failed=0, locked_until=None))
        token = Secret(house.chance.token())
        row = _open(session, house, known or "", token, shared_device, agent)
        caller = _caller(row, session.get_one(User, known))
        return LoginResult(token, session_view(session, house, caller))


def prove(house: House, caller: Caller, password: Secret, address: str) -> None:
    """The person at this screen knows the log-in's password; counted like logging in. Raises as ``log_in``."""
    with house.read() as session:
        user = session.get_one(User, caller.user_id)
        username, hashed = user.username, user.password_hash
        keys = (_attempt_key(house, "user", username.lower()), _attempt_key(house, "address", address))
        _refuse_locked(session, house.clock.now(), keys)
    if not house.passwords.matches(password, hashed):
        _count_failure(house, keys)


def _open(session: Session, house: House, user_id: str, token: Secret, shared: bool, agent: str) -> LoginSession:
    now = house.clock.now()
    row = LoginSession(
        id=house.chance.uuid(),
        token_hash=_hashed(token.reveal()),
        user_id=user_id,
        csrf_token=house.chance.token(24),
        shared_device=shared,
        agent=agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + house.policy.session_life,
    )
    session.add(row)
    session.flush()
    return row


def _attempt_key(house: House, kind: str, text: str) -> str:
    return hmac.new(house.hmac_key, f"login:{kind}:{text}".encode(), sha256).hexdigest()


def _refuse_locked(session: Session, now: datetime, keys: tuple[str, str]) -> None:
    rows = session.scalars(select(LoginAttempts).where(LoginAttempts.key.in_(keys))).all()
    for row in rows:
        if row.locked_until is not None and row.locked_until > now:
            raise LoginLocked(row.locked_until)


def _count_failure(house: House, keys: tuple[str, str]) -> None:
    """Count, lock when it is enough, and always raise."""
    now = house.clock.now()
    policy = house.policy
    with house.begin() as session:
        by_user = _one_more(session, keys[0], now, policy.login_tries, policy.login_lock)
        by_address = _one_more(session, keys[1], now, policy.address_tries, policy.login_lock)
        locked = max(filter(None, (by_user.locked_until, by_address.locked_until)), default=None)
        left = policy.login_tries - by_user.failed % policy.login_tries
    if locked is not None and locked > now:
        raise LoginLocked(locked)
    raise LoginRefused(attempts_left=left)


def _one_more(session: Session, key: str, now: datetime, tries: int, lock: timedelta) -> LoginAttempts:
    row = session.get(LoginAttempts, key, with_for_update=True)
    if row is None:
        row = LoginAttempts(key=key, failed=0, last_at=now)
        session.add(row)
    row.failed += 1
    row.last_at = now
    if row.failed % tries == 0:
        # Each further round of wrong tries doubles the wait, up to a day: guessing for ever is no way in.
        row.locked_until = now + min(lock * 2 ** (row.failed // tries - 1), timedelta(days=1))
    session.flush()
    return row


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
    now = house.clock.now()
    session.execute(update(LoginSession).where(LoginSession.id == caller.session_id).values(ended_at=now))
    notify(session, now, [caller.user_id], EventType.SESSION_ENDED, caller.session_id)


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
            "title_label": TITLE_LABEL[caller.title],
            "unit": _unit_view(user.unit),
            "treasury": _treasury_view(session, user.treasury_code),
            "certificate": certificate_view(session, house, user.id),
        },
        "csrf_token": row.csrf_token,
        "event_seq": user.event_seq,
        "server_time": house.clock.now(),
        "expires_at": row.expires_at,
        "navigation": navigation(caller.title),
    }


def navigation(title: ServiceTitle) -> list[str]:
    """The first screen comes first."""
    first = {ServiceTitle.ACCOUNTANT: "dossiers", ServiceTitle.TREASURY_OFFICER: "intake"}.get(title, "inbox")
    return [first, "history", "notices", "account"]


def _unit_view(unit: Unit | None) -> dict[str, object] | None:
    return None if unit is None else {"id": unit.id, "code": unit.budget_relation_code, "name": unit.name}


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
