"""Proving a person to their CA and reading their certificates there: with the password, or with the code the CA wanted
besides. For signing and for registration alike.

The password lives for one call. What the CA needs to take the code later (the challenge) goes to the person's device
sealed, bound to the person, the CA and the user name there, and comes back with the code; nothing of it is stored. Does
not: repeat anything by itself; a try at the CA is always a human's.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NoReturn

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import (
    ChallengeOver,
    FieldProblem,
    Invalid,
    NothingToResend,
    ProviderRefusal,
    ResendTooSoon,
    SecondFactorNeeded,
)
from backend.domain.providers import (
    Failure,
    ProviderSession,
    RemoteCertificate,
    SecondFactorChannel,
    SecondFactorRequired,
    Secret,
)
from backend.models import LoginAttempts
from backend.services.house import House
from backend.services.ports import AsksSecondFactor

CHALLENGE_LIFE = timedelta(minutes=5)
RESEND_WAIT = timedelta(seconds=30)
"""Before a code may be sent again; doubles with every further one."""
RESEND_WAIT_MAX = timedelta(minutes=15)
"""The longest wait; a quiet time of this length starts the count anew."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account at one CA."""

    user_id: str
    provider: str
    """Slug."""
    login: str
    """User name at the CA."""


@dataclass(frozen=True, slots=True)
class Code:
    """A second factor, answered."""

    challenge: str
    """As it was given out with the question."""
    code: Secret


Proof = Secret | Code | None
"""The password at the CA; or the code, when the password was given before; or nothing, where the CA needs none."""


@dataclass(frozen=True, slots=True)
class Found:
    """The person is proven to the CA, and these are the certificates it holds for them."""

    session: ProviderSession
    certificates: Sequence[RemoteCertificate]


@dataclass(frozen=True, slots=True)
class _Challenge:
    """What travels sealed."""

    account: Account
    channel: SecondFactorChannel
    inner: Secret
    """The CA's own part."""


def look_up(house: House, account: Account, proof: Proof) -> Found:
    """Sign in at the CA once and list what it holds.

    Raises ProviderRefusal, SecondFactorNeeded, ChallengeOver, and Invalid when a password is missing.
    """
    opened = _sign_in(house, account, proof)
    offered = house.providers[account.provider].list_certificates(opened)
    if isinstance(offered, SecondFactorRequired):
        _ask_for_code(house, account, offered)
    if isinstance(offered, Failure):
        raise refusal(account.provider, offered)
    return Found(opened, offered)


def _sign_in(house: House, account: Account, proof: Proof) -> ProviderSession:
    opened = _with_code(house, account, proof) if isinstance(proof, Code) else _with_password(house, account, proof)
    if isinstance(opened, SecondFactorRequired):
        _ask_for_code(house, account, opened)
    if isinstance(opened, Failure):
        raise refusal(account.provider, opened)
    return opened


def _with_password(
    house: House, account: Account, password: Secret | None
) -> ProviderSession | SecondFactorRequired | Failure:
    provider = house.providers[account.provider]
    if not provider.descriptor.needs_password:
        return provider.open_session(account.login, None)
    if password is None:
        raise Invalid([FieldProblem("provider_password", "Nhập mật khẩu chứng thư số.")])
    return provider.open_session(account.login, password)


def _with_code(house: House, account: Account, answer: Code) -> ProviderSession | Failure:
    challenge = _opened(house, answer.challenge)
    if challenge.account != account:
        raise ChallengeOver()
    return _asker(house, account).answer_second_factor(account.login, challenge.inner, answer.code)


