"""Every screen in every state a person can meet, on a phone and both ways round on a tablet, light and dark.

Each is brought about for real (the CA's faults are the sandbox's) and then must satisfy the same demands: see
``looks.py``. PICTURES=1 writes the screens of the README anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.signing import LIVE
from backend.models.engine import WRITING, make_engine
from backend.models.signing import SigningTransaction
from tests.e2e import looks
from tests.e2e.desk import CA_PASSWORD, PASSWORD, Desk, Json
from tests.e2e.phones import CHIEF, DEPUTY, HOLDER, MAKER, OFFICER, PhoneApp, Subscriber
from tests.e2e.visitor import DEVICES, PHONE, Visitor
from tests.support.servers import Instance, Sandbox, eventually

pytestmark = pytest.mark.xdist_group("browser-screens")

NOBODY_WAITS = "1990002.03"
"""The account holder of the other unit: nobody sends them anything here, so their inbox is empty."""
PAYEE = {
    "payee_kind": "bank_account",
    "payee_name": "Công ty CP Xây dựng và Thương mại Hoa Phượng Đỏ Hải Phòng Mẫu",
    "payee_address": "Số 128 đường Hồ Sen, phường Trại Cau, quận Lê Chân, thành phố Hải Phòng",
    "payee_account": "00110022003300440055",
    "payee_bank_code": "31203001",
}


@dataclass(frozen=True)
class Stage:
    """Brings about what a test then looks at."""

    installation: Instance
    ca: Sandbox
    desk: Callable[[str], Desk]
    visit: Callable[..., Visitor]
    pictures: Path

    def at(self, username: str, path: str, device: dict[str, int] = PHONE, **options: Any) -> Visitor:
        """That person at that address."""
        visitor: Visitor = self.visit(device, **options).is_logged_in_as(self.desk(username))
        visitor.goes(path)
        return visitor

    def submitted(self, by: Subscriber = CHIEF, **changed: Any) -> Json:
        """A dossier before the eyes of a chief accountant."""
        maker = self.desk(MAKER)
        return maker.submits(maker.drafts(**changed), self.desk(by.username).id)

    def asked(self, by: Subscriber = CHIEF) -> Json:
        """That chief accountant has asked the CA. Five unfinished requests in ten minutes are all a person may make."""
        return self.desk(by.username).signs(self.submitted(by), self.desk(HOLDER.username).id, CA_PASSWORD)

    def waiting(self, by: Subscriber = CHIEF) -> Json:
        return self.desk(by.username).until(self.asked(by), "waiting")

    def prompted(self, person: Subscriber = CHIEF) -> str:
        """The request on the phone, by its number at the CA."""
        found = eventually(lambda: self.ca.waiting(person.login), what="a prompt")
        return str(found[0]["id"])

    def ended(self, move: str, *phases: str, by: Subscriber = CHIEF) -> Json:
        """A request and what its person or the CA did with it."""
        signing = self.waiting(by)
        self.decides(move, by)
        return self.desk(by.username).until(signing, *phases)

    def decides(self, move: str, person: Subscriber = CHIEF) -> None:
        self.ca.control(f"/_control/transactions/{self.prompted(person)}/{move}", {})

    def signed(self) -> Json:
        """The chief accountant's signature is there; the holder has the pen."""
        return self.ended("approve", "signed")

    def at_the_treasury(self) -> Json:
        """Signed twice and delivered."""
        holder = self.desk(HOLDER.username)
        dossier = {"id": self.signed()["dossier_id"]}
        signing = holder.until(holder.signs(dossier, None, CA_PASSWORD), "waiting")
        self.decides("approve", HOLDER)
        holder.until(signing, "signed")
        return eventually(lambda: (now := holder.sees(dossier))["receipt_no"] and now, what="a receipt") or {}

    def takes_pictures(self, visitor: Visitor, name: str) -> None:
        """Phone, tablet and landscape for the README; the person stays on the phone afterwards."""
        for device, size in DEVICES.items():
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            looks.picture(visitor.page, self.pictures / f"{name}-{device}.png")
        visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]


