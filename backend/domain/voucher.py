"""The route of a payment dossier from the accountant to the Treasury: states, actions, one table between them.

Follows Nghị định 11/2020/NĐ-CP art. 7, 8 and 15 and the order of signatures in the Treasury's guide of December
2023. Edges are numbered P1 … P24; ``because`` carries the number into logs and tests. A unit without a second signature
(``units.py``) has a route of its own, without the chief accountant.
Does not: sign (``signing.py`` is another machine), judge people (``people.py``) or content (``payment.py``), move
rows in a database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.accounts import RELATION_CODE
from backend.domain.errors import FieldProblem, NotAllowedNow
from backend.domain.text import clean_text, has_refused_characters
from backend.domain.workdays import VIETNAM


class Status(StrEnum):
    """Where a dossier stands. The comment says who holds the pen."""

    DRAFT = "draft"  # the maker
    AWAITING_CHIEF_ACCOUNTANT = "awaiting_chief_accountant"  # the chosen chief accountant or delegate
    SIGNING_CHIEF_ACCOUNTANT = "signing_chief_accountant"  # the certificate provider
    AWAITING_ACCOUNT_HOLDER = "awaiting_account_holder"  # the chosen account holder or delegate
    SIGNING_ACCOUNT_HOLDER = "signing_account_holder"  # the certificate provider
    SUBMITTED = "submitted"  # an officer of the Treasury office
    RECEIVED = "received"  # the officer who received it
    CONTROLLING = "controlling"  # the officer who received it
    AWAITING_TREASURY_APPROVAL = "awaiting_treasury_approval"  # the second Treasury person
    PAID = "paid"  # nobody: final
    RETURNED_BY_CHIEF_ACCOUNTANT = "returned_by_chief_accountant"  # the maker
    RETURNED_BY_ACCOUNT_HOLDER = "returned_by_account_holder"  # the maker
    RETURNED_BY_TREASURY = "returned_by_treasury"  # the maker
    REJECTED_BY_TREASURY = "rejected_by_treasury"  # nobody: final
    WITHDRAWN = "withdrawn"  # the maker
    CANCELLED = "cancelled"  # nobody: final


RETURNED = frozenset(
    {Status.RETURNED_BY_CHIEF_ACCOUNTANT, Status.RETURNED_BY_ACCOUNT_HOLDER, Status.RETURNED_BY_TREASURY}
)
"""States in which somebody gave the dossier back with a reason."""


class Action(StrEnum):
    """What can be done to a dossier."""

    CREATE = "create"
    SAVE = "save"
    SUBMIT = "submit"
    REPICK = "repick"
    WITHDRAW = "withdraw"
    RETURN = "return"
    APPROVE = "approve"
    SIGNED = "signed"
    SIGN_FAILED = "sign_failed"
    RECEIVE = "receive"
    START_CONTROL = "start_control"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    PAY = "pay"
    REJECT = "reject"
    REOPEN = "reopen"
    CANCEL = "cancel"
    START_OVER = "start_over"


class Actor(StrEnum):
    """Who may take an edge; the service compares it with the person."""

    MAKER = "maker"
    CHOSEN_CHIEF_ACCOUNTANT = "chosen_chief_accountant"
    CHOSEN_ACCOUNT_HOLDER = "chosen_account_holder"
    PROVIDER = "provider"
    REGISTRATION = "registration"
    """An approved change of what the unit declared."""
    TREASURY_OFFICER = "treasury_officer"
    TREASURY_APPROVER = "treasury_approver"
    """The second Treasury person; never the controlling officer."""
    NOBODY = "nobody"


MACHINES = frozenset({Actor.PROVIDER, Actor.REGISTRATION})
"""Actors that are no persons."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One permitted move."""

    to: Status
    """Where the dossier stands afterwards."""
    by: Actor
    """Whose move it is."""
    because: str
    """The rule's number."""
    note: str = ""
    """Vietnamese pattern of the log note; empty means the move is not logged. Filled by ``log_note``."""
    needs_reason: bool = False
    """True when the person must say why, 10 to 500 characters."""


