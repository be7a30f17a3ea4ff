"""Every state the screens of a registration and of a change can be in, light and dark, on a phone and a wide tablet.

What a screen shows on a good day is seen on the way through the wizard (``test_registering.py``); here is everything
else. States are brought about for real: by a second session, the Treasury's desk, the CA's faults. What only a network
does is done to the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.adapters.pdf.test_attached import a_pdf
from tests.e2e import looks
from tests.e2e.applicant import Applicant, Changer
from tests.e2e.clerks import APPROVER, approves
from tests.e2e.desk import CA_PASSWORD, Desk, Json
from tests.e2e.mailbox import Mailbox
from tests.e2e.phones import CHIEF, HOLDER, MAKER, OFFICER
from tests.e2e.token_applicant import TokenApplicant
from tests.e2e.visitor import PHONE, Visitor
from tests.support.misa import code_of
from tests.support.servers import Instance, Sandbox, eventually

pytestmark = pytest.mark.xdist_group("browser-states")

HOME = "/dang-ky/ke-khai"
DOSSIER = "**/api/registrations/current"
BROKEN = "Chưa có trả lời. Kiểm tra mạng rồi thử lại."


@dataclass(frozen=True)
class Stage:
    """Brings about what a test then looks at."""

    installation: Instance
    ca: Sandbox
    visit: Callable[..., Visitor]
    desk: Callable[[str], Desk]

    def applicant(self) -> Applicant:
        return Applicant(self.installation.base_url, self.ca)

    def holding(self, applicant: Applicant, path: str = HOME) -> Visitor:
        """A device on which the applicant's link was opened."""
        visitor: Visitor = self.visit(PHONE)
        visitor.context.add_cookies(applicant.cookies)  # type: ignore[arg-type]
        visitor.goes(path)
        return visitor


