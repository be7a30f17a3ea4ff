"""Ký theo lô: many dossiers after one confirmation, each with a signing transaction of its own (S1 and S2).

Between the list that was shown and this call nothing rests: the list is made again, and only the very same one starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import BatchChanged, BatchUnderWay
from backend.models import Dossier, SigningBatch, SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.provider_login import Proof
from backend.services.route import hold_unit
from backend.services.sign.batch_list import BatchList, Wanted, check_list, refused_view
from backend.services.sign.batch_view import UNDECIDED, batch_view_of
from backend.services.sign.comparison import comparison_code, prompt_text
from backend.services.sign.payment import hold_dossiers
from backend.services.sign.prepare import open_at_provider
from backend.services.sign.start import PreparedSign, compared, prepared_at, transaction_row, write_sign


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """Everything ``start_batch`` writes."""

    confirmed: BatchList
    dossiers: tuple[PreparedSign, ...]
    """In the order of the list."""


def prepare_batch(
    house: House, caller: Caller, wanted: Sequence[Wanted], list_digest: str, proof: Proof
) -> PreparedBatch:
    """Make the list again, sign in at the CA once, prepare every file; nothing was written and nobody asked.

    Raises BatchChanged unless the list is exactly the confirmed one, and whatever signing one dossier raises.
    """
    with house.read() as session:
        found = check_list(session, house, caller, wanted)
        _refuse_second(session, caller)
        session.expunge_all()
    if found.refused or not found.items or found.digest() != list_digest:
        raise BatchChanged(refused=refused_view(found.refused))
    at_provider = open_at_provider(house, found.certificate, proof)
    now = house.clock.now()
    dossiers = tuple(prepared_at(house, caller, item, at_provider, now) for item in found.items)
    return PreparedBatch(found, dossiers)


def _refuse_second(session: Session, caller: Caller) -> None:
    """One list at a time: two prompts for fifty dossiers each cannot be told apart on a phone."""
    live = session.scalars(
        select(SigningTransaction.batch_id).where(
            SigningTransaction.user_id == caller.user_id,
            SigningTransaction.batch_id.is_not(None),
            SigningTransaction.status.in_([status.value for status in UNDECIDED]),
        )
    ).first()
    if live is not None:
        raise BatchUnderWay(batch_id=live)


def start_batch(session: Session, house: House, caller: Caller, prepared: PreparedBatch) -> dict[str, object]:
    """S2 for all dossiers in the caller's one commit. Raises StaleVersion, AlreadySigning, BatchUnderWay."""
    confirmed = prepared.confirmed
    first = confirmed.items[0].dossier_id
    hold_unit(session, session.scalars(select(Dossier.unit_id).where(Dossier.id == first)).one())
    hold_dossiers(session, [item.dossier_id for item in confirmed.items])
    _refuse_second(session, caller)
    chunks = list(confirmed.chunks())
    batch = SigningBatch(
        id=house.chance.uuid(),
        user_id=caller.user_id,
        provider=confirmed.certificate.provider,
        list_digest=confirmed.digest(),
        frozen=confirmed.frozen(),
        total_amount=confirmed.total_amount,
        largest_amount=confirmed.largest.amount,
        chunks=len(chunks),
        created_at=house.clock.now(),
    )
    session.add(batch)
    session.flush()
    for number, places in enumerate(chunks):
        _write_chunk(session, house, caller, prepared, batch, number, places)
    house.failpoint("S2.before_commit")
    return batch_view_of(session, house, batch)


def _write_chunk(
    session: Session,
    house: House,
    caller: Caller,
    prepared: PreparedBatch,
    batch: SigningBatch,
    number: int,
    places: Sequence[int],
) -> None:
    """The rows of one prompt. Only the first chunk's leader has something to do now."""
    dossiers = [prepared.dossiers[place] for place in places]
    total = sum(each.checked.amount for each in dossiers)
    code = comparison_code(compared(dossiers))
    summary = prompt_text(total, code, len(dossiers))
    leader_id = None
    for place, each in zip(places, dossiers, strict=True):
        row = transaction_row(house, caller, each, code, summary)
        row.batch_id, row.chunk, row.place, row.leader_id = batch.id, number, place, leader_id
        if leader_id is not None:
            row.sealed_session = None
        if leader_id is not None or number > 0:
            row.next_at = None
        write_sign(session, house, caller, each, row)
        leader_id = leader_id or row.id
