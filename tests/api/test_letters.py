"""The demo's mailbox page, and the page behind a member's own link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.domain.letters import Attachment, Letter
from backend.domain.registration_content import RegistrationContent
from backend.models import Registration
from backend.services.house import House
from backend.services.registration import desk
from backend.services.registration.links import personal_secret

from .conftest import ORIGIN, make_app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def gets(visitor: FlaskClient, path: str) -> TestResponse:
    return visitor.get(path, base_url=ORIGIN)


def arrives(house: House, key: str, text: str, *files: Attachment) -> None:
    letter = Letter(key, f"Thư <{key}>", text, "<p>không xem</p>", files)
    house.mailer.send("ketoan@saomai.example", lambda: letter)


def test_the_mailbox_shows_every_letter_newest_first_on_a_page_that_runs_nothing(
    house: House, visitor: FlaskClient
) -> None:
    assert "Chưa có thư nào" in gets(visitor, "/demo/mailbox").text
    arrives(house, "0a", "Cũ")
    arrives(house, "0b", "Mới")

    page = gets(visitor, "/demo/mailbox")

    assert page.text.index("Thư &lt;0b&gt;") < page.text.index("Thư &lt;0a&gt;")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; img-src data:;")
    assert "script" not in page.headers["Content-Security-Policy"] + page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_only_our_own_addresses_are_links_in_a_letter_and_lead_to_where_the_page_was_opened(
    house: House, visitor: FlaskClient
) -> None:
    ours = house.policy.public_url
    arrives(house, "0c", f"{ours}/dang-ky/tiep-tuc#bi-mat\n{ours}.xau.example/x <script>\nhttps://xau.example", *FILES)

    page = gets(visitor, "/demo/mailbox/0c")

    assert f'<a href="/dang-ky/tiep-tuc#bi-mat">{ours}/dang-ky/tiep-tuc#bi-mat</a>' in page.text
    assert 'href="https://' not in page.text and "<script>" not in page.text
    assert "không xem" not in page.text
    file = gets(visitor, "/demo/mailbox/0c/0.pdf")
    assert (file.data, file.mimetype) == (b"%PDF-1.7", "application/pdf")
    for path in ("0c/1.pdf", "0d", "..%2f0c", "0c.eml"):
        assert gets(visitor, f"/demo/mailbox/{path}").status_code == 404


FILES = (Attachment("tkhaidangkysudungdvc.pdf", b"%PDF-1.7"),)


def test_production_has_no_mailbox_page(house: House, dist: Path) -> None:
    arrives(house, "0e", "Mật khẩu dùng một lần: abcd")
    visitor = make_app(house, dist, production=True).test_client()

    for path in ("/demo/mailbox", "/demo/mailbox/0e"):
        answer = gets(visitor, path)
        assert answer.status_code == 404
        assert "abcd" not in answer.text


def opens_mine(visitor: FlaskClient, secret: str) -> TestResponse:
    return visitor.post("/api/registrations/mine", json={"secret": secret}, headers={"Origin": ORIGIN}, base_url=ORIGIN)


def test_a_member_sees_what_is_declared_of_them_and_of_nobody_else(house: House, visitor: FlaskClient) -> None:
    people: list[dict[str, Any]] = [
        {"id": house.chance.uuid(), "full_name": name, "id_number": number, "email": f"{number}@saomai.example"}
        for name, number in (("Lê Thị Ngọc", "031195000091"), ("Phạm Văn Đạt", "031085000092"))
    ]
    people[1] |= {"service_title": "chief_accountant", "permissions": ["chief_accountant"], "signing_form": "remote"}
    with house.begin() as session:
        row, _ = desk.begin(session, house)
        row.content = {**row.content, "unit": {"unit_name": "Trường Mầm non Sao Mai"}, "members": people}
        row.code = "1990009261122120000"
        session.flush()
        row = session.get_one(Registration, row.id)
        secret = personal_secret(house, row, RegistrationContent.from_mapping(row.content).members[1])

    seen = opens_mine(visitor, secret)

    assert seen.status_code == 200
    told = ("full_name", "id_number_masked", "title_label", "signing_form_label", "unit_name")
    assert [seen.json[name] for name in told] == [
        "Phạm Văn Đạt",
        "••••••••0092",
        "Kế toán trưởng",
        "Chứng thư số từ xa",
        "Trường Mầm non Sao Mai",
    ]
    assert "Ngọc" not in seen.text and "031195000091" not in seen.text
    assert "Set-Cookie" not in seen.headers
    assert opens_mine(visitor, secret.replace(people[1]["id"], people[0]["id"])).status_code == 404
    assert opens_mine(visitor, "x" * 40).status_code == 404
