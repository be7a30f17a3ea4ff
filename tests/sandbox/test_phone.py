"""The phone page, as a browser without scripts would see it."""

from __future__ import annotations

import re

import requests

from .conftest import SandboxProcess, Viettel, Vnpt, digest_of

ONE = digest_of("KBNN voucher 0001")


def page(sandbox: SandboxProcess, path: str = "") -> str:
    answer = requests.get(f"{sandbox.url}/phone{path}", timeout=30)
    assert answer.ok
    return answer.text


def press(sandbox: SandboxProcess, provider: str, uid: str, button: str) -> str:
    """Press the first button with this name and return the page that follows."""
    shown = page(sandbox, f"/{provider}/{uid}")
    form = re.search(rf'action="([^"]+)">\s*<button[^>]*>{button}</button>', shown)
    assert form is not None
    answer = requests.post(f"{sandbox.url}{form[1]}", timeout=30)
    assert answer.ok
    return answer.text


def test_the_first_page_leads_to_each_person_and_says_it_is_a_sandbox(
    sandbox: SandboxProcess, viettel: Viettel, vnpt: Vnpt
) -> None:
    shown = page(sandbox)

    assert f'href="/phone/viettel/{viettel.uid}"' in shown and f'href="/phone/vnpt/{vnpt.uid}"' in shown
    assert "không có giá trị pháp lý" in shown


def test_the_request_shows_the_text_that_was_sent_and_escapes_it(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    transaction = vnpt.sign([ONE], description="Ký <b>1</b> chứng từ").json()["content"]["tranId"]

    shown = page(sandbox, f"/vnpt/{vnpt.uid}")

    assert f'data-transaction="{transaction}"' in shown
    assert "Ký &lt;b&gt;1&lt;/b&gt; chứng từ" in shown and "PC0001.pdf" in shown


def test_confirming_signs(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]

    assert "Đã ký thành công" in press(sandbox, "viettel", viettel.uid, "Xác nhận ký")
    assert viettel.status(transaction).json()["status"] == "1"


def test_refusing_refuses(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    transaction = vnpt.sign([ONE]).json()["content"]["tranId"]

    assert "Bạn đã từ chối ký" in press(sandbox, "vnpt", vnpt.uid, "Từ chối")
    assert vnpt.status(transaction).json()["content"]["tranStatus"] == 4002


def test_a_late_tap_says_that_the_request_ran_out(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]
    sandbox.phone(transaction, "expire")

    late = requests.post(f"{sandbox.url}/phone/viettel/{viettel.uid}/{transaction}/approve", timeout=30)

    assert "Yêu cầu đã hết hạn" in late.text
    assert sandbox.ledger(uid=viettel.uid)["signatures"] == []


def test_nobody_answers_on_another_persons_phone(sandbox: SandboxProcess, viettel: Viettel) -> None:
    other = sandbox.enrol("viettel")["uid"]
    transaction = viettel.sign([ONE]).json()["transactionId"]

    answer = requests.post(f"{sandbox.url}/phone/viettel/{other}/{transaction}/approve", timeout=30)

    assert answer.status_code == 404
    assert len(sandbox.waiting(viettel.uid)) == 1
