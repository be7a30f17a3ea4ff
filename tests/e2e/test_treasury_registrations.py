"""Registrations and their changes at the Treasury's desk, in a browser: an officer checks, a second person approves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import looks
from tests.e2e.applicant import Applicant
from tests.e2e.clerks import APPROVER, approves
from tests.e2e.desk import CA_PASSWORD, Desk, Json
from tests.e2e.mailbox import Mailbox
from tests.e2e.phones import OFFICER
from tests.e2e.visitor import LANDSCAPE, PHONE, TABLET, Visitor
from tests.support.servers import Instance, Sandbox

pytestmark = pytest.mark.xdist_group("browser-registration")

REGISTRATIONS = "/tiep-nhan?muc=dang-ky"
MOST_TAPS = 4
OWN = "bốn con mèo vàng"


def looks_right(visitor: Visitor) -> None:
    assert looks.wrong(visitor.page) == {}, visitor.page.url


def confirms(visitor: Visitor, decision: str) -> None:
    """The button below the registration, and the same in the sheet it opens."""
    visitor.tap(visitor.page.locator(".action-bar").get_by_role("button", name=decision, exact=True))
    looks_right(visitor)
    visitor.taps_once_awake(visitor.page.get_by_role("dialog").get_by_role("button", name=decision, exact=True))


def ticks_everything(officer: Visitor) -> None:
    for box in officer.page.get_by_role("checkbox").all():
        officer.tap(box)
    officer.sees("4/4 đã kiểm tra")
    officer.sees("Đã lưu")


def test_an_officer_checks_and_a_second_person_approves(
    installation: Instance, sandbox_ca: Sandbox, visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    unit = "Trường Mầm non Hoa Sữa"
    Applicant(installation.base_url, sandbox_ca).submits("1990061", unit)
    officer = visit(LANDSCAPE).is_logged_in_as(desk(OFFICER))
    approver = visit(PHONE, color_scheme="dark").is_logged_in_as(desk(APPROVER))

    officer.goes(REGISTRATIONS)
    officer.sees("Chọn một hồ sơ để xem nội dung.")
    looks_right(officer)
    officer.row(unit).get_by_role("link").focus()
    officer.page.keyboard.press("Enter")
    for answer in ("Đúng người", "Đúng vai trò", "Còn hiệu lực lúc ký"):
        officer.sees(answer)
    approver.goes("/")
    approver.opens(unit)
    approver.sees_title("Hồ sơ đăng ký")

    officer.tap(officer.button("Tiếp nhận"))
    officer.sees(re.compile(r"Bạn đang xử lý từ \d\d:\d\d"))
    approver.sees(re.compile(r"đang xử lý từ \d\d:\d\d"))
    expect(approver.button("Phê duyệt")).to_have_count(0)
    expect(officer.button("Trình phê duyệt")).to_be_disabled()
    ticks_everything(officer)
    looks_right(officer)
    confirms(officer, "Trình phê duyệt")
    officer.sees("Đã trình phê duyệt.")
    expect(officer.button("Phê duyệt")).to_have_count(0)

    approver.sees("đã kiểm tra và trình phê duyệt")
    approver.goes("/")
    approver.taps = 0
    approver.opens(unit)
    looks_right(approver)
    confirms(approver, "Phê duyệt")
    approver.sees("Đã phê duyệt.", timeout_ms=30_000)
    assert approver.taps <= MOST_TAPS
    looks_right(approver)
    officer.sees("KBNN đã phê duyệt")
    expect(officer.page.locator(".pane-list li").filter(has_text=unit)).to_have_count(0)


def test_several_are_taken_with_one_tap_and_one_of_them_is_handed_to_a_colleague(
    installation: Instance, sandbox_ca: Sandbox, visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    """By keys alone as far as the list goes. Somebody is faster with one of them, which undoes nothing."""
    units = ["Trường Tiểu học Sóng Xanh", "Trạm Y tế Phường Mẫu", "Ban Quản lý Chợ Mẫu"]
    rows = [
        Applicant(installation.base_url, sandbox_ca).submits(f"199006{number}", unit)
        for number, unit in enumerate(units, start=4)
    ]
    lan = ("0064", "Phạm Ngọc Lan", "officer", "lan@kbnn.example", "--id-number", "031190000301")
    colleague = installation.command("treasury-staff", "add", *lan).stdout.strip()
    officer = visit(PHONE).is_logged_in_as(desk(OFFICER))
    officer.goes(REGISTRATIONS)

    officer.tap(officer.button("Chọn nhiều hồ sơ"))
    expect(officer.button("Tiếp nhận")).to_be_disabled()
    officer.row(units[0]).get_by_role("link").focus()
    officer.page.keyboard.press("Space")
    officer.tap(officer.row(units[1]).get_by_role("checkbox"))
    officer.tap(officer.row(units[2]).get_by_role("checkbox"))
    officer.sees(re.compile(r"Đã chọn 3/\d+ hồ sơ"))
    desk(OFFICER).does(f"/treasury/registrations/{rows[1]['id']}/open", expected_version=version_of(desk, rows[1]))
    officer.sees("Bạn đang xử lý hồ sơ này.")
    expect(officer.row(units[1]).get_by_role("checkbox")).to_be_disabled()
    looks_right(officer)
    officer.tap(officer.button("Tiếp nhận 2 hồ sơ"))
    officer.sees("Bạn đã tiếp nhận 2 hồ sơ.")
    looks_right(officer)

    officer.opens(units[0])
    officer.tap(officer.button("Thao tác khác"))
    officer.tap(officer.button("Chuyển người khác"))
    officer.taps_once_awake(officer.button("Chuyển hồ sơ"))
    officer.sees("Chọn người nhận hồ sơ.")
    looks_right(officer)
    officer.tap(officer.page.get_by_role("radio", name=re.compile("Phạm Ngọc Lan")))
    officer.tap(officer.button("Chuyển hồ sơ"))
    officer.sees(re.compile(r"Phạm Ngọc Lan đang xử lý từ \d\d:\d\d"))
    expect(officer.page.locator(".action-bar")).to_have_count(0)
    looks_right(officer)

    installation.command("treasury-staff", "end", colleague)
    officer.page.reload()
    officer.tap(officer.button("Tiếp nhận"))
    officer.sees("Phạm Ngọc Lan thôi xử lý hồ sơ")
    officer.sees(re.compile(r"Bạn đang xử lý từ \d\d:\d\d"))


def version_of(desk: Callable[[str], Desk], registration: Json) -> int:
    seen = desk(OFFICER).reads(f"/treasury/registrations/{registration['id']}")
    return int(seen["registration"]["version"])


def test_what_is_asked_of_the_unit_is_written_once_and_survives_closing_the_sheet(
    installation: Instance, sandbox_ca: Sandbox, visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    unit = "Trung tâm Văn hóa Sông Cấm"
    Applicant(installation.base_url, sandbox_ca).submits("1990062", unit)
    officer = visit(TABLET).is_logged_in_as(desk(OFFICER))
    officer.goes(REGISTRATIONS)
    officer.opens(unit)
    officer.tap(officer.button("Tiếp nhận"))

    officer.tap(officer.button("Yêu cầu bổ sung"))
    officer.taps_once_awake(officer.page.get_by_role("dialog").get_by_role("button", name="Yêu cầu bổ sung"))
    reason = officer.page.get_by_label("Lý do (bắt buộc)")
    expect(reason).to_be_focused()
    officer.sees("Chọn hoặc nhập lý do.")
    looks_right(officer)
    reason.fill("Bổ sung quyết định bổ nhiệm kế toán trưởng.")
    officer.tap(officer.button("Quay lại").last)
    officer.tap(officer.button("Yêu cầu bổ sung"))
    expect(reason).to_have_value("Bổ sung quyết định bổ nhiệm kế toán trưởng.")
    officer.tap(officer.button("Thiếu quyết định bổ nhiệm"))
    officer.taps_once_awake(officer.page.get_by_role("dialog").get_by_role("button", name="Yêu cầu bổ sung"))

    officer.sees("Đã gửi yêu cầu bổ sung.")
    officer.sees("Thiếu quyết định bổ nhiệm. Bổ sung quyết định bổ nhiệm kế toán trưởng.")
    expect(officer.page.locator(".action-bar")).to_have_count(0)


def test_a_change_is_told_in_pairs_to_who_declares_it_and_to_the_treasury(
    installation: Instance, sandbox_ca: Sandbox, visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    unit = "Thư viện Mẫu"
    submitted = Applicant(installation.base_url, sandbox_ca).submits("1990063", unit)
    approves(desk(OFFICER), desk(APPROVER), submitted)
    given = Mailbox(installation).first_password_of(submitted["content"]["members"][2]["email"])
    holder = visit(PHONE)
    holder.logs_in(given.username, given.password)
    holder.page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
    holder.tap(holder.button("Lưu mật khẩu"))
    holder.tap(holder.button("Để sau"))

    holder.goes("/tai-khoan")
    holder.tap(holder.link("Đăng ký thay đổi"))
    holder.sees_title("Đăng ký thay đổi")
    looks_right(holder)
    holder.tap(holder.button(re.compile("Thông tin đơn vị")))
    holder.page.get_by_label("Số điện thoại *").fill("02253888000")
    holder.sees("Đã lưu nháp lúc")
    holder.tap(holder.page.locator(".topbar").get_by_role("button", name="Quay lại"))
    holder.sees_title("Đăng ký thay đổi")
    expect(holder.page.locator(".difference-row")).to_have_text(
        re.compile(r"Số điện thoại.*Hiện tại.*Thay đổi.*3888.?000", re.S)
    )
    looks_right(holder)
    holder.tap(holder.button("Gửi đề nghị thay đổi"))

    signs = holder.page.get_by_role("button", name="Ký số", exact=True)
    expect(signs).to_be_enabled(timeout=30_000)
    holder.tap(signs)
    holder.page.get_by_label(re.compile("^Mật khẩu cts")).fill(CA_PASSWORD)
    holder.taps_once_awake(holder.button("Gửi yêu cầu ký"))
    holder.sees("Đề nghị đã được ký và gửi tới Kho bạc.", timeout_ms=40_000)
    looks_right(holder)

    officer = visit(LANDSCAPE).is_logged_in_as(desk(OFFICER))
    officer.goes("/tiep-nhan?muc=thay-doi")
    officer.opens(unit)
    officer.sees("Nội dung thay đổi")
    expect(officer.page.locator(".difference-row")).to_have_text(re.compile(r"Số điện thoại.*3888.?000", re.S))
    looks_right(officer)
