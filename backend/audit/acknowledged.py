"""I1: what a person was told is true for ever: the request exists, and once signed, so does the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, exists, or_, select
from sqlalchemy.orm import selectinload

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import Document, DossierLog, IdempotencyKey, RegistrationDocument, SigningTransaction

_ACCEPTED = 202
_HAVE_SIGNATURES = ("collected", "embedded", "settled", "orphan")


def approvals_are_kept(ground: Ground) -> Breaches:
    """Every "Duyệt và ký", of one dossier or of many, that was answered with *accepted*, and every request the log
    names, has its row.
    """
    of_signing = or_(
        *(IdempotencyKey.route.like(f"%/{end}") for end in ("sign", "sign/code")),
        IdempotencyKey.route.like("%/api/batches"),
    )
    for (body,) in ground.stream(select(IdempotencyKey.body).where(IdempotencyKey.status == _ACCEPTED, of_signing)):
        for id_ in _requests(body):
            ground.looked["I1"] += 1
            if ground.session.get(SigningTransaction, id_) is None:
                yield Breach("I1", f"signing {id_}", "a person was told that it is under way, and it is not there")
    unknown = select(DossierLog.dossier_id, DossierLog.seq, DossierLog.signing_id).where(
        DossierLog.signing_id.is_not(None), ~exists().where(SigningTransaction.id == DossierLog.signing_id)
    )
    for dossier, seq, id_ in ground.stream(unknown):
        yield Breach("I1", f"dossier {dossier}", f"row {seq} of the log tells of signing {id_}, which is not there")


def _requests(body: dict[str, Any]) -> list[str]:
    """Ids of the requests that an answer told of."""
    return [str(each["signing_id"]) for each in body["items"]] if "items" in body else [str(body.get("id"))]


def signed_files_are_kept(ground: Ground) -> Breaches:
    """Every collected signature is stored; every settled one stands in a file of its dossier."""
    requests = (
        select(SigningTransaction)
        .where(SigningTransaction.status.in_(_HAVE_SIGNATURES))
        .options(selectinload(SigningTransaction.documents))
    )
    for (row,) in ground.stream(requests):
        ground.looked["I1"] += 1
        if not row.documents or not all(document.signature for document in row.documents):
            yield Breach("I1", f"signing {row.id}", f"it is {row.status}, and a signature is not stored")
        if row.status == "settled":
            names = [document.signed_sha256 for document in row.documents]
            files = set(ground.session.scalars(_files(names)))
            if set(names) != files:
                yield Breach("I1", f"signing {row.id}", "it is settled, and a signed file is not in the dossier")


def _files(names: Sequence[str | None]) -> CompoundSelect[str]:
    """Which of these files stand in a dossier, of payments or of registrations."""
    of_payment = select(Document.sha256).where(Document.sha256.in_(names))
    return of_payment.union(select(RegistrationDocument.sha256).where(RegistrationDocument.sha256.in_(names)))
