"""Changing a registration over HTTP: the members of a unit share one change, behind the same calls as a new one."""

from __future__ import annotations

from typing import Any

from backend.models import User
from backend.services.house import House
from shared_schemas.registration import Registration

from .conftest import ORIGIN, MovingClock, People, Somebody

BEGIN = "/api/registration-changes"
CURRENT = f"{BEGIN}/current"
PARTS = ("unit", "services", "ledgers", "relations", "members")


def begins(somebody: Somebody) -> dict[str, Any]:
    return seen(somebody.sends(BEGIN, {}))


def seen(response: Any) -> dict[str, Any]:
    """A dossier as the wire promises it."""
    assert response.status_code == 200, response.text
    assert not Registration().validate(response.json)
    return response.json  # type: ignore[no-any-return]


def typed(change: dict[str, Any], **unit: Any) -> dict[str, Any]:
    """All parts of a change as a browser sends them, with other unit data."""
    parts = {name: change["content"][name] for name in PARTS}
    members = [{name: each[name] for name in each if name != "certificate"} for each in parts["members"]]
    unit_now = {**parts["unit"], **unit}
    return {"expected_version": change["version"], **parts, "members": members, "unit": unit_now}


def test_members_of_a_unit_go_on_with_one_change_and_other_units_have_their_own(signed_in: People) -> None:
    nothing_yet = signed_in.maker.gets(CURRENT)
    assert (nothing_yet.status_code, nothing_yet.json["code"]) == (404, "perm.not_found")

    change = begins(signed_in.maker)

    assert (change["kind"], change["stage"], change["link_expires_at"]) == ("change", "draft", None)
    assert [member["full_name"] for member in change["content"]["members"]] == [
        "Lê Thu Hà",
        "Nguyễn Thị Lan",
        "Trần Văn Minh",
    ]
    assert begins(signed_in.holder)["id"] == change["id"]
    assert seen(signed_in.chief.gets(CURRENT))["id"] == change["id"]
    assert begins(signed_in.stranger)["id"] != change["id"]
    assert seen(signed_in.stranger.gets(CURRENT))["content"]["unit"]["budget_relation_code"] == "1990002"


def test_what_is_typed_is_told_as_a_difference_once_per_key(signed_in: People) -> None:
    change = begins(signed_in.maker)
    words = typed(change, phone="02438888999")

    first = signed_in.chief.sends(CURRENT, words, method="PUT", key="one-and-the-same")
    again = signed_in.chief.sends(CURRENT, words, method="PUT", key="one-and-the-same")

    row = {"group": "Đơn vị", "label": "Số điện thoại", "before": "", "after": "02438888999"}
    assert row in seen(first)["difference"]
    assert seen(again)["version"] == first.json["version"] == change["version"] + 1
    assert again.headers["Idempotency-Replayed"] == "true"
    stale = signed_in.maker.sends(CURRENT, words, method="PUT")
    assert (stale.status_code, stale.json["code"]) == (409, "voucher.stale")


def test_stopping_is_declared_by_a_call_of_its_own_and_only_in_a_change(signed_in: People) -> None:
    change = begins(signed_in.holder)

    told = seen(signed_in.holder.sends(f"{CURRENT}/terminate", {"expected_version": 1, "terminate": True}))

    assert told["content"]["terminate"] is True
    assert [row["group"] for row in told["difference"]] == ["Ngừng sử dụng"]
    saved = seen(signed_in.holder.sends(f"{CURRENT}/save", {"expected_version": told["version"]}))
    assert (saved["stage"], saved["log"][0]["actor_name"]) == ("awaiting_completion", "Lê Thu Hà")
    assert saved["code"].startswith("1990001")
    sneaked = signed_in.chief.sends(CURRENT, {**typed(change), "terminate": True}, method="PUT")
    assert sneaked.status_code == 422
    ended = seen(signed_in.chief.sends(f"{CURRENT}/cancel", {"expected_version": saved["version"]}))
    assert ended["stage"] == "cancelled"
    assert begins(signed_in.chief)["id"] != change["id"]


def test_a_change_is_for_members_of_the_unit_who_are_logged_in_for_good(
    signed_in: People, house: House, clock: MovingClock
) -> None:
    officer = signed_in.officer.sends(BEGIN, {})
    assert (officer.status_code, officer.json["code"]) == (403, "perm.view_only")
    foreign = signed_in.maker.sends(BEGIN, {}, **{"X-CSRF-Token": "another"})
    assert (foreign.status_code, foreign.json["code"]) == (403, "request.csrf")
    with house.begin() as session:
        session.get_one(User, signed_in.maker.user_id).must_change_password = True
    limited = signed_in.maker.sends(BEGIN, {})
    assert (limited.status_code, limited.json["code"]) == (401, "auth.password_change")


def test_neither_door_opens_what_is_behind_the_other(signed_in: People) -> None:
    change = begins(signed_in.maker)
    browser = signed_in.maker.client

    by_session = browser.get("/api/registrations/current", base_url=ORIGIN)
    begun = browser.post("/api/registrations", json={}, headers={"Origin": ORIGIN}, base_url=ORIGIN)
    by_link = browser.get("/api/registrations/current", base_url=ORIGIN)

    assert (by_session.status_code, by_session.json["code"]) == (404, "perm.not_found")
    assert by_link.json["id"] == begun.json["registration"]["id"] != change["id"]
    assert seen(signed_in.maker.gets(CURRENT))["id"] == change["id"]
