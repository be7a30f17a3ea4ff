"""A unit that uses the service declares a change: nothing typed twice, everything that differs told, one at a time."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from backend.domain.errors import Invalid, NotFound
from backend.models import Registration
from backend.services.registration import desk
from backend.services.registration.change import change_of
from backend.services.registration.links import held_by, letter_secret
from backend.services.registration.view import registration_view
from tests.support.registrations import Changer, on_tokens
from tests.support.world import World

NUMBERS = {"Lê Thị Mai Ngân": "031195000011", "Phạm Quốc Đỉnh": "031085000012", "Đỗ Thu Hường": "031188000013"}
NUMBERS |= {"Nguyễn Hữu Khải": "031075000014", "Vũ Thị Ánh Tuyết": "031178000015"}
ON_ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"])
"""Where the database has no say."""


def test_a_change_begins_with_what_is_in_force(world: World) -> None:
    seen = Changer(world, world.maker).begins()

    content = seen["content"]
    assert (seen["kind"], seen["stage"], seen["treasury"]["code"]) == ("change", "draft", "0064")
    assert content["unit"]["unit_name"] == "Trường Tiểu học Hoa Phượng"
    assert [account["account_number"] for account in content["accounts"]] == ["3711.0.1990001", "3713.0.1990001"]
    assert [ledger["ledger_account"] for ledger in content["ledgers"]] == ["3711", "3713"]
    assert content["relations"] == [
        {"relation_or_project_code": "1990001", "name": "Trường Tiểu học Hoa Phượng"},
    ]
    names = {member["full_name"]: member for member in content["members"]}
    assert names.keys() == NUMBERS.keys()
    holder = names["Nguyễn Hữu Khải"]
    assert (holder["id"], holder["service_title"]) == (world.holder.id, "account_holder")
    assert (holder["signing_form"], holder["certificate"]["provider"]) == ("remote", "vnpt")
    assert holder["certificate"]["issuer_name"]
    assert [grant["account_number"] for grant in holder["grants"]] == ["3711.0.1990001", "3713.0.1990001"]
    assert names["Lê Thị Mai Ngân"]["signing_form"] is None
    # Rows of before the wizard never said which services: all are offered, and told as a difference.
    assert {row["group"] for row in seen["difference"]} == {"Dịch vụ"}


@ON_ONE_DATABASE
def test_a_second_start_by_anybody_of_the_unit_returns_the_open_change(world: World) -> None:
    first = Changer(world, world.maker).begins()

    assert Changer(world, world.holder).begins()["id"] == first["id"]
    assert Changer(world, world.other_maker).begins()["id"] != first["id"]
    with world.house.read() as session, pytest.raises(NotFound):
        change_of(session, world.officer.caller)


def test_twenty_starts_at_once_begin_one_change(world: World) -> None:
    found: list[str] = []
    starters = [
        threading.Thread(target=lambda: found.append(Changer(world, world.maker).begins()["id"])) for _ in range(20)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert len(found) == 20
    assert len(set(found)) == 1


@ON_ONE_DATABASE
def test_the_approved_registration_is_what_a_change_begins_with(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()
    changer.types_numbers(NUMBERS)
    unit = {"phone": "02253888999", "email": "ketoan@hoaphuong.example", "superior_body": "Phòng Giáo dục và Đào tạo"}
    changer.types_unit(**unit)
    with world.house.begin() as session:
        session.get_one(Registration, changer.id).stage = "approved"

    again = Changer(world, world.chief).begins()

    assert again["id"] != changer.id
    assert again["content"]["unit"].items() >= unit.items()
    assert {member["id_number"] for member in again["content"]["members"]} == set(NUMBERS.values())
    assert again["difference"] == []


@ON_ONE_DATABASE
def test_every_edit_is_told_as_a_difference_and_the_log_names_who_saved(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()
    changer.types_numbers(NUMBERS)
    unit = {"phone": "02253888999", "email": "ketoan@hoaphuong.example", "superior_body": "Phòng Giáo dục và Đào tạo"}
    seen = changer.types_unit(**unit, unit_kind="individual")

    told = {(row["group"], row["label"]): row["after"] for row in seen["difference"]}
    assert told["Đơn vị", "Số điện thoại"] == "02253888999"
    assert told["Đơn vị", "Cơ quan cấp trên"] == "Phòng Giáo dục và Đào tạo"
    assert told["Đơn vị", "Loại đơn vị"] == "Cá nhân"
    assert told["Thành viên Nguyễn Hữu Khải", "Số giấy tờ"] == "031075000014"

    seen = changer.saves()

    assert seen["stage"] == "awaiting_completion"
    assert seen["log"][0]["actor_name"] == "Lê Thị Mai Ngân"


@ON_ONE_DATABASE
def test_typing_the_registered_number_keeps_the_certificate_and_another_number_drops_it(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()

    half = changer.types_numbers({**NUMBERS, "Nguyễn Hữu Khải": "0310"})
    assert changer.member(half, "Nguyễn Hữu Khải")["certificate"] is None
    whole = changer.types_numbers(NUMBERS)

    assert changer.member(whole, "Nguyễn Hữu Khải")["certificate"]["provider"] == "vnpt"
    assert not [row for row in whole["difference"] if "chứng thư" in row["label"].lower()]


@ON_ONE_DATABASE
def test_a_member_taken_out_and_put_back_is_the_same_person(world: World) -> None:
    changer = Changer(world, world.maker)
    seen = changer.begins()
    chief = changer.member(seen, "Phạm Quốc Đỉnh")
    changer.types(members=[member for member in seen["content"]["members"] if member is not chief])

    seen = changer.types(members=seen["content"]["members"])

    assert changer.member(seen, "Phạm Quốc Đỉnh")["id"] == world.chief.id
    assert changer.member(seen, "Phạm Quốc Đỉnh")["certificate"] == chief["certificate"]


@ON_ONE_DATABASE
def test_one_person_written_twice_is_two_people(world: World) -> None:
    changer = Changer(world, world.maker)
    seen = changer.begins()
    chief = changer.member(seen, "Phạm Quốc Đỉnh")

    seen = changer.types(members=[*seen["content"]["members"], chief])

    ids = [member["id"] for member in seen["content"]["members"] if member["full_name"] == "Phạm Quốc Đỉnh"]
    assert len(set(ids)) == 2
    assert ids[0] == world.chief.id


@ON_ONE_DATABASE
def test_the_code_of_the_unit_stays_and_a_log_in_never_passes_to_another_person(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()
    changer.types_numbers(NUMBERS)
    seen = changer.types_unit(budget_relation_code="1990002")
    told = {problem["path"]: problem["sentence"] for problem in seen["problems"] if problem["step"] == 1}
    assert told["unit.budget_relation_code"] == "Mã ĐVQHNS không đổi được. Nhập lại 1990001."

    members = [dict(member) for member in seen["content"]["members"]]
    members[3] |= {"full_name": "Trần Văn Mới", "id_number": "031080000077"}
    seen = changer.types(members=members)

    told = {problem["path"]: problem["sentence"] for problem in seen["problems"] if problem["step"] == 3}
    assert told["members.3.full_name"] == "Đây là người khác. Xóa thành viên cũ rồi thêm thành viên mới."
    members[3] |= {"full_name": "Nguyễn Hữu Khải", "id_number": "031080000077"}
    seen = changer.types(members=members)
    assert "members.3.full_name" not in {problem["path"] for problem in seen["problems"]}


def _fourth_step(seen: dict[str, Any]) -> list[str]:
    return [problem["sentence"] for problem in seen["problems"] if problem["step"] == 4]


@ON_ONE_DATABASE
def test_a_change_that_changes_nothing_is_not_completed(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()

    seen = changer.types(services=[])

    assert seen["difference"] == []
    assert "Hồ sơ chưa có thay đổi nào. Sửa thông tin cần đổi rồi lưu." in _fourth_step(seen)


@ON_ONE_DATABASE
def test_a_switch_names_every_signer_who_has_no_remote_certificate_yet(world: World) -> None:
    on_tokens(world, world.maker)
    changer = Changer(world, world.maker)
    seen = changer.begins()
    assert {member["signing_form"] for member in seen["content"]["members"]} == {None, "usb_token"}
    members = [{**member, "signing_form": member["signing_form"] and "remote"} for member in seen["content"]["members"]]

    seen = changer.types(members=members)

    (told,) = [sentence for sentence in _fourth_step(seen) if "Để đổi hình thức ký" in sentence]
    assert told == (
        "Để đổi hình thức ký, mọi người ký cần có chứng thư số từ xa. Còn thiếu: "
        "Phạm Quốc Đỉnh (Kế toán trưởng), Đỗ Thu Hường (Ủy quyền Kế toán trưởng), "
        "Nguyễn Hữu Khải (Chủ tài khoản), Vũ Thị Ánh Tuyết (Ủy quyền Chủ tài khoản)."
    )
    assert [row for row in seen["difference"] if row["group"] == "Hình thức ký"] == [
        {
            "group": "Hình thức ký",
            "label": "Hình thức chữ ký số của đơn vị",
            "before": "USB token",
            "after": "Ký số từ xa",
        }
    ]
    back = changer.types(members=[{**each, "signing_form": each["signing_form"] and "usb_token"} for each in members])
    assert changer.member(back, "Nguyễn Hữu Khải")["certificate"]["provider"] == ""


def test_the_signing_form_does_not_change_while_somebody_signs(world: World) -> None:
    changer = Changer(world, world.maker)
    seen = changer.begins()
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    members = [
        {**member, "signing_form": member["signing_form"] and "usb_token"} for member in seen["content"]["members"]
    ]

    seen = changer.types(members=members)

    sentence = "Còn 1 chứng từ đang chờ ký. Hãy hoàn tất hoặc hủy trước khi đổi hình thức ký."
    assert seen["open_signings"] == 1
    assert sentence in _fourth_step(seen)
    other = changer.types_unit(phone="02253888999")
    assert sentence in _fourth_step(other)
    world.chief.cancels_signing(signing)
    assert changer.sees()["open_signings"] == 0
    assert sentence not in _fourth_step(changer.sees())


@ON_ONE_DATABASE
def test_a_termination_stands_alone_and_asks_for_nothing_else(world: World) -> None:
    changer = Changer(world, world.holder)
    changer.begins()
    changer.types_unit(phone="khong phai so")

    seen = changer.terminates()

    assert seen["problems"] == []
    assert [(row["label"], row["before"], row["after"]) for row in seen["difference"]] == [
        ("Ngừng sử dụng dịch vụ công trực tuyến", "Không", "Có")
    ]
    assert changer.saves()["stage"] == "awaiting_completion"
    (document,) = changer.completes()["documents"]
    assert document["filename"] == "tkhaidangkysudungdvc.pdf"
    seen = changer.types_unit(phone="02253888999")
    assert [problem["path"] for problem in seen["problems"]] == ["terminate"]
    assert changer.terminates(False)["content"]["terminate"] is False


@ON_ONE_DATABASE
def test_no_link_opens_a_change(world: World) -> None:
    changer = Changer(world, world.maker)
    changer.begins()
    seen = changer.types_unit(phone="02253888999")

    assert seen["link_expires_at"] is None
    with changer.row() as (session, row), pytest.raises(NotFound):
        held_by(session, world.house, letter_secret(world.house, row))


@ON_ONE_DATABASE
def test_a_unit_that_uses_the_service_cannot_register_again(world: World) -> None:
    with world.house.begin() as session:
        row, _ = desk.begin(session, world.house)
        parts = {**row.content, "unit": {"budget_relation_code": "1990001"}, "ledgers": [], "relations": []}
        desk.save_parts(session, world.house, row, row.version, {**parts, "members": []})
        seen: dict[str, Any] = registration_view(session, world.house, row)
        with pytest.raises(Invalid):
            desk.save(session, world.house, row, row.version)

    told = {problem["path"]: problem["sentence"] for problem in seen["problems"]}
    assert "Đăng ký thay đổi sử dụng DVC" in told["unit.budget_relation_code"]
    assert (seen["difference"], seen["open_signings"]) == ([], 0)