@pytest.fixture
def stage(
    installation: Instance,
    sandbox_ca: Sandbox,
    desk: Callable[[str], Desk],
    visit: Callable[..., Visitor],
    pictures: Path,
) -> Stage:
    return Stage(installation, sandbox_ca, desk, visit, pictures)


@pytest.fixture(autouse=True)
def an_hour_passes(installation: Instance) -> Iterator[None]:
    """What one test asked is long ago in the next: nobody may be asked more than five times in ten minutes."""
    yield
    engine = make_engine(installation.database_url, pool_size=1)
    ended = SigningTransaction.status.not_in([status.value for status in LIVE])
    with engine.connect().execution_options(**WRITING) as connection, Session(connection) as session:
        for signing in session.scalars(select(SigningTransaction).where(ended)):
            signing.created_at -= timedelta(hours=1)
        session.commit()
    engine.dispose()


def stands(stage: Stage, visitor: Visitor, name: str = "") -> None:
    """The demands on every screen: by light on the phone, in the dark on the wide tablet."""
    found = looks.findings(visitor.page)
    if name:
        stage.takes_pictures(visitor, name)
    assert found == {}


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


def reads(stage: Stage, username: str, dossier: Json, **options: Any) -> Visitor:
    """That person with that dossier open, its pages shown."""
    visitor = stage.at(username, f"/chung-tu/{dossier['id']}", **options)
    visitor.sees_title(re.compile("^Chứng từ"))
    expect(visitor.page.locator(".page-shown").first).to_be_visible()
    return visitor


def begins_to_sign(stage: Stage, dossier: Json) -> Visitor:
    chief = reads(stage, CHIEF.username, dossier)
    starts(chief)
    return chief


def starts(signer: Visitor) -> None:
    signer.tap(signer.button("Duyệt và ký"))
    expect(dialog(signer).get_by_role("heading", level=2)).to_have_text(re.compile("Gửi ai duyệt tiếp|Ký số từ xa"))


def chooses(chief: Visitor, person: Subscriber) -> None:
    if dialog(chief).get_by_text("Gửi ai duyệt tiếp?").first.is_visible():
        dialog(chief).get_by_text(person.name, exact=True).click()
        chief.taps_once_awake(chief.button(f"Chọn {person.name}"))


# U1


def test_u1_user_name(stage: Stage) -> None:
    visitor = stage.visit()
    visitor.goes("/")
    visitor.sees_title("Đăng nhập")
    stands(stage, visitor, "login")


def test_u1_wrong_password_is_said_beside_its_field(stage: Stage) -> None:
    visitor = stage.visit()
    visitor.logs_in("1990002.03", "khong-phai-mat-khau")
    visitor.sees(re.compile("Bạn còn \\d lần thử"))
    expect(visitor.page.get_by_label("Mật khẩu", exact=True)).to_be_focused()
    stands(stage, visitor)


def test_u1_too_many_attempts_say_until_when(stage: Stage) -> None:
    visitor = stage.visit()
    visitor.logs_in("1990002.99", "khong-phai-mat-khau")
    for _ in range(8):
        visitor.sees(re.compile("lần thử|Tạm khóa đăng nhập đến"))
        if visitor.page.get_by_text("Tạm khóa đăng nhập đến").is_visible():
            break
        visitor.page.get_by_label("Mật khẩu", exact=True).fill("khong-phai-mat-khau")
        visitor.tap(visitor.button("Đăng nhập"))
    visitor.sees(re.compile("Tạm khóa đăng nhập đến \\d\\d:\\d\\d"))
    stands(stage, visitor)


