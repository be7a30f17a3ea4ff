"""What may never happen in the browser: a remembered answer, a made-up signature, a second request, a trace left."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.e2e import looks
from tests.e2e.desk import CA_PASSWORD, PASSWORD, Desk, Json
from tests.e2e.phones import CHIEF, HOLDER, MAKER, PhoneApp, Subscriber
from tests.e2e.visitor import Visitor
from tests.support.servers import Instance, Sandbox, eventually

pytestmark = pytest.mark.xdist_group("browser")

PAYEE, AMOUNT = "Công ty TNHH Điện nước Mẫu", "2.015.000"
SOCKET = re.compile(r"/socket\.io/")
TRACES = re.compile(rf"{PAYEE}|Điện nước|{AMOUNT}|2015000|0011002200330|{CA_PASSWORD}|{PASSWORD}|UNC-\d")

_EVERYTHING_KEPT = """(async () => {
  const kept = { local: { ...localStorage } };
  kept.databases = (await indexedDB.databases()).map((one) => one.name);
  kept.caches = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      kept.caches[request.url] = /\\.(woff2|png)/.test(request.url) ? "" : await answer.text();
    }
  }
  return kept;
})()"""


def submitted(desk: Callable[[str], Desk], to: Subscriber = CHIEF) -> Json:
    maker = desk(MAKER)
    return maker.submits(maker.drafts(), desk(to.username).id)


_RULED = "navigator.serviceWorker?.controller?.state === 'activated'"


def has_a_worker(visitor: Visitor) -> Visitor:
    """The service worker rules this page."""
    eventually(lambda: looks.runs(visitor.page, _RULED), 30, "a service worker")
    return visitor


def to_the_last_look(chief: Visitor, dossier: Json) -> None:
    chief.goes(f"/chung-tu/{dossier['id']}")
    chief.tap(chief.button("Duyệt và ký"))
    dialog = chief.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(re.compile("Gửi ai duyệt tiếp|Ký số từ xa"))
    if dialog.get_by_text("Gửi ai duyệt tiếp?").first.is_visible():
        dialog.get_by_text(HOLDER.name, exact=True).click()
        chief.taps_once_awake(chief.button(f"Chọn {HOLDER.name}"))
    chief.types_ca_password()
    chief.taps_once_awake(chief.button("Tiếp tục"))
    expect(chief.button(f"Ký {AMOUNT} đồng")).to_be_visible()


def waits(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk], prepare: Callable[[Visitor], None] = lambda _: None
) -> tuple[Visitor, Json]:
    """The chief accountant before the waiting screen."""
    own = desk(CHIEF.username)
    dossier = submitted(desk)
    signing = own.until(own.signs(dossier, desk(HOLDER.username).id, CA_PASSWORD), "waiting")
    chief: Visitor = visit().is_logged_in_as(own)
    prepare(chief)
    chief.goes(f"/ky/{signing['id']}")
    chief.sees_title("Chờ bạn xác nhận")
    return chief, signing


def test_a_first_visit_gets_its_service_worker_from_the_app_itself(browser: Browser, installation: Instance) -> None:
    context = browser.new_context(base_url=installation.base_url)
    page = context.new_page()
    page.goto("/")
    eventually(lambda: page.evaluate(_RULED), 30, "a service worker")
    context.close()


def test_service_worker_answers_neither_the_api_nor_sockets_nor_papers(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    dossier = submitted(desk)
    chief = visit().is_logged_in_as(desk(CHIEF.username))
    chief.goes("/")
    has_a_worker(chief)
    chief.goes(f"/chung-tu/{dossier['id']}")
    expect(chief.page.locator(".page-shown").first).to_be_visible()
    address = desk(CHIEF.username).sees(dossier)["documents"][0]["pdf_url"]
    pdf = looks.runs(chief.page, f"fetch({json.dumps(address)}).then((answer) => answer.status)")
    by_worker = [one for one in chief.answers if one.from_service_worker]
    assert [one.url for one in by_worker if re.search(r"/api/|/socket\.io/|\.pdf|\.webp", one.url)] == []
    assert pdf == 200
    assert by_worker, "the worker rules the page, so the shell came from it"


def test_reload_without_a_network_shows_the_apps_own_page(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    chief = visit().is_logged_in_as(desk(CHIEF.username))
    chief.goes("/")
    has_a_worker(chief)
    chief.offline()
    chief.page.reload()
    chief.sees("Bạn đang ngoại tuyến")
    assert looks.wrong(chief.page) == {}
    chief.online_again()
    chief.tap(chief.button("Thử lại"))
    chief.sees_title(re.compile("Chờ tôi duyệt"))


@pytest.mark.fault("F41")
def test_losing_the_network_shuts_the_button_and_says_why(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    chief = visit().is_logged_in_as(desk(CHIEF.username))
    chief.goes(f"/chung-tu/{submitted(desk)['id']}")
    expect(chief.button("Duyệt và ký")).to_be_enabled()
    chief.offline()
    chief.sees(re.compile("Không có kết nối mạng"))
    expect(chief.button("Duyệt và ký")).to_be_disabled()
    assert looks.wrong(chief.page) == {}
    chief.online_again()
    expect(chief.button("Duyệt và ký")).to_be_enabled()


def test_new_version_waits_while_somebody_signs(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk], phone_of: Callable[[Subscriber], PhoneApp]
) -> None:
    chief, _ = waits(visit, desk)
    has_a_worker(chief)
    looks.runs(chief.page, "window.neverReloaded = true; undefined")
    # Another address is another version to the browser, as another content of the same address is after a release.
    looks.runs(chief.page, "navigator.serviceWorker.register('/sw.js?release=2').then(() => true)")
    waiting = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one.waiting))"
    eventually(lambda: looks.runs(chief.page, waiting), 30, "a waiting version")
    expect(chief.button("Cập nhật ngay")).to_have_count(0)
    phone_of(CHIEF).approves()
    chief.sees_title("Đã ký thành công")
    expect(chief.button("Cập nhật ngay")).to_have_count(0)
    chief.tap(chief.link("Về danh sách"))
    expect(chief.button("Cập nhật ngay")).to_be_visible()
    assert looks.runs(chief.page, "window.neverReloaded") is True


def test_logging_out_wipes_the_device_and_going_back_shows_nothing(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    dossier = submitted(desk)
    chief = visit()
    chief.logs_in(CHIEF.username)
    chief.sees_title(re.compile("Chờ tôi duyệt"))
    chief.goes(f"/chung-tu/{dossier['id']}")
    expect(chief.page.locator(".page-shown").first).to_be_visible()
    chief.goes("/tai-khoan")
    chief.tap(chief.button("Đăng xuất"))
    chief.sees_title("Đăng nhập")
    expect(chief.page.get_by_text("Phiên làm việc đã kết thúc")).to_have_count(0)
    kept = looks.runs(chief.page, _EVERYTHING_KEPT)
    assert kept["local"] == {} or not any(name.startswith("first:") for name in kept["local"])
    assert [cookie["name"] for cookie in chief.context.cookies()] == []
    assert TRACES.findall(json.dumps(kept, ensure_ascii=False)) == []
    chief.page.go_back()
    chief.sees_title("Đăng nhập")
    assert PAYEE not in chief.page.content()


def test_a_success_that_somebody_made_up_shows_nothing(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk], phone_of: Callable[[Subscriber], PhoneApp]
) -> None:
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    chief, signing = waits(visit, desk, lambda visitor: visitor.context.route_web_socket(SOCKET, between))
    chief.sees("Trực tuyến")
    address = f"/api/signings/{signing['id']}"

    def looks_at_the_server() -> int:
        return sum(one.url.endswith(address) for one in chief.requests)

    before = looks_at_the_server()
    signed = {**signing, "phase": "signed", "status": "settled", "type": "signing.changed", "seq": 0}
    sockets[-1].send(f"42{json.dumps(['event', signed])}")
    eventually(lambda: (chief.page.wait_for_timeout(50), looks_at_the_server() > before)[1], 10, "another look")
    expect(chief.page.get_by_role("heading", level=1)).to_have_text("Chờ bạn xác nhận")
    expect(chief.page.get_by_text("Đã ký thành công")).to_have_count(0)
    phone_of(CHIEF).approves()
    chief.sees_title("Đã ký thành công")


@pytest.mark.fault("F42")
def test_killing_the_app_while_it_waits_brings_back_the_same_screen(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk], phone_of: Callable[[Subscriber], PhoneApp]
) -> None:
    chief, signing = waits(visit, desk)
    code = " ".join(chief.page.locator(".code").inner_text().split())
    chief.page.close()
    chief.opens_a_page()
    chief.goes(f"/ky/{signing['id']}")
    chief.sees_title("Chờ bạn xác nhận")
    assert " ".join(chief.page.locator(".code").inner_text().split()) == code
    chief.goes(f"/?tim={signing['voucher_no']}")
    chief.opens(signing["voucher_no"])
    chief.tap(chief.link("Xem yêu cầu ký đang chờ"))
    chief.sees_title("Chờ bạn xác nhận")
    phone_of(CHIEF).approves()
    chief.sees_title("Đã ký thành công")


@pytest.mark.fault("F43")
def test_tapping_twice_asks_the_ca_once_and_leaves_no_trace_on_the_device(
    visit: Callable[..., Visitor],
    desk: Callable[[str], Desk],
    sandbox_ca: Sandbox,
    phone_of: Callable[[Subscriber], PhoneApp],
) -> None:
    chief = visit().is_logged_in_as(desk(CHIEF.username))
    dossier = submitted(desk)
    before = len(sandbox_ca.ledger(uid=CHIEF.login)["prompts"])
    to_the_last_look(chief, dossier)
    sign = chief.button(f"Ký {AMOUNT} đồng")
    chief.page.wait_for_timeout(600)
    sign.dblclick()
    chief.sees_title("Chờ bạn xác nhận")
    posts = [one for one in chief.requests if one.method == "POST" and one.url.endswith("/sign")]
    assert len(posts) == 1
    phone_of(CHIEF).approves()
    chief.sees_title("Đã ký thành công")
    assert len(sandbox_ca.ledger(uid=CHIEF.login)["prompts"]) == before + 1
    kept = looks.runs(chief.page, _EVERYTHING_KEPT)
    assert TRACES.findall(json.dumps(kept, ensure_ascii=False)) == []
    session = looks.runs(chief.page, "JSON.stringify({ ...sessionStorage })")
    assert CA_PASSWORD not in session
    assert PASSWORD not in session


_TAPS_AS_SOON_AS_IT_IS_THERE = """(function look() {
  const button = [...document.querySelectorAll("dialog[open] button")].find((one) => /^Ký [0-9]/.test(one.textContent));
  if (!button) return requestAnimationFrame(look);
  button.click();
  globalThis.tapped = true;
})()"""
"""No hand of a test is as quick on a busy machine."""


def test_a_tap_meant_for_the_screen_below_signs_nothing(
    visit: Callable[..., Visitor], desk: Callable[[str], Desk]
) -> None:
    chief = visit().is_logged_in_as(desk(CHIEF.username))
    chief.context.add_init_script(_TAPS_AS_SOON_AS_IT_IS_THERE)
    to_the_last_look(chief, submitted(desk))
    eventually(lambda: looks.runs(chief.page, "globalThis.tapped"), what="a tap")
    expect(chief.page.get_by_role("dialog")).to_be_visible()
    assert [one for one in chief.requests if one.url.endswith("/sign")] == []
