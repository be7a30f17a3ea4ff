"""A batch as its waiting screen sees it: the prompt that is asked, and every dossier with an outcome of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.domain.signing import SignStatus
from backend.models import Dossier, SigningBatch, SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.signing_view import expires_at, phase_of, problem_of

UNDECIDED = frozenset({SignStatus.PREPARED, SignStatus.SENDING, SignStatus.WAITING, SignStatus.UNKNOWN})
"""States in which a prompt still has something to ask the person."""
_OPEN = frozenset({"queued", "sending", "waiting", "unknown", "checking"})


def batch_view(session: Session, house: House, caller: Caller, batch_id: str) -> dict[str, object]:
    """The batch, for the person who confirmed it. Raises NotFound."""
    return batch_view_of(session, house, batch_for(session, caller, batch_id))


def batch_for(session: Session, caller: Caller, batch_id: str) -> SigningBatch:
    """A batch that exists for this person. Raises NotFound."""
    batch = session.get(SigningBatch, batch_id)
    if batch is None or batch.user_id != caller.user_id:
        raise NotFound()
    return batch


def batch_view_of(session: Session, house: House, batch: SigningBatch) -> dict[str, object]:
    """The wire shape of one batch."""
    descriptor = house.providers[batch.provider].descriptor
    found = session.execute(
        select(SigningTransaction, Dossier.code, Dossier.voucher_no, Dossier.payee_name)
        .join(Dossier, Dossier.id == SigningTransaction.subject_id)
        .where(SigningTransaction.batch_id == batch.id)
        .order_by(SigningTransaction.place)
    ).all()
    rows = [row for row, *_ in found]
    asked = asked_now(rows)
    items = [
        {
            "signing_id": row.id,
            "dossier_id": row.subject_id,
            "dossier_code": code,
            "voucher_no": voucher_no,
            "payee_name": payee_name,
            "amount": row.total_amount,
            "prompt": row.chunk + 1,
            "phase": _phase(house, row, asked),
            "problem": problem_of(row),
        }
        for row, code, voucher_no, payee_name in found
    ]
    phases = Counter(str(item["phase"]) for item in items)
    is_open = sum(count for phase, count in phases.items() if phase in _OPEN)
    return {
        "id": batch.id,
        "list_digest": batch.list_digest,
        "provider": batch.provider,
        "provider_name": descriptor.name,
        "app_name": descriptor.app_name,
        "deep_link": descriptor.deep_link,
        "created_at": batch.created_at,
        "server_time": house.clock.now(),
        "total_amount": batch.total_amount,
        "largest_amount": batch.largest_amount,
        "count": len(items),
        "signed": phases["signed"],
        "open": is_open,
        "unsigned": len(items) - phases["signed"] - is_open,
        "phase": phase_of(asked, descriptor) if asked else "checking" if is_open else "done",
        "prompts": batch.chunks,
        "prompt": asked.chunk + 1 if asked else None,
        "prompt_count": sum(row.chunk == asked.chunk for row in rows) if asked else None,
        "prompt_amount": sum(row.total_amount for row in rows if row.chunk == asked.chunk) if asked else None,
        "comparison_code": asked.comparison_code if asked and descriptor.shows_description else None,
        "expires_at": expires_at(asked, descriptor) if asked else None,
        "items": items,
    }


def asked_now(rows: Sequence[SigningTransaction]) -> SigningTransaction | None:
    """The leader whose prompt is, or will next be, on the phone. ``rows`` in the order of the list."""
    undecided = [row for row in rows if row.leader_id is None and SignStatus(row.status) in UNDECIDED]
    return undecided[0] if undecided else None


def _phase(house: House, row: SigningTransaction, asked: SigningTransaction | None) -> str:
    if asked is not None and row.chunk > asked.chunk and row.status == SignStatus.PREPARED.value:
        return "queued"
    return phase_of(row, house.providers[row.provider].descriptor)
