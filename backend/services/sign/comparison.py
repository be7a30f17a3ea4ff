"""The comparison code: eight digits that the person finds on our screen and in the CA's app.

Derived from the digests that are signed and the money they move, document by document: other bytes, another amount,
another account or another order give another code. It is computed again from what is stored before a signature is
embedded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from backend.domain.money import format_vnd
from backend.models import SigningDocument, SigningTransaction


def comparison_code(items: Iterable[tuple[bytes, str]]) -> str:
    """Eight decimal digits over digest and money fields of every document of one prompt, in order."""
    state = sha256(b"ky-kho-bac/2")
    for digest, money in items:
        state.update(digest + f"|{money}\n".encode())
    return f"{int.from_bytes(state.digest()[:8]) % 10**8:08d}"


def money_fields(amount: int, payee_account: str) -> str:
    """What a person compares, on one line: ``18690000|0011001234567``."""
    return f"{amount}|{payee_account}"


_STORED = (
    select(SigningDocument.id, SigningDocument.digest, SigningDocument.money)
    .join(SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id)
    .where(or_(SigningTransaction.id == bindparam("leader"), SigningTransaction.leader_id == bindparam("leader")))
    .order_by(SigningTransaction.place, SigningDocument.position)
)


def is_as_shown(session: Session, row: SigningTransaction) -> bool:
    """Whether the documents of ``row`` are, digest and money, among those whose code the person was shown.

    The code is computed from all that is stored of the prompt when its first file is embedded here. A process remembers
    what it found for the files that follow, two hundred of a list, and holds each against it.
    """
    leader = row.leader_id or row.id
    found = _seen.get(leader) or _seen.setdefault(leader, _read(session, leader))
    for oldest in list(_seen)[:-_KEPT]:
        _seen.pop(oldest, None)
    own = {document.id: (document.digest, document.money) for document in row.documents}
    return found.code == row.comparison_code and own.items() <= found.documents.items()


@dataclass(frozen=True, slots=True)
class _Prompt:
    code: str
    documents: Mapping[str, tuple[bytes, str]]
    """Digest and money by id."""


_KEPT = 32
_seen: dict[str, _Prompt] = {}
"""By the leader's id, oldest first; a prompt's list never changes once it is asked."""


def _read(session: Session, leader: str) -> _Prompt:
    stored = session.execute(_STORED, {"leader": leader}).all()
    documents = {id_: (digest, money) for id_, digest, money in stored}
    return _Prompt(comparison_code(documents.values()), documents)


def prompt_text(total_amount: int, code: str, dossiers: int = 1) -> str:
    """What the phone shows: action, amount, code. Stays below 72 characters for any amount, so that no CA cuts it."""
    what = f"{dossiers} hồ sơ, tổng " if dossiers > 1 else ""
    return f"Ký {what}{format_vnd(total_amount)} đồng - mã đối chiếu {code[:4]} {code[4:]}"
