"""One-time passwords, choosing one's own, forgetting it, and the list of devices, over the wire."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.domain.providers import Secret
from backend.models import LoginSession, OutboxItem, User
from backend.services.accounts import give_one_time_password
from backend.services.accounts_reset import new_reset_token
from backend.services.house import House

from .conftest import ORIGIN, PASSWORD, MovingClock, People, Somebody
from .test_passkeys import enrols

NEW = "bốn con mèo vàng"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36"


def another_device(app: Flask, somebody: Somebody) -> Somebody:
    return Somebody(app.test_client(), somebody.user_id, somebody.username, somebody.full_name)


def changes_to(somebody: Somebody, password: str) -> TestResponse:
    return somebody.sends("/api/account/password", {"new_password": password}, method="PUT")


def resets(somebody: Somebody, token: str, password: str = NEW) -> TestResponse:
    body = {"token": token, "new_password": password}
    return somebody.client.put("/api/account/reset", json=body, headers={"Origin": ORIGIN}, base_url=ORIGIN)


def asks_for_reset(somebody: Somebody, username: str) -> TestResponse:
    body = {"username": username}
    return somebody.client.post("/api/account/reset", json=body, headers={"Origin": ORIGIN}, base_url=ORIGIN)


def has_mail(house: House, somebody: Somebody, address: str | None = "ktt1@donvi.example") -> None:
    with house.begin() as session:
        session.get_one(User, somebody.user_id).email = address


def letters(house: House) -> list[dict[str, object]]:
    with house.read() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == "mail.send")).all()
    assert [row.payload.pop("letter") for row in rows] == [row.key for row in rows]
    return [row.payload for row in rows]


def link_for(house: House, somebody: Somebody) -> str:
    with house.read() as session:
        return new_reset_token(session, house, somebody.user_id).reveal()


def code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.json["code"]


def test_a_one_time_password_opens_nothing_but_its_own_change(people: People, house: House) -> None:
    chief = people.chief
    given = give_one_time_password(house, chief.user_id).reveal()
    logged_in = chief.logs_in(given)

    assert logged_in.json["must_change_password"] is True
    for path in ("/api/session", "/api/inbox", "/api/passkeys", "/api/passkeys/offer", "/api/account/sessions"):
        assert code(chief.gets(path)) == (401, "auth.password_change"), path
    assert code(chief.sends("/api/dossiers", {"vouchers": []})) == (401, "auth.password_change")
    changed = changes_to(chief, NEW)
    assert (changed.status_code, changed.json["must_change_password"]) == (200, False)
    assert chief.gets("/api/inbox").status_code == 200
    assert code(chief.logs_in(given)) == (401, "auth.bad_credentials")


def test_a_one_time_password_ends_after_72_hours_and_says_whom_to_ask(
    people: People, house: House, clock: MovingClock
) -> None:
    given = give_one_time_password(house, people.chief.user_id).reveal()
    clock.passes(hours=71)
    in_time = people.chief.logs_in(given)
    clock.passes(hours=1, seconds=1)
    late = people.chief.logs_in(given)

    assert in_time.status_code == 200
    assert code(late) == (403, "auth.password_expired")
    assert "Kho bạc nơi đơn vị mở tài khoản" in late.json["detail"]


def test_a_one_time_password_is_made_to_be_typed_and_ends_every_session(signed_in: People, house: House) -> None:
    assert signed_in.chief.gets("/api/session").status_code == 200

    given = give_one_time_password(house, signed_in.chief.user_id).reveal()

    assert [len(part) for part in given.split("-")] == [4, 4, 4, 4]
    assert not set(given) & set("01iloO")
    assert code(signed_in.chief.gets("/api/session")) == (401, "auth.expired")


def test_a_password_that_will_not_do_is_refused_with_what_to_do(signed_in: People) -> None:
    for password, sentence in (("ngắn", "ít nhất 12 ký tự"), (PASSWORD, "khác mật khẩu đang dùng")):
        answer = changes_to(signed_in.chief, password)

        assert code(answer) == (422, "content.invalid")
        assert [field["path"] for field in answer.json["fields"]] == ["new_password"]
        assert sentence in answer.json["fields"][0]["sentence"]


def test_a_new_password_ends_every_other_session_and_gives_this_one_another_cookie(
    signed_in: People, app: Flask
) -> None:
    chief, elsewhere = signed_in.chief, another_device(app, signed_in.chief)
    elsewhere.logs_in()
    chief.gets("/api/session")
    former = chief.client.get_cookie("__Host-ky_kho_bac", domain="kkb.test").value  # type: ignore[union-attr]

    changed = changes_to(chief, NEW)

    now = chief.client.get_cookie("__Host-ky_kho_bac", domain="kkb.test").value  # type: ignore[union-attr]
    assert (changed.status_code, chief.gets("/api/session").status_code) == (200, 200)
    assert code(elsewhere.gets("/api/session")) == (401, "auth.expired")
    assert now != former
    elsewhere.client.set_cookie("__Host-ky_kho_bac", former, domain="kkb.test", secure=True, path="/")
    assert elsewhere.gets("/api/session").status_code == 401
    assert (elsewhere.logs_in().status_code, elsewhere.logs_in(NEW).status_code) == (401, 200)


def test_a_log_in_of_long_ago_must_be_proved_before_the_password_is_changed(
    signed_in: People, clock: MovingClock
) -> None:
    chief = signed_in.chief
    chief.gets("/api/session")
    clock.passes(minutes=6)

    late = changes_to(chief, NEW)
    wrong = chief.sends("/api/account/proof/password", {"password": "sai rồi sai rồi"})
    right = chief.sends("/api/account/proof/password", {"password": PASSWORD})

    assert code(late) == (403, "auth.stepup")
    assert code(wrong) == (422, "auth.proof_refused")
    assert wrong.json["facts"]["attempts_left"] == 4
    assert right.status_code == 200
    assert changes_to(chief, NEW).status_code == 200


def test_asking_for_a_reset_tells_nobody_whether_the_account_exists(people: People, house: House) -> None:
    has_mail(house, people.chief)

    answers = [asks_for_reset(people.maker, name) for name in ("KTT1 ", "ktt1", "ketoan1", "nobody")]

    assert {(answer.status_code, answer.data) for answer in answers} == {(204, b"")}
    assert letters(house) == [{"template": "password_reset", "user_id": people.chief.user_id}]


def test_one_address_cannot_ask_for_ever(people: People, clock: MovingClock) -> None:
    answers = [asks_for_reset(people.maker, f"nobody{number}").status_code for number in range(21)]
    clock.passes(minutes=6)

    assert answers == [204] * 20 + [429]
    assert asks_for_reset(people.maker, "nobody").status_code == 204


def test_the_link_of_the_letter_sets_the_password_once_and_ends_every_session(
    signed_in: People, house: House, app: Flask
) -> None:
    chief = signed_in.chief
    chief.gets("/api/session")
    link = link_for(house, chief)

    weak, done, again = resets(chief, link, "123456789012"), resets(chief, link), resets(chief, link, NEW + " nữa")

    assert code(weak) == (422, "content.invalid")
    assert done.status_code == 204
    assert code(again) == (409, "auth.reset_refused")
    assert chief.gets("/api/session").status_code == 401
    assert another_device(app, chief).logs_in(NEW).status_code == 200


def test_a_link_that_is_too_old_or_not_ours_changes_nothing(people: People, house: House, clock: MovingClock) -> None:
    chief, holder = people.chief, people.holder
    link = link_for(house, chief)
    user_id, until, seal = link.split(".")
    forged = [
        f"{holder.user_id}.{until}.{seal}",
        f"{user_id}.{int(until) + 60}.{seal}",
        f"{user_id}.{until}.{'0' * 64}",
        *("x", "..", f"{user_id}..", f"{user_id}.²3.{seal}", f"{user_id}.{'9' * 30}.{seal}"),
    ]
    answers = [resets(chief, each) for each in forged]
    clock.passes(minutes=30, seconds=1)
    answers.append(resets(chief, link))

    assert [code(answer) for answer in answers] == [(409, "auth.reset_refused")] * len(answers)
    assert chief.logs_in().status_code == 200


def test_a_reset_is_no_way_round_a_passkey(signed_in: People, house: House, app: Flask) -> None:
    chief = signed_in.chief
    has_mail(house, chief)
    before = link_for(house, chief)
    enrols(chief)
    elsewhere = another_device(app, chief)

    asks_for_reset(elsewhere, chief.username)
    answers = [resets(elsewhere, before), resets(elsewhere, link_for(house, chief))]

    assert [code(answer) for answer in answers] == [(403, "auth.passkey_needed")] * 2
    assert letters(house) == [{"template": "password_by_passkey", "user_id": chief.user_id}]
    assert code(elsewhere.logs_in()) == (403, "auth.passkey_needed")
    assert len(chief.gets("/api/passkeys").json["items"]) == 1


def test_a_password_reset_before_is_asked_for_the_passkey_afterwards(signed_in: People, house: House) -> None:
    chief = signed_in.chief
    enrols(chief)
    with house.begin() as session:
        # As if the letter had been used in the very moment of the enrolment.
        session.get_one(User, chief.user_id).password_hash = house.passwords.hash(Secret(NEW))

    assert code(chief.logs_in(NEW)) == (403, "auth.passkey_needed")


def test_who_has_lost_every_passkey_starts_again_with_a_one_time_password(signed_in: People, house: House) -> None:
    enrols(signed_in.chief)
    kept = give_one_time_password(house, signed_in.chief.user_id).reveal()
    refused = signed_in.chief.logs_in(kept)
    given = give_one_time_password(house, signed_in.chief.user_id, forget_passkeys=True).reveal()

    assert code(refused) == (403, "auth.passkey_needed")
    assert signed_in.chief.logs_in(given).status_code == 200


def test_a_person_sees_their_devices_and_ends_one_or_all(signed_in: People, app: Flask) -> None:
    chief, phone = signed_in.chief, another_device(app, signed_in.chief)
    phone.client.environ_base["HTTP_USER_AGENT"] = PHONE
    phone.logs_in()
    listed = chief.gets("/api/account/sessions").json["items"]
    others = signed_in.holder.gets("/api/account/sessions").json["items"]

    assert [(row["current"], row["device"]) for row in listed][1] == (False, "Chrome trên Android")
    assert (listed[0]["current"], len(others)) == (True, 1)
    signed_in.holder.sends(f"/api/account/sessions/{listed[1]['id']}", {}, method="DELETE")
    assert phone.gets("/api/session").status_code == 200
    chief.sends(f"/api/account/sessions/{listed[1]['id']}", {}, method="DELETE")
    assert phone.gets("/api/session").status_code == 401
    assert [row["current"] for row in chief.gets("/api/account/sessions").json["items"]] == [True]

    phone.logs_in()
    left = phone.sends("/api/account/sessions", {}, method="DELETE")
    assert left.status_code == 204
    assert {chief.gets("/api/session").status_code, phone.gets("/api/session").status_code} == {401}


def test_a_session_that_ran_out_is_not_listed(signed_in: People, app: Flask, house: House, clock: MovingClock) -> None:
    another_device(app, signed_in.chief).logs_in()
    clock.passes(minutes=61)
    signed_in.chief.token = ""

    assert len(signed_in.chief.gets("/api/account/sessions").json["items"]) == 1
    with house.read() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 2
