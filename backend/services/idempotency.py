"""One action, one effect: answers kept by Idempotency-Key, in the commit of their effect.

Only answers that did something are kept; a refusal changes nothing and may be asked again. Two requests with one key
at the same time: the second waits at the row of the first (writers queue on SQLite, the primary key blocks on
PostgreSQL) and then gets its answer. An action that talks to a CA before it commits takes its place first
(``reserved``), so that the CA hears one request only.

Does not: know HTTP; keep passwords, not even in the fingerprint.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import IdempotencyConflict, KeyInFlight
from backend.models import IdempotencyKey
from backend.services.house import House

Act = Callable[[Session], dict[str, object]]

RESERVATION = timedelta(seconds=90)
"""How long a place stays taken when its taker died; longer than any CA sign-in."""

_TAKEN = 0
"""Status of a place whose action has not ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A keyed request."""

    user_id: str
    """Keys of different people never meet."""
    key: str
    """As the client sent it."""
    route: str
    """Method and path."""
    fingerprint: str
    """See ``fingerprint``."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer."""

    status: int
    body: dict[str, object]
    """Plain JSON values."""
    again: bool
    """True when the effect happened at an earlier request."""


def fingerprint(secret: bytes, method: str, path: str, body: object) -> str:
    """What makes two requests the same: HMAC-SHA-256 over method, path and the body without password fields and second
    factors: those are how it is done, not what.
    """
    text = json.dumps(_without_proofs(body), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret, f"{method}\n{path}\n{text}".encode(), sha256).hexdigest()


def _without_proofs(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without_proofs(part) for name, part in value.items() if not _is_proof(str(name))}
    if isinstance(value, list):
        return [_without_proofs(part) for part in value]
    return value


def _is_proof(name: str) -> bool:
    return "password" in name or name == "second_factor"


def answer_once(house: House, asked: Asked, act: Act, status: int) -> Given:
    """Do ``act`` and keep its answer in one commit, or give the answer kept before.

    Raises IdempotencyConflict for another body under the same key, KeyInFlight while the first is still talking to a
    CA.
    """
    try:
        with house.begin() as session:
            found = _kept(session, asked)
            return found or _do(session, house.clock.now(), asked, act, status)
    except IntegrityError as error:
        with house.read() as session:
            found = _kept(session, asked)
        if found is None:
            raise error
        return found


def _kept(session: Session, asked: Asked) -> Given | None:
    row = session.get(IdempotencyKey, (asked.user_id, asked.key))
    if row is None:
        return None
    if not hmac.compare_digest(row.fingerprint, asked.fingerprint):
        raise IdempotencyConflict()
    if row.status == _TAKEN:
        raise KeyInFlight()
    return Given(row.status, row.body, again=True)


def _do(session: Session, now: datetime, asked: Asked, act: Act, status: int) -> Given:
    row = _row(asked, now)
    session.add(row)
    # Before the effect: on PostgreSQL the twin of this request waits here until this one has committed.
    session.flush()
    body = act(session)
    row.status, row.body = status, body
    session.flush()
    return Given(status, body, again=False)


def _row(asked: Asked, now: datetime) -> IdempotencyKey:
    return IdempotencyKey(
        user_id=asked.user_id,
        key=asked.key,
        route=asked.route[:200],
        fingerprint=asked.fingerprint,
        status=_TAKEN,
        body={},
        created_at=now,
    )


@dataclass(slots=True)
class Place:
    """A key that this request holds alone while it talks to a CA; or, in ``given``, the answer kept before."""

    house: House
    asked: Asked
    taken_at: datetime
    given: Given | None = None
    _filled: bool = field(default=False, init=False)

    def fill(self, act: Act, status: int) -> Given:
        """Do ``act`` and keep its answer in one commit. Raises KeyInFlight when the place was lost to somebody else."""
        with self.house.begin() as session:
            held = session.execute(update(IdempotencyKey).where(_mine(self)).values(status=status))
            if held.rowcount != 1:  # type: ignore[attr-defined]
                raise KeyInFlight()
            body = act(session)
            session.execute(update(IdempotencyKey).where(_mine(self, status)).values(body=body))
        self.house.failpoint("S2.prepared_committed")
        self._filled = True
        return Given(status, body, again=False)

    def leave(self) -> None:
        """Give the key back when nothing came of it."""
        if self.given is None and not self._filled:
            with self.house.begin() as session:
                session.execute(delete(IdempotencyKey).where(_mine(self)))


def _mine(place: Place, status: int = _TAKEN) -> ColumnElement[bool]:
    return and_(
        IdempotencyKey.user_id == place.asked.user_id,
        IdempotencyKey.key == place.asked.key,
        IdempotencyKey.created_at == place.taken_at,
        IdempotencyKey.status == status,
    )


@contextmanager
def reserved(house: House, asked: Asked) -> Iterator[Place]:
    """Hold the key while the body of the ``with`` runs; given back unless it was filled.

    Raises IdempotencyConflict, and KeyInFlight while another request with this key is under way.
    """
    place = _take(house, asked)
    try:
        yield place
    finally:
        place.leave()


def _take(house: House, asked: Asked) -> Place:
    now = house.clock.now()
    try:
        with house.begin() as session:
            # Its taker died: nothing was committed under the key, for that commit would have changed the status.
            session.execute(
                delete(IdempotencyKey).where(
                    IdempotencyKey.user_id == asked.user_id,
                    IdempotencyKey.key == asked.key,
                    IdempotencyKey.status == _TAKEN,
                    IdempotencyKey.created_at < now - RESERVATION,
                )
            )
            given = _kept(session, asked)
            if given is None:
                session.add(_row(asked, now))
            house.failpoint("S1.before_commit")
    except IntegrityError as error:
        raise KeyInFlight() from error
    house.failpoint("S1.place_committed")
    return Place(house, asked, now, given)


def forget_before(session: Session, moment: datetime) -> int:
    """Drop answers older than ``moment``; returns how many. A phone repeats for minutes, not for days."""
    return session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < moment)).rowcount  # type: ignore[attr-defined,no-any-return]
