"""What a settled, failed or late signature means for a payment dossier: the ``Subject`` of the signing machine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from backend.domain.errors import NotAllowedNow, StaleVersion
from backend.domain.events import EventType
from backend.domain.money import format_vnd
from backend.domain.people import Side
from backend.domain.voucher import Action, Status
from backend.models import (
    Certificate,
    Document,
    Dossier,
    SigningBlock,
    SigningDocument,
    SigningTransaction,
    User,
    Voucher,
)
from backend.services.caller import Caller
from backend.services.events import notify
from backend.services.house import House
from backend.services.people import why_not
from backend.services.route import add_log, move
from backend.services.sign.comparison import money_fields
from backend.services.sign.subject import ENDING_NOTE, SignedFile, Stated

_SIDE = {"chief_accountant": Side.SECOND_SIGNATURE, "account_holder": Side.FIRST_SIGNATURE}
_REVISION = {
    ("chief_accountant", "form"): "second_signature",
    ("account_holder", "second_signature"): "both_signatures",
    ("account_holder", "form"): "first_signature",
}
"""What the file is called once it was signed at this step, by what it was called before."""

SIGNED_BY_ALL = ("both_signatures", "first_signature")
"""Files that carry every signature of their unit and go to the Treasury."""


_PAID_BY = (
    select(Voucher, Dossier.code)
    .join(Document, Document.voucher_id == Voucher.id)
    .join(Dossier, Dossier.id == Document.dossier_id)
    .where(Document.id == bindparam("document_id"))
)
"""Built once: it is asked for every file of a list."""


class PaymentSubject:
    """Payment dossiers, as the signing machine sees them."""

    def why_not(self, session: Session, house: House, transaction: SigningTransaction) -> str | None:
        """Authority again at settling: a grant may have ended, a person left, the unit switched its certificates."""
        if session.scalars(select(SigningBlock.id).where(SigningBlock.signing_id == transaction.id)).first():
            return "not_requested"
        if not session.get_one(Certificate, transaction.certificate_id).active:
            return "certificate_switched"
        dossier = session.get_one(Dossier, transaction.subject_id)
        refused = why_not(session, dossier, transaction.user_id, _SIDE[transaction.step], house.clock.now())
        return refused.reason.value if refused else None

    def stated(self, session: Session, document: SigningDocument) -> Stated:
        """Amount and payee's account of the voucher; with its dossier's code they stand on the paper."""
        voucher, code = session.execute(_PAID_BY, {"document_id": document.document_id}).one()
        on_paper: dict[str, str | None] = {
            "amount": format_vnd(voucher.amount),
            "payee_account": payee_account(voucher),
            "dossier_code": code,
        }
        return Stated(money_of(voucher), on_paper)

    def hold(self, session: Session, transactions: Sequence[SigningTransaction]) -> None:
        """Dossiers by id; one alone needs no order."""
        ids = [each.subject_id for each in transactions]
        if len(ids) > 1:
            hold_dossiers(session, ids)

    def settle(
        self, session: Session, house: House, transaction: SigningTransaction, files: Sequence[SignedFile]
    ) -> None:
        """The dossier moves on with its signed files; after the last signature it goes to the Treasury, once."""
        dossier = self._frozen_dossier(session, transaction)
        for file in files:
            session.add(self._revision(session, house, transaction, file))
        approver = session.get(User, transaction.next_approver_id) if transaction.next_approver_id else None
        move(
            session,
            house,
            dossier,
            Action.SIGNED,
            None,
            name=approver.full_name if approver else "",
            signing_id=transaction.id,
        )
        if Status(dossier.status) is Status.SUBMITTED:
            key = f"{dossier.id}:{'+'.join(file.sha256 for file in files)}"
            house.dispatch.enqueue(
                session, "treasury.deliver", key[:120], {"dossier_id": dossier.id, "version": dossier.content_version}
            )

    def _frozen_dossier(self, session: Session, transaction: SigningTransaction) -> Dossier:
        dossier = session.get_one(Dossier, transaction.subject_id, options=[joinedload(Dossier.unit)])
        if dossier.content_version != transaction.subject_version:
            raise StaleVersion(dossier.id)
        signing = (
            Status.SIGNING_CHIEF_ACCOUNTANT if transaction.step == "chief_accountant" else Status.SIGNING_ACCOUNT_HOLDER
        )
        if Status(dossier.status) is not signing:
            raise NotAllowedNow(dossier.id)
        return dossier

    def _revision(self, session: Session, house: House, transaction: SigningTransaction, file: SignedFile) -> Document:
        seen = session.get_one(Document, file.row.document_id)
        return Document(
            id=house.chance.uuid(),
            dossier_id=seen.dossier_id,
            voucher_id=seen.voucher_id,
            content_version=seen.content_version,
            revision=_REVISION[transaction.step, seen.revision],
            sha256=file.sha256,
            pages=seen.pages,
            filename=seen.filename,
            created_at=house.clock.now(),
        )

    def release(self, session: Session, house: House, transaction: SigningTransaction, note: str) -> None:
        """The pen goes back to the person who was signing."""
        dossier = self._frozen_dossier(session, transaction)
        move(
            session,
            house,
            dossier,
            Action.SIGN_FAILED,
            None,
            reason=ENDING_NOTE.get(note, note),
            signing_id=transaction.id,
        )

    def late(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """A row in the log that everybody of the dossier sees."""
        dossier = session.get_one(Dossier, transaction.subject_id)
        status = Status(dossier.status)
        note = "Chữ ký đến sau khi yêu cầu đã đóng và không được dùng."
        add_log(
            session, house, dossier, Action.SIGN_FAILED, None, status, status, note, transaction.id, house.clock.now()
        )
        people = [dossier.maker_id, dossier.chief_id, dossier.holder_id]
        notify(session, house.clock.now(), people, EventType.DOSSIER_CHANGED, dossier.id)

    def alarm(self, session: Session, house: House, transaction: SigningTransaction, by: Caller) -> None:
        """A row in the log, and a notice for everybody of the unit: whose log-in it was may not be the only one."""
        now, dossier = house.clock.now(), session.get_one(Dossier, transaction.subject_id)
        status = Status(dossier.status)
        note = "Người ký báo không yêu cầu ký. Yêu cầu ký mới của người này bị chặn cho đến khi được gỡ."
        add_log(session, house, dossier, Action.SIGN_FAILED, by, status, status, note, transaction.id, now)
        unit = session.scalars(select(User.id).where(User.unit_id == dossier.unit_id, User.active)).all()
        notify(session, now, unit, EventType.SIGNING_ALARM, dossier.id)

    def changed(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """The waiting screens re-read: the dossier's own, and the batch's where there is one."""
        now, signer = house.clock.now(), [transaction.user_id]
        notify(session, now, signer, EventType.SIGNING_CHANGED, transaction.id)
        if transaction.batch_id is not None:
            notify(session, now, signer, EventType.BATCH_CHANGED, transaction.batch_id)


def payee_account(voucher: Voucher) -> str:
    """Where the money goes, empty for cash."""
    payee = voucher.content.get("payee") or {}
    return str(payee.get("payee_account") or "")


def money_of(voucher: Voucher) -> str:
    """The money fields of a voucher."""
    return money_fields(voucher.amount, payee_account(voucher))


def hold_dossiers(session: Session, dossier_ids: Sequence[str]) -> None:
    """Row locks in the order of ids; who will be told is locked in order with the commit (``write_events``)."""
    these = select(Dossier.id).where(Dossier.id.in_(dossier_ids))
    session.execute(these.order_by(Dossier.id).with_for_update(key_share=True)).all()


def signed_documents(session: Session, dossier: Dossier) -> Sequence[Document]:
    """The files with every signature in the present content version, in voucher order."""
    return session.scalars(
        select(Document)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .where(
            Document.dossier_id == dossier.id,
            Document.content_version == dossier.content_version,
            Document.revision.in_(SIGNED_BY_ALL),
            Document.void.is_(False),
        )
        .order_by(Voucher.position)
    ).all()
