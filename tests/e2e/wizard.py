"""Somebody who registers a unit: they tap and type as the screens ask, and look at every screen they pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.e2e import looks
from tests.e2e.desk import CA_PASSWORD
from tests.e2e.visitor import Visitor

NARROW_PX = 600
_QUESTIONS = """(() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const pane = document.querySelector("[data-active-pane]");
  const fields = [...pane.querySelectorAll("input, select, textarea, .picked")];
  const alone = fields.filter((one) => !one.closest("fieldset"));
  return [...alone, ...pane.querySelectorAll("fieldset")].filter(seen).length;
})()"""
"""How much a screen asks: fields, and groups of boxes under one heading."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the unit; fictional."""

    name: str
    id_number: str
    email: str
    mobile: str
    permission: str
    provider: str = "vnpt"
    login: str = ""
    """User name at the CA; empty: the identity number."""

    @property
    def ca_login(self) -> str:
        return self.login or self.id_number

    @property
    def is_delegate(self) -> bool:
        return self.permission.startswith("Ủy quyền")

    @property
    def signs(self) -> bool:
        return self.permission != "Nhân viên"


PEOPLE = (
    Person("Nguyễn Văn An", "012090001234", "an@hoasen.example", "0912345671", "Nhân viên"),
    Person("Trần Thị Bình", "001088001111", "binh@hoasen.example", "0912345672", "Kế toán trưởng"),
    Person("Lê Hoàng Cường", "031080002222", "cuong@hoasen.example", "0912345673", "Chủ tài khoản"),
)


CA_NAME = {"viettel": "VIETTEL CA", "vnpt": "VNPT CA", "misa": "MISA CA", "nacencomm": "Nacencomm CA"}
WANTS_PASSWORD = ("vnpt", "misa")