Route = Mapping[tuple[Status, Action], Edge]
"""What can be done in each state. A pair that is not there is refused loudly."""

_S, _A = Status, Action
_SIGNING_ASKED = "Gửi yêu cầu ký số"
_SIGNING_FAILED = "Ký số không thành công: {reason}"

_START_OVER = Edge(
    _S.DRAFT, Actor.REGISTRATION, "P24", "Đơn vị vừa đổi loại đơn vị: hồ sơ trở về người lập để trình lại"
)

CREATION = Edge(_S.DRAFT, Actor.MAKER, "P1", "Lập hồ sơ")
"""How every dossier begins; there is no state before it, so it is not in ``ROUTE``."""

ROUTE: Route = {
    (_S.DRAFT, _A.SAVE): Edge(_S.DRAFT, Actor.MAKER, "P2"),
    (_S.DRAFT, _A.SUBMIT): Edge(_S.AWAITING_CHIEF_ACCOUNTANT, Actor.MAKER, "P3", "Trình {name}"),
    (_S.DRAFT, _A.CANCEL): Edge(_S.CANCELLED, Actor.MAKER, "P23", "{reason}", True),
    # Until the picked person starts to sign, whoever sent the dossier may send it to somebody else.
    (_S.AWAITING_CHIEF_ACCOUNTANT, _A.REPICK): Edge(
        _S.AWAITING_CHIEF_ACCOUNTANT, Actor.MAKER, "P3", "Chuyển trình {name}"
    ),
    (_S.AWAITING_CHIEF_ACCOUNTANT, _A.WITHDRAW): Edge(_S.DRAFT, Actor.MAKER, "P4", "Thu hồi về"),
    (_S.AWAITING_CHIEF_ACCOUNTANT, _A.RETURN): Edge(
        _S.RETURNED_BY_CHIEF_ACCOUNTANT, Actor.CHOSEN_CHIEF_ACCOUNTANT, "P5", "{reason}", True
    ),
    (_S.AWAITING_CHIEF_ACCOUNTANT, _A.APPROVE): Edge(
        _S.SIGNING_CHIEF_ACCOUNTANT, Actor.CHOSEN_CHIEF_ACCOUNTANT, "P6", _SIGNING_ASKED
    ),
    (_S.AWAITING_CHIEF_ACCOUNTANT, _A.START_OVER): _START_OVER,
    (_S.SIGNING_CHIEF_ACCOUNTANT, _A.SIGNED): Edge(
        _S.AWAITING_ACCOUNT_HOLDER, Actor.PROVIDER, "P7", "KTT đã ký số, gửi {name}"
    ),
    (_S.SIGNING_CHIEF_ACCOUNTANT, _A.SIGN_FAILED): Edge(
        _S.AWAITING_CHIEF_ACCOUNTANT, Actor.PROVIDER, "P8", _SIGNING_FAILED
    ),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.REPICK): Edge(
        _S.AWAITING_ACCOUNT_HOLDER, Actor.CHOSEN_CHIEF_ACCOUNTANT, "P7", "Chuyển gửi {name}"
    ),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.WITHDRAW): Edge(
        _S.AWAITING_CHIEF_ACCOUNTANT, Actor.CHOSEN_CHIEF_ACCOUNTANT, "P9", "KTT thu hồi"
    ),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.RETURN): Edge(
        _S.RETURNED_BY_ACCOUNT_HOLDER, Actor.CHOSEN_ACCOUNT_HOLDER, "P10", "{reason}", True
    ),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.APPROVE): Edge(
        _S.SIGNING_ACCOUNT_HOLDER, Actor.CHOSEN_ACCOUNT_HOLDER, "P11", _SIGNING_ASKED
    ),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.START_OVER): _START_OVER,
    (_S.SIGNING_ACCOUNT_HOLDER, _A.SIGNED): Edge(_S.SUBMITTED, Actor.PROVIDER, "P12", "CTK đã ký số, gửi KBNN"),
    (_S.SIGNING_ACCOUNT_HOLDER, _A.SIGN_FAILED): Edge(
        _S.AWAITING_ACCOUNT_HOLDER, Actor.PROVIDER, "P13", _SIGNING_FAILED
    ),
    (_S.SUBMITTED, _A.WITHDRAW): Edge(_S.WITHDRAWN, Actor.CHOSEN_ACCOUNT_HOLDER, "P14", "{reason}", True),
    (_S.SUBMITTED, _A.RECEIVE): Edge(_S.RECEIVED, Actor.TREASURY_OFFICER, "P15", "KBNN tiếp nhận, phiếu số {number}"),
    (_S.RECEIVED, _A.START_CONTROL): Edge(_S.CONTROLLING, Actor.TREASURY_OFFICER, "P16", "KBNN bắt đầu kiểm soát"),
    (_S.CONTROLLING, _A.RETURN): Edge(_S.RETURNED_BY_TREASURY, Actor.TREASURY_OFFICER, "P17", "{reason}", True),
    (_S.CONTROLLING, _A.ACCEPT): Edge(
        _S.AWAITING_TREASURY_APPROVAL, Actor.TREASURY_OFFICER, "P18", "Trình lãnh đạo KBNN phê duyệt"
    ),
    (_S.CONTROLLING, _A.REJECT): Edge(_S.REJECTED_BY_TREASURY, Actor.TREASURY_APPROVER, "P21", "{reason}", True),
    (_S.AWAITING_TREASURY_APPROVAL, _A.SEND_BACK): Edge(
        _S.CONTROLLING, Actor.TREASURY_APPROVER, "P19", "{reason}", True
    ),
    (_S.AWAITING_TREASURY_APPROVAL, _A.PAY): Edge(_S.PAID, Actor.TREASURY_APPROVER, "P20", "Đã thanh toán"),
    (_S.AWAITING_TREASURY_APPROVAL, _A.REJECT): Edge(
        _S.REJECTED_BY_TREASURY, Actor.TREASURY_APPROVER, "P21", "{reason}", True
    ),
    (_S.RETURNED_BY_CHIEF_ACCOUNTANT, _A.REOPEN): Edge(_S.DRAFT, Actor.MAKER, "P22", "Sửa theo yêu cầu"),
    (_S.RETURNED_BY_CHIEF_ACCOUNTANT, _A.CANCEL): Edge(_S.CANCELLED, Actor.MAKER, "P23", "{reason}", True),
    (_S.RETURNED_BY_ACCOUNT_HOLDER, _A.REOPEN): Edge(_S.DRAFT, Actor.MAKER, "P22", "Sửa theo yêu cầu"),
    (_S.RETURNED_BY_ACCOUNT_HOLDER, _A.CANCEL): Edge(_S.CANCELLED, Actor.MAKER, "P23", "{reason}", True),
    (_S.RETURNED_BY_TREASURY, _A.REOPEN): Edge(_S.DRAFT, Actor.MAKER, "P22", "Sửa theo yêu cầu"),
    (_S.RETURNED_BY_TREASURY, _A.CANCEL): Edge(_S.CANCELLED, Actor.MAKER, "P23", "{reason}", True),
    (_S.WITHDRAWN, _A.REOPEN): Edge(_S.DRAFT, Actor.MAKER, "P22", "Mở lại để sửa"),
    (_S.WITHDRAWN, _A.CANCEL): Edge(_S.CANCELLED, Actor.MAKER, "P23", "{reason}", True),
}
"""The whole machine of a unit with two signatures."""