def test_u1_button_stays_in_sight_above_the_keyboard(stage: Stage) -> None:
    visitor = stage.visit({"width": 390, "height": 844 - 300})
    visitor.goes("/")
    visitor.page.get_by_label("Tên đăng nhập").fill("1990001.02")
    expect(visitor.button("Tiếp tục")).to_be_in_viewport(ratio=1)
    visitor.tap(visitor.button("Tiếp tục"))
    expect(visitor.button("Đăng nhập")).to_be_in_viewport(ratio=1)


# U3


def test_u3_inbox(stage: Stage) -> None:
    stage.submitted(payee=PAYEE, lines=[{"content": "Thanh toán khối lượng hoàn thành", "amount": 1_234_567_890}])
    chief = stage.at(CHIEF.username, "/")
    chief.sees_title(re.compile("Chờ tôi duyệt"))
    expect(chief.row("Hoa Phượng Đỏ")).to_be_visible()
    stands(stage, chief, "inbox")


def test_u3_nothing_waits(stage: Stage) -> None:
    deputy = stage.at(NOBODY_WAITS, "/")
    deputy.sees("Bạn đã duyệt hết")
    stands(stage, deputy)


def test_u3_nothing_found(stage: Stage) -> None:
    chief = stage.at(CHIEF.username, "/?tim=khong-co-dau")
    chief.sees(re.compile("Không tìm thấy chứng từ phù hợp"))
    stands(stage, chief)


def test_u3_list_cannot_be_read(stage: Stage) -> None:
    chief = stage.visit().is_logged_in_as(stage.desk(CHIEF.username))
    chief.context.route("**/api/inbox*", lambda route: route.fulfill(status=503, body=""))
    chief.goes("/")
    chief.sees("Chưa tải được danh sách")
    stands(stage, chief)
    chief.context.unroute_all()
    chief.tap(chief.button("Thử lại").first)
    chief.sees_title(re.compile(r"Chờ tôi duyệt \(\d+\)"))


def test_u3_row_menu_and_search(stage: Stage) -> None:
    number = stage.submitted()["voucher_no"]
    chief = stage.at(CHIEF.username, "/")
    chief.tap(chief.button("Tìm kiếm"))
    chief.page.get_by_role("searchbox").fill(number.lower())
    expect(chief.page.locator(".row-item")).to_have_count(1)
    chief.tap(chief.row(number).get_by_role("button").first)
    expect(dialog(chief)).to_be_visible()
    stands(stage, chief)


def test_u3_new_voucher_is_offered_without_moving_the_row_under_the_finger(stage: Stage) -> None:
    stage.submitted()
    chief = stage.at(CHIEF.username, "/")
    row = chief.page.locator(".row-item").first
    expect(row).to_be_visible()
    looks.settle(chief.page)
    before = row.bounding_box()
    stage.submitted()
    expect(chief.button(re.compile("Có \\d+ chứng từ mới – Xem"))).to_be_visible()
    assert row.bounding_box() == before
    stands(stage, chief)


def test_u3_a_voucher_that_comes_between_the_list_and_the_session_is_offered_too(stage: Stage) -> None:
    stage.submitted()
    chief = stage.visit().is_logged_in_as(stage.desk(CHIEF.username))
    held: list[Route] = []
    chief.context.route("**/api/session", lambda route: held.append(route))
    with chief.page.expect_request("**/api/session"), chief.page.expect_response("**/api/inbox*"):
        chief.goes("/")
    stage.submitted()
    held[0].continue_()
    chief.sees(re.compile("Có 1 chứng từ mới – Xem"))


# U4


def test_u4_review(stage: Stage) -> None:
    dossier = stage.submitted(
        payee=PAYEE, lines=[{"content": "Thanh toán khối lượng hoàn thành", "amount": 84_250_000}]
    )
    chief = reads(stage, CHIEF.username, dossier)
    expect(chief.button("Duyệt và ký")).to_be_enabled()
    stands(stage, chief, "review")


