"""A change that brings a new account holder: the decision that appoints them is attached, frozen, opened by an officer;
the new account holder signs.
"""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from backend.api import create_api
from backend.domain.errors import ApproverNotEligible, Invalid
from backend.services.registration.declaration_signers import signers
from backend.services.registration.start import prepare_sign
from shared_schemas.registration import Registration
from tests.adapters.pdf.test_attached import a_pdf
from tests.support.registrations import Changer, Clerk, LicensedCa, a_member
from tests.support.world import World

from .conftest import Somebody, settings_for
from .test_treasury_registrations import DESK, _logged_in

NUMBERS = {"Lê Thị Mai Ngân": "031195000011", "Phạm Quốc Đỉnh": "031085000012", "Đỗ Thu Hường": "031188000013"}
NUMBERS |= {"Nguyễn Hữu Khải": "031075000014", "Vũ Thị Ánh Tuyết": "031178000015"}
CURRENT = "/api/registration-changes/current"
DECISION = a_pdf(pages=2)

pytestmark = pytest.mark.parametrize("database", ["sqlite"])


@pytest.fixture
def app(world: World, dist: Path) -> Flask:
    app = Flask("backend", static_folder=None)
    create_api(app, world.house, settings_for(dist))  # type: ignore[arg-type]
    return app


@pytest.fixture
def changer(world: World) -> Changer:
    """A change with another account holder, complete but for the decision."""
    changer = Changer(world, world.maker)
    changer.begins()
    changer.types_numbers(NUMBERS)
    members = changer.sees()["content"]["members"]
    holder = a_member("Trần Văn Mới", "031080000077", "account_holder")
    changer.types(members=[*(each for each in members if each["full_name"] != "Nguyễn Hữu Khải"), holder])
    changer.grants_everything()
    changer.types_unit(phone="02253888999", email="ketoan@hoaphuong.example")
    changer.saves()
    return changer


def _attaches(somebody: Somebody, version: int, pdf: bytes) -> Any:
    return somebody.sends(
        f"{CURRENT}/appointment", {"expected_version": version, "file_base64": b64encode(pdf).decode()}
    )


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


def test_a_new_account_holder_comes_with_the_decision_and_signs(app: Flask, world: World, changer: Changer) -> None:
    ca, officer, head = LicensedCa(world), Clerk(world, world.officer), Clerk(world, world.head)
    maker, clerk, abroad = (_logged_in(app, name) for name in ("1990001.01", "0064.01", "1990002.01"))
    seen = changer.binds(ca)
    assert seen["appointment"] == {"needed": True, "filename": "quyetdinhbonhiem.pdf", "file": None}
    with pytest.raises(Invalid) as refused:
        changer.completes()
    assert [each.path for each in refused.value.problems] == ["appointment"]
    assert "Đính kèm quyết định bổ nhiệm" in refused.value.problems[0].sentence

    for wrong, words in ((b"\xff\xd8 a photograph", "Không đọc được"), (DECISION + b"\0" * 5_000_000, "lớn hơn 5 MB")):
        answer = _attaches(maker, seen["version"], wrong)
        assert (answer.status_code, words in answer.json["fields"][0]["sentence"]) == (422, True), answer.text
    attached = _attaches(maker, seen["version"], DECISION).json
    assert Registration().validate(attached) == {}
    sha256 = attached["appointment"]["file"]["sha256"]
    assert attached["appointment"]["file"] == {"sha256": sha256, "size": len(DECISION), "pages": 2}
    (row,) = [row for row in attached["difference"] if row["group"] == "Tài liệu kèm theo"]
    assert (row["before"], row["after"]) == ("", f"2 trang, SHA-256 {sha256}")
    removed = maker.sends(f"{CURRENT}/appointment/remove", {"expected_version": attached["version"]}).json
    assert removed["appointment"]["file"] is None
    assert maker.gets(f"{CURRENT}/appointment.pdf").status_code == 404
    _attaches(maker, removed["version"], DECISION)

    seen = changer.completes()
    assert seen["log"][0]["note"] == f"Kèm quyết định bổ nhiệm Chủ tài khoản, SHA-256 {sha256}"
    declaration = next(each for each in seen["documents"] if each["filename"] == "tkhaidangkysudungdvc.pdf")
    assert sha256 in _text_of(world.house.blobs.get(declaration["sha256"]))
    _check_who_signs(world, changer)
    changer.signs(ca)

    for somebody, path in ((maker, f"{CURRENT}/appointment.pdf"), (clerk, f"{DESK}/{changer.id}/appointment.pdf")):
        answer = somebody.gets(path)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, DECISION, "application/pdf")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="quyetdinhbonhiem.pdf"')
    assert abroad.gets(f"{DESK}/{changer.id}/appointment.pdf").status_code == 403
    assert _attaches(maker, changer.sees()["version"], DECISION).status_code == 409
    assert officer.sees(changer.id)["registration"]["appointment"]["file"]["sha256"] == sha256
    officer.checks(changer.id)
    head.approves(changer.id)
    assert world.breaches() == []
    (blob,) = (world.folder / "blobs").rglob(sha256)
    blob.rename(blob.with_name("away"))
    assert [breach.rule for breach in world.breaches()] == ["I1"]

    # It came with that change; the next one begins without it.
    again = Changer(world, world.chief).begins()
    assert (again["appointment"]["needed"], again["appointment"]["file"], again["difference"]) == (False, None, [])


def _check_who_signs(world: World, changer: Changer) -> None:
    """The delegate of the former account holder may sign declarations, but not this one."""
    with changer.row() as (session, row):
        items = signers(session, world.house, row)["items"]
    assert isinstance(items, list)
    why = {each["full_name"]: each["reason"] for each in items}
    assert why["Trần Văn Mới"] is None
    assert "Chủ tài khoản mới ký" in why["Vũ Thị Ánh Tuyết"]
    seen, house = changer.sees(), world.house
    delegate = changer.member(seen, "Vũ Thị Ánh Tuyết")["id"]
    digests = [each["sha256"] for each in seen["documents"]]
    with pytest.raises(ApproverNotEligible):
        prepare_sign(house, changer.id, seen["version"], delegate, digests, None)


def test_without_a_new_account_holder_nothing_is_attached(app: Flask, world: World) -> None:
    maker = _logged_in(app, "1990001.01")
    begun = maker.sends("/api/registration-changes", {}).json

    assert _attaches(maker, begun["version"], DECISION).status_code == 409
