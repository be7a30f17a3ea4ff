"""The member of a registration whose certificate is at stake, and what must hold before any CA or file is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from backend.domain.certificates import CertificateFacts, NotAccepted, why_not_accepted
from backend.domain.errors import FieldProblem, Invalid, NotFound
from backend.domain.registration import FINAL, Move, Stage, next_stage
from backend.domain.registration_content import MemberPart, RegistrationContent, SigningForm
from backend.models import Registration
from backend.services.house import House
from backend.services.people import identity_key
from backend.services.registration.certificates_now import (
    active_holders,
    held_by_another,
    renews_official_duty,
)

_OTHER_FORM = {
    SigningForm.REMOTE: "Thành viên này không đăng ký chứng thư số từ xa. Chọn lại hình thức đăng ký chữ ký số.",
    SigningForm.USB_TOKEN: "Thành viên này không đăng ký chứng thư số token. Chọn lại hình thức đăng ký chữ ký số.",
}


@dataclass(frozen=True, slots=True)
class Signer:
    """A member who signs, by place in the content."""

    registration_id: str
    index: int
    member: MemberPart

    @property
    def path(self) -> str:
        return f"members.{self.index}"


def member_of(row: Registration, member_id: str) -> Signer:
    """Raises NotFound, also for a person that was never saved."""
    for index, member in enumerate(RegistrationContent.from_mapping(row.content).members):
        if member.id == member_id:
            return Signer(row.id, index, member)
    raise NotFound()


def signer_for(row: Registration, member_id: str, form: SigningForm) -> Signer:
    """The member, who signs by ``form`` as the whole unit does. Raises NotFound, NotAllowedNow, Invalid."""
    next_stage(Stage(row.stage), Move.EDIT)
    signer = member_of(row, member_id)
    if not signer.member.signs:
        sentence = "Thành viên chỉ giữ quyền Nhân viên không cần chứng thư số."
        raise Invalid([FieldProblem(f"{signer.path}.certificate", sentence)])
    if signer.member.signing_form is not form:
        raise Invalid([FieldProblem(f"{signer.path}.signing_form", _OTHER_FORM[form])])
    members = RegistrationContent.from_mapping(row.content).members
    if any(each.signs and each.signing_form not in (None, form) for each in members):
        sentence = "Cả đơn vị chỉ dùng một hình thức chữ ký số. Chọn cùng một hình thức cho mọi người ký."
        raise Invalid([FieldProblem("members", sentence)])
    return signer


def judged(session: Session, house: House, signer: Signer, facts: CertificateFacts) -> NotAccepted | None:
    """The seven checks for this member, now."""
    member, row = signer.member, session.get_one(Registration, signer.registration_id)
    by_token = member.signing_form is SigningForm.USB_TOKEN
    return why_not_accepted(
        facts,
        full_name=member.full_name,
        id_number=member.id_number,
        at=house.clock.now(),
        used_by_others=_used_by_others(session, house, signer, facts.fingerprint),
        warns=house.policy.warns_of_mismatch,
        renews_official_duty=by_token and renews_official_duty(house, row, member, facts),
    )


def _used_by_others(session: Session, house: House, signer: Signer, fingerprint: str) -> frozenset[str]:
    """The fingerprint, when somebody of another identity has it: a member of any unit, or of any open registration."""
    key = identity_key(house, signer.member.id_number)
    holders = active_holders(session, {fingerprint}).get(fingerprint, [])
    if held_by_another(house, signer.member, holders):
        return frozenset({fingerprint})
    # The fingerprint is 64 hexadecimal digits: what holds it as text is read, and then looked at exactly.
    declared = select(Registration.content).where(
        Registration.stage.not_in([stage.value for stage in FINAL]),
        cast(Registration.content, String).contains(fingerprint),
    )
    for content in session.scalars(declared):
        for other in RegistrationContent.from_mapping(content).members:
            has_it = other.certificate is not None and other.certificate.fingerprint == fingerprint
            if has_it and identity_key(house, other.id_number) != key:
                return frozenset({fingerprint})
    return frozenset()
