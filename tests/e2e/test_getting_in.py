"""The first log-in, passkeys, the list of devices and a forgotten password, in a browser with an authenticator of its
own (Chromium's virtual one, over DevTools).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import CDPSession, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import User
from backend.models.engine import make_engine
from tests.e2e import looks
from tests.e2e.visitor import PHONE, TABLET, Visitor
from tests.support.servers import Instance

pytestmark = pytest.mark.xdist_group("browser")

OWN = "bốn con mèo vàng"

_OFFERS_NOTHING_BY_ITSELF = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"
LIKE = "1990002.03"
"""The account holder of the other unit: the newcomers of these tests are like them."""


def newcomer(installation: Instance, username: str) -> str:
    """A member of the demo world's other unit whom nobody else plays; answers their one-time password."""
    engine = make_engine(installation.database_url)
    with Session(engine) as session:
        like = session.scalars(select(User).where(User.username == LIKE)).one()
        session.add(
            User(
                id=str(uuid4()),
                username=username,
                password_hash=like.password_hash,
                full_name="Phạm Thị Mới",
                title=like.title,
                unit_id=like.unit_id,
                treasury_code=None,
                identity_key=f"{username:0<64}",
            )
        )
        session.commit()
    engine.dispose()
    return installation.command("new-password", username).stdout.strip()


def with_an_authenticator(visitor: Visitor) -> CDPSession:
    """This device has a fingerprint reader, and the right finger lies on it. Any other DevTools session of the page
    that ends takes it away again (Chromium), so looks at the screen come before or after.
    """
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools


def stands(visitor: Visitor, pictures: Path, name: str) -> None:
    """The demands on every screen, on the phone by light and on the tablet in the dark."""
    expect(visitor.page.get_by_role("heading", level=1).first).to_be_visible(timeout=15_000)
    found = {}
    for device, size, scheme in (("tablet", TABLET, "dark"), ("phone", PHONE, "light")):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found[device] = looks.wrong(visitor.page)
        looks.picture(visitor.page, pictures / f"{name}-{device}.png")
    assert {where: what for where, what in found.items() if what} == {}


def chooses(visitor: Visitor, password: str) -> None:
    visitor.page.get_by_label("Mật khẩu mới", exact=True).fill(password)
    visitor.tap(visitor.button("Lưu mật khẩu"))


def test_a_first_log_in_ends_with_a_passkey_that_is_then_the_way_in(
    installation: Instance, visit: Callable[..., Visitor], pictures: Path
) -> None:
    given = newcomer(installation, "1990002.21")
    phone, tablet = visit(PHONE), visit(TABLET)

    phone.logs_in("1990002.21", given)
    phone.sees_title("Đặt mật khẩu mới")
    stands(phone, pictures, "new-password")
    chooses(phone, "123456789012")
    phone.sees("quá dễ đoán")
    chooses(phone, OWN)
    phone.sees_title("Dùng vân tay hoặc khuôn mặt cho lần sau?")
    stands(phone, pictures, "passkey-offer")
    with_an_authenticator(phone)
    phone.tap(phone.button("Thiết lập ngay"))
    phone.sees_title(re.compile("Chờ tôi duyệt"))

    tablet.logs_in("1990002.21", OWN)
    tablet.sees("Tài khoản này được bảo vệ bằng khóa truy cập")
    stands(tablet, pictures, "passkey-needed")

    # The name field offers the passkey by itself, and the virtual finger takes it at once.
    phone.goes("/tai-khoan")
    with phone.page.expect_response("**/api/session/passkey") as asked:
        phone.tap(phone.button("Đăng xuất"))
    assert asked.value.ok
    phone.sees_title("Tài khoản")

    phone.context.add_init_script(_OFFERS_NOTHING_BY_ITSELF)
    phone.goes("/tai-khoan")
    phone.tap(phone.button("Đăng xuất"))
    phone.sees_title("Đăng nhập")
    phone.tap(phone.button("Đăng nhập bằng vân tay hoặc khuôn mặt"))
    phone.sees_title("Tài khoản")

    phone.tap(phone.link(re.compile("^Khóa truy cập")))
    phone.sees(re.compile("dùng lần cuối"))
    phone.tap(phone.button("Đổi tên"))
    phone.page.get_by_label("Tên", exact=True).fill("Điện thoại của Mới")
    phone.tap(phone.button("Lưu"))
    phone.sees("Điện thoại của Mới")
    stands(phone, pictures, "passkeys")
    phone.tap(phone.button("Xóa"))
    phone.taps_once_awake(phone.button("Xóa khóa này"))
    phone.sees("Bạn chưa có khóa truy cập nào")


def test_devices_are_listed_and_logged_out_from_afar(
    installation: Instance, visit: Callable[..., Visitor], pictures: Path
) -> None:
    given = newcomer(installation, "1990002.22")
    phone, tablet = visit(PHONE), visit(TABLET)
    phone.logs_in("1990002.22", given)
    chooses(phone, OWN)
    phone.tap(phone.button("Để sau"))
    phone.sees_title(re.compile("Chờ tôi duyệt"))
    tablet.logs_in("1990002.22", OWN)
    tablet.sees_title(re.compile("Chờ tôi duyệt"))

    phone.goes("/tai-khoan")
    stands(phone, pictures, "account")
    phone.tap(phone.link(re.compile("^Thiết bị và phiên đăng nhập")))
    phone.sees("Máy này")
    stands(phone, pictures, "devices")
    phone.tap(phone.button("Đăng xuất thiết bị này"))
    phone.sees("Chưa có thiết bị nào khác.")
    tablet.sees("Phiên làm việc đã kết thúc")

    phone.goes("/tai-khoan?muc=mat-khau")
    stands(phone, pictures, "change-password")
    chooses(phone, OWN + " nữa")
    phone.sees("Đã đổi mật khẩu")
    phone.goes("/tai-khoan?muc=thiet-bi")
    phone.tap(phone.button("Đăng xuất khỏi mọi thiết bị"))
    phone.taps_once_awake(phone.page.get_by_role("dialog").get_by_role("button", name="Đăng xuất khỏi mọi thiết bị"))
    phone.sees_title("Đăng nhập")


def test_a_forgotten_password_is_answered_alike_for_everybody_and_a_dead_link_says_so(
    visit: Callable[..., Visitor], pictures: Path
) -> None:
    phone = visit(PHONE)

    phone.goes("/")
    phone.tap(phone.page.get_by_text("Không đăng nhập được?"))
    phone.tap(phone.button("Quên mật khẩu?"))
    phone.sees_title("Quên mật khẩu")
    phone.page.get_by_label("Tên đăng nhập").fill("1990002.99")
    phone.tap(phone.button("Gửi đường dẫn"))
    phone.sees_title("Hãy xem hộp thư của bạn")
    stands(phone, pictures, "forgotten")
    phone.tap(phone.button("Về trang đăng nhập"))
    phone.sees_title("Đăng nhập")

    phone.page.goto("about:blank")
    phone.goes("/dang-nhap#00000000-0000-4000-8000-000000000000.1.x")
    phone.sees_title("Đặt mật khẩu mới")
    expect(phone.page).to_have_url(re.compile("/dang-nhap$"))
    chooses(phone, OWN)
    phone.sees("Đường dẫn đặt lại mật khẩu không đúng")
    stands(phone, pictures, "dead-link")
