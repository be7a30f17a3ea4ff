"""Letters of a registration dossier, E1 to E6, E8 and E9, put together from the dossier as it is when they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.letters import Attachment, Letter, MailRefused, RegistrationLetter
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.domain.registration import FINAL, Move, Stage
from backend.domain.registration_content import MemberPart, RegistrationContent
from backend.models import Registration, RegistrationLog, TreasuryOffice
from backend.services.house import House
from backend.services.mails.addressees import Addressee, mailbox_of
from backend.services.mails.draft import Draft, Moot, message_key
from backend.services.mails.page import Block, Facts, Link, Listing, letter, moment, typed
from backend.services.registration.links import letter_secret, personal_secret
from backend.services.registration.view import documents_of


@dataclass(frozen=True, slots=True)
class _Case:
    """What every letter of one dossier may need."""

    session: Session
    house: House
    row: Registration
    content: RegistrationContent
    to: Addressee
    office: str

    @property
    def is_change(self) -> bool:
        return self.row.kind == "change"

    @property
    def what(self) -> str:
        """What the unit asks for."""
        if self.content.terminate:
            return "chấm dứt sử dụng dịch vụ công"
        return "đăng ký thay đổi sử dụng dịch vụ công" if self.is_change else "đăng ký sử dụng dịch vụ công"

    @property
    def member(self) -> MemberPart:
        """Raises Moot when the person is not declared any more."""
        for member in self.content.members:
            if member.id == self.to.member_id:
                return member
        raise Moot("not declared any more")

    def note(self, move: Move) -> str:
        """What the log says about the last such move."""
        rows = select(RegistrationLog.note).where(
            RegistrationLog.registration_id == self.row.id, RegistrationLog.move == move.value
        )
        return typed(self.session.scalars(rows.order_by(RegistrationLog.seq.desc()).limit(1)).one())


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    blocks: Sequence[Block]
    attachments: Sequence[Attachment] = ()


def registration_letter(house: House, payload: Mapping[str, object]) -> Draft:
    """The letter that ``payload`` names, to whom it names. Raises Moot, MailRefused."""
    template = RegistrationLetter(str(payload["template"]))
    member_id = payload["member_id"]
    addressee = Addressee(None if member_id is None else str(member_id), bool(payload["former"]))
    with house.read() as session:
        row = session.get_one(Registration, str(payload["registration_id"]))
        _refuse_pointless(row, template, payload)
        to = mailbox_of(row, addressee)
    if to is None:
        raise MailRefused("no mailbox")

    def write() -> Letter:
        with house.read() as session:
            return _write(session, house, template, payload, addressee)

    return Draft(to, write)


def _refuse_pointless(row: Registration, template: RegistrationLetter, payload: Mapping[str, object]) -> None:
    stage = Stage(row.stage)
    if template in {RegistrationLetter.CONTINUE, RegistrationLetter.CHECK} and stage in FINAL:
        raise Moot(f"the dossier is {stage}")
    if template is RegistrationLetter.SIGN and (
        stage is not Stage.AWAITING_APPROVAL or row.content_version != payload["content_version"]
    ):
        raise Moot("nothing waits for this signature any more")


def _write(
    session: Session, house: House, template: RegistrationLetter, payload: Mapping[str, object], to: Addressee
) -> Letter:
    row = session.get_one(Registration, str(payload["registration_id"]))
    content = RegistrationContent.from_mapping(row.content)
    office = session.get(TreasuryOffice, row.treasury_code)
    case = _Case(session, house, row, content, to, office.name if office else row.treasury_code or "")
    words = _WORDS[template](case)
    return letter(
        message_key(payload),
        f"{words.subject} – hồ sơ {row.code}",
        f"Kính gửi {typed(case.member.full_name if to.member_id else content.unit.unit_name)},",
        [*([_before(case)] if to.former else []), *words.blocks],
        treasury_code=row.treasury_code,
        attachments=() if to.former else words.attachments,
    )


def _before(case: _Case) -> str:
    return (
        "Thư này được gửi cả tới địa chỉ email đã đăng ký trước đây, vì hồ sơ đổi sang địa chỉ email khác. "
        f"Nếu đơn vị không đăng ký thay đổi, hãy báo ngay {case.office}."
    )


def _facts(case: _Case, *more: tuple[str, str]) -> Facts:
    unit = case.content.unit
    return Facts(
        [
            ("Mã hồ sơ", case.row.code or ""),
            ("Đơn vị", f"{typed(unit.unit_name)} (mã ĐVQHNS {unit.budget_relation_code})"),
            ("Kho bạc", case.office),
            *more,
        ]
    )


def _way_on(case: _Case) -> list[Block]:
    """How the unit goes on: by its link, or by logging in; nobody else's mailbox gets the link."""
    if case.to.former:
        return []
    if case.is_change:
        return [Link("Đăng nhập để tiếp tục", case.house.policy.public_url)]
    url = f"{case.house.policy.public_url}/dang-ky/tiep-tuc#{letter_secret(case.house, case.row)}"
    until = case.row.link_expires_at
    life = (
        f"Đường dẫn dùng được đến {moment(until)}; mỗi lần hồ sơ được sửa, hạn này lùi thêm 30 ngày." if until else ""
    )
    return [
        Link("Tiếp tục hồ sơ", url),
        f"{life} Ai có đường dẫn đều xem và sửa được hồ sơ: không chuyển tiếp cho người ngoài đơn vị.".strip(),
    ]