def test_u4_pages_that_cannot_be_shown_keep_the_button_shut(stage: Stage) -> None:
    dossier = stage.submitted()
    chief = stage.visit().is_logged_in_as(stage.desk(CHIEF.username))
    chief.context.route("**/pages/*", lambda route: route.abort())
    chief.goes(f"/chung-tu/{dossier['id']}")
    chief.sees("Chưa hiển thị được văn bản nên chưa thể ký")
    expect(chief.button("Duyệt và ký")).to_be_disabled()
    stands(stage, chief)


def test_u4_may_only_look(stage: Stage) -> None:
    maker = reads(stage, MAKER, stage.submitted())
    expect(maker.button("Duyệt và ký")).to_have_count(0)
    stands(stage, maker)


def test_u4_not_found_says_so(stage: Stage) -> None:
    chief = stage.at(CHIEF.username, "/chung-tu/00000000-0000-4000-8000-000000000000")
    chief.sees("Không tìm thấy chứng từ, hoặc bạn không có quyền xem.")
    stands(stage, chief)


def test_u4_full_screen_page(stage: Stage) -> None:
    chief = reads(stage, CHIEF.username, stage.submitted())
    chief.tap(chief.page.locator(".page-button").first)
    expect(dialog(chief)).to_be_visible()
    stands(stage, chief)


# U5


def test_u5_return_with_reason(stage: Stage) -> None:
    chief = reads(stage, CHIEF.username, stage.submitted())
    chief.tap(chief.button("Trả lại"))
    expect(dialog(chief)).to_be_visible()
    chief.taps_once_awake(dialog(chief).get_by_role("button", name="Trả lại chứng từ"))
    expect(chief.page.get_by_label("Lý do trả lại (bắt buộc)")).to_be_focused()
    stands(stage, chief)
    chief.taps = 0
    chief.tap(dialog(chief).get_by_role("button", name="Sai tài khoản nhận"))
    stage.takes_pictures(chief, "return")
    chief.tap(dialog(chief).get_by_role("button", name="Trả lại chứng từ"))
    chief.sees("Đã trả lại cho Lê Thị Mai Ngân. Chứng từ không còn trong hộp việc của bạn.")
    assert chief.taps <= 2
    stands(stage, chief)


# U6, U7, U8


def test_u6_u7_u8_from_the_decision_to_the_last_look(stage: Stage) -> None:
    chief = begins_to_sign(stage, stage.submitted())
    if dialog(chief).get_by_text("Gửi ai duyệt tiếp?").first.is_visible():
        stands(stage, chief, "next-approver")
    chooses(chief, HOLDER)
    expect(dialog(chief).get_by_role("heading", level=2)).to_have_text(re.compile("Ký số từ xa bằng VNPT"))
    stage.takes_pictures(chief, "provider-login")
    chief.taps_once_awake(chief.button("Tiếp tục"))
    chief.sees("Nhập mật khẩu CTS để tiếp tục.")
    stands(stage, chief)
    chief.types_ca_password()
    chief.tap(chief.button("Tiếp tục"))
    expect(dialog(chief).get_by_role("heading", level=2)).to_have_text("Xác nhận ký chứng từ")
    stands(stage, chief, "confirm")
    for size in (PHONE, {"width": 360, "height": 640}):
        chief.page.set_viewport_size(size)  # type: ignore[arg-type]
        for words in ("2.015.000", "Công ty TNHH Điện nước Mẫu", "0011 0022 0033 0"):
            expect(dialog(chief).get_by_text(words).first).to_be_in_viewport(ratio=1)


def test_u7_wrong_password_leads_back_to_its_field(stage: Stage) -> None:
    chief = begins_to_sign(stage, stage.submitted())
    chooses(chief, HOLDER)
    chief.types_ca_password("khong-phai")
    chief.taps_once_awake(chief.button("Tiếp tục"))
    chief.taps_once_awake(chief.button("Ký 2.015.000 đồng"))
    chief.sees(re.compile("tên đăng nhập hoặc mật khẩu chưa đúng", re.IGNORECASE))
    chief.sees(re.compile("Chưa có chữ ký nào được tạo"))
    stands(stage, chief)


