"""The list of a batch: every dossier checked as if it were signed alone, and what the person confirms as one.

Nothing rests between showing the list and confirming it. Both times it is made from the rows, and its digest covers
everything that was shown and everything that will be signed: another dossier, order, amount, file, account, approver or
certificate gives another digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from backend.domain.errors import (
    CertificateMissing,
    FieldProblem,
    Invalid,
    NotAllowedNow,
    NotFound,
    NotOpened,
    NotYours,
    RuleError,
    SignatureRefused,
    StaleVersion,
    TooManyDocuments,
)
from backend.models import Certificate, Dossier, Opened
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.people import active_certificate
from backend.services.sign.prepare import check_certificate
from backend.services.sign.start import STEP_NAME, Checked, check_to_sign, refuse_flood


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dossier as the person saw it."""

    dossier_id: str
    expected_version: int
    seen_digests: tuple[str, ...]
    next_approver_id: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A dossier that cannot be in the list, and why."""

    dossier_id: str
    dossier_code: str | None
    """None when the dossier does not exist for this person."""
    error: RuleError


@dataclass(frozen=True, slots=True)
class BatchList:
    """What can be confirmed now."""

    certificate: Certificate
    max_batch: int
    """Documents the CA takes in one approval."""
    items: tuple[Checked, ...]
    refused: tuple[Refused, ...]

    @property
    def total_amount(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def largest(self) -> Checked:
        return max(self.items, key=lambda item: item.amount)

    def frozen(self) -> dict[str, object]:
        """Everything that was shown and will be signed, as plain JSON values; kept with the batch."""
        return {
            "certificate": self.certificate.fingerprint,
            "items": [_frozen(item) for item in self.items],
            "user_id": self.certificate.user_id,
        }

    def digest(self) -> str:
        """SHA-256 over ``frozen``, hexadecimal."""
        text = json.dumps(self.frozen(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def chunks(self) -> Iterator[list[int]]:
        """Places in ``items`` that share one prompt; whole dossiers, in order, as many as the CA takes."""
        chunk: list[int] = []
        documents = 0
        for place, item in enumerate(self.items):
            if chunk and documents + len(item.sources) > self.max_batch:
                yield chunk
                chunk, documents = [], 0
            chunk.append(place)
            documents += len(item.sources)
        if chunk:
            yield chunk


def _frozen(item: Checked) -> dict[str, object]:
    documents = [{"id": each.document_id, "money": each.money, "sha256": each.sha256} for each in item.sources]
    return {
        "amount": item.amount,
        "content_version": item.content_version,
        "documents": documents,
        "dossier_code": item.dossier_code,
        "dossier_id": item.dossier_id,
        "next_approver_id": item.next_approver_id,
        "step": STEP_NAME[item.step],
        "version": item.version,
    }


def check_list(session: Session, house: House, caller: Caller, wanted: Sequence[Wanted]) -> BatchList:
    """The list from the rows as they are. Raises Invalid, CertificateMissing, CertificateExpired, TooManyRequests."""
    _refuse_doubles(wanted)
    certificate = active_certificate(session, caller.user_id)
    if certificate is None or certificate.provider not in house.providers:
        raise CertificateMissing(caller.user_id)
    check_certificate(house, certificate, house.clock.now())
    refuse_flood(session, house, caller.user_id)
    most = house.providers[certificate.provider].descriptor.max_batch
    items, refused = [], []
    for each in wanted:
        try:
            items.append(_checked(session, house, caller, each, most))
        except (NotFound, NotYours, StaleVersion, NotAllowedNow, SignatureRefused) as error:
            refused.append(Refused(each.dossier_id, _code_of(session, each, error), error))
    return BatchList(certificate, most, tuple(items), tuple(refused))


def _refuse_doubles(wanted: Sequence[Wanted]) -> None:
    known: set[str] = set()
    problems = []
    for place, each in enumerate(wanted):
        if each.dossier_id in known:
            problems.append(FieldProblem(f"items.{place}.dossier_id", "Hồ sơ này đã có trong danh sách."))
        known.add(each.dossier_id)
    if problems:
        raise Invalid(problems)


def _checked(session: Session, house: House, caller: Caller, wanted: Wanted, most: int) -> Checked:
    checked = check_to_sign(
        session,
        house,
        caller,
        wanted.dossier_id,
        wanted.expected_version,
        wanted.seen_digests,
        wanted.next_approver_id,
    )
    opened = session.get(Opened, (caller.user_id, checked.dossier_id))
    if opened is None or opened.content_version != checked.content_version:
        raise NotOpened(checked.dossier_id)
    if len(checked.sources) > most:
        raise TooManyDocuments(checked.dossier_id)
    return checked


def _code_of(session: Session, wanted: Wanted, error: RuleError) -> str | None:
    return None if isinstance(error, NotFound) else session.get_one(Dossier, wanted.dossier_id).code


def batch_list(session: Session, house: House, caller: Caller, wanted: Sequence[Wanted]) -> dict[str, object]:
    """The list in the shape of the wire; what was refused is named and not in it."""
    found = check_list(session, house, caller, wanted)
    descriptor = house.providers[found.certificate.provider].descriptor
    return {
        "list_digest": found.digest() if found.items else None,
        "count": len(found.items),
        "documents": sum(len(item.sources) for item in found.items),
        "total_amount": found.total_amount,
        "largest": _line(found.largest) if found.items else None,
        "prompts": sum(1 for _ in found.chunks()),
        "provider_name": descriptor.name,
        "app_name": descriptor.app_name,
        "needs_password": descriptor.needs_password,
        "items": [_line(item) for item in found.items],
        "refused": refused_view(found.refused),
    }


def _line(item: Checked) -> dict[str, object]:
    return {
        "dossier_id": item.dossier_id,
        "dossier_code": item.dossier_code,
        "voucher_no": item.voucher_no,
        "payee_name": item.payee_name,
        "amount": item.amount,
        "documents": len(item.sources),
        "next_approver_id": item.next_approver_id,
    }


def refused_view(refused: Sequence[Refused]) -> list[dict[str, object]]:
    """Each refused dossier with its reason by code; the sentences live at the edge."""
    return [
        {
            "dossier_id": each.dossier_id,
            "dossier_code": each.dossier_code,
            "code": each.error.code,
            "facts": each.error.facts,
        }
        for each in refused
    ]