ONE_SIGNATURE_ROUTE: Route = {
    **{
        (status, action): edge
        for (status, action), edge in ROUTE.items()
        if status not in {_S.AWAITING_CHIEF_ACCOUNTANT, _S.SIGNING_CHIEF_ACCOUNTANT}
    },
    (_S.DRAFT, _A.SUBMIT): Edge(_S.AWAITING_ACCOUNT_HOLDER, Actor.MAKER, "P3", "Trình {name}"),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.REPICK): Edge(_S.AWAITING_ACCOUNT_HOLDER, Actor.MAKER, "P3", "Chuyển trình {name}"),
    (_S.AWAITING_ACCOUNT_HOLDER, _A.WITHDRAW): Edge(_S.DRAFT, Actor.MAKER, "P4", "Thu hồi về"),
}
"""The same where the account holder's side signs alone: who sends to them is the maker. What a chief accountant gave
back before the unit became one of these is mended as ever."""


def route_of(*, second_signature: bool) -> Route:
    """The route of every dossier of a unit."""
    return ROUTE if second_signature else ONE_SIGNATURE_ROUTE


TREASURY_CONTROL = frozenset({_A.START_CONTROL, _A.ACCEPT, _A.SEND_BACK, _A.PAY, _A.REJECT})
"""Actions of the Treasury's own control, offered only where that part of the service is switched on."""