def _is_unwell(stage: Stage, visitor: Visitor, state: str) -> None:
    """This browser is told that the CA is so; what makes it so in the server has tests of its own."""
    known = stage.desk(CHIEF.username).reads("/providers")["items"]

    def told(route: Route) -> None:
        retry_at = (datetime.now(UTC) + timedelta(seconds=25)).isoformat() if state == "down" else None
        route.fulfill(json={"items": [{**each, "health": {"state": state, "retry_at": retry_at}} for each in known]})

    visitor.context.route("**/api/providers", told)


def test_u7_u8_a_slow_ca_is_told_before_anything_is_sent(stage: Stage) -> None:
    chief = reads(stage, CHIEF.username, stage.submitted())
    _is_unwell(stage, chief, "slow")
    starts(chief)
    chooses(chief, HOLDER)
    chief.sees(re.compile("VNPT.* phản hồi chậm"))
    chief.types_ca_password()
    chief.taps_once_awake(chief.button("Tiếp tục"))
    expect(dialog(chief).get_by_role("heading", level=2)).to_have_text("Xác nhận ký chứng từ")
    expect(chief.button("Ký 2.015.000 đồng")).to_be_enabled()
    stands(stage, chief, "provider-slow")
    chief.context.unroute_all()


def test_u7_a_ca_that_is_down_asks_nobody_for_a_password(stage: Stage) -> None:
    chief = reads(stage, CHIEF.username, stage.submitted())
    _is_unwell(stage, chief, "down")
    starts(chief)
    chooses(chief, HOLDER)
    chief.sees(re.compile("VNPT.* đang gặp sự cố"))
    expect(chief.button("Tiếp tục")).to_be_disabled()
    stands(stage, chief, "provider-down")
    chief.context.unroute_all()


def test_u7_locked_at_the_ca_says_until_when(stage: Stage) -> None:
    dossier = stage.submitted(DEPUTY)
    for _ in range(4):
        with pytest.raises(AssertionError, match=r"prov\.login"):
            stage.desk(DEPUTY.username).signs(dossier, stage.desk(HOLDER.username).id, "khong-phai")
    deputy = reads(stage, DEPUTY.username, dossier)
    starts(deputy)
    chooses(deputy, HOLDER)
    deputy.types_ca_password("khong-phai")
    deputy.taps_once_awake(deputy.button("Tiếp tục"))
    deputy.taps_once_awake(deputy.button("Ký 2.015.000 đồng"))
    deputy.sees(re.compile("đang bị khóa"))
    deputy.sees(re.compile("Tài khoản được mở lại lúc \\d\\d:\\d\\d"))
    stands(stage, deputy, "locked-out")
    stage.ca.later(310)


# U9


def test_u9_waiting(stage: Stage, phone_of: Callable[[Subscriber], PhoneApp]) -> None:
    signing = stage.waiting()
    chief = stage.at(CHIEF.username, f"/ky/{signing['id']}")
    chief.sees_title("Chờ bạn xác nhận")
    stands(stage, chief, "waiting")
    chief.page.set_viewport_size({"width": 360, "height": 640})
    for words in ("Mã đối chiếu", "2.015.000"):
        expect(chief.page.get_by_text(words).first).to_be_in_viewport(ratio=1)
    chief.tap(chief.button("Hủy yêu cầu ký"))
    expect(dialog(chief)).to_contain_text("Hủy yêu cầu ký?")
    stands(stage, chief)
    phone = phone_of(CHIEF)
    assert signing["comparison_code"] in phone.text.replace(" ", "")
    phone.shows(lambda page: looks.picture(page, stage.pictures / "phone-page-phone.png"))
    phone.approves()
    chief.sees_title("Đã ký thành công")