@pytest.fixture
def stage(
    installation: Instance, sandbox_ca: Sandbox, visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> Stage:
    return Stage(installation, sandbox_ca, visit, desk)


def shows(visitor: Visitor, words: str | re.Pattern[str], seen: Sequence[looks.Look] = looks.EVERY) -> None:
    """The screen says so, and satisfies the demands on every screen in every look."""
    visitor.sees(words)
    assert looks.findings(visitor.page, seen) == {}, words


def loads(visitor: Visitor, title: str, seen: Sequence[looks.Look] = looks.EVERY) -> None:
    """The same of a screen or sheet that waits for its content."""
    expect(visitor.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(visitor.page.locator(".skeleton").last).to_be_visible()
    assert looks.findings(visitor.page, seen) == {}, title


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


def meets(visitor: Visitor, what: str, answer: Callable[[Route], None], method: str = "") -> None:
    def met(route: Route) -> None:
        if method in ("", route.request.method):
            answer(route)
        else:
            route.fallback()

    visitor.context.route(what, met)


def loses(visitor: Visitor, what: str) -> None:
    """No network for these calls; as others come through, a button that waits for a network is not steady."""
    meets(visitor, what, lambda route: route.abort())


def waits_for(visitor: Visitor, what: str) -> None:
    """Answers that take longer than anybody looks."""
    meets(visitor, what, lambda route: None)


def breaks(visitor: Visitor, what: str, method: str = "") -> None:
    """What stands before the server gives up."""
    meets(visitor, what, lambda route: route.fulfill(status=503, body=""), method)


def heals(visitor: Visitor) -> None:
    visitor.context.unroute_all()


def attaches(visitor: Visitor, pdf: bytes) -> None:
    """Chooses the decision among the files of the device."""
    file = FilePayload(name="quyet-dinh.pdf", mimeType="application/pdf", buffer=pdf)
    visitor.page.locator("input[type=file]").set_input_files(file)


def loses_patience(visitor: Visitor, ms: int) -> None:
    """The next wait of this length is over at once."""
    looks.runs(
        visitor.page,
        f"""{{ const wait = setTimeout; globalThis.setTimeout = (run, ms, ...more) => {{
          if (ms !== {ms}) return wait(run, ms, ...more);
          globalThis.setTimeout = wait;
          return wait(run, 0, ...more);
        }}; undefined }}""",
    )


def test_the_way_in(stage: Stage) -> None:
    visitor = stage.visit(PHONE)
    visitor.goes("/dang-ky")
    shows(visitor, "Chuẩn bị trước")
    breaks(visitor, "**/api/registrations")
    visitor.tap(visitor.button("Bắt đầu kê khai"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.offline()
    shows(visitor, "Chưa mở được hồ sơ. Kiểm tra mạng rồi thử lại.")
    visitor.online_again()

    visitor.goes(HOME)
    shows(visitor, "Chưa có hồ sơ nào đang mở trên máy này.")
    visitor.goes("/dang-ky/tiep-tuc#khong-co")
    shows(visitor, re.compile("Đường dẫn này không còn dùng được"))
    waits_for(visitor, "**/api/registrations/open")
    visitor.goes("/dang-ky/tiep-tuc?lan=2#cham")
    shows(visitor, "Đang mở hồ sơ của bạn…")
    heals(visitor)
    loses(visitor, "**/api/registrations/open")
    visitor.goes("/dang-ky/tiep-tuc?lan=3#mat-mang")
    shows(visitor, "Chưa mở được hồ sơ. Kiểm tra mạng rồi thử lại.")


def test_a_device_that_holds_a_dossier(stage: Stage) -> None:
    applicant = stage.applicant()
    visitor = stage.holding(applicant, "/dang-ky")
    shows(visitor, "Hồ sơ đang mở trên máy này")
    visitor.tap(visitor.button("Kê khai hồ sơ mới"))
    shows(visitor, "Kê khai hồ sơ mới?")

    waits_for(visitor, DOSSIER)
    visitor.goes(HOME)
    loads(visitor, "Đăng ký sử dụng DVC")
    heals(visitor)
    breaks(visitor, DOSSIER)
    visitor.goes(HOME)
    shows(visitor, BROKEN)
    heals(visitor)
    loses(visitor, DOSSIER)
    visitor.goes(HOME)
    shows(visitor, "Chưa mở được hồ sơ. Kiểm tra mạng rồi thử lại.")
    heals(visitor)
    breaks(visitor, "**/api/registrations/choices")
    visitor.goes(HOME)
    shows(visitor, BROKEN)


PHONES = looks.EVERY[:2]
"""On a tablet the screens of a step stand on one page, which is looked at once."""
ONCE = looks.EVERY[:1]
"""Where only the words differ from what was looked at in every look."""
WRONG: Json = {
    "unit": {
        **{"treasury_code": "", "budget_relation_code": "12", "unit_name": "", "phone": "12", "email": "ke toan"},
        **{"fax": "abc", "address": ""},
    },
    "services": [],
    "ledgers": [
        {"ledger_account": "", "account_name": "", "budget_level": None, "program_code": "1"}
        | {"valid_from": "2027-12-31", "valid_to": "2026-01-01"}
    ],
    "relations": [{"relation_or_project_code": "12", "name": ""}],
}
WRONG_MEMBER: Json = {
    **{"project_code": "1234567", "full_name": "", "id_number": "12", "id_issue_date": "2099-01-01"},
    **{"id_issue_place": "", "email": "khong phai email", "mobile_phone": "12", "service_title": None},
    **{"permissions": ["chief_accountant", "account_holder"], "signing_form": None},
    "grants": [
        {"account_number": number, "program_code": "00000", "start_date": "2027-12-31", "end_date": "2026-01-01"}
        for number in ("3713.0.1581011", "3713.0.7654321")
    ],
}


def test_nothing_declared_yet(stage: Stage) -> None:
    visitor = stage.holding(stage.applicant())
    for slug, words in (
        ("tai-khoan", "Chưa có tài khoản nào."),
        ("thanh-vien", "Chưa có thành viên."),
        ("hoan-thanh", "Đọc lại một lần."),
    ):
        visitor.goes(f"{HOME}?muc={slug}")
        shows(visitor, re.compile(words))


def test_every_field_is_wrong(stage: Stage) -> None:
    applicant = stage.applicant()
    saved = applicant.saves("1581011", "Trường Tiểu học Đông Hải")
    now = applicant.typed()
    first = {**now["members"][0], **WRONG_MEMBER}
    applicant.types({**WRONG, "unit": {**now["unit"], **WRONG["unit"]}, "members": [first, *now["members"][1:]]})
    visitor = stage.holding(applicant)
    assert saved["stage"] == "awaiting_completion"

    for whole, *others in (
        ("kho-bac", "lien-he", "dich-vu"),
        ("tai-khoan", "du-an", "so-tai-khoan"),
        ("tai-khoan-ke-toan&dong=1", "hieu-luc&dong=1"),
        ("ma-du-an&dong=1",),
        ("thanh-vien",),
        ("ca-nhan&dong=1", "lien-lac&dong=1", "quyen&dong=1", "tai-khoan-su-dung&dong=1", "chu-ky-so&dong=1"),
        ("hoan-thanh",),
    ):
        visitor.goes(f"{HOME}?muc={whole}")
        visitor.tap(visitor.page.locator(".action-bar .button-primary").filter(visible=True))
        shows(visitor, re.compile(r"Có \d+ chỗ cần sửa"))
        for other in others:
            visitor.goes(f"{HOME}?muc={other}")
            expect(visitor.page.locator(".wizard-now")).to_be_visible()
            assert looks.findings(visitor.page, PHONES) == {}, other


def test_two_devices_and_a_bad_network(stage: Stage) -> None:
    applicant = stage.applicant()
    applicant.saves("1581012", "Trường Tiểu học Nam Hải")
    visitor = stage.holding(applicant, f"{HOME}?muc=lien-he")
    phone, address = visitor.page.get_by_label("Số điện thoại *"), visitor.page.get_by_label("Địa chỉ")
    expect(phone).to_have_value("0225 3888 999")

    breaks(visitor, DOSSIER, "PUT")
    address.fill("Số 1 đường Đà Nẵng")
    shows(visitor, "Chưa lưu – sẽ tự lưu lại")
    heals(visitor)
    visitor.offline()
    address.fill("Số 12 đường Đà Nẵng")
    shows(visitor, "Cần có mạng để tiếp tục.")
    visitor.online_again()
    visitor.sees("Đã lưu nháp lúc")

    address.fill("Số 1\x07 đường Đà Nẵng")
    shows(visitor, "Địa chỉ: Đoạn chữ chứa ký tự không hợp lệ.", ONCE)
    address.fill("Số 1 đường Đà Nẵng")
    visitor.sees("Đã lưu nháp lúc")

    applicant.types(
        applicant.typed(unit={**applicant.typed()["unit"], "phone": "0225 3888 111", "fax": "0225 3888 112"})
    )
    breaks(visitor, DOSSIER, "GET")
    phone.fill("0225 3888 222")
    shows(visitor, "Hồ sơ vừa được sửa ở nơi khác")
    heals(visitor)
    visitor.tap(visitor.button("Thử lại"))
    shows(visitor, re.compile("Bạn nhập 0225 3888 222 / Bản đã lưu 0225 3888 111"))
    visitor.tap(visitor.button("Dùng bản đã lưu"))
    expect(phone).to_have_value("0225 3888 111")

    applicant.does("/registrations/current/cancel", expected_version=applicant.version)
    phone.fill("0225 3888 333")
    shows(visitor, "Hồ sơ này đã hủy.")


def test_saving_and_the_sheets_of_the_wizard(stage: Stage) -> None:
    applicant = stage.applicant()
    applicant.declares("1581018", "Trường Tiểu học Hòa Nghĩa")
    visitor = stage.holding(applicant, f"{HOME}?muc=hoan-thanh")
    breaks(visitor, "**/current/save")
    visitor.tap(visitor.page.get_by_role("button", name="Lưu", exact=True))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.page.get_by_role("button", name="Lưu", exact=True))
    shows(visitor, re.compile("Đã được lưu thành công"))

    visitor.goes(f"{HOME}?muc=kho-bac")
    visitor.tap(visitor.button("Kính gửi KBNN"))
    breaks(visitor, "**/api/treasury-offices*")
    visitor.page.get_by_label("Tìm tên hoặc mã Kho bạc").fill("0064")
    shows(visitor, re.compile("Chưa tìm được|Chưa tải được|Thử lại"))
    heals(visitor)
    visitor.page.get_by_label("Tìm tên hoặc mã Kho bạc").fill("không có Kho bạc này")
    shows(visitor, re.compile("Không tìm thấy"))

    visitor.goes(f"{HOME}?muc=kho-bac")
    visitor.page.get_by_label("Loại đơn vị *").select_option(label="Cơ quan thu")
    shows(visitor, "Loại đơn vị này không có chữ ký thứ hai (Kế toán trưởng).")
    visitor.sees("Đã lưu nháp lúc")
    visitor.goes(f"{HOME}?muc=thanh-vien")
    shows(visitor, re.compile("Loại đơn vị này không có Kế toán trưởng."))
    expect(visitor.page.get_by_text("Đơn vị chỉ có một kế toán")).to_have_count(0)
    visitor.goes(f"{HOME}?muc=tai-khoan-su-dung&dong=1")
    visitor.tap(visitor.button(re.compile("^Đổi thời hạn")))
    shows(visitor, "Để trống ngày bắt đầu: từ ngày Kho bạc phê duyệt.")
    visitor.goes(f"{HOME}?muc=thanh-vien")
    visitor.tap(visitor.button("Xóa Lê Thị Ngọc"))
    shows(visitor, "Thông tin đã nhập của dòng này sẽ mất.")
    applicant.types(applicant.typed(relations=[{"relation_or_project_code": "1581019", "name": "Dự án"}]))
    visitor.goes(f"{HOME}?muc=so-tai-khoan")
    visitor.tap(visitor.button("Tạo lại số tài khoản của đơn vị"))
    shows(visitor, "Bỏ số tài khoản đang dùng?")
    breaks(visitor, "**/current/accounts")
    visitor.taps_once_awake(visitor.button("Tạo lại và bỏ các số này"))
    shows(visitor, BROKEN)


def test_a_person_looks_at_what_is_declared_of_them(stage: Stage) -> None:
    applicant = stage.applicant()
    saved = applicant.saves("1581020", "Trường Tiểu học Minh Đức")
    mailbox, address = Mailbox(stage.installation), saved["content"]["members"][2]["email"]
    (letter,) = eventually(lambda: mailbox.letters_to(address), what="a letter") or []
    found = re.search(r"/dang-ky/cua-toi#\S+", letter)
    assert found is not None
    visitor = stage.visit(PHONE)
    mine = "**/api/registrations/mine"

    waits_for(visitor, mine)
    visitor.goes(found[0])
    loads(visitor, "Thông tin đăng ký của bạn")
    heals(visitor)
    visitor.goes("/")
    visitor.goes(found[0])
    shows(visitor, "Nguyễn Thị Hà")
    loses(visitor, mine)
    visitor.goes("/dang-ky/cua-toi?lan=2#khong-co")
    shows(visitor, "Chưa mở được thông tin. Kiểm tra mạng rồi thử lại.")
    heals(visitor)
    visitor.goes("/dang-ky/cua-toi?lan=3#khong-co")
    shows(visitor, "Đường dẫn này không còn dùng được. Hãy hỏi đơn vị của bạn.")


LOOK_UP = "**/certificates/look-up"


def is_unwell(stage: Stage, visitor: Visitor, state: str) -> None:
    """This browser is told that every CA is so; what makes it so in the server has tests of its own."""
    known = stage.desk(MAKER).reads("/providers")["items"]
    told = {"items": [{**each, "health": {"state": state, "retry_at": None}} for each in known]}
    meets(visitor, "**/api/providers", lambda route: route.fulfill(json=told))


def test_asking_a_ca_for_a_certificate(stage: Stage) -> None:
    applicant = stage.applicant()
    chief = applicant.saves("1581013", "Trường Tiểu học Tràng Cát")["content"]["members"][1]
    visitor = stage.holding(applicant, f"{HOME}?muc=chu-ky-so&dong=2")
    get, look = (
        visitor.button("Lấy thông tin chứng thư số"),
        dialog(visitor).get_by_role("button", name="Lấy thông tin"),
    )
    cancel = dialog(visitor).get_by_role("button", name="Hủy")

    def opens(words: str) -> None:
        visitor.tap(get)
        shows(visitor, words)
        visitor.tap(cancel)
        heals(visitor)

    waits_for(visitor, "**/api/providers")
    visitor.tap(get)
    loads(visitor, "Lấy thông tin chứng thư số")
    visitor.tap(cancel)
    heals(visitor)
    breaks(visitor, "**/api/providers")
    opens(BROKEN)
    is_unwell(stage, visitor, "down")
    opens("Đang gặp sự cố, chưa lấy được chứng thư số.")

    visitor.tap(get)
    visitor.tap(look)
    shows(visitor, "Chọn nhà cung cấp.")
    visitor.tap(visitor.page.get_by_role("radio", name="VNPT CA"))
    visitor.tap(look)
    shows(visitor, "Nhập tên đăng nhập cts.")
    login, password = (
        visitor.page.get_by_label("Tên đăng nhập cts *"),
        visitor.page.get_by_label(re.compile("^Mật khẩu cts")),
    )
    login.fill(chief["id_number"])
    visitor.tap(look)
    expect(password).to_be_focused()
    shows(visitor, "Nhập mật khẩu cts.")
    password.fill(CA_PASSWORD)
    visitor.tap(look)
    shows(visitor, re.compile("tên đăng nhập hoặc mật khẩu chưa đúng", re.IGNORECASE))
    waits_for(visitor, LOOK_UP)
    password.fill(CA_PASSWORD)
    visitor.tap(look)
    shows(visitor, re.compile("Đang hỏi VNPT"))
    visitor.tap(cancel)
    password.fill(CA_PASSWORD)
    loses_patience(visitor, 10_000)
    visitor.tap(look)
    shows(visitor, "Nhà cung cấp chưa trả lời sau 10 giây.", ONCE)
    heals(visitor)

    told = applicant.enrols(chief)
    applicant.renews(chief)
    stage.ca.control(f"/_control/subscribers/vnpt/{chief['id_number']}/revoke", {"serial_hex": told["serial_hex"]})
    password.fill(CA_PASSWORD)
    visitor.tap(look)
    shows(visitor, re.compile("Chứng thư số đã bị thu hồi|hiện không ký được"))
    breaks(visitor, "**/certificates/bind")
    visitor.taps_once_awake(visitor.button("Dùng chứng thư số này"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Dùng chứng thư số này"))
    shows(visitor, "Lấy lại thông tin chứng thư số")

    breaks(visitor, DOSSIER, "PUT")
    visitor.tap(visitor.page.get_by_role("radio", name="Đăng ký chứng thư số token"))
    shows(visitor, "Đơn vị đang dùng chứng thư số từ xa.")
    visitor.page.get_by_label("Tải tệp chứng thư số của token").set_input_files([not_a_file("chung-thu.cer")])
    shows(visitor, "Chưa lưu được thông tin của thành viên.")
    heals(visitor)
    visitor.tap(visitor.button("Chuyển cả đơn vị sang USB token"))
    shows(visitor, "Đã chuyển mọi người ký sang USB token.")
    visitor.page.get_by_label("Tải tệp chứng thư số của token").set_input_files([not_a_file("chung-thu.cer")])
    shows(visitor, re.compile("Tệp"))


def test_a_ca_that_wants_a_code(stage: Stage) -> None:
    applicant = stage.applicant()
    _, chief, holder = applicant.saves("1581021", "Trường Tiểu học Nam Sơn")["content"]["members"]
    login = f"{holder['id_number']}@hoasua.example"
    applicant.enrols(holder, provider="misa", uid=login, second_factor="message")
    visitor = stage.holding(applicant, f"{HOME}?muc=chu-ky-so&dong=3")
    on = dialog(visitor).get_by_role("button", name="Tiếp tục")
    code, password = (
        visitor.page.get_by_label("Mã xác thực", exact=True),
        visitor.page.get_by_label(re.compile("^Mật khẩu cts")),
    )

    visitor.tap(visitor.button("Lấy thông tin chứng thư số"))
    visitor.tap(visitor.page.get_by_role("radio", name="MISA CA"))
    visitor.page.get_by_label("Tên đăng nhập cts *").fill(login)
    password.fill(CA_PASSWORD)
    visitor.tap(dialog(visitor).get_by_role("button", name="Lấy thông tin"))
    shows(visitor, "Mã chỉ dùng để lấy thông tin chứng thư số.")
    visitor.taps_once_awake(on)
    shows(visitor, "Nhập đủ 6 số của mã.", ONCE)
    code.fill(wrong_code(stage, login))
    visitor.tap(on)
    shows(visitor, re.compile("mã xác thực chưa đúng"), ONCE)
    code.fill(code_of(stage.ca, login))
    visitor.tap(on)
    visitor.taps_once_awake(visitor.button("Dùng chứng thư số này"))
    visitor.sees("Lấy lại thông tin chứng thư số")

    applicant.binds(chief)
    applicant.does("/registrations/current/complete", expected_version=applicant.version)
    visitor.goes(HOME)
    visitor.tap(visitor.page.get_by_role("button", name="Ký số", exact=True))
    password.fill(CA_PASSWORD)
    visitor.taps_once_awake(visitor.button("Gửi yêu cầu ký"))
    shows(visitor, "Nhập đúng mã thì yêu cầu ký mới tới", ONCE)
    code.fill(wrong_code(stage, login))
    visitor.taps_once_awake(on)
    shows(visitor, re.compile("mã xác thực chưa đúng"), ONCE)


def wrong_code(stage: Stage, login: str) -> str:
    return "111111" if code_of(stage.ca, login) == "000000" else "000000"


def not_a_file(name: str, size: int = 100) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": b"x" * size}


def test_the_declarations_and_their_signature(stage: Stage) -> None:
    applicant = stage.applicant()
    applicant.saves("1581014", "Trường Tiểu học Đằng Hải")
    applicant.completes()
    holder = applicant.sees()["content"]["members"][2]
    visitor = stage.holding(applicant, "/dang-ky")
    sign, send = visitor.page.get_by_role("button", name="Ký số", exact=True), visitor.button("Gửi yêu cầu ký")

    waits_for(visitor, "**/pages/*")
    visitor.goes(HOME)
    visitor.sees("Đang tải tờ khai.")
    assert looks.findings(visitor.page, looks.EVERY, drawn=False) == {}
    heals(visitor)
    loses(visitor, "**/pages/*")
    visitor.goes(HOME)
    shows(visitor, re.compile("Chưa hiển thị được"))
    heals(visitor)
    visitor.goes(HOME)
    expect(sign).to_be_enabled()
    visitor.tap(visitor.button("Sửa"))
    shows(visitor, "Sửa lại hồ sơ?")
    visitor.tap(visitor.button("Giữ nguyên"))
    visitor.tap(visitor.button("Tiếp tục trên thiết bị khác"))
    breaks(visitor, "**/current/link")
    visitor.taps_once_awake(visitor.button("Tạo đường dẫn mới"))
    shows(visitor, BROKEN)
    visitor.page.keyboard.press("Escape")
    visitor.tap(visitor.button("Hủy hồ sơ"))
    breaks(visitor, "**/current/cancel")
    visitor.taps_once_awake(dialog(visitor).get_by_role("button", name="Hủy hồ sơ"))
    shows(visitor, BROKEN)
    visitor.tap(visitor.button("Giữ hồ sơ"))

    waits_for(visitor, "**/signers")
    visitor.tap(sign)
    loads(visitor, "Chọn thông tin người duyệt ký số từ xa")
    visitor.tap(dialog(visitor).get_by_role("button", name="Hủy"))
    heals(visitor)
    breaks(visitor, "**/signers")
    visitor.tap(sign)
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Thử lại"))
    visitor.taps_once_awake(send)
    password = visitor.page.get_by_label(re.compile("^Mật khẩu cts"))
    expect(password).to_be_focused()
    shows(visitor, "Nhập mật khẩu cts để tiếp tục.")
    password.fill("khong-phai")
    visitor.tap(send)
    shows(visitor, re.compile("tên đăng nhập hoặc mật khẩu chưa đúng", re.IGNORECASE))
    waits_for(visitor, "**/current/sign")
    password.fill(CA_PASSWORD)
    visitor.tap(send)
    shows(visitor, "Đang gửi yêu cầu ký…")

    stage.ca.decides("vnpt", holder["id_number"], "ask")
    applicant.asks()
    heals(visitor)
    waits_for(visitor, "**/current/signing")
    visitor.goes(HOME)
    loads(visitor, "Ký và gửi hồ sơ")
    heals(visitor)
    visitor.goes(HOME)
    shows(visitor, f"Chờ {holder['full_name']} xác nhận")
    visitor.tap(visitor.button("Hủy yêu cầu ký"))
    breaks(visitor, "**/signing/cancel")
    visitor.taps_once_awake(visitor.button("Hủy yêu cầu").last)
    shows(visitor, "Mất mạng nên chưa hủy được. Thử lại khi có mạng.")
    visitor.tap(visitor.button("Tiếp tục chờ"))
    heals(visitor)
    visitor.offline()
    shows(visitor, "Đang kết nối lại…")
    visitor.online_again()
    stage.ca.control(f"/_control/transactions/{stage.ca.waiting(holder['id_number'])[0]['id']}/refuse", {})
    shows(visitor, "Lần ký trước không thành công")
    for move, words in (("expire", "Hết thời gian xác nhận."), ("approve", "Chữ ký trả về không hợp lệ")):
        stage.ca.fault("vnpt", holder["id_number"], "any", "garbage_signature")
        applicant.asks()
        visitor.goes(HOME)
        visitor.sees(f"Chờ {holder['full_name']} xác nhận")
        stage.ca.control(f"/_control/transactions/{stage.ca.waiting(holder['id_number'])[0]['id']}/{move}", {})
        shows(visitor, words, ONCE)

    stage.ca.fault("vnpt", holder["id_number"], "sign", "lose_answer")
    applicant.asks()
    visitor.goes(HOME)
    shows(visitor, "Chưa rõ kết quả — hệ thống đang kiểm tra, đừng ký lại.")


def test_signing_with_a_token(stage: Stage) -> None:
    applicant = TokenApplicant(stage.installation, stage.ca)
    applicant.saves("1581015", "Trường Tiểu học Cát Bi")
    applicant.completes()
    visitor = stage.holding(applicant)
    send = visitor.button("Gửi các tệp đã ký")
    choose = visitor.page.get_by_label("Chọn tệp đã ký")

    visitor.tap(send)
    shows(visitor, "Chọn tệp đã ký cho mọi tờ khai.")
    for field in choose.all():
        field.set_input_files([not_a_file("to-khai-da-ky.pdf")])
    visitor.tap(send)
    shows(visitor, re.compile("chỗ cần sửa"))
    choose.first.set_input_files([not_a_file("to-khai-da-ky.pdf", 3_000_000)])
    shows(visitor, "Tệp lớn hơn 2 MB. Chọn đúng tệp tờ khai đã ký.")


def test_the_treasury_answers(stage: Stage) -> None:
    applicant, officer, approver = stage.applicant(), stage.desk(OFFICER), stage.desk(APPROVER)
    path = f"/treasury/registrations/{applicant.submits('1581016', 'Trường Tiểu học Vạn Hương')['id']}"

    def does(clerk: Desk, what: str, **words: object) -> None:
        clerk.does(f"{path}/{what}", expected_version=applicant.version, **words)

    visitor = stage.holding(applicant)
    shows(visitor, re.compile("Đã được gửi tới KBNN"))
    does(officer, "open")
    breaks(visitor, DOSSIER)
    visitor.tap(visitor.button("Cập nhật"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Cập nhật"))
    shows(visitor, "KBNN đang xem xét hồ sơ của đơn vị.")

    does(officer, "return", reason=LONG_REASON)
    visitor.tap(visitor.button("Cập nhật"))
    shows(visitor, "KBNN yêu cầu hoàn thiện hồ sơ.")
    breaks(visitor, "**/current/reopen")
    visitor.tap(visitor.button("Hoàn thiện"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.offline()
    shows(visitor, "Cần có mạng để tiếp tục.")
    visitor.online_again()

    applicant.does("/registrations/current/reopen", expected_version=applicant.version)
    applicant.does("/registrations/current/complete", expected_version=applicant.version)
    applicant.signs()
    does(officer, "open")
    does(officer, "check-list", ticked=[each["name"] for each in officer.reads(path)["check_list"]])
    does(officer, "propose")
    visitor.goes(HOME)
    shows(visitor, "KBNN đã kiểm soát hồ sơ và đang trình phê duyệt.")
    does(approver, "reject", reason=LONG_REASON)
    visitor.goes(HOME)
    shows(visitor, "KBNN từ chối hồ sơ này.")

    another = stage.applicant()
    approves(officer, approver, another.submits("1581017", "Trường Tiểu học Bàng La"))
    shows(stage.holding(another), "KBNN đã phê duyệt.")


LONG_REASON = (
    "Thiếu quyết định bổ nhiệm kế toán trưởng số 128/QĐ-UBND; số tài khoản 3713.0.1581016 chưa khớp với hồ sơ mở tài "
    "khoản tại KBNN Lê Chân. Đề nghị đơn vị bổ sung và gửi lại."
)

CHANGE = "**/api/registration-changes/current"
NUMBERS = {
    **{"Lê Thị Mai Ngân": "031195000011", "Phạm Quốc Đỉnh": "031085000012", "Đỗ Thu Hường": "031188000013"},
    **{"Nguyễn Hữu Khải": "031075000014", "Vũ Thị Ánh Tuyết": "031178000015"},
}
PAPERS = {"id_issue_date": "2021-05-01", "id_issue_place": "Bộ Công an", "mobile_phone": "0900000091"}


def test_a_change_from_beginning_to_end(stage: Stage) -> None:
    stranger: Visitor = stage.visit(PHONE).is_logged_in_as(stage.desk(OFFICER))
    stranger.goes("/thay-doi")
    shows(stranger, "Chỉ thành viên của đơn vị lập được đề nghị thay đổi.", ONCE)

    holder = stage.desk(HOLDER.username)
    visitor: Visitor = stage.visit(PHONE).is_logged_in_as(holder)
    waits_for(visitor, CHANGE)
    visitor.goes("/thay-doi")
    loads(visitor, "Đăng ký thay đổi")
    heals(visitor)
    breaks(visitor, CHANGE)
    visitor.goes("/thay-doi")
    shows(visitor, BROKEN)
    heals(visitor)
    loses(visitor, CHANGE)
    visitor.tap(visitor.button("Thử lại"))
    shows(visitor, "Chưa tải được đề nghị thay đổi. Kiểm tra mạng rồi thử lại.")
    heals(visitor)
    visitor.goes("/thay-doi")
    shows(visitor, "Chọn nội dung cần thay đổi.")
    breaks(visitor, "**/api/registration-changes")
    visitor.tap(visitor.button("Thông tin đơn vị"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.offline()
    shows(visitor, "Cần có mạng để gửi đề nghị.")
    visitor.online_again()

    changer = Changer(stage.installation.base_url, stage.ca, holder)
    changer.begins()
    # Nobody ever said which services this unit of the demo uses.
    changer.types(changer.typed(services=[]))
    chief, maker = stage.desk(CHIEF.username), stage.desk(MAKER)
    chief.signs(maker.submits(maker.drafts(), chief.id), holder.id, CA_PASSWORD)
    visitor.goes("/thay-doi")
    shows(visitor, "Chưa có thay đổi nào.")
    visitor.sees("Còn 1 chứng từ đang chờ ký.")
    visitor.tap(visitor.button("Ngừng sử dụng dịch vụ"))
    breaks(visitor, "**/current/terminate")
    visitor.taps_once_awake(visitor.button("Đề nghị ngừng"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Đề nghị ngừng"))
    shows(visitor, "Đề nghị này ngừng việc sử dụng dịch vụ của đơn vị.")
    breaks(visitor, "**/current/terminate")
    visitor.tap(visitor.button("Không ngừng nữa"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Không ngừng nữa"))

    unit = changer.typed()["unit"]
    visitor.goes("/thay-doi?muc=lien-he")
    fax = visitor.page.get_by_label("Fax")
    expect(fax).to_have_value(unit["fax"])
    changer.types(changer.typed(unit={**unit, "fax": "02253888111"}))
    fax.fill("02253888222")
    shows(visitor, "Hồ sơ vừa được sửa ở nơi khác")
    visitor.tap(visitor.page.locator(".topbar").get_by_role("button", name="Quay lại"))
    visitor.sees_title("Đăng ký thay đổi")
    shows(visitor, "Hồ sơ vừa được sửa ở nơi khác")
    visitor.tap(visitor.button("Giữ phần tôi nhập"))
    expect(visitor.page.locator(".difference-row").filter(has_text=re.compile("Fax.*3888.?222", re.S))).to_be_visible()
    visitor.tap(visitor.button("Gửi đề nghị thay đổi"))
    shows(visitor, re.compile(r"Có \d+ chỗ cần sửa"))
    visitor.offline()
    shows(visitor, "Cần có mạng để gửi đề nghị.")
    visitor.online_again()

    typed = changer.typed()
    changer.types(changer.typed(unit={**typed["unit"], "unit_kind": "individual"}))
    visitor.goes("/thay-doi")
    shows(visitor, re.compile("Loại đơn vị mới làm đổi số chữ ký trên chứng từ."), ONCE)

    known = [{**each, **PAPERS, "id_number": NUMBERS[each["full_name"]]} for each in typed["members"]]
    reached = {**typed["unit"], "phone": "02253888999", "email": "1990001@hoasua.example"}
    changer.types(changer.typed(unit=reached, members=known, services=["balance_reconciliation"]))
    breaks(visitor, "**/current/complete")
    visitor.goes("/thay-doi")
    visitor.tap(visitor.button("Gửi đề nghị thay đổi"))
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.tap(visitor.button("Bỏ đề nghị"))
    shows(visitor, "Bỏ đề nghị thay đổi này?")
    visitor.tap(visitor.button("Giữ lại"))
    changer.does(f"{changer.base}/complete", expected_version=changer.version)
    visitor.goes("/thay-doi")
    sign = visitor.page.get_by_role("button", name="Ký số", exact=True)
    expect(sign).to_be_enabled()
    shows(visitor, "Hiện tại và thay đổi")
    visitor.tap(sign)
    visitor.taps_once_awake(visitor.button("Gửi yêu cầu ký"))
    shows(visitor, "Chọn người duyệt.")

    submitted = changer.signs()
    officer, approver = stage.desk(OFFICER), stage.desk(APPROVER)
    path = f"/treasury/registrations/{submitted['id']}"

    def does(clerk: Desk, what: str, **words: object) -> None:
        clerk.does(f"{path}/{what}", expected_version=changer.version, **words)
        visitor.goes("/thay-doi")

    visitor.goes("/thay-doi")
    shows(visitor, "Đề nghị đã được ký và gửi tới Kho bạc.")
    does(officer, "open")
    shows(visitor, "Kho bạc đang xem xét đề nghị.")
    does(officer, "return", reason=LONG_REASON)
    shows(visitor, "Kho bạc yêu cầu hoàn thiện")
    breaks(visitor, "**/current/reopen")
    visitor.tap(visitor.button("Hoàn thiện đề nghị"))
    expect(visitor.page.get_by_text(BROKEN)).to_be_in_viewport(ratio=1)
    shows(visitor, BROKEN)
    heals(visitor)
    visitor.offline()
    shows(visitor, "Cần có mạng để gửi đề nghị.")
    visitor.online_again()
    changer.does(f"{changer.base}/reopen", expected_version=changer.version)
    changer.does(f"{changer.base}/complete", expected_version=changer.version)
    changer.signs()
    does(officer, "open")
    does(officer, "check-list", ticked=[each["name"] for each in officer.reads(path)["check_list"]])
    does(officer, "propose")
    shows(visitor, "Kho bạc đã kiểm tra, đang chờ phê duyệt.")
    does(approver, "reject", reason=LONG_REASON)
    shows(visitor, "Kho bạc từ chối")
    changer.begins()
    now = next(each for each in known if each["full_name"] == "Nguyễn Hữu Khải")
    other = {**now, "id": None, "full_name": "Trần Văn Mới", "id_number": "031080000077", "email": "moi@hoasua.example"}
    people = [other if each is now else each for each in known]
    changer.types(changer.typed(unit=reached, members=people, services=["balance_reconciliation"]))
    visitor.goes("/thay-doi")
    shows(visitor, re.compile("Đính kèm quyết định bổ nhiệm Chủ tài khoản mới"))
    attaches(visitor, b"%PDF-1.7" + b"0" * 5_000_000)
    shows(visitor, re.compile("Tệp lớn hơn 5 MB nên chưa gửi"), ONCE)
    breaks(visitor, "**/current/appointment")
    attaches(visitor, a_pdf())
    shows(visitor, BROKEN, ONCE)
    heals(visitor)
    attaches(visitor, a_pdf())
    shows(visitor, "Mở quyết định bổ nhiệm")
    visitor.tap(visitor.button("Bỏ tệp"))
    visitor.sees("Chọn tệp PDF")
    changer.does(f"{changer.base}/save", expected_version=changer.version)
    changer.does(f"{changer.base}/cancel", expected_version=changer.version)
    visitor.goes("/thay-doi")
    shows(visitor, "Đề nghị đã được bỏ.")
