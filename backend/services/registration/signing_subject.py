"""What a settled, failed or late signature means for a registration: the ``Subject`` of the signing machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import StaleVersion
from backend.domain.letters import RegistrationLetter
from backend.domain.registration import Move, Stage, Step
from backend.domain.workdays import CUT_OFF, VIETNAM, deadline
from backend.models import (
    Certificate,
    Registration,
    RegistrationDocument,
    SigningDocument,
    SigningTransaction,
    User,
)
from backend.services.caller import Caller
from backend.services.content import holidays
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.complete import BY_UNIT
from backend.services.registration.declaration_signers import member_of_content
from backend.services.registration.route import add_log, move
from backend.services.sign.subject import ENDING_NOTE, SignedFile, Stated

KIND, STEP = "registration", "account_holder"
"""Of a transaction over declarations."""

SYSTEM = "Hệ thống"
"""Name in the log of what nobody did."""

DAYS_ALLOWED = 1
"""Working days the Treasury has (Nghị định 11/2020/NĐ-CP art. 12.6)."""


class RegistrationSubject:
    """Declarations, as the signing machine sees them."""

    def why_not(self, session: Session, house: House, transaction: SigningTransaction) -> str | None:
        """The same content, the same signer, the same certificate, and it is still valid."""
        row = session.get_one(Registration, transaction.subject_id)
        certificate = session.get_one(Certificate, transaction.certificate_id)
        if row.content_version != transaction.subject_version or row.signer_id != transaction.user_id:
            return "content_changed"
        member = member_of_content(row, transaction.user_id)
        bound = member.certificate if member else None
        if bound is None or bound.fingerprint != certificate.fingerprint:
            return "certificate_changed"
        return None if house.clock.now() < certificate.valid_to else "certificate_expired"

    def stated(self, session: Session, document: SigningDocument) -> Stated:
        """A declaration moves no money; what the comparison code covers is its dossier and content version."""
        seen = session.get_one(RegistrationDocument, document.document_id)
        row = session.get_one(Registration, seen.registration_id)
        return Stated(money_of(row), codes_on_paper(row))

    def hold(self, session: Session, transactions: Sequence[SigningTransaction]) -> None:
        """One dossier alone keeps the order by itself, and declarations are never signed in batches."""

    def settle(
        self, session: Session, house: House, transaction: SigningTransaction, files: Sequence[SignedFile]
    ) -> None:
        """R7: the signed files, and the dossier goes to the Treasury."""
        row = self._frozen(session, transaction)
        signer = session.get_one(User, transaction.user_id)
        signed = [(file.row.document_id, file.sha256) for file in files]
        submit_signed(session, house, row, signed, signer.full_name)

    def _frozen(self, session: Session, transaction: SigningTransaction) -> Registration:
        row = session.get_one(Registration, transaction.subject_id)
        if row.content_version != transaction.subject_version:
            raise StaleVersion(row.id)
        return row

    def release(self, session: Session, house: House, transaction: SigningTransaction, note: str) -> None:
        """R6: the unit has the pen again."""
        row = self._frozen(session, transaction)
        move(session, house, row, Move.SIGN_FAILED, actor_name=SYSTEM, reason=ENDING_NOTE.get(note, note))

    def late(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """A row in the log."""
        note = "Chữ ký đến sau khi yêu cầu đã đóng và không được dùng."
        self._note(session, house, transaction, None, note)

    def alarm(self, session: Session, house: House, transaction: SigningTransaction, by: Caller) -> None:
        """A row in the log."""
        note = "Người ký báo không yêu cầu ký. Yêu cầu ký mới của người này bị chặn cho đến khi được gỡ."
        self._note(session, house, transaction, by, note)

    def _note(
        self, session: Session, house: House, transaction: SigningTransaction, by: Caller | None, note: str
    ) -> None:
        row = session.get_one(Registration, transaction.subject_id)
        stage = Stage(row.stage)
        still = Step(stage, (), "R6")
        add_log(session, house, row, Move.SIGN_FAILED, stage, still, house.clock.now(), by, SYSTEM, note)

    def changed(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """Nobody is knocked for: the waiting screen of a registration has no log-in and asks by itself."""


def money_of(row: Registration) -> str:
    """What stands in place of money fields."""
    return f"{row.code}|{row.content_version}"


def codes_on_paper(row: Registration) -> dict[str, str | None]:
    """What must be read back from a declaration."""
    return {"dossier_code": row.code, "budget_relation_code": row.budget_relation_code}


def submit_signed(
    session: Session, house: House, row: Registration, signed: Sequence[tuple[str, str]], signer_name: str
) -> None:
    """R7 in the caller's commit: ``signed`` is (id of the document that was seen, SHA-256 of its signed file)."""
    now = house.clock.now()
    for document_id, sha256 in signed:
        seen = session.get_one(RegistrationDocument, document_id)
        session.add(
            RegistrationDocument(
                id=house.chance.uuid(),
                registration_id=row.id,
                content_version=row.content_version,
                position=seen.position,
                form_code=seen.form_code,
                filename=seen.filename,
                revision=BY_UNIT,
                sha256=sha256,
                pages=seen.pages,
                created_at=now,
            )
        )
    changes = {"submitted_at": now, "due_at": _due_at(session, now)}
    move(session, house, row, Move.SIGNED, actor_name=signer_name, changes=changes)
    enqueue_letters(session, house, row, RegistrationLetter.SENT)


def _due_at(session: Session, now: datetime) -> datetime:
    last_day = deadline(now, DAYS_ALLOWED, holidays(session))
    assert last_day is not None  # nothing pauses it yet
    return datetime.combine(last_day, CUT_OFF, VIETNAM)


def newest_signing(session: Session, row: Registration) -> SigningTransaction | None:
    """The last request over the present content."""
    return session.scalars(
        select(SigningTransaction)
        .where(
            SigningTransaction.subject_kind == KIND,
            SigningTransaction.subject_id == row.id,
            SigningTransaction.subject_version == row.content_version,
        )
        .order_by(SigningTransaction.created_at.desc())
        .limit(1)
    ).one_or_none()
