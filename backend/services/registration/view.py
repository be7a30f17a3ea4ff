"""A registration dossier as the screens see it: what was declared, what to mend, files, log, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem
from backend.domain.registration import EDITABLE, STAGE_LABEL, Mover, Stage, moves_of, next_stage
from backend.domain.registration_content import RegistrationContent, left_out
from backend.domain.units import UnitKind
from backend.models import Registration, RegistrationDocument, RegistrationLog, TreasuryOffice
from backend.services.house import House
from backend.services.registration.appointment import appointment_view
from backend.services.registration.change_rules import open_signings
from backend.services.registration.desk import problems_by_step
from backend.services.registration.difference import difference_of
from backend.services.registration.registry import without_projects

_HIDDEN = ("der", "chain")
"""Of a certificate: bytes no screen needs."""


def registration_view(session: Session, house: House, row: Registration) -> dict[str, object]:
    """The wire shape for whoever holds the link, and for a member of the unit in a change."""
    stage = Stage(row.stage)
    office = session.get(TreasuryOffice, row.treasury_code) if row.treasury_code else None
    return {
        "id": row.id,
        "kind": row.kind,
        "code": row.code,
        "stage": row.stage,
        "stage_label": STAGE_LABEL[stage],
        "version": row.version,
        "content": shown_content(row.content),
        "difference": difference_of(session, house, row),
        "appointment": appointment_view(row),
        "open_signings": open_signings(session, row),
        "problems": _problems(session, house, row) if stage in EDITABLE | {Stage.AWAITING_APPROVAL} else [],
        "left_out": list(left_out(RegistrationContent.from_mapping(row.content), without_projects(session, house))),
        "treasury": {"code": office.code, "name": office.name} if office else None,
        "documents": [document_view(document) for document in documents_of(session, row)],
        "log": log_of(session, row),
        "actions": [move.value for move in moves_of(stage) if Mover.REGISTRANT in next_stage(stage, move).by],
        "signer_id": row.signer_id,
        "due_at": row.due_at,
        "updated_at": row.updated_at,
        "link_expires_at": row.link_expires_at if row.link_hash else None,
    }


def shown_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Every part present, what was declared before there were kinds of units as the kind it was; certificates without
    their bytes.
    """
    return {
        "unit": {"unit_kind": UnitKind.BUDGET_UNIT.value, **(content.get("unit") or {})},
        "services": content.get("services") or [],
        "ledgers": content.get("ledgers") or [],
        "relations": content.get("relations") or [],
        "accounts": content.get("accounts") or [],
        "members": [_member(member) for member in content.get("members") or []],
        "terminate": bool(content.get("terminate")),
    }


def _member(member: Mapping[str, Any]) -> dict[str, Any]:
    certificate = member.get("certificate")
    if not certificate:
        return {**member, "certificate": None}
    shown = {name: value for name, value in certificate.items() if name not in _HIDDEN}
    return {**member, "certificate": {"mismatch": "", **shown}}


def _problems(session: Session, house: House, row: Registration) -> list[dict[str, object]]:
    return [
        {"step": step, "path": problem.path, "sentence": problem.sentence}
        for step, problems in problems_by_step(session, house, row).items()
        for problem in _each_once(problems)
    ]


def _each_once(problems: Sequence[FieldProblem]) -> list[FieldProblem]:
    return list({(problem.path, problem.sentence): problem for problem in problems}.values())


def documents_of(session: Session, row: Registration) -> list[RegistrationDocument]:
    """The newest revision of each declaration of the present content, the mobile one first."""
    return list({document.filename: document for document in revisions_of(session, row)}.values())


def revisions_of(session: Session, row: Registration) -> Sequence[RegistrationDocument]:
    """Every revision of the declarations of the present content, those of one after another, the oldest first."""
    return session.scalars(
        select(RegistrationDocument)
        .where(
            RegistrationDocument.registration_id == row.id,
            RegistrationDocument.content_version == row.content_version,
            RegistrationDocument.void.is_(False),
        )
        .order_by(RegistrationDocument.position, RegistrationDocument.created_at)
    ).all()


def document_view(document: RegistrationDocument) -> dict[str, object]:
    """One declaration."""
    return {
        "id": document.id,
        "filename": document.filename,
        "revision": document.revision,
        "sha256": document.sha256,
        "pages": document.pages,
    }


def log_of(session: Session, row: Registration) -> list[dict[str, object]]:
    """Nhật ký hồ sơ, newest first."""
    rows = session.scalars(
        select(RegistrationLog).where(RegistrationLog.registration_id == row.id).order_by(RegistrationLog.seq.desc())
    ).all()
    return [
        {
            "seq": entry.seq,
            "at": entry.at,
            "stage_label": STAGE_LABEL[Stage(entry.to_stage)],
            "note": entry.note,
            "actor_name": entry.actor_name,
        }
        for entry in rows
    ]
