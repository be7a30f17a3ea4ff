"""What a Treasury office does with a registration: what the officer must have looked at, and who may do what.

Follows Nghị định 11/2020/NĐ-CP art. 12 and 15 and the four-eyes rule of the route: whoever checks never approves. Does
not: judge signatures, or know other offices (the use case fetches nothing of theirs).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from backend.domain.people import ServiceTitle
from backend.domain.registration import MOST_RETURNS, Move, Mover, Stage, moves_of, next_stage

AT_OFFICE = (Stage.SUBMITTED, Stage.UNDER_REVIEW, Stage.CHECKED)
"""Waiting for the office to do something: its work list."""

SEEN_BY_OFFICE = (*AT_OFFICE, Stage.RETURNED, Stage.APPROVED, Stage.REJECTED)
"""What the office may read. A dossier the unit works on again is the unit's alone."""

CHECK_LIST: Mapping[str, str] = {
    "unit": "Tên đơn vị, mã ĐVQHNS đúng với danh mục và chưa sử dụng dịch vụ",
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