def test_u9_alarm(stage: Stage) -> None:
    deputy = stage.at(DEPUTY.username, f"/ky/{stage.waiting(DEPUTY)['id']}")
    deputy.tap(deputy.button("Tôi không yêu cầu ký"))
    stands(stage, deputy)
    deputy.taps_once_awake(deputy.button("Hủy và báo sự việc"))
    deputy.sees("Sự việc đã được ghi nhận")
    stands(stage, deputy, "not-asked-for")
    stage.decides("refuse", DEPUTY)
    deputy.tap(deputy.link("Gỡ chặn trong mục Tài khoản"))
    deputy.sees("Đang chặn yêu cầu ký")
    deputy.page.get_by_label("Mật khẩu đăng nhập").fill(PASSWORD)
    stands(stage, deputy, "blocked")
    deputy.tap(deputy.button("Gỡ chặn"))
    deputy.sees("Đã gỡ chặn")
    maker = stage.at(MAKER, "/thong-bao")
    maker.sees("Cảnh báo: có người báo không yêu cầu ký")


# U11


def test_u11_signed(stage: Stage) -> None:
    stage.submitted()
    chief = stage.at(CHIEF.username, f"/ky/{stage.signed()['id']}")
    chief.sees_title("Đã ký thành công")
    expect(chief.link(re.compile("Chứng từ tiếp theo"))).to_be_visible()
    stands(stage, chief, "success")
    chief.tap(chief.button("Kiểm tra chữ ký").first)
    expect(dialog(chief)).to_contain_text("Chữ ký hợp lệ")
    stands(stage, chief)


# U12


def sees_ending(stage: Stage, signing: Json, title: Any, name: str = "", by: Subscriber = CHIEF) -> Visitor:
    person = stage.at(by.username, f"/ky/{signing['id']}")
    person.sees_title(title)
    stands(stage, person, name)
    return person


def test_u12_rejected(stage: Stage) -> None:
    chief = sees_ending(stage, stage.ended("refuse", "rejected"), re.compile("Bạn đã từ chối ký trong"), "rejected")
    chief.sees("Chưa có chữ ký nào được tạo.")
    expect(chief.button("Ký lại")).to_be_enabled()


def test_u12_expired(stage: Stage) -> None:
    chief = sees_ending(stage, stage.ended("expire", "expired"), "Hết thời gian xác nhận")
    chief.sees("Chưa có chữ ký nào được tạo.")
    expect(chief.button("Gửi lại yêu cầu ký")).to_be_enabled()


def test_u12_late(stage: Stage) -> None:
    signing = stage.waiting(DEPUTY)
    stage.desk(DEPUTY.username).does(f"/signings/{signing['id']}/cancel")
    stage.decides("approve", DEPUTY)
    late = stage.desk(DEPUTY.username).until(signing, "orphan")
    deputy = sees_ending(stage, late, "Chữ ký đến sau khi yêu cầu đã đóng", by=DEPUTY)
    deputy.sees("Chữ ký này không được dùng")


def test_u12_cancelled(stage: Stage) -> None:
    signing = stage.waiting(DEPUTY)
    cancelled = stage.desk(DEPUTY.username).does(f"/signings/{signing['id']}/cancel")
    sees_ending(stage, cancelled, "Yêu cầu ký đã được hủy", by=DEPUTY).sees("Chưa có chữ ký nào được tạo.")
    stage.decides("refuse", DEPUTY)


def test_u12_provider_in_trouble(stage: Stage) -> None:
    stage.ca.fault("vnpt", DEPUTY.login, "sign", "internal_error", times=9)
    failed = stage.desk(DEPUTY.username).until(stage.asked(DEPUTY), "failed")
    deputy = sees_ending(stage, failed, re.compile("VNPT.* đang gặp sự cố"), "provider-failed", by=DEPUTY)
    deputy.sees("Chứng từ vẫn nằm trong hộp việc của bạn.")


