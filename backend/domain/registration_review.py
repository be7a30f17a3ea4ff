"""What a Treasury office does with a registration: what the officer must have looked at, and who may do what.

Follows Nghị định 11/2020/NĐ-CP art. 12 and 15 and the four-eyes rule of the route: whoever checks never approves. Does
not: judge signatures, or know other offices (the use case fetches nothing of theirs).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from backend.domain.people import ServiceTitle
from backend.domain.registration import MOST_RETURNS, Move, Mover, Stage, moves_of, next_stage
from backend.domain.registration_content import MemberPart
from backend.domain.signing import Verdict

AT_OFFICE = (Stage.SUBMITTED, Stage.UNDER_REVIEW, Stage.CHECKED)
"""Waiting for the office to do something: its work list."""

SEEN_BY_OFFICE = (*AT_OFFICE, Stage.RETURNED, Stage.APPROVED, Stage.REJECTED)
"""What the office may read. A dossier the unit works on again is the unit's alone."""

CHECK_LIST: Mapping[str, str] = {
    "unit": "Tên, loại đơn vị và mã ĐVQHNS đúng với danh mục và chưa sử dụng dịch vụ",
    "accounts": "Các tài khoản đã mở tại Kho bạc này, đúng mã cấp ngân sách và mã CTMT",
    "appointments": "Chức danh đúng quyết định bổ nhiệm; ủy quyền có văn bản và thời hạn",
    "identities": "Họ tên, giấy tờ tùy thân và chứng thư số của từng thành viên khớp nhau",
}
"""What an officer confirms with own eyes before proposing; the signatures are judged by the house."""


def missing_checks(ticked: Collection[str]) -> list[str]:
    """Names of the list that are not ticked, in order."""
    return [name for name in CHECK_LIST if name not in ticked]


def mover_of(title: ServiceTitle) -> Mover | None:
    """The part of the route a title of the Treasury plays."""
    return {ServiceTitle.TREASURY_OFFICER: Mover.OFFICER, ServiceTitle.TREASURY_APPROVER: Mover.APPROVER}.get(title)


def moves_for(stage: Stage, title: ServiceTitle, *, returns: int) -> list[Move]:
    """What the stage offers to a title of the Treasury."""
    offered = [move for move in moves_of(stage) if mover_of(title) in next_stage(stage, move).by]
    return [move for move in offered if not (move is Move.RETURN and returns >= MOST_RETURNS)]


def rights_beyond(member: MemberPart, certificate_ends: date) -> str:
    """What to know of rights that name a last day after the certificate's; empty of none. No reason to refuse. A right
    without an end is the usual one and tells nothing.
    """
    ends = [grant.end_date for grant in member.grants if grant.end_date and grant.end_date > certificate_ends]
    if not ends:
        return ""
    return (
        f"Quyền có giá trị đến {max(ends):%d/%m/%Y}, nhưng chứng thư số hết hạn {certificate_ends:%d/%m/%Y}. "
        "Từ ngày đó người này không ký được nếu đơn vị chưa đăng ký chứng thư số mới."
    )


NOT_OFFICER = "Chỉ cán bộ Kho bạc tiếp nhận hồ sơ."
YOURS_ALREADY = "Bạn đang xử lý hồ sơ này."
DECISION_PENDING = "Đã trình, chờ lãnh đạo Kho bạc quyết định."
NOT_GREEN = "Chữ ký chưa được kết luận là hợp lệ. Mở hồ sơ để xem."
CHANGED_MEANWHILE = "Hồ sơ vừa thay đổi. Xem lại danh sách rồi chọn lại."


def why_not_together(
    stage: Stage, title: ServiceTitle, verdict: Verdict, *, holder: str | None, mine: bool
) -> str | None:
    """Why a dossier cannot be taken in hand together with others, as a sentence; None when it can.

    ``holder`` is who has it in hand, ``mine`` whether that is the person who asks. What a colleague is late with is
    taken over by itself only: that is a decision about one dossier and one person.
    """
    if title is not ServiceTitle.TREASURY_OFFICER:
        return NOT_OFFICER
    if stage is Stage.CHECKED:
        return DECISION_PENDING
    if holder is not None:
        return YOURS_ALREADY if mine else f"{holder} đang xử lý hồ sơ này."
    return None if verdict is Verdict.VALID else NOT_GREEN