class Registrant:
    """At one device. ``look`` is called on every screen; ``interactions`` counts taps and filled fields."""

    def __init__(self, visitor: Visitor, look: Callable[[Registrant, str], None] | None = None) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.interactions = 0
        self.look = look

    @property
    def is_at_a_phone(self) -> bool:
        size = self.page.viewport_size
        assert size is not None
        return size["width"] < NARROW_PX

    def questions(self) -> int:
        return int(looks.runs(self.page, _QUESTIONS))

    def taps(self, target: Locator) -> None:
        self.interactions += 1
        self.visitor.tap(target)

    def fills(self, label: str | re.Pattern[str], text: str) -> None:
        self.interactions += 1
        self.page.get_by_label(label).fill(text)

    def searches(self, label: str, text: str) -> None:
        """Types into the search of a sheet and waits for what it finds: a row that is about to go cannot be tapped."""
        lists = "document.querySelectorAll('dialog[open] .search-results')"
        looks.runs(self.page, f"{lists}.forEach((one) => one.setAttribute('data-before', ''))")
        self.fills(label, text)
        expect(self.page.locator("dialog[open] .search-results:not([data-before]) li").first).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).filter(visible=True)

    def is_at(self, screen: str) -> None:
        """A small screen by its heading; on a tablet it stands on one page with others."""
        expect(self.page.get_by_role("heading", name=screen, exact=True).first).to_be_visible()
        if self.look:
            self.look(self, screen)

    def goes_back(self, to: str) -> None:
        self.taps(self.page.locator(".action-bar").get_by_role("button", name="Quay lại").filter(visible=True))
        self.is_at(to)

    def goes_on(self, to: str) -> None:
        self.taps(self.button("Tiếp tục"))
        self.is_at(to)

    def _goes_down(self, to: str) -> None:
        """To the next small screen of the same page, which a tablet shows already."""
        if self.is_at_a_phone:
            self.goes_on(to)

    def begins(self) -> None:
        self.visitor.goes("/")
        self.taps(self.page.get_by_role("link", name="Đăng ký sử dụng DVC"))
        self.is_at("ĐĂNG KÝ SỬ DỤNG DỊCH VỤ CÔNG TRỰC TUYẾN")
        self.taps(self.button("Bắt đầu kê khai"))
        self.is_at("Đơn vị và Kho bạc")

    def declares_the_unit(self, code: str) -> None:
        self.taps(self.page.get_by_role("button", name="Kính gửi KBNN"))
        self.searches("Tìm tên hoặc mã Kho bạc", "0064")
        self.taps(self.page.get_by_role("button", name="KBNN Lê Chân"))
        self.fills("Mã ĐVQHNS", code)
        self.fills("Tên đơn vị", "Trường Mầm non Hoa Sen")
        self._goes_down("Liên hệ của đơn vị")
        self.fills("Số điện thoại *", "02253888999")
        self.fills("Email *", "ketoan@hoasen.example")
        self._goes_down("Dịch vụ đăng ký")
        self.goes_on("Kê khai thông tin tài khoản của đơn vị đã mở tại KBNN")

    def declares_the_accounts(self) -> None:
        self.taps(self.button("Thêm tài khoản"))
        self.is_at("Mã và tên tài khoản")
        self.taps(self.page.get_by_role("button", name="Mã TKKT"))
        self.searches("Tìm mã hoặc tên tài khoản", "3511")
        self.taps(self.page.get_by_role("dialog").get_by_role("button", name="3511"))
        self._goes_down("Chương trình và thời hạn")
        self.goes_on("Kê khai thông tin tài khoản của đơn vị đã mở tại KBNN")
        self._goes_down("Kê khai thông tin ĐVQHNS/Dự án của đơn vị giao dịch")
        self.taps(self.button("Thêm mã của đơn vị"))
        self.is_at("Mã và tên")
        self.goes_on("Kê khai thông tin ĐVQHNS/Dự án của đơn vị giao dịch")
        self._goes_down("Danh sách số tài khoản giao dịch tại KBNN")
        self.taps(self.button("Tạo số tài khoản của đơn vị"))
        self.visitor.sees("Đã có 1 số tài khoản.")
        self.goes_on("Danh sách thành viên")

    def declares(self, person: Person, form: str = "Đăng ký chứng thư số từ xa") -> None:
        self.taps(self.button("Thêm thành viên"))
        self.is_at("Thông tin cá nhân")
        self.fills("Họ tên", person.name)
        self.fills("Số CMND/ thẻ căn cước/ hộ chiếu", person.id_number)
        self.fills("Ngày cấp", "2021-05-20")
        self.fills("Nơi cấp", "Cục Cảnh sát QLHC về TTXH")
        self._goes_down("Liên lạc")
        self.fills("Email *", person.email)
        self.fills("Điện thoại *", person.mobile)
        self._goes_down("Chức danh và quyền")
        permission = self.page.get_by_text(person.permission, exact=True)
        self.taps(self.page.locator("label").filter(has=permission).get_by_role("checkbox"))
        self._goes_down("Sử dụng (các) số tài khoản sau")
        self.taps(self.button("Chọn tất cả"))
        if person.is_delegate:
            self.taps(self.page.get_by_role("button", name=re.compile("^Đổi thời hạn")).first)
            self.fills(re.compile("^Có giá trị đến"), "2027-12-31")
            self.visitor.taps_once_awake(self.button("Xong"))
        if person.signs:
            self._goes_down("Chữ ký số")
            self.taps(self.page.get_by_role("radio", name=form))
        self.goes_on("Danh sách thành viên")
        self.visitor.sees(person.name)

    def declares_everything(self, code: str, people: Sequence[Person] = PEOPLE) -> None:
        """Steps 1 to 3, up to the check."""
        self.begins()
        self.declares_the_unit(code)
        self.declares_the_accounts()
        for person in people:
            self.declares(person)
        self.goes_on("Hoàn thành và gửi hồ sơ")

    def saves(self) -> str:
        """The first Lưu; answers the dossier's code."""
        self.taps(self.button("Lưu"))
        self.is_at("Thông báo")
        words = self.page.get_by_text(re.compile(r"Hồ sơ mã số: \d{19} Đã được lưu thành công"))
        expect(words).to_be_visible()
        found = re.search(r"\d{19}", words.inner_text())
        assert found is not None
        return found[0]

    def gets_the_certificate_of(
        self, person: Person, code: Callable[[], str] | None = None, *, switches: bool = False
    ) -> None:
        """From the list of members, and back to it. ``code``: what a second factor shows; ``switches``: the whole unit
        signs remotely from now on.
        """
        self.taps(self.page.get_by_role("button", name=re.compile(f"^{person.name}")))
        self.is_at("Thông tin cá nhân")
        for screen in ("Liên lạc", "Chức danh và quyền", "Sử dụng (các) số tài khoản sau", "Chữ ký số"):
            self._goes_down(screen)
        if switches:
            self.taps(self.page.get_by_role("radio", name="Đăng ký chứng thư số từ xa"))
            self.taps(self.page.get_by_role("button", name=re.compile("^Chuyển cả đơn vị sang")))
        self.taps(self.button("Lấy thông tin chứng thư số"))
        self.taps(self.page.get_by_role("radio", name=CA_NAME[person.provider]))
        self.fills("Tên đăng nhập cts", person.ca_login)
        if person.provider in WANTS_PASSWORD:
            self.fills(re.compile("^Mật khẩu cts"), CA_PASSWORD)
        self.is_at("Lấy thông tin chứng thư số")
        self.taps(self.button("Lấy thông tin"))
        if code is not None:
            field = self.page.get_by_label("Mã xác thực", exact=True)
            expect(field).to_be_focused()  # Only then has the CA sent one.
            field.fill(code())
            self.visitor.taps_once_awake(self.page.get_by_role("dialog").get_by_role("button", name="Tiếp tục"))
        self.is_at("Chọn chứng thư số")
        self.visitor.taps_once_awake(self.button("Dùng chứng thư số này"))
        self.visitor.sees("Serial chứng thư số")
        self.goes_on("Danh sách thành viên")

    def completes(self) -> None:
        """The second Lưu: the declarations are made and shown."""
        self.goes_on("Hoàn thành và gửi hồ sơ")
        self.taps(self.button("Lưu và tạo tờ khai"))
        # Only once every page is in sight.
        expect(self.button("Ký số")).to_be_enabled(timeout=30_000)
        self.is_at("Ký và gửi hồ sơ")

    def asks_for_the_signature(self, signer: Person = PEOPLE[2], *, among_others: bool = False) -> None:
        self.taps(self.button("Ký số"))
        self.is_at("Chọn thông tin người duyệt ký số từ xa")
        if among_others:
            self.taps(self.page.get_by_role("radio", name=signer.name))
        if signer.provider in WANTS_PASSWORD:
            self.fills(re.compile("^Mật khẩu cts"), CA_PASSWORD)
        self.visitor.taps_once_awake(self.button("Gửi yêu cầu ký"))
