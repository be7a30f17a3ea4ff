"""A forgotten password: a link by mail, good for thirty minutes and one use. No way round a passkey.

Who asks learns nothing: the answer is the same whether the account exists, has a mail box or has a passkey. A person
with a passkey is told by mail to use it; no link is made for them, and a link made before they had one opens nothing.
A reset adds and removes no passkey.

The token holds person, end and an HMAC over both and the present password hash, so it rests nowhere and a changed
password makes it worthless.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import PasskeyNeeded, ResetRefused, TooManyResets
from backend.domain.providers import Secret
from backend.models import User
from backend.services.accounts import check_new, keep_new
from backend.services.house import House
from backend.services.mail import enqueue_mail
from backend.services.sessions import end_sessions, has_passkey
from backend.services.sessions_tries import attempt_key, count_one, refuse_locked

LINK_LIFE = timedelta(minutes=30)
NOT_AGAIN_FOR = timedelta(minutes=10)
"""One letter to one person in this time, however often somebody asks."""
ASKS = 20
"""From one address before it has to wait."""

BY_MAIL = "password_reset"
BY_PASSKEY = "password_by_passkey"


def ask_for_reset(house: House, username: str, address: str) -> None:
    """Send a letter if there is somebody to send it to. Raises TooManyResets, whoever was named."""
    key, now = attempt_key(house, "reset", address), house.clock.now()
    with house.begin() as session:
        refuse_locked(session, now, (key,), TooManyResets)
        count_one(session, key, now, ASKS, house.policy.login_lock)
        user = session.scalars(select(User).where(User.username == username.strip().lower())).one_or_none()
        if user is None or not user.active or not user.email:
            return
        template = BY_PASSKEY if has_passkey(session, user.id) else BY_MAIL
        turn = int(now.timestamp() // NOT_AGAIN_FOR.total_seconds())
        enqueue_mail(session, house, template, f"{user.id}:{turn}", {"user_id": user.id})


def new_reset_token(session: Session, house: House, user_id: str) -> Secret:
    """What the link carries in its fragment; made when the letter is sent, kept by nobody."""
    user = session.get_one(User, user_id)
    until = int((house.clock.now() + LINK_LIFE).timestamp())
    return Secret(f"{user.id}.{until}.{_seal(house, user, until)}")


def reset_password(house: House, token: Secret, password: Secret) -> None:
    """Set the password and end every session. Raises ResetRefused, PasskeyNeeded, Invalid (``new_password``)."""
    with house.read() as session:
        user = _whose(session, house, token)
        if has_passkey(session, user.id):
            raise PasskeyNeeded()
        check_new(house, user, password)
        former = user.password_hash
    hashed = house.passwords.hash(password)
    with house.begin() as session:
        if has_passkey(session, user.id):
            raise PasskeyNeeded()
        if not keep_new(session, user.id, former, hashed):
            raise ResetRefused("used before")
        end_sessions(session, house, user.id)


def _whose(session: Session, house: House, token: Secret) -> User:
    user_id, _, rest = token.reveal().partition(".")
    until, _, seal = rest.partition(".")
    user = session.get(User, user_id)
    if user is None or not user.active or not (until.isascii() and until.isdigit() and len(until) < 12):
        raise ResetRefused("not ours")
    if not hmac.compare_digest(seal.encode(), _seal(house, user, int(until)).encode()):
        raise ResetRefused("not ours, or used")
    if datetime.fromtimestamp(int(until), UTC) <= house.clock.now():
        raise ResetRefused("too late")
    return user


def _seal(house: House, user: User, until: int) -> str:
    words = f"reset:{user.id}:{until}:{user.password_hash}"
    return hmac.new(house.hmac_key, words.encode(), sha256).hexdigest()
