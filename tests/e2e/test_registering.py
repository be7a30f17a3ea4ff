"""A unit registers from a phone: every screen on the way, what it asks, and the way to the Treasury's door."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import looks
from tests.e2e.desk import CA_PASSWORD
from tests.e2e.phones import PhoneApp, Subscriber
from tests.e2e.visitor import LANDSCAPE, PHONE, TABLET, Visitor
from tests.e2e.wizard import PEOPLE, Person, Registrant
from tests.support.servers import Sandbox

pytestmark = pytest.mark.xdist_group("browser-registration")

MOST_QUESTIONS = 5
MOST_INTERACTIONS = 90


def _looks_right(at: Registrant, screen: str) -> None:
    assert looks.wrong(at.page) == {}, screen
    if at.is_at_a_phone:
        assert at.questions() <= MOST_QUESTIONS, screen


def _enrolled(sandbox: Sandbox, person: Person) -> Subscriber:
    """The person's account at the CA."""
    sandbox.control(
        "/_control/subscribers",
        {"provider": "vnpt", "uid": person.id_number, "full_name": person.name, "id_number": person.id_number}
        | {"password": CA_PASSWORD, "spare_s": 600},
    )
    return Subscriber("", person.name, "vnpt", person.id_number)


def test_every_screen_up_to_the_first_save_looks_right_and_asks_little(visit: Callable[..., Visitor]) -> None:
    registrant = Registrant(visit(PHONE), _looks_right)

    registrant.declares_everything("1581001")
    code = registrant.saves()

    assert code.startswith("1581001")
    assert registrant.interactions <= MOST_INTERACTIONS


@pytest.mark.parametrize(("device", "code"), [(TABLET, "1581002"), (LANDSCAPE, "1581003")], ids=["tablet", "landscape"])
def test_a_tablet_shows_a_whole_step_at_once(visit: Callable[..., Visitor], device: dict[str, int], code: str) -> None:
    registrant = Registrant(visit(device, color_scheme="dark"), _looks_right)

    registrant.declares_everything(code)

    expect(registrant.button("Lưu")).to_be_visible()


def test_what_is_wrong_is_told_beside_the_field_and_in_a_summary_that_leads_there(
    visit: Callable[..., Visitor],
) -> None:
    registrant = Registrant(visit(PHONE))
    registrant.begins()

    registrant.taps(registrant.button("Tiếp tục"))

    summary = registrant.page.get_by_role("heading", name=re.compile(r"Có \d+ chỗ cần sửa"))
    expect(summary).to_be_focused()
    _looks_right(registrant, "Đơn vị và Kho bạc")
    registrant.taps(registrant.page.get_by_role("link", name="Tên đơn vị: Chưa nhập."))
    expect(registrant.page.get_by_label("Tên đơn vị")).to_be_focused()


def test_a_reload_keeps_the_screen_and_what_was_typed(visit: Callable[..., Visitor]) -> None:
    registrant = Registrant(visit(PHONE))
    registrant.begins()
    registrant.declares_the_unit("1581004")

    registrant.visitor.sees("Đã lưu nháp lúc")
    registrant.page.reload()

    registrant.is_at("Kê khai thông tin tài khoản của đơn vị đã mở tại KBNN")
    registrant.goes_back("Dịch vụ đăng ký")
    registrant.goes_back("Liên hệ của đơn vị")
    expect(registrant.page.get_by_label("Email *")).to_have_value("ketoan@hoasen.example")


def test_a_link_opens_the_dossier_on_another_device_and_leaves_the_address(visit: Callable[..., Visitor]) -> None:
    registrant = Registrant(visit(PHONE))
    registrant.begins()
    registrant.declares_the_unit("1581005")
    registrant.visitor.sees("Đã lưu nháp lúc")
    renewed = registrant.page.request.post(
        "/api/registrations/current/link", data={}, headers={"Origin": registrant.visitor.base_url}
    )
    elsewhere = visit(TABLET)

    elsewhere.goes(f"/dang-ky/tiep-tuc#{renewed.json()['secret']}")

    elsewhere.sees("Kê khai thông tin tài khoản của đơn vị đã mở tại KBNN")
    assert "#" not in elsewhere.page.url


def test_a_unit_registers_and_signs_from_one_phone(
    visit: Callable[..., Visitor], sandbox_ca: Sandbox, phone_of: Callable[[Subscriber], PhoneApp]
) -> None:
    accounts = {person: _enrolled(sandbox_ca, person) for person in PEOPLE if person.signs}
    registrant = Registrant(visit(PHONE))
    registrant.declares_everything("1581006")
    code = registrant.saves()
    registrant.look = _looks_right

    registrant.taps(registrant.button("Kiểm tra và hoàn thiện"))
    registrant.is_at("Danh sách thành viên")
    for person in accounts:
        registrant.gets_the_certificate_of(person)
    registrant.completes()
    registrant.asks_for_the_signature()
    registrant.is_at("Chờ Lê Hoàng Cường xác nhận")
    phone_of(accounts[PEOPLE[2]]).approves()

    registrant.visitor.sees(f"Hồ sơ mã số: {code} Đã được gửi tới KBNN.", timeout_ms=40_000)
    _looks_right(registrant, "Đã gửi KBNN")