def test_u12_invalid_signature(stage: Stage) -> None:
    signing = stage.waiting(DEPUTY)
    stage.ca.fault("vnpt", DEPUTY.login, "any", "garbage_signature")
    stage.decides("approve", DEPUTY)
    failed = stage.desk(DEPUTY.username).until(signing, "failed")
    deputy = sees_ending(stage, failed, re.compile("Chữ ký .*(không hợp lệ|không phải)"), by=DEPUTY)
    deputy.sees("Chứng từ chưa được ký.")


def test_u12_quota_used_up(stage: Stage) -> None:
    stage.ca.fault("vnpt", DEPUTY.login, "sign", "quota")
    failed = stage.desk(DEPUTY.username).until(stage.asked(DEPUTY), "failed")
    deputy = sees_ending(stage, failed, re.compile("Gói ký của bạn tại VNPT.* đã hết lượt"), "quota", by=DEPUTY)
    deputy.sees("Chưa có chữ ký nào được tạo.")


def test_u12_unknown_offers_no_second_request(stage: Stage) -> None:
    stage.ca.fault("vnpt", CHIEF.login, "sign", "lose_answer")
    unknown = stage.desk(CHIEF.username).until(stage.asked(), "unknown")
    chief = sees_ending(stage, unknown, "Chưa rõ kết quả", "unknown")
    chief.sees(re.compile("đừng ký lại"))
    expect(chief.button(re.compile("Ký lại|Gửi lại"))).to_have_count(0)


# U14, U15, account


def test_u14_history(stage: Stage) -> None:
    signed = stage.signed()
    chief = stage.at(CHIEF.username, "/lich-su")
    chief.sees_title("Lịch sử")
    expect(chief.row(signed["voucher_no"])).to_be_visible()
    stands(stage, chief, "history")
    chief.tap(chief.button("Bộ lọc"))
    expect(dialog(chief)).to_be_visible()
    stands(stage, chief)


def test_u14_nothing_found(stage: Stage) -> None:
    chief = stage.at(CHIEF.username, "/lich-su?tim=khong-co-chung-tu-nao")
    chief.sees(re.compile("Không tìm thấy chứng từ phù hợp"))
    stands(stage, chief)


def test_u15_notifications(stage: Stage) -> None:
    stage.submitted()
    chief = stage.at(CHIEF.username, "/thong-bao")
    chief.sees_title("Thông báo")
    stands(stage, chief)


def test_account(stage: Stage) -> None:
    chief = stage.at(CHIEF.username, "/tai-khoan")
    chief.sees_title("Tài khoản")
    stands(stage, chief)


def test_address_that_does_not_exist(stage: Stage) -> None:
    chief = stage.at(CHIEF.username, "/khong-co-dia-chi-nay")
    expect(chief.page.get_by_role("heading", level=1)).to_be_visible()
    stands(stage, chief)


# U16


def test_u16_form_check_and_list(stage: Stage) -> None:
    draft = stage.desk(MAKER).drafts(payee=PAYEE)
    maker = stage.at(MAKER, f"/ho-so/{draft['id']}/sua")
    maker.sees_title(re.compile("Chứng từ mới|Sửa chứng từ"))
    stands(stage, maker, "dossier-form")
    for words in ("Nội dung và số tiền", "Đơn vị nhận tiền"):
        maker.tap(maker.button("Tiếp tục"))
        maker.sees(re.compile(f"– {words}"))
        stands(stage, maker)
    maker.tap(maker.button(re.compile("^Ngân hàng")))
    expect(dialog(maker)).to_be_visible()
    stands(stage, maker)
    maker.page.keyboard.press("Escape")
    maker.tap(maker.button("Kiểm tra và gửi"))
    maker.sees_title("Kiểm tra trước khi gửi")
    maker.sees("Đã nhập đủ")
    stands(stage, maker, "check")


