"""The route of a registration dossier from a unit's first page to the Treasury's approval, and of a later change.

Follows the Treasury's guide of December 2023 (two passes, then one remote signature) and Nghị định 11/2020/NĐ-CP
art. 12.6 and 15.3.a (one working day; one request to supplement). Edges are numbered R1 … R13; ``because`` carries
the number into logs and tests. Does not: judge the content (``registration_check.py``), sign (``signing.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.domain.errors import NotAllowedNow


class Stage(StrEnum):
    """Where a registration dossier stands. The comment says who holds the pen."""

    DRAFT = "draft"  # whoever holds the link; no code yet, listed nowhere
    AWAITING_COMPLETION = "awaiting_completion"  # whoever holds the link
    AWAITING_APPROVAL = "awaiting_approval"  # the unit: sign, or go back and change
    SIGNING = "signing"  # the certificate provider
    SUBMITTED = "submitted"  # an officer of the addressed Treasury office
    UNDER_REVIEW = "under_review"  # the officer who opened it
    CHECKED = "checked"  # a second Treasury person
    RETURNED = "returned"  # whoever holds the link
    APPROVED = "approved"  # nobody: final
    REJECTED = "rejected"  # nobody: final
    CANCELLED = "cancelled"  # nobody: final


class Move(StrEnum):
    """What can be done to a registration dossier."""

    SAVE = "save"
    COMPLETE = "complete"
    EDIT = "edit"
    SIGN = "sign"
    SIGNED = "signed"
    SIGN_FAILED = "sign_failed"
    OPEN = "open"
    HAND_OVER = "hand_over"
    RELEASE = "release"
    RETURN = "return"
    REOPEN = "reopen"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"


class Mover(StrEnum):
    """Who may take an edge; the service compares it with the person."""

    REGISTRANT = "registrant"
    """The holder of the dossier's secret link; for a change, a logged-in member of the unit."""
    PROVIDER = "provider"
    OFFICER = "officer"
    """An officer of the addressed office; after ``open`` the one who opened, until it is handed over or a
    colleague takes over what is late.
    """
    APPROVER = "approver"
    """A second person of that office, never the officer."""
    CLOCK = "clock"
    OPERATOR = "operator"
    """Whoever runs the installation, when an officer leaves the office."""


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted move."""

    to: Stage
    by: tuple[Mover, ...]
    because: str
    """The rule's number."""
    note: str | None = None
    """Vietnamese pattern of the log note; None means the move is not logged, empty that the note is blank."""
    needs_reason: bool = False
    """True when the person must say why, 10 to 500 characters."""


_S, _M = Stage, Move
_UNIT, _CA, _FIRST, _SECOND = (Mover.REGISTRANT,), (Mover.PROVIDER,), (Mover.OFFICER,), (Mover.APPROVER,)
_GIVEN_UP = Step(_S.CANCELLED, (Mover.REGISTRANT, Mover.CLOCK), "R13", "{reason}")

REGISTRATION_ROUTE: Mapping[tuple[Stage, Move], Step] = {
    (_S.DRAFT, _M.EDIT): Step(_S.DRAFT, _UNIT, "R0"),
    (_S.DRAFT, _M.SAVE): Step(_S.AWAITING_COMPLETION, _UNIT, "R1", ""),
    (_S.AWAITING_COMPLETION, _M.EDIT): Step(_S.AWAITING_COMPLETION, _UNIT, "R2"),
    (_S.AWAITING_COMPLETION, _M.COMPLETE): Step(_S.AWAITING_APPROVAL, _UNIT, "R3", "{reason}"),
    (_S.AWAITING_COMPLETION, _M.CANCEL): _GIVEN_UP,
    (_S.AWAITING_APPROVAL, _M.EDIT): Step(_S.AWAITING_COMPLETION, _UNIT, "R4", "Cập nhật lại hồ sơ"),
    (_S.AWAITING_APPROVAL, _M.SIGN): Step(_S.SIGNING, _UNIT, "R5", "Gửi yêu cầu ký số tới {name}"),
    (_S.AWAITING_APPROVAL, _M.CANCEL): _GIVEN_UP,
    (_S.SIGNING, _M.SIGN_FAILED): Step(_S.AWAITING_APPROVAL, _CA, "R6", "Ký số không thành công: {reason}"),
    (_S.SIGNING, _M.SIGNED): Step(_S.SUBMITTED, _CA, "R7", "Đã ký số và gửi KBNN"),
    (_S.SUBMITTED, _M.OPEN): Step(_S.UNDER_REVIEW, _FIRST, "R8", "KBNN tiếp nhận"),
    (_S.UNDER_REVIEW, _M.OPEN): Step(_S.UNDER_REVIEW, _FIRST, "R8", "KBNN tiếp nhận"),
    (_S.UNDER_REVIEW, _M.RETURN): Step(_S.RETURNED, _FIRST, "R9", "{reason}", True),
    (_S.UNDER_REVIEW, _M.PROPOSE): Step(_S.CHECKED, _FIRST, "R11", "KBNN đã kiểm soát, trình phê duyệt"),
    (_S.UNDER_REVIEW, _M.HAND_OVER): Step(_S.UNDER_REVIEW, _FIRST, "R8", "Chuyển hồ sơ cho {name} xử lý"),
    (_S.UNDER_REVIEW, _M.RELEASE): Step(_S.UNDER_REVIEW, (Mover.OPERATOR,), "R8", "{name} thôi xử lý hồ sơ"),
    (_S.UNDER_REVIEW, _M.REJECT): Step(_S.REJECTED, _SECOND, "R12", "{reason}", True),
    (_S.CHECKED, _M.SEND_BACK): Step(_S.UNDER_REVIEW, _SECOND, "R11", "{reason}", True),
    (_S.CHECKED, _M.APPROVE): Step(_S.APPROVED, _SECOND, "R11", "KBNN phê duyệt{reason}"),
    (_S.CHECKED, _M.REJECT): Step(_S.REJECTED, _SECOND, "R12", "{reason}", True),
    (_S.RETURNED, _M.REOPEN): Step(_S.AWAITING_COMPLETION, _UNIT, "R10", "Hoàn thiện theo yêu cầu KBNN"),
    (_S.RETURNED, _M.CANCEL): _GIVEN_UP,
}
"""The whole machine. A pair that is not here is refused loudly."""