def resend(house: House, user_id: str, challenge: str) -> dict[str, object]:
    """Have the CA send a new code; answers the challenge to use from now on, in the shape of the wire.

    Raises ChallengeOver, NothingToResend, ResendTooSoon, ProviderRefusal.
    """
    asked = _opened(house, challenge)
    if asked.account.user_id != user_id:
        raise ChallengeOver()
    if asked.channel is SecondFactorChannel.AUTHENTICATOR:
        raise NothingToResend(provider=asked.account.provider)
    next_at = _take_turn(house, asked.account)
    sent = _asker(house, asked.account).resend_second_factor(asked.account.login, asked.inner)
    if isinstance(sent, Failure):
        raise refusal(asked.account.provider, sent)
    return _told(house, asked.account, sent, next_at)


def refusal(provider: str, failure: Failure) -> ProviderRefusal:
    """A CA's refusal before anyone was asked, as an error of ours."""
    return ProviderRefusal(
        f"{provider}: {failure.kind} {failure.vendor_code}",
        provider=provider,
        kind=failure.kind.value,
        attempts_left=failure.attempts_left,
        locked_until=failure.locked_until,
        retry_at=failure.not_before,
    )


def _ask_for_code(house: House, account: Account, wanted: SecondFactorRequired) -> NoReturn:
    told = _told(house, account, wanted, house.clock.now() + RESEND_WAIT)
    raise SecondFactorNeeded("", provider=account.provider, **told)


def _told(house: House, account: Account, wanted: SecondFactorRequired, resend_at: datetime) -> dict[str, object]:
    ends_at = house.clock.now() + CHALLENGE_LIFE
    return {
        "challenge": _sealed(house, account, wanted, ends_at),
        "channel": wanted.channel.value,
        "sent_to": wanted.sent_to or None,
        "ends_at": ends_at,
        "resend_at": resend_at if wanted.channel is SecondFactorChannel.MESSAGE else None,
    }


def _sealed(house: House, account: Account, wanted: SecondFactorRequired, ends_at: datetime) -> str:
    words = {
        "second_factor": [account.user_id, account.provider, account.login],
        "channel": wanted.channel.value,
        "until": ends_at.isoformat(),
        "inner": wanted.challenge.reveal(),
    }
    return base64.urlsafe_b64encode(house.sealer.seal(Secret(json.dumps(words)))).decode()


def _opened(house: House, challenge: str) -> _Challenge:
    try:
        words = json.loads(house.sealer.open(base64.b64decode(challenge, b"-_", validate=True)).reveal())
        account = Account(*words["second_factor"])
        until = datetime.fromisoformat(words["until"])
        found = _Challenge(account, SecondFactorChannel(words["channel"]), Secret(words["inner"]))
    except (ValueError, TypeError, KeyError) as error:
        raise ChallengeOver() from error
    if house.clock.now() >= until:
        raise ChallengeOver()
    return found


def _asker(house: House, account: Account) -> AsksSecondFactor:
    provider: object = house.providers.get(account.provider)
    if not isinstance(provider, AsksSecondFactor):
        raise ChallengeOver()
    return provider


def _take_turn(house: House, account: Account) -> datetime:
    """Counted before the CA is asked, so that no crash makes it free. Returns when the next one may be sent."""
    key = hmac.new(house.hmac_key, f"resend:{account.user_id}:{account.provider}".encode(), sha256).hexdigest()
    try:
        with house.begin() as session:
            return _one_more(session, key, house.clock.now())
    except IntegrityError as error:
        # Two first ones at the same moment: the other one is being sent.
        raise ResendTooSoon(until=house.clock.now() + RESEND_WAIT) from error


def _one_more(session: Session, key: str, now: datetime) -> datetime:
    row = session.get(LoginAttempts, key, with_for_update=True)
    if row is None:
        row = LoginAttempts(key=key, failed=0, last_at=now)
        session.add(row)
    if row.locked_until is not None and row.locked_until > now:
        raise ResendTooSoon(until=row.locked_until)
    before = row.failed if now - row.last_at < RESEND_WAIT_MAX else 0
    next_at: datetime = now + min(RESEND_WAIT * 2**before, RESEND_WAIT_MAX)
    row.failed, row.last_at, row.locked_until = before + 1, now, next_at
    session.flush()
    return next_at