def test_u16_what_is_missing_is_listed_with_links_to_its_field(stage: Stage) -> None:
    draft = stage.desk(MAKER).drafts(payee={**PAYEE, "payee_account": ""}, lines=[{"content": "", "amount": 1000}])
    maker = stage.at(MAKER, f"/ho-so/{draft['id']}/sua?buoc=kiem-tra")
    maker.sees(re.compile("chỗ cần sửa"))
    stands(stage, maker)


def test_u16_list_of_dossiers(stage: Stage) -> None:
    stage.desk(MAKER).drafts(payee=PAYEE)
    chief, returned = stage.desk(CHIEF.username), stage.submitted()
    chief.does(
        f"/dossiers/{returned['id']}/return", expected_version=returned["version"], reason="Sai tài khoản nhận tiền"
    )
    maker = stage.at(MAKER, "/ho-so")
    maker.sees_title("Hồ sơ")
    maker.sees("Sai tài khoản nhận tiền")
    stands(stage, maker)


# officer


def test_officer_list_and_receipt(stage: Stage) -> None:
    dossier = stage.at_the_treasury()
    officer = stage.at(OFFICER, "/tiep-nhan")
    officer.sees_title(re.compile("Tiếp nhận"))
    expect(officer.row(dossier["voucher_no"])).to_be_visible()
    stands(stage, officer, "intake")
    officer.opens(dossier["voucher_no"])
    officer.sees("Chữ ký hợp lệ")
    stands(stage, officer)
    officer.tap(officer.button("Tiếp nhận"))
    expect(dialog(officer)).to_be_visible()
    stands(stage, officer)


# between screens


def test_focus_goes_to_the_title_after_a_navigation(stage: Stage) -> None:
    stage.submitted()
    chief = stage.at(CHIEF.username, "/")
    expect(chief.page.locator("a.row-card").first).to_be_visible()
    # A link tapped in the very first moment is a full page load, where the browser places the focus itself.
    chief.page.wait_for_load_state("networkidle")
    for door, title in (("Lịch sử", "Lịch sử"), ("Tài khoản", "Tài khoản"), ("Chờ duyệt", re.compile("Chờ tôi duyệt"))):
        chief.tap(chief.page.get_by_role("navigation").get_by_role("link", name=door))
        expect(chief.sees_title(title)).to_be_focused()
    chief.tap(chief.page.locator("a.row-card").first)
    expect(chief.sees_title(re.compile("^Chứng từ"))).to_be_focused()


def test_turning_the_tablet_keeps_what_was_typed_and_where_one_was(stage: Stage) -> None:
    draft = stage.desk(MAKER).drafts(payee=PAYEE)
    maker = stage.at(MAKER, f"/ho-so/{draft['id']}/sua", DEVICES["tablet"])  # type: ignore[arg-type]
    field = maker.page.get_by_label("Số chứng từ")
    field.fill("UNC-XOAY")
    maker.page.set_viewport_size(DEVICES["landscape"])  # type: ignore[arg-type]
    expect(field).to_have_value("UNC-XOAY")
    expect(field).to_be_focused()


def test_going_back_to_the_inbox_keeps_its_scroll_to_the_pixel(stage: Stage) -> None:
    for _ in range(6):
        stage.submitted()
    chief = stage.at(CHIEF.username, "/")
    expect(chief.page.locator("a.row-card").nth(5)).to_be_visible()
    # A link tapped within the first half second loads its page whole; that is not what this is about.
    chief.page.wait_for_load_state("networkidle")
    row = chief.page.locator("a.row-card").nth(5)
    row.scroll_into_view_if_needed()
    looks.settle(chief.page)
    before = looks.runs(chief.page, "document.querySelector('[data-active-pane]').scrollTop")
    chief.tap(row)
    chief.sees_title(re.compile("^Chứng từ"))
    chief.page.go_back()
    chief.sees_title(re.compile("Chờ tôi duyệt"))
    eventually(
        lambda: looks.runs(chief.page, "document.querySelector('[data-active-pane]').scrollTop") == before, 5, "scroll"
    )
    assert before > 0
