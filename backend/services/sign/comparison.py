"""The comparison code: eight digits that the person finds on our screen and in the CA's app.

Derived from the digests that are signed and the money they move, document by document: other bytes, another amount,
another account or another order give another code. It is computed again from what is stored before a signature is
embedded.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import or_, select
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


def stored_code(session: Session, row: SigningTransaction) -> str:
    """The code of the whole prompt ``row`` belongs to, from the stored digests and money fields."""
    leader_id = row.leader_id or row.id
    stored = (
        select(SigningDocument.digest, SigningDocument.money)
        .join(SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id)
        .where(or_(SigningTransaction.id == leader_id, SigningTransaction.leader_id == leader_id))
        .order_by(SigningTransaction.place, SigningDocument.position)
    )
    return comparison_code((digest, money) for digest, money in session.execute(stored))


def prompt_text(total_amount: int, code: str, dossiers: int = 1) -> str:
    """What the phone shows: action, amount, code. Stays below 72 characters for any amount, so that no CA cuts it."""
    what = f"{dossiers} hồ sơ, tổng " if dossiers > 1 else ""
    return f"Ký {what}{format_vnd(total_amount)} đồng - mã đối chiếu {code[:4]} {code[4:]}"
