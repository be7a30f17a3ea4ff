"""A chief accountant whose CA wants a code besides the password: asked once, told where it is, signed at last."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.e2e import looks
from tests.e2e.desk import Desk, a_voucher
from tests.e2e.phones import PhoneApp, Subscriber
from tests.e2e.visitor import TABLET, Visitor
from tests.support.misa import CA_PASSWORD, code_of, moves_to_misa
from tests.support.servers import Instance, Sandbox

pytestmark = pytest.mark.xdist_group("browser")

MAKER, CHIEF, HOLDER = "1990002.01", "1990002.02", "1990002.03"
"""Of the other unit, whom no other test sends anything to sign."""


@pytest.fixture(scope="module")
def login(installation: Instance, sandbox_ca: Sandbox, desk: Callable[[str], Desk]) -> str:
    engine = create_engine(installation.database_url)
    with Session(engine) as session, session.begin():
        name = moves_to_misa(session, sandbox_ca, installation.folder / "trust", desk(CHIEF).id, "message")
    engine.dispose()
    return name


def test_a_wrong_code_is_told_and_the_right_one_sends_the_voucher_to_the_phone(
    login: str,
    sandbox_ca: Sandbox,
    desk: Callable[[str], Desk],
    visit: Callable[..., Visitor],
    phone_of: Callable[[Subscriber], PhoneApp],
) -> None:
    maker = desk(MAKER)
    dossier = maker.submits(
        maker.does("/dossiers", vouchers=[a_voucher(debit_account="3712.0.1990002")]), desk(CHIEF).id
    )
    visitor: Visitor = visit().is_logged_in_as(desk(CHIEF))
    visitor.goes(f"/chung-tu/{dossier['id']}")
    visitor.tap(visitor.button("Duyệt và ký"))
    visitor.types_ca_password(CA_PASSWORD)
    visitor.taps_once_awake(visitor.button("Tiếp tục"))
    visitor.taps_once_awake(visitor.button("Ký 2.015.000 đồng"))

    field = visitor.page.get_by_label("Mã xác thực", exact=True)
    expect(field).to_be_focused()
    visitor.sees("Nhập mã 6 số MISA CA vừa gửi tới 09•••••123.")
    field.fill("000000" if code_of(sandbox_ca, login) != "000000" else "111111")
    visitor.taps_once_awake(visitor.button("Tiếp tục"))
    visitor.sees("MISA CA báo mã xác thực chưa đúng.")
    assert looks.wrong(visitor.page) == {}
    visitor.page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    assert looks.wrong(visitor.page, axe="none") == {}
    expect(field).to_have_value("")
    field.fill(code_of(sandbox_ca, login))
    visitor.taps_once_awake(visitor.button("Tiếp tục"))

    visitor.sees_title("Chờ bạn xác nhận")
    phone_of(Subscriber(CHIEF, "Lý Thị Thuỷ Trúc", "misa", login)).approves()
    visitor.sees_title("Đã ký thành công")
