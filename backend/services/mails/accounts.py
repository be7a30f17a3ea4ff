"""Letters about somebody's way in: the first password (E7, and that of Treasury staff), a forgotten one, and the advice
to use the passkey.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.contacts import is_mailbox
from backend.domain.letters import Letter, MailRefused
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.models import Registration, TreasuryOffice, User, UserLog
from backend.services.accounts import ADDED, ONE_TIME_LIFE, give_first_password
from backend.services.accounts_reset import LINK_LIFE, new_reset_token
from backend.services.house import House
from backend.services.mails.addressees import Addressee, mailbox_of
from backend.services.mails.draft import Draft, Moot, message_key
from backend.services.mails.page import Facts, Link, letter, moment, typed


def first_password(house: House, payload: Mapping[str, object]) -> Draft:
    """E7. Every sending makes a new password and ends the one before; one that was chosen, or given by an operator
    after the approval, stays.
    """
    member_id = str(payload["member_id"])
    with house.read() as session:
        row = session.get_one(Registration, str(payload["registration_id"]))
        to = mailbox_of(row, Addressee(member_id))
        # Nothing moves an approved dossier any more: this is when it was approved.
        since = row.updated_at
    if to is None:
        raise MailRefused("no mailbox")
    return Draft(to, lambda: _first_password(house, payload, member_id, since))


def staff_first_password(house: House, payload: Mapping[str, object]) -> Draft:
    """The same for somebody who begins to work at a Treasury office."""
    user_id = str(payload["user_id"])
    with house.read() as session:
        to, *_ = _user(session, user_id)
        since = session.scalars(select(UserLog.at).where(UserLog.user_id == user_id, UserLog.act == ADDED)).one()
    return Draft(to, lambda: _first_password(house, payload, user_id, since))


def _first_password(house: House, payload: Mapping[str, object], member_id: str, since: datetime) -> Letter:
    password = give_first_password(house, member_id, since=since)
    if password is None:
        raise Moot("the member has a password of their own or from an operator, or is none any more")
    house.failpoint("S13.password_committed")
    with house.read() as session:
        user = session.get_one(User, member_id)
        name, username, hashed = user.full_name, user.username, user.password_hash
        office = user.unit.treasury_code if user.unit else user.treasury_code
        why = _why(session, user)
    # A mailbox that drops repeated letters must not drop the one with the password that works.
    key = f"{message_key(payload)}.{sha256(hashed.encode()).hexdigest()[:8]}"
    return letter(
        key,
        f"Tài khoản {username}: tên đăng nhập và mật khẩu lần đầu",
        f"Kính gửi {typed(name)},",
        [
            f"{why} Bạn đăng nhập lần đầu bằng:",
            Facts([("Tên đăng nhập", username), ("Mật khẩu dùng một lần", password.reveal())]),
            Link("Đăng nhập", f"{house.policy.public_url}/dang-nhap"),
            f"Mật khẩu này dùng được đến {moment(house.clock.now() + ONE_TIME_LIFE)}. Khi đăng nhập, bạn đặt mật khẩu "
            "của riêng mình, sau đó ứng dụng mời bạn dùng vân tay hoặc khuôn mặt cho những lần sau.",
            "Nếu nhận được nhiều thư này, chỉ mật khẩu trong thư mới nhất dùng được. Không đưa mật khẩu cho ai, "
            "kể cả cán bộ Kho bạc.",
        ],
        treasury_code=office,
    )


def _why(session: Session, user: User) -> str:
    """What the person has a log-in for."""
    if user.unit is not None:
        return f"Kho bạc Nhà nước đã phê duyệt đăng ký của {typed(user.unit.name)}."
    office = session.get(TreasuryOffice, user.treasury_code)
    name = office.name if office else user.treasury_code
    return f"Bạn được cấp tài khoản {TITLE_LABEL[ServiceTitle(user.title)]} tại {name}."


def password_reset(house: House, payload: Mapping[str, object]) -> Draft:
    """A link to set a new password, for somebody without a passkey."""
    user_id = str(payload["user_id"])

    def write() -> Letter:
        with house.read() as session:
            token = new_reset_token(session, house, user_id).reveal()
        return letter(
            message_key(payload),
            "Đặt mật khẩu mới",
            f"Kính gửi {typed(name)},",
            [
                f"Có người vừa yêu cầu đặt mật khẩu mới cho tài khoản {username}.",
                Link("Đặt mật khẩu mới", f"{house.policy.public_url}/dang-nhap#{token}"),
                f"Đường dẫn dùng được một lần, đến {moment(house.clock.now() + LINK_LIFE)}.",
                "Nếu không phải bạn yêu cầu, hãy bỏ qua thư này: mật khẩu của bạn không thay đổi.",
            ],
            treasury_code=office,
        )

    with house.read() as session:
        to, name, username, office = _user(session, user_id)
    return Draft(to, write)


def password_by_passkey(house: House, payload: Mapping[str, object]) -> Draft:
    """Who has a passkey comes in with it; a letter is no way round."""
    with house.read() as session:
        to, name, username, office = _user(session, str(payload["user_id"]))

    def write() -> Letter:
        return letter(
            message_key(payload),
            "Đăng nhập bằng khóa truy cập",
            f"Kính gửi {typed(name)},",
            [
                f"Có người vừa yêu cầu đặt mật khẩu mới cho tài khoản {username}. Tài khoản này có khóa truy cập, "
                "nên mật khẩu không đặt lại được qua email.",
                Link("Hãy đăng nhập bằng khóa truy cập, rồi đổi mật khẩu trong mục Tài khoản", house.policy.public_url),
                "Nếu đã mất mọi khóa truy cập, hãy liên hệ Kho bạc nơi đơn vị mở tài khoản. "
                "Nếu không phải bạn yêu cầu, hãy bỏ qua thư này.",
            ],
            treasury_code=office,
        )

    return Draft(to, write)


def _user(session: Session, user_id: str) -> tuple[str, str, str, str | None]:
    """Mailbox, name, user name, and the code of the Treasury office."""
    user = session.get_one(User, user_id)
    if not user.active:
        raise Moot("no member any more")
    if user.email is None or not is_mailbox(user.email):
        raise MailRefused("no mailbox")
    return user.email, user.full_name, user.username, user.unit.treasury_code if user.unit else user.treasury_code
