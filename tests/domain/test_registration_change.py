"""When a change may not go on, beyond what every declaration must be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.people import ServiceTitle
from backend.domain.registration_change import (
    InForce,
    completion_problems,
    member_change_problems,
    new_holders,
    open_signings_problem,
    unit_change_problems,
)
from backend.domain.registration_content import AttachedFile, MemberPart, RegistrationContent

from .test_registration_difference import CONTENT, on_tokens

TOKENS = on_tokens(CONTENT)


def in_force(content: RegistrationContent, *, signing: int = 0, other: tuple[str, ...] = ()) -> InForce:
    return InForce(content, other, signing)


def _without_mark(member: MemberPart) -> MemberPart:
    return replace(member, certificate=None)


def told(now: InForce, content: RegistrationContent) -> list[str]:
    return [problem.sentence for problem in completion_problems(now, content)]


def test_a_whole_switch_goes_on_in_either_direction() -> None:
    assert told(in_force(TOKENS), CONTENT) == []
    assert told(in_force(CONTENT), TOKENS) == []


@pytest.mark.parametrize("change", ["no certificate", "the old form", "the old certificate"])
def test_a_switch_that_leaves_somebody_behind_names_them(change: str) -> None:
    chief, old = CONTENT.members[1], TOKENS.members[1]
    left = {
        "no certificate": _without_mark(chief),
        "the old form": old,
        "the old certificate": replace(chief, certificate=old.certificate),
    }[change]

    (sentence,) = told(in_force(TOKENS), replace(CONTENT, members=(CONTENT.members[0], left, CONTENT.members[2])))

    assert sentence.endswith("mọi người ký cần có chứng thư số từ xa. Còn thiếu: Phạm Văn Đạt (Kế toán trưởng).")


def test_switching_back_wants_certificates_on_tokens() -> None:
    back = replace(TOKENS, members=(*TOKENS.members[:2], _without_mark(TOKENS.members[2])))

    (sentence,) = told(in_force(CONTENT), back)

    assert "mọi người ký cần có chứng thư số token. Còn thiếu: Nguyễn Thị Hà (Chủ tài khoản)." in sentence


def test_a_holder_of_a_cipher_committee_certificate_keeps_the_whole_unit_on_tokens() -> None:
    now = replace(in_force(TOKENS), on_official_duty=(TOKENS.members[2].id,))
    switched = replace(CONTENT, members=(*CONTENT.members[:2], _without_mark(CONTENT.members[2])))

    (sentence,) = told(now, switched)

    assert "Nguyễn Thị Hà dùng chứng thư số do Ban Cơ yếu Chính phủ cấp" in sentence
    assert "cả đơn vị giữ hình thức USB token" in sentence
    assert told(now, CONTENT) == []


def test_only_a_switch_waits_for_those_who_sign() -> None:
    sentence = "Còn 3 chứng từ đang chờ ký. Hãy hoàn tất hoặc hủy trước khi đổi hình thức ký."
    other = replace(CONTENT, services=())

    assert told(in_force(TOKENS, signing=3), CONTENT) == [sentence]
    assert told(in_force(CONTENT, signing=3), other) == []
    assert open_signings_problem(TOKENS, CONTENT, 0) is None


def test_a_unit_without_a_form_yet_switches_nothing() -> None:
    nobody = replace(CONTENT, members=CONTENT.members[:1])

    (sentence,) = told(in_force(nobody, signing=3), CONTENT)

    assert "quyết định bổ nhiệm" in sentence


def test_whoever_becomes_account_holder_was_appointed_by_an_attached_decision() -> None:
    holder = CONTENT.members[2]
    deputy = replace(holder, id="m4", permissions=(ServiceTitle.DELEGATED_ACCOUNT_HOLDER,))
    raised = replace(CONTENT, members=(*CONTENT.members[:2], replace(deputy, permissions=holder.permissions)))
    before = in_force(replace(CONTENT, members=(*CONTENT.members, deputy)))

    assert new_holders(before.content, raised) == {"m4"}
    (sentence,) = told(before, raised)
    assert sentence.startswith("Hồ sơ thay Chủ tài khoản. Đính kèm quyết định bổ nhiệm")
    attached = replace(raised, appointment=AttachedFile("0" * 64, 9, 1))
    assert told(before, attached) == []
    # A file alone changes nothing.
    alone = replace(CONTENT, appointment=attached.appointment)
    assert told(in_force(CONTENT), alone) == ["Hồ sơ chưa có thay đổi nào. Sửa thông tin cần đổi rồi lưu."]


def test_nothing_changed_is_no_change_and_a_termination_is_nothing_else() -> None:
    stops = replace(CONTENT, terminate=True)

    assert told(in_force(CONTENT), CONTENT) == ["Hồ sơ chưa có thay đổi nào. Sửa thông tin cần đổi rồi lưu."]
    assert told(in_force(CONTENT), stops) == []
    (sentence,) = told(in_force(CONTENT), replace(stops, services=()))
    assert "không kèm thay đổi khác" in sentence


def test_the_code_of_the_unit_stays() -> None:
    moved = replace(CONTENT, unit=replace(CONTENT.unit, budget_relation_code="1990008"))

    assert [problem.path for problem in unit_change_problems(in_force(CONTENT), moved)] == ["unit.budget_relation_code"]
    assert list(unit_change_problems(in_force(CONTENT), CONTENT)) == []


@pytest.mark.parametrize(
    ("name", "other"), [("Nguyễn Thị Hà", ("m3",)), ("Nguyễn Thị Hạ", ("m3",)), ("Bùi Thị Hà", ())]
)
def test_a_name_or_a_number_may_be_corrected(name: str, other: tuple[str, ...]) -> None:
    members = (*CONTENT.members[:2], replace(CONTENT.members[2], full_name=name))

    assert list(member_change_problems(in_force(CONTENT, other=other), replace(CONTENT, members=members))) == []


def test_another_name_with_another_number_is_another_person() -> None:
    members = (*CONTENT.members[:2], replace(CONTENT.members[2], full_name="Trần Văn Mới"))

    (problem,) = member_change_problems(in_force(CONTENT, other=("m3",)), replace(CONTENT, members=members))

    assert problem.path == "members.2.full_name"
