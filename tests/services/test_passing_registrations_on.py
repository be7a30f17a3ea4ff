"""Registrations passing from hand to hand at a Treasury office: handed over, taken several at once, let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from backend.domain.errors import HeldByAnother, Invalid, NotAllowedNow, NotFound, NotYours, StaleVersion
from backend.domain.registration_review import (
    CHANGED_MEANWHILE,
    DECISION_PENDING,
    NOT_GREEN,
    NOT_OFFICER,
    YOURS_ALREADY,
)
from backend.models import Event, User
from backend.services.registration import in_hand
from tests.support.at_once import at_once
from tests.support.registrations import Clerk, LicensedCa, Registrant
from tests.support.world import Member, World


class Officer(Clerk):
    """An officer who passes registrations on."""

    def colleagues(self) -> list[dict[str, Any]]:
        with self.world.house.read() as session:
            found = in_hand.colleagues(session, self.world.house, self.member.caller)
        return found["items"]  # type: ignore[return-value]

    def hands_over(self, id_: str, to: Clerk, version: int | None = None) -> dict[str, Any]:
        return self._does(in_hand.hand_over, id_, version or self.version(id_), to.member.id)

    def looks_at(self, rows: Sequence[dict[str, Any]]) -> list[in_hand.Wanted]:
        """The first half of taking several: judged, nothing written."""
        items = [{"id": row["id"], "expected_version": row["version"]} for row in rows]
        return in_hand.judge_several(self.world.house, self.member.caller, items)

    def takes(self, wanted: Sequence[in_hand.Wanted]) -> dict[str, str | None]:
        """By registration: why it was not taken, or None."""
        answer = self._does(in_hand.take_several, wanted)
        assert all(each["taken"] == (each["reason"] is None) for each in answer["items"])
        return {each["id"]: each["reason"] for each in answer["items"]}


def works_at(world: World, username: str, **changed: Any) -> Officer:
    """Somebody like the demo world's officer, with a log-in and an identity of their own."""
    with world.rows() as session:
        like = session.get_one(User, world.officer.id)
        facts = {"title": like.title, "treasury_code": like.treasury_code, "identity_key": username.ljust(64, "0")}
        session.add(User(username=username, password_hash="", full_name=f"Người {username}", **{**facts, **changed}))
    return Officer(world, Member(world, username))


def submitted(world: World, ca: LicensedCa, code: str) -> str:
    unit = Registrant(world)
    unit.submits(ca, code)
    return unit.id


def test_who_has_it_hands_it_to_a_colleague_who_checks_anew_and_to_nobody_else(world: World) -> None:
    id_ = submitted(world, LicensedCa(world), "1990009")
    officer, head = Officer(world, world.officer), Clerk(world, world.head)
    colleague, third = works_at(world, "0064.03"), works_at(world, "0064.04")
    elsewhere = works_at(world, "0061.01", treasury_code="0061")
    gone = works_at(world, "0064.05", active=False)
    with world.house.read() as session:
        own = session.get_one(User, world.officer.id).identity_key
    twin = works_at(world, "0064.06", identity_key=own)

    with pytest.raises(NotAllowedNow):
        officer.hands_over(id_, colleague)
    officer.opens(id_)
    officer.ticks(id_)
    assert [each["full_name"] for each in officer.colleagues()] == ["Người 0064.03", "Người 0064.04"]
    for stranger in (elsewhere, gone, head, twin, officer):
        with pytest.raises(Invalid) as refused:
            officer.hands_over(id_, stranger)
        assert [problem.path for problem in refused.value.problems] == ["officer_id"]
    with pytest.raises(NotFound):
        elsewhere.hands_over(id_, colleague, version=1)
    with pytest.raises(HeldByAnother):
        colleague.hands_over(id_, third)
    with pytest.raises(NotYours):
        Officer(world, world.head).hands_over(id_, third)
    before = officer.sees(id_)
    with pytest.raises(StaleVersion):
        officer.hands_over(id_, colleague, version=before["registration"]["version"] - 1)
    assert officer.sees(id_) == before

    passed = officer.hands_over(id_, colleague)
    assert (passed["officer_name"], passed["actions"]) == ("Người 0064.03", [])
    assert passed["registration"]["log"][0]["note"] == "Chuyển hồ sơ cho Người 0064.03 xử lý"
    assert passed["registration"]["log"][0]["actor_name"] == "Bùi Đức Thịnh"
    assert passed["held_since"] == passed["registration"]["log"][0]["at"]
    theirs = colleague.sees(id_)
    assert theirs["actions"] == ["return", "propose", "hand_over"]
    assert not any(item["ticked"] for item in theirs["check_list"])
    assert [each["held"] for each in officer.colleagues()] == [1, 0]
    with world.house.read() as session:
        told = session.scalars(select(Event.user_id).where(Event.ref_id == id_)).all()
    assert told.count(colleague.member.id) == told.count(officer.member.id) == 2
    for act in (officer.proposes, officer.ticks):
        with pytest.raises(HeldByAnother) as held:
            act(id_)
        assert held.value.facts["name"] == "Người 0064.03"
    with pytest.raises(HeldByAnother):
        officer.hands_over(id_, third)