_PEN = {
    _S.DRAFT: Actor.MAKER,
    _S.AWAITING_CHIEF_ACCOUNTANT: Actor.CHOSEN_CHIEF_ACCOUNTANT,
    _S.SIGNING_CHIEF_ACCOUNTANT: Actor.PROVIDER,
    _S.AWAITING_ACCOUNT_HOLDER: Actor.CHOSEN_ACCOUNT_HOLDER,
    _S.SIGNING_ACCOUNT_HOLDER: Actor.PROVIDER,
    _S.SUBMITTED: Actor.TREASURY_OFFICER,
    _S.RECEIVED: Actor.TREASURY_OFFICER,
    _S.CONTROLLING: Actor.TREASURY_OFFICER,
    _S.AWAITING_TREASURY_APPROVAL: Actor.TREASURY_APPROVER,
    _S.PAID: Actor.NOBODY,
    _S.RETURNED_BY_CHIEF_ACCOUNTANT: Actor.MAKER,
    _S.RETURNED_BY_ACCOUNT_HOLDER: Actor.MAKER,
    _S.RETURNED_BY_TREASURY: Actor.MAKER,
    _S.REJECTED_BY_TREASURY: Actor.NOBODY,
    _S.WITHDRAWN: Actor.MAKER,
    _S.CANCELLED: Actor.NOBODY,
}

STATUS_LABEL: Mapping[Status, str] = {
    _S.DRAFT: "Đang lập",
    _S.AWAITING_CHIEF_ACCOUNTANT: "Chờ Kế toán trưởng phê duyệt",
    _S.SIGNING_CHIEF_ACCOUNTANT: "Kế toán trưởng đang ký số",
    _S.AWAITING_ACCOUNT_HOLDER: "Chờ Chủ tài khoản phê duyệt",
    _S.SIGNING_ACCOUNT_HOLDER: "Chủ tài khoản đang ký số",
    _S.SUBMITTED: "Đã gửi KBNN",
    _S.RECEIVED: "KBNN đã tiếp nhận",
    _S.CONTROLLING: "KBNN đang kiểm soát",
    _S.AWAITING_TREASURY_APPROVAL: "Chờ lãnh đạo KBNN phê duyệt",
    _S.PAID: "Đã thanh toán",
    _S.RETURNED_BY_CHIEF_ACCOUNTANT: "KTT trả lại",
    _S.RETURNED_BY_ACCOUNT_HOLDER: "CTK trả lại",
    _S.RETURNED_BY_TREASURY: "KBNN yêu cầu bổ sung",
    _S.REJECTED_BY_TREASURY: "KBNN từ chối thanh toán",
    _S.WITHDRAWN: "Đơn vị thu hồi",
    _S.CANCELLED: "Đã hủy",
}

ACTION_LABEL: Mapping[Action, str] = {
    _A.CREATE: "Lập hồ sơ",
    _A.SAVE: "Lưu",
    _A.SUBMIT: "Trình duyệt",
    _A.REPICK: "Chọn lại người duyệt",
    _A.WITHDRAW: "Thu hồi",
    _A.RETURN: "Trả lại",
    _A.APPROVE: "Phê duyệt",
    _A.SIGNED: "Đã ký số",
    _A.SIGN_FAILED: "Ký số không thành công",
    _A.RECEIVE: "Tiếp nhận",
    _A.START_CONTROL: "Kiểm soát",
    _A.ACCEPT: "Trình phê duyệt",
    _A.SEND_BACK: "Chuyển lại cán bộ kiểm soát",
    _A.PAY: "Thanh toán",
    _A.REJECT: "Từ chối",
    _A.REOPEN: "Sửa",
    _A.CANCEL: "Hủy hồ sơ",
    _A.START_OVER: "Trả về để trình lại",
}


