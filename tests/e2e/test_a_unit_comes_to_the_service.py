"""The whole of a registration, in a browser and on both databases: from the first page on a phone to the first log-in
of every member, each signer at another CA; and a unit on USB tokens that moves to remote signing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.clerks import APPROVER, approves
from tests.e2e.desk import CA_PASSWORD, Desk
from tests.e2e.mailbox import Mailbox
from tests.e2e.phones import OFFICER, PhoneApp, Subscriber
from tests.e2e.token_applicant import TokenApplicant
from tests.e2e.visitor import PHONE, Visitor
from tests.e2e.wizard import Person, Registrant
from tests.support.misa import code_of
from tests.support.servers import Instance, Sandbox

pytestmark = pytest.mark.xdist_group("browser-registration")

OWN = "bốn con mèo vàng"

PEOPLE = (
    Person("Tạ Thị Mộc Lan", "031196000092", "lan@hoasua.example", "0912345601", "Nhân viên"),
    Person(
        *("Lưu Đình Cương", "031087000093", "cuong@hoasua.example", "0912345602", "Kế toán trưởng"),
        *("misa", "dinh.cuong@hoasua.example"),
    ),
    Person(
        *("Hồ Thị Bảo Ngọc", "031189000094", "ngoc@hoasua.example", "0912345603", "Ủy quyền Kế toán trưởng"),
        "nacencomm",
    ),
    Person(
        *("Trịnh Gia Khang", "031076000095", "khang@hoasua.example", "0912345604", "Chủ tài khoản"),
        *("viettel", "CMT_031076000095"),
    ),
    Person("Mạc Thị Như Ý", "031179000096", "nhuy@hoasua.example", "0912345605", "Ủy quyền Chủ tài khoản"),
)
CODE, TOKEN_CODE = "1990009", "1990071"


@pytest.fixture(params=["installation", "grown"], ids=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Instance:
    """The same on both databases."""
    found: Instance = request.getfixturevalue(request.param)
    return found


def enrolled(sandbox: Sandbox, person: Person) -> Subscriber:
    """The person's account at the CA; MISA asks for a code besides the password."""
    asks = {"second_factor": "message"} if person.provider == "misa" else {}
    sandbox.control(
        "/_control/subscribers",
        {"provider": person.provider, "uid": person.ca_login, "full_name": person.name, "id_number": person.id_number}
        | {"password": CA_PASSWORD, "spare_s": 600, **asks},
    )
    return Subscriber("", person.name, person.provider, person.ca_login)


def newest(clerk: Desk, code: str, tab: str = "new") -> dict[str, object]:
    """The registration of the unit in the office's list."""
    rows = clerk.reads(f"/treasury/registrations?tab={tab}")["items"]
    return next(row for row in rows if row["budget_relation_code"] == code)


def logs_in_for_the_first_time(visitor: Visitor, username: str, password: str) -> None:
    visitor.logs_in(username, password)
    visitor.page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
    visitor.tap(visitor.button("Lưu mật khẩu"))
    visitor.tap(visitor.button("Để sau"))


def test_from_the_first_page_on_a_phone_to_the_first_log_in_of_everybody(
    house: Instance,
    sandbox_ca: Sandbox,
    visit: Callable[..., Visitor],
    phone_of: Callable[[Subscriber], PhoneApp],
) -> None:
    accounts = {person: enrolled(sandbox_ca, person) for person in PEOPLE if person.signs}
    registrant = Registrant(visit(PHONE, base_url=house.base_url))
    registrant.declares_everything(CODE, PEOPLE)
    code = registrant.saves()
    registrant.taps(registrant.button("Kiểm tra và hoàn thiện"))
    registrant.is_at("Danh sách thành viên")
    for person, account in accounts.items():
        login = account.login
        asked = (lambda login=login: code_of(sandbox_ca, login)) if person.provider == "misa" else None
        registrant.gets_the_certificate_of(person, asked)
    registrant.completes()
    registrant.asks_for_the_signature(PEOPLE[3], among_others=True)
    registrant.is_at("Chờ Trịnh Gia Khang xác nhận")
    phone_of(accounts[PEOPLE[3]]).approves()
    registrant.visitor.sees(f"Hồ sơ mã số: {code} Đã được gửi tới KBNN.", timeout_ms=40_000)

    officer, approver = Desk(house.base_url, OFFICER), Desk(house.base_url, APPROVER)
    approves(officer, approver, newest(officer, CODE))

    mailbox = Mailbox(house)
    usernames = []
    for person in PEOPLE:
        given = mailbox.first_password_of(person.email)
        usernames.append(given.username)
        visitor = visit(PHONE, base_url=house.base_url)
        logs_in_for_the_first_time(visitor, given.username, given.password)
        visitor.goes("/tai-khoan")
        visitor.sees(person.name)
    assert usernames == [f"{CODE}.{number:02d}" for number in range(1, 6)]


def test_a_unit_on_usb_tokens_moves_to_remote_signing(
    house: Instance,
    sandbox_ca: Sandbox,
    visit: Callable[..., Visitor],
    phone_of: Callable[[Subscriber], PhoneApp],
) -> None:
    applicant = TokenApplicant(house, sandbox_ca)
    submitted = applicant.submits(TOKEN_CODE, "Thư viện Sông Cấm")
    officer, approver = Desk(house.base_url, OFFICER), Desk(house.base_url, APPROVER)
    approves(officer, approver, submitted)
    declared = [member for member in submitted["content"]["members"] if member["signing_form"]]
    chief, holder = (
        Person(each["full_name"], each["id_number"], each["email"], each["mobile_phone"], "Chủ tài khoản", provider)
        for each, provider in zip(declared, ("nacencomm", "vnpt"), strict=True)
    )
    accounts = {person: enrolled(sandbox_ca, person) for person in (chief, holder)}
    given = Mailbox(house).first_password_of(holder.email)
    visitor = visit(PHONE, base_url=house.base_url)
    logs_in_for_the_first_time(visitor, given.username, given.password)

    visitor.goes("/tai-khoan")
    visitor.tap(visitor.link("Đăng ký thay đổi"))
    visitor.tap(visitor.button(re.compile("Từ USB token sang ký số từ xa|Đổi hình thức ký")))
    registrant = Registrant(visitor)
    registrant.is_at("Danh sách thành viên")
    registrant.gets_the_certificate_of(chief, switches=True)
    registrant.gets_the_certificate_of(holder)
    visitor.tap(registrant.button("Tiếp tục"))
    visitor.sees_title("Đăng ký thay đổi")
    expect(
        visitor.page.locator(".difference-row").filter(has_text=re.compile(r"token.*từ xa", re.S))
    ).not_to_have_count(0)
    visitor.tap(visitor.button("Gửi đề nghị thay đổi"))
    expect(registrant.button("Ký số")).to_be_enabled(timeout=30_000)
    registrant.asks_for_the_signature(holder)
    phone_of(accounts[holder]).approves()
    visitor.sees("Đề nghị đã được ký và gửi tới Kho bạc.", timeout_ms=40_000)

    approves(officer, approver, newest(officer, TOKEN_CODE, "change"))

    certificate = visitor.page.request.get("/api/session").json()["user"]["certificate"]
    assert (certificate["provider"], certificate["needs_password"]) == ("vnpt", True)
