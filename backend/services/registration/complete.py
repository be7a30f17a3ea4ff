"""The second "Lưu" (R3): nothing left to mend, both declarations made and frozen with this content; and R10.

Files are typeset between a reading and a writing session, because no commit may wait for the typesetter; the version
that was read is compared when they are written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.domain.errors import Invalid, StaleVersion
from backend.domain.letters import RegistrationLetter
from backend.domain.registration import Move, Stage, next_stage
from backend.models import Registration, RegistrationDocument
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.appointment import named_in_log
from backend.services.registration.declarations import form_of, papers
from backend.services.registration.desk import problems_by_step, void_documents
from backend.services.registration.links import link_end
from backend.services.registration.route import move

UNSIGNED, BY_UNIT, BY_TREASURY = "declaration", "unit_signature", "treasury_signature"
"""Revisions of a declaration."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One declaration in the blob store."""

    form_code: str
    filename: str
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class Completed:
    """What ``complete`` writes down."""

    version: int
    files: Sequence[MadeFile]


def prepare_completion(house: House, registration_id: str, expected_version: int) -> Completed:
    """Check everything and make the files. Raises Invalid with every field, StaleVersion, NotAllowedNow."""
    with house.read() as session:
        row = session.get_one(Registration, registration_id)
        if row.version != expected_version:
            raise StaleVersion(row.id)
        next_stage(Stage(row.stage), Move.COMPLETE)
        wrong = [problem for problems in problems_by_step(session, house, row).values() for problem in problems]
        if wrong:
            raise Invalid(list(dict.fromkeys(wrong)))
        printed = papers(session, house, row)
    return Completed(expected_version, [_made(house, form_code, paper) for form_code, paper in printed])


def _made(house: House, form_code: str, paper: Mapping[str, object]) -> MadeFile:
    pdf = house.forms.render(form_code, paper)
    return MadeFile(form_code, form_of(house, form_code).filename, house.blobs.put(pdf), house.pages.count(pdf))


def complete(session: Session, house: House, row: Registration, made: Completed, *, by: Caller | None = None) -> None:
    """Freeze the declarations with the content, in the caller's commit. Raises StaleVersion."""
    now = house.clock.now()
    changes = {"link_expires_at": link_end(house), "signer_id": None}
    version, attached = made.version, named_in_log(row)
    move(session, house, row, Move.COMPLETE, expected_version=version, by=by, reason=attached, changes=changes)
    for position, file in enumerate(made.files):
        session.add(
            RegistrationDocument(
                id=house.chance.uuid(),
                registration_id=row.id,
                content_version=row.content_version,
                position=position,
                form_code=file.form_code,
                filename=file.filename,
                revision=UNSIGNED,
                sha256=file.sha256,
                pages=file.pages,
                created_at=now,
            )
        )
    session.flush()
    enqueue_letters(session, house, row, RegistrationLetter.SIGN)


def reopen(
    session: Session, house: House, row: Registration, expected_version: int, *, by: Caller | None = None
) -> None:
    """The unit takes up what the Treasury sent back (R10): signatures and files belong to the former content."""
    changes = {
        "content_version": row.content_version + 1,
        "link_expires_at": link_end(house),
        "signer_id": None,
        "submitted_at": None,
        "due_at": None,
    }
    move(session, house, row, Move.REOPEN, expected_version=expected_version, by=by, changes=changes)
    void_documents(session, row)