STAGE_LABEL: Mapping[Stage, str] = {
    _S.DRAFT: "Đang kê khai",
    _S.AWAITING_COMPLETION: "Chờ hoàn thiện",
    _S.AWAITING_APPROVAL: "Chờ phê duyệt",
    _S.SIGNING: "Chờ phê duyệt (đang chờ ký số)",
    _S.SUBMITTED: "Đã gửi KBNN",
    _S.UNDER_REVIEW: "KBNN đang xem xét",
    _S.CHECKED: "KBNN đang xem xét (chờ phê duyệt)",
    _S.RETURNED: "KBNN yêu cầu hoàn thiện",
    _S.APPROVED: "KBNN đã phê duyệt",
    _S.REJECTED: "KBNN từ chối",
    _S.CANCELLED: "Đã hủy",
}

MOVE_LABEL: Mapping[Move, str] = {
    _M.SAVE: "Lưu",
    _M.COMPLETE: "Lưu",
    _M.EDIT: "Sửa",
    _M.SIGN: "Ký số",
    _M.SIGNED: "Đã ký số",
    _M.SIGN_FAILED: "Ký số không thành công",
    _M.OPEN: "Tiếp nhận",
    _M.HAND_OVER: "Chuyển người khác",
    _M.RELEASE: "Thôi xử lý",
    _M.RETURN: "Yêu cầu hoàn thiện",
    _M.REOPEN: "Hoàn thiện",
    _M.PROPOSE: "Trình phê duyệt",
    _M.SEND_BACK: "Chuyển lại cán bộ",
    _M.APPROVE: "Phê duyệt",
    _M.REJECT: "Từ chối",
    _M.CANCEL: "Hủy hồ sơ",
}

FINAL = frozenset({_S.APPROVED, _S.REJECTED, _S.CANCELLED})
"""Nothing moves any more; another dossier of the same unit may begin."""

EDITABLE = frozenset({_S.DRAFT, _S.AWAITING_COMPLETION})
"""The content may change. Everywhere else it is what the declarations and the signature say."""

MOST_RETURNS = 1
"""The Treasury may ask a unit to supplement a dossier once (art. 15.3.a)."""


def moves_of(stage: Stage) -> tuple[Move, ...]:
    """Everything the stage offers to anybody, in the order of the table."""
    return tuple(move for at, move in REGISTRATION_ROUTE if at is stage)


def next_stage(stage: Stage, move: Move, *, returns: int = 0) -> Step:
    """The edge to take; raises NotAllowedNow whose facts say what the stage offers instead.

    ``returns`` is how often the dossier went back already.
    """
    step = REGISTRATION_ROUTE.get((stage, move))
    if step is not None and not (move is Move.RETURN and returns >= MOST_RETURNS):
        return step
    machines = {Mover.PROVIDER, Mover.OPERATOR}
    offered = [other for other in moves_of(stage) if not machines & set(REGISTRATION_ROUTE[stage, other].by)]
    raise NotAllowedNow(
        f"{move} on {stage}",
        status=STAGE_LABEL[stage],
        can_do=", ".join(MOVE_LABEL[other] for other in offered if other is not move),
        actions=[other.value for other in offered if other is not move],
    )
