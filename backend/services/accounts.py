"""A person's own password: given once by us, chosen by them, changed when they like, proved when it matters.

A new password ends every other session in the same commit and gives this one another token. Does not: send mail, or
know passkeys beyond whether there is one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid, NotSignedIn, PasskeyNeeded
from backend.domain.passwords import what_is_wrong
from backend.domain.providers import Secret
from backend.models import LoginSession, Passkey, User, UserLog
from backend.services import sessions
from backend.services.caller import Caller
from backend.services.house import House

ONE_TIME_LIFE = timedelta(hours=72)
GIVEN = "given_password"
"""In the log of members: an operator gave a one-time password."""
ADDED = "added"
"""In the same log: somebody begins to work at a Treasury office."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on a screen."""


def prove_by_password(house: House, caller: Caller, password: Secret, address: str) -> sessions.LoginResult:
    """It is still this person. Raises PasskeyNeeded, ProofRefused, LoginLocked."""
    with house.read() as session:
        if sessions.has_passkey(session, caller.user_id):
            raise PasskeyNeeded()
    sessions.prove(house, caller, password, address)
    with house.begin() as session:
        return sessions.proven(session, house, caller)


def change_password(house: House, caller: Caller, password: Secret) -> sessions.LoginResult:
    """The person's own password from now on. Raises Invalid (``new_password``) and ProofNeeded, the latter not of
    somebody whose one-time password was the log-in.
    """
    with house.read() as session:
        if not caller.limited:
            sessions.require_fresh(session, house, caller)
        user = session.get_one(User, caller.user_id)
        check_new(house, user, password)
        former = user.password_hash
    hashed = house.passwords.hash(password)
    with house.begin() as session:
        if not keep_new(session, user.id, former, hashed):
            raise NotSignedIn("whoever was faster has ended this session")
        sessions.end_sessions(session, house, user.id, LoginSession.id != caller.session_id)
        return sessions.proven(session, house, caller)


def check_new(house: House, user: User, password: Secret) -> None:
    """Raises Invalid: the rules of passwords, and that it is a new one. Needs the session that ``user`` came from."""
    unit = user.unit.budget_relation_code if user.unit else None
    wrong = what_is_wrong(password.reveal(), user.username, unit)
    if wrong is None and house.passwords.matches(password, user.password_hash):
        wrong = "Mật khẩu mới phải khác mật khẩu đang dùng. Hãy chọn mật khẩu khác."
    if wrong is not None:
        raise Invalid([FieldProblem("new_password", wrong)])


def keep_new(session: Session, user_id: str, former: str, hashed: str) -> bool:
    """Swap the hash, unless somebody was faster: then False, and nothing is changed."""
    kept = session.execute(
        update(User)
        .where(User.id == user_id, User.password_hash == former)
        .values(password_hash=hashed, must_change_password=False, password_expires_at=None)
        .returning(User.id)
    ).all()
    return bool(kept)


def give_one_time_password(
    house: House, user_id: str, *, forget_passkeys: bool = False, by: str = "operator"
) -> Secret:
    """A password to be told once and changed at the first log-in; good for 72 hours. Every session ends.

    ``forget_passkeys`` is for a person who has lost them all and was recognised by another person; ``by`` is written
    down as who did it.
    """
    password = _one_time(house)
    hashed = house.passwords.hash(password)
    with house.begin() as session:
        _give(session, house, session.get_one(User, user_id), hashed)
        write_down(session, house, user_id, GIVEN, by)
        if forget_passkeys:
            session.execute(delete(Passkey).where(Passkey.user_id == user_id))
            write_down(session, house, user_id, "forgot_passkeys", by)
    return password


def write_down(session: Session, house: House, user_id: str, act: str, by: str) -> None:
    """What an operator did to the log-in, in the commit that does it."""
    session.add(UserLog(id=house.chance.uuid(), user_id=user_id, at=house.clock.now(), act=act, by=by[:100]))


def give_first_password(house: House, user_id: str, *, since: datetime) -> Secret | None:
    """The same for a new member, again and again until one arrives. None, and nothing changed, for somebody who has
    chosen a password meanwhile, was given one by an operator ``since`` the log-in began, or is no active member.

    The row is held from the look to the commit: an operator at the same moment comes after, and theirs stays.
    """
    password = _one_time(house)
    hashed = house.passwords.hash(password)
    with house.begin() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if not user.active or (user.password_hash and not user.must_change_password):
            return None
        if _was_given_one(session, user_id, since):
            return None
        _give(session, house, user, hashed)
    return password


def _was_given_one(session: Session, user_id: str, since: datetime) -> bool:
    given = select(UserLog.id).where(UserLog.user_id == user_id, UserLog.act == GIVEN, UserLog.at >= since).limit(1)
    return session.scalars(given).first() is not None


def _give(session: Session, house: House, user: User, hashed: str) -> None:
    user.password_hash, user.must_change_password = hashed, True
    user.password_expires_at = house.clock.now() + ONE_TIME_LIFE
    sessions.end_sessions(session, house, user.id)


def _one_time(house: House) -> Secret:
    """Sixteen letters and digits in groups of four: 79 bits."""
    letters = ""
    while len(letters) < 16:
        letters += "".join(each for each in house.chance.token(48) if each in _LETTERS)
    return Secret("-".join(letters[at : at + 4] for at in range(0, 16, 4)))
