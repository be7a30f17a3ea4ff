"""What a signing transaction needs from the thing it signs. The machine knows documents and digests, not vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from backend.domain.signing import SignStatus
from backend.models import SigningDocument, SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House

ENDING_NOTE = {
    SignStatus.REJECTED.value: "người ký từ chối trên ứng dụng",
    SignStatus.EXPIRED.value: "hết thời gian xác nhận",
    SignStatus.FAILED.value: "nhà cung cấp báo lỗi hoặc chữ ký không hợp lệ",
    SignStatus.CANCELLED.value: "yêu cầu ký bị hủy",
    SignStatus.ORPHAN.value: "người ký không còn quyền ký",
}
"""What the log says after "Ký số không thành công", by the status a request ended with."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """One document of a transaction, finished."""

    row: SigningDocument
    sha256: str
    """Of the signed file, in the blob store."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the rows say of one document now."""

    money: str
    """Its money fields, written as ``SigningDocument.money``."""
    on_paper: Mapping[str, str | None]
    """What must be read back from the file, by name, without white space; None is never found."""


def difference(house: House, pdf: bytes, on_paper: Mapping[str, str | None]) -> str | None:
    """The first name under which another value, or none, is read back from the file."""
    found = house.checker.amounts(pdf)
    return next((name for name, value in on_paper.items() if "".join(found.get(name, "").split()) != value), None)


class Subject(Protocol):
    """A kind of thing that can be signed."""

    def why_not(self, session: Session, house: House, transaction: SigningTransaction) -> str | None:
        """A short reason when the person has lost the authority to sign since the start; None when all is well."""
        ...

    def stated(self, session: Session, document: SigningDocument) -> Stated:
        """What the document must say, as the rows hold it now and not as they did at the start."""
        ...

    def hold(self, session: Session, transactions: Sequence[SigningTransaction]) -> None:
        """Take the locks that moving all of these will need, in one order for everybody: two batches never wait for
        each other.
        """
        ...

    def settle(
        self, session: Session, house: House, transaction: SigningTransaction, files: Sequence[SignedFile]
    ) -> None:
        """Move the thing on, in the caller's commit."""
        ...

    def release(self, session: Session, house: House, transaction: SigningTransaction, note: str) -> None:
        """Give the pen back to the person after an ending without signature, in the caller's commit."""
        ...

    def late(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """Tell people that a signature came after the end, in the caller's commit."""
        ...

    def alarm(self, session: Session, house: House, transaction: SigningTransaction, by: Caller) -> None:
        """Tell the unit that ``by`` never asked for this, in the caller's commit."""
        ...

    def changed(self, session: Session, house: House, transaction: SigningTransaction) -> None:
        """Knock for everybody who watches this transaction."""
        ...


Subjects = Mapping[str, Subject]