def pen_of(status: Status) -> Actor:
    """Who has the next move; drives the inbox."""
    return _PEN[status]


def actions_of(route: Route, status: Status) -> tuple[Action, ...]:
    """Everything the state offers to anybody, in the order of the table."""
    return tuple(action for state, action in route if state is status)


def next_status(route: Route, status: Status, action: Action) -> Edge:
    """The edge to take; raises NotAllowedNow whose facts say what the state offers to people instead."""
    edge = route.get((status, action))
    if edge is not None:
        return edge
    offered = [other for other in actions_of(route, status) if route[status, other].by not in MACHINES]
    raise NotAllowedNow(
        f"{action} on {status}",
        status=STATUS_LABEL[status],
        can_do=", ".join(ACTION_LABEL[other] for other in offered),
        actions=[other.value for other in offered],
    )


def log_note(edge: Edge, *, name: str = "", reason: str = "", number: str = "") -> str:
    """The note of one log row; only the words the edge asks for appear."""
    return edge.note.format(name=name, reason=reason, number=number)


REASON_LENGTH = range(10, 501)
"""Characters of a reason for returning, refusing, withdrawing or cancelling."""


def reason_problem(reason: str, path: str = "reason") -> FieldProblem | None:
    """What is wrong with a reason, or None. Line breaks are fine: it is read on a screen, not printed on a form."""
    text = clean_text(reason).strip()
    if len(text) not in REASON_LENGTH:
        return FieldProblem(path, "Lý do cần từ 10 đến 500 ký tự. Viết rõ điều cần sửa hoặc nguyên nhân.")
    if has_refused_characters(text.replace("\n", " ")):
        return FieldProblem(path, "Lý do có ký tự không hiển thị được. Xóa ký tự đó và nhập lại.")
    return None


DOSSIER_CODE = re.compile(RELATION_CODE.pattern + r"[0-9]{12}")
"""Mã hồ sơ: budget relation code and yyMMddHHmmss; nineteen digits. Whether the time exists: ``dossier_code_time``."""

_LAST_VOUCHER = 9999


def dossier_code(qhns: str, at: datetime) -> str:
    """The code of a dossier begun at ``at`` (aware): the same reading stands in the first log row.

    Raises ValueError for a wrong relation code or a time without a zone. Two dossiers of a unit in one second get
    the same code; the caller advances its reading by a second until the code is free.
    """
    if not RELATION_CODE.fullmatch(qhns) or at.utcoffset() is None:
        raise ValueError("a dossier code needs a seven-digit relation code and a time with a zone")
    return f"{qhns}{at.astimezone(VIETNAM):%y%m%d%H%M%S}"


def dossier_code_time(code: str) -> datetime:
    """The moment inside a code, in Vietnam time. Raises ValueError when it is not a code or not a time that exists."""
    if not DOSSIER_CODE.fullmatch(code):
        raise ValueError("not a dossier code")
    return datetime.strptime(code[7:], "%y%m%d%H%M%S").replace(tzinfo=VIETNAM)


def service_voucher_number(dossier_code: str, form_code: str, n: int) -> str:
    """Số chứng từ DVC, given at the first save: ``1990001261122093000-C2-02a-0001``.

    The issuing body after the slash of a form code is left out, so that the number is good in file names and addresses.
    """
    if not 1 <= n <= _LAST_VOUCHER:
        raise ValueError(f"voucher {n} of a dossier: numbers go from 1 to {_LAST_VOUCHER}")
    return f"{dossier_code}-{form_code.partition('/')[0]}-{n:04d}"