def _continue(case: _Case) -> _Words:
    return _Words(
        "Hồ sơ đã được lưu, chờ hoàn thiện",
        [
            f"Hồ sơ {case.what} của đơn vị đã được lưu thành công. Đề nghị các thành viên kiểm tra thông tin của mình, "
            "sau đó đơn vị hoàn thiện và ký số hồ sơ.",
            _facts(case),
            *_way_on(case),
        ],
    )


def _check(case: _Case) -> _Words:
    member, unit = case.member, case.content.unit
    title = TITLE_LABEL[member.service_title] if member.service_title else ""
    secret = personal_secret(case.house, case.row, member)
    url = f"{case.house.policy.public_url}/dang-ky/cua-toi#{secret}"
    until = case.row.updated_at + case.house.policy.registration_life
    mine: list[Block] = [
        Link("Xem thông tin của bạn", url),
        f"Đường dẫn này chỉ mở thông tin của riêng bạn, dùng được đến {moment(until)} nếu hồ sơ không được sửa tiếp.",
    ]
    return _Words(
        "Đề nghị kiểm tra thông tin của bạn",
        [
            f"{typed(unit.unit_name)} đã khai bạn là thành viên trong hồ sơ {case.what}.",
            _facts(case, ("Chức danh của bạn", title)),
            *([] if case.to.former else mine),
            "Nếu thông tin chưa đúng, hoặc bạn không thuộc đơn vị này, hãy báo người kê khai của đơn vị "
            f"(điện thoại {typed(unit.phone)}) trước khi hồ sơ được ký.",
        ],
    )


def _sign(case: _Case) -> _Words:
    documents = documents_of(case.session, case.row)
    return _Words(
        "Hồ sơ sẵn sàng để ký số",
        [
            f"Hồ sơ {case.what} đã hoàn thiện và chờ Chủ tài khoản hoặc người được ủy quyền ký số.",
            _facts(case),
            Listing([document.filename for document in documents]),
            "Hãy xem các tờ khai cùng người kê khai của đơn vị. Khi người kê khai chọn bạn là người duyệt ký số từ xa, "
            "ứng dụng ký số trên điện thoại của bạn sẽ hỏi xác nhận. Chỉ xác nhận sau khi đã xem tờ khai.",
        ],
    )


def _sent(case: _Case) -> _Words:
    times = [("Gửi lúc", case.row.submitted_at), ("Kho bạc trả lời trước", case.row.due_at)]
    return _Words(
        "Hồ sơ đã được gửi tới KBNN",
        [
            f"Hồ sơ {case.what} đã được ký số và gửi tới KBNN. Thông tin của đơn vị sẽ được KBNN xem xét và thông báo "
            "kết quả qua email này.",
            _facts(case, *((name, moment(at)) for name, at in times if at is not None)),
        ],
    )


def _returned(case: _Case) -> _Words:
    return _Words(
        "KBNN yêu cầu hoàn thiện hồ sơ",
        [
            "Kho bạc yêu cầu đơn vị hoàn thiện hồ sơ, sau đó ký số và gửi lại. Mỗi hồ sơ chỉ được yêu cầu hoàn thiện "
            "một lần.",
            _facts(case, ("Lý do", case.note(Move.RETURN))),
            *_way_on(case),
        ],
    )


def _approved(case: _Case) -> _Words:
    files = [
        Attachment(document.filename, case.house.blobs.get(document.sha256))
        for document in documents_of(case.session, case.row)
    ]
    return _Words(
        "KBNN đã phê duyệt",
        [
            f"Kho bạc đã phê duyệt hồ sơ {case.what}. Tờ khai có chữ ký số của đơn vị và của Kho bạc kèm theo thư gửi "
            "tới email đăng ký của đơn vị.",
            _facts(case),
            *([] if case.content.terminate else _members(case)),
        ],
        files,
    )


def _members(case: _Case) -> list[Block]:
    members = [f"{typed(member.full_name)}: {_roles(member)}" for member in case.content.members]
    return [
        "Thành viên và quyền sử dụng:",
        Listing(members),
        "Thành viên mới nhận tên đăng nhập và mật khẩu dùng một lần qua email riêng của mình.",
    ]


def _roles(member: MemberPart) -> str:
    held = ", ".join(TITLE_LABEL[title] for title in member.permissions)
    acting = member.service_title is ServiceTitle.ACTING_CHIEF_ACCOUNTANT
    return f"{TITLE_LABEL[ServiceTitle.ACTING_CHIEF_ACCOUNTANT]}, quyền {held}" if acting else held


def _rejected(case: _Case) -> _Words:
    return _Words(
        "KBNN từ chối hồ sơ",
        [
            f"Kho bạc từ chối hồ sơ {case.what}. Đơn vị có thể lập hồ sơ mới.",
            _facts(case, ("Lý do", case.note(Move.REJECT))),
        ],
    )


def _cancelled(case: _Case) -> _Words:
    return _Words(
        "Hồ sơ đã hủy",
        [
            f"Hồ sơ {case.what} đã hủy và không được xử lý tiếp. Đơn vị có thể lập hồ sơ mới.",
            _facts(case, ("Lý do", case.note(Move.CANCEL))),
        ],
    )


_WORDS: Mapping[RegistrationLetter, Callable[[_Case], _Words]] = {
    RegistrationLetter.CONTINUE: _continue,
    RegistrationLetter.CHECK: _check,
    RegistrationLetter.SIGN: _sign,
    RegistrationLetter.SENT: _sent,
    RegistrationLetter.RETURNED: _returned,
    RegistrationLetter.APPROVED: _approved,
    RegistrationLetter.REJECTED: _rejected,
    RegistrationLetter.CANCELLED: _cancelled,
}