def test_of_two_hand_overs_at_once_one_counts(world: World) -> None:
    id_ = submitted(world, LicensedCa(world), "1990009")
    officer = Officer(world, world.officer)
    to = [works_at(world, f"0064.{number:02d}") for number in (3, 4)]
    version = officer.opens(id_)["registration"]["version"]
    won, lost = at_once([lambda t=each: officer.hands_over(id_, t, version=version) for each in to])

    assert (len(won), len(lost)) == (1, 1)
    assert isinstance(lost[0], StaleVersion | HeldByAnother)
    seen = officer.sees(id_)
    assert seen["officer_name"] == won[0]["officer_name"]
    assert [each["note"] for each in seen["registration"]["log"] if each["note"].startswith("Chuyển")] == [
        f"Chuyển hồ sơ cho {seen['officer_name']} xử lý"
    ]


def test_several_are_taken_at_once_each_by_itself_and_only_what_is_free_and_sound(world: World) -> None:
    ca, officer, head = LicensedCa(world), Officer(world, world.officer), Clerk(world, world.head)
    colleague = works_at(world, "0064.03")
    free, raced, mine, theirs, checked = (submitted(world, ca, f"199001{number}") for number in range(5))
    unsound = Registrant(world)
    unsound.registers(ca, "1990015")
    unsound.completes()
    unsound.signs(ca, party=ca.stranger("Nguyễn Thị Hà"))
    officer.opens(mine)
    colleague.opens(theirs)
    colleague.checks(checked)
    rows = officer.lists()["items"]

    assert {row["id"]: row["barred"] for row in rows} == {
        free: None,
        raced: None,
        mine: YOURS_ALREADY,
        theirs: "Người 0064.03 đang xử lý hồ sơ này.",
        checked: DECISION_PENDING,
        unsound.id: NOT_GREEN,
    }
    assert {row["barred"] for row in head.lists()["items"]} == {NOT_OFFICER}
    elsewhere = works_at(world, "0061.01", treasury_code="0061")
    assert set(elsewhere.takes(elsewhere.looks_at(rows)).values()) == {CHANGED_MEANWHILE}
    looked = officer.looks_at(rows)
    colleague.opens(raced)
    taken = officer.takes(looked)

    assert {id_ for id_, reason in taken.items() if reason is None} == {free}
    assert taken[raced] == CHANGED_MEANWHILE
    assert (taken[mine], taken[unsound.id], taken[checked]) == (YOURS_ALREADY, NOT_GREEN, DECISION_PENDING)
    assert officer.sees(free)["actions"] == ["return", "propose", "hand_over"]
    assert officer.sees(free)["registration"]["log"][0]["note"] == "KBNN tiếp nhận"
    assert officer.sees(raced)["officer_name"] == "Người 0064.03"
    assert set(officer.takes(officer.looks_at(rows)).values()) >= {CHANGED_MEANWHILE}


def test_of_two_officers_who_take_the_same_rows_each_row_has_one(world: World) -> None:
    ca, officer = LicensedCa(world), Officer(world, world.officer)
    colleague = works_at(world, "0064.03")
    ids = {submitted(world, ca, f"199001{number}") for number in range(3)}
    looked = [(who, who.looks_at(who.lists()["items"])) for who in (officer, colleague)]
    won, lost = at_once([lambda w=who, f=found: w.takes(f) for who, found in looked])

    assert (len(won), lost) == (2, [])
    for id_ in ids:
        assert sorted(answer[id_] is None for answer in won) == [False, True]
