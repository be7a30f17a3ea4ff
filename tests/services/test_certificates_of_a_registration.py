"""Certificates are bound to members: each CA's, in every state, and nobody else's; a token's from its file."""

from __future__ import annotations

import dataclasses
import io
import json
from base64 import b64decode, urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.api.logs import configure_logs
from backend.config import UnsafeSettings, from_env
from backend.domain.certificates import Revocation
from backend.domain.errors import (
    CandidateOver,
    Invalid,
    NoCertificateThere,
    NotAllowedNow,
    NotFound,
    ProviderRefusal,
    SecondFactorNeeded,
    TooManyLookUps,
)
from backend.domain.providers import Secret
from backend.models import Base, Certificate, Registration
from backend.services.provider_login import Code, resend
from backend.services.registration import look_up_tries
from tests.adapters.pdf.pki import issue
from tests.support.certificates import NAME, NUMBER, PROVIDERS, Declarer, ended, subscribes, token_file
from tests.support.misa import code_of
from tests.support.world import CA_PASSWORD, World

GOVERNMENT, EXPIRED, REVOKED = "Ban Cơ yếu Chính phủ", "đã hết hạn ngày", "đã bị thu hồi"
USAGE, ISSUER = "không được cấp để ký số", "không thuộc nhà cung cấp được phép"
OTHER, IN_USE = "không phải của thành viên này", "đã được người khác đăng ký"

ON_ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"])
"""Where the database has no say."""


def _problems(seen: dict[str, Any]) -> list[str]:
    return [each["path"] for each in seen["problems"] if each["step"] == 4]


def _bound(seen: dict[str, Any]) -> dict[str, Any] | None:
    return seen["content"]["members"][1]["certificate"]  # type: ignore[no-any-return]


def _a_day_begins(world: World) -> None:
    """Tries are counted by the day, which must not end between two of them."""
    world.clock.passes(seconds=86_460 - world.clock.now().timestamp() % 86_400)


def _sentence(refused: pytest.ExceptionInfo[Invalid]) -> str:
    (problem,) = refused.value.problems
    return problem.sentence


@pytest.mark.parametrize(("database", "provider"), [*(("sqlite", each) for each in PROVIDERS), ("postgresql", "vnpt")])
def test_of_all_that_a_ca_holds_for_a_member_the_good_ones_are_offered_and_each_other_says_why_not(
    world: World, provider: str
) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, first = subscribes(world, provider)
    later = person.gets(valid_days=2000)
    why = {
        person.gets(purpose="official_duty"): GOVERNMENT,
        person.gets(**ended()): EXPIRED,
        person.gets(purpose="encryption"): USAGE,
        (lost := person.gets()): REVOKED,
    }
    person.loses(lost)

    found = mine.looks_up(member, person)

    assert [each["serial_number"] for each in found[:2]] == [later, first]
    assert [each["refused"] for each in found[:2]] == [None, None]
    assert {each["serial_number"] for each in found[2:]} == why.keys()
    for each in found[2:]:
        assert why[each["serial_number"]] in each["refused"]
        with pytest.raises(Invalid) as refused:
            mine.binds_candidate(member, each["sealed"])
        assert refused.value.problems[0].path == "members.1.certificate"
        assert why[each["serial_number"]] in _sentence(refused)
    assert "members.1.certificate" in _problems(mine.sees())

    seen = mine.binds_candidate(member, found[1]["sealed"])

    bound = _bound(seen)
    assert bound is not None
    assert (bound["provider"], bound["provider_login"], bound["serial_number"]) == (provider, person.login, first)
    assert bound["subject_name"] == NAME
    assert "members.1.certificate" not in _problems(seen)
    with world.house.read() as session:
        kept = session.get_one(Registration, mine.id).content["members"][1]["certificate"]
    chain = [b64decode(each) for each in kept["chain"]]
    assert world.house.trust.problem_with(b64decode(kept["der"]), chain, world.clock.now()) is None
    assert _bound(mine.unbinds(member)) is None


def test_nothing_tells_who_has_an_account_or_a_certificate_at_a_ca(world: World) -> None:
    """No such account, an account without a certificate, somebody else's: one answer. With a password, one more."""
    mine = Declarer(world)
    member = mine.declares_on()
    namesake, _ = subscribes(world, "viettel", NAME, "031085000077")
    relative, _ = subscribes(world, "viettel", "Phạm Văn Khác", NUMBER)
    bare, _ = subscribes(world, "viettel", status="no_certificate")
    nobody, _ = subscribes(world, "viettel", status="inactive")
    facts = []
    for person in (namesake, relative, bare, nobody):
        with pytest.raises(NoCertificateThere) as refused:
            mine.looks_up(member, person)
        facts.append(refused.value.facts)
    assert facts == [{"provider": "viettel"}] * 4

    known, _ = subscribes(world, "vnpt")
    unknown, _ = subscribes(world, "vnpt", status="inactive")
    other = Declarer(world)
    member, told = other.declares_on(), []
    for person in (known, unknown):
        with pytest.raises(ProviderRefusal) as wrong:
            other.looks_up(member, person, Secret("sai mật khẩu"))
        told.append(wrong.value.facts)
    assert told == [{"provider": "vnpt", "kind": "bad_credentials"}] * 2


def test_in_vain_one_may_look_up_five_times_a_day_for_a_member_and_for_an_account(world: World) -> None:
    _a_day_begins(world)
    mine = Declarer(world)
    member, holder = mine.declares_on(), mine.sees()["content"]["members"][2]["id"]
    person, serial = subscribes(world, "viettel")
    strangers = [subscribes(world, "viettel", "Trần Thị Lạ", f"0311850001{n:02d}")[0] for n in range(2)]
    for n in range(5):
        with pytest.raises(NoCertificateThere):
            mine.looks_up(member, strangers[0])
        if n < 4:
            # What was there does not count, however often.
            assert [each["serial_number"] for each in mine.looks_up(member, person)] == [serial]
    asked_before = len(world.sandbox.ledger(uid=person.login)["requests"])

    with pytest.raises(TooManyLookUps) as refused:
        mine.looks_up(member, person)
    with pytest.raises(TooManyLookUps):
        mine.looks_up(holder, strangers[0])
    with pytest.raises(NoCertificateThere):
        mine.looks_up(holder, strangers[1])

    assert len(world.sandbox.ledger(uid=person.login)["requests"]) == asked_before
    world.clock.passes(seconds=(refused.value.facts["until"] - world.clock.now()).total_seconds() + 1)
    assert mine.looks_up(member, person)


def test_whoever_goes_through_many_people_is_stopped_at_the_twentieth(world: World) -> None:
    """New drafts with new members help nobody: the address counts as well."""
    _a_day_begins(world)
    nobody, _ = subscribes(world, "viettel", status="inactive")
    stopped = []
    for n in range(6):
        mine = Declarer(world)
        mine.declares_on()
        for who in mine.sees()["content"]["members"][1:]:
            for k in range(2):
                person = type(nobody)(world, "viettel", f"CMT_0311{n:02d}{who['id_number'][-2:]}{k:04d}", False)
                try:
                    with suppress(NoCertificateThere):
                        mine.looks_up(who["id"], person, address="198.51.100.9")
                except TooManyLookUps:
                    stopped.append((n, k))
    assert len(stopped) == 4

    honest = Declarer(world)
    member = honest.declares_on()
    assert honest.looks_up(member, subscribes(world, "viettel")[0])


@ON_ONE_DATABASE
def test_whoever_has_a_list_of_people_cannot_ask_for_all_of_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _a_day_begins(world)
    monkeypatch.setitem(look_up_tries.LIMITS, "address_at_all", look_up_tries.LookUpLimit(2, look_up_tries.DAY, False))  # type: ignore[arg-type]
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "viettel")
    assert mine.looks_up(member, person) and mine.looks_up(member, person)

    with pytest.raises(TooManyLookUps):
        mine.looks_up(member, person)
    assert mine.looks_up(member, person, address="203.0.113.5")


@ON_ONE_DATABASE
def test_a_ca_that_is_away_costs_no_try(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, serial = subscribes(world, "vnpt")
    for _ in range(6):
        world.sandbox.fault("vnpt", person.login, "login", "http_503")
        with pytest.raises(ProviderRefusal) as refused:
            mine.looks_up(member, person)
        assert refused.value.facts["kind"] == "provider_unavailable"
        world.sandbox.forgets()
        world.clock.passes(minutes=2)
    assert [each["serial_number"] for each in mine.looks_up(member, person)] == [serial]


@ON_ONE_DATABASE
@pytest.mark.parametrize("channel", ["authenticator", "message"])
def test_a_ca_that_wants_a_code_as_well_gets_it_and_the_password_is_typed_once(world: World, channel: str) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, serial = subscribes(world, "misa", second_factor=channel)
    with pytest.raises(SecondFactorNeeded) as asked:
        mine.looks_up(member, person)
    challenge = asked.value.facts["challenge"]
    if channel == "message":
        world.clock.passes(seconds=31)
        challenge = resend(world.house, mine.id, challenge)["challenge"]

    found = mine.looks_up(member, person, Code(challenge, Secret(code_of(world.sandbox, person.login))))

    assert [each["serial_number"] for each in found] == [serial]
    assert _bound(mine.binds_candidate(member, found[0]["sealed"]))


@ON_ONE_DATABASE
def test_only_bytes_that_the_server_fetched_are_bound_and_only_to_whom_they_were_fetched_for(world: World) -> None:
    mine, other = Declarer(world), Declarer(world)
    member, others = mine.declares_on(), other.declares_on()
    person, _ = subscribes(world, "viettel")
    (candidate,) = mine.looks_up(member, person)
    sealed = candidate["sealed"]
    words = json.loads(world.house.sealer.open(b64decode(sealed, b"-_")).reveal())
    forged = urlsafe_b64encode(json.dumps(words).encode()).decode()
    foreign = urlsafe_b64encode(world.house.sealer.seal(Secret('{"second_factor": []}'))).decode()
    holder = mine.sees()["content"]["members"][2]["id"]

    for text_ in (forged, foreign, "", "x", sealed[:-8] + "AAAAAAA="):
        with pytest.raises(CandidateOver):
            mine.binds_candidate(member, text_)
    with pytest.raises(CandidateOver):
        mine.binds_candidate(holder, sealed)
    with pytest.raises(CandidateOver):
        other.binds_candidate(others, sealed)
    assert _bound(mine.binds_candidate(member, sealed))
    world.clock.passes(minutes=15)
    with pytest.raises(CandidateOver):
        mine.binds_candidate(member, sealed)


@ON_ONE_DATABASE
def test_what_was_said_at_the_look_up_is_checked_again_when_it_is_bound(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "vnpt")
    (candidate,) = mine.looks_up(member, person)
    with mine.row() as (_, row):
        members = [dict(each) for each in row.content["members"]]
        members[1]["id_number"] = "031085000099"
        row.content = {**row.content, "members": members}
    with pytest.raises(Invalid) as refused:
        mine.binds_candidate(member, candidate["sealed"])
    assert OTHER in _sentence(refused)


def test_a_certificate_that_somebody_of_another_identity_has_is_refused_and_ones_own_is_not(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "vnpt")
    (candidate,) = mine.looks_up(member, person)
    mine.binds_candidate(member, candidate["sealed"])
    same = Declarer(world)
    (again,) = same.looks_up(same.declares_on(), person)
    assert again["refused"] is None

    bound = _bound(mine.sees())
    assert bound is not None
    with world.rows() as session:
        holder = session.get_one(Certificate, world.certificate_of(world.holder).id)
        before, holder.fingerprint = holder.fingerprint, bound["fingerprint"]
    (bound_by_member,) = mine.looks_up(member, person)
    with world.rows() as session:
        session.get_one(Certificate, holder.id).fingerprint = before
    with mine.row() as (_, row):
        members = [dict(each) for each in row.content["members"]]
        members[1]["id_number"] = "031085000099"
        row.content = {**row.content, "members": members}
    third = Declarer(world)
    (declared_by_other,) = third.looks_up(third.declares_on(), person)

    assert IN_USE in bound_by_member["refused"]
    assert IN_USE in declared_by_other["refused"]


@ON_ONE_DATABASE
def test_a_house_that_warns_binds_another_name_or_number_keeps_the_difference_and_shows_it(world: World) -> None:
    """Not where both differ, and not what another person has."""
    mine = Declarer(world)
    member = mine.declares_on()
    namesake, _ = subscribes(world, "vnpt", NAME, "031085000077")
    married, _ = subscribes(world, "viettel", "Phạm Thị Khác", NUMBER)
    stranger, _ = subscribes(world, "viettel", "Trần Thị Lạ", "031185000102")
    with pytest.raises(NoCertificateThere):
        mine.looks_up(member, namesake)
    world.house = dataclasses.replace(
        world.house, policy=dataclasses.replace(world.house.policy, warns_of_mismatch=True)
    )

    with pytest.raises(NoCertificateThere):
        mine.looks_up(member, stranger)
    for person, word in ((namesake, "Số giấy tờ"), (married, "Họ tên trên chứng thư số (Phạm Thị Khác)")):
        (candidate,) = mine.looks_up(member, person)
        assert (candidate["refused"], candidate["mismatch"].startswith(word)) == (None, True)
        bound = _bound(mine.binds_candidate(member, candidate["sealed"]))
        assert bound is not None
        assert bound["mismatch"] == candidate["mismatch"]
    own, _ = subscribes(world, "vnpt")
    (candidate,) = mine.looks_up(member, own)
    assert candidate["mismatch"] == ""
    with world.rows() as session:
        holder = session.get_one(Certificate, world.certificate_of(world.holder).id)
        holder.fingerprint = bound["fingerprint"]
    (candidate,) = mine.looks_up(member, married)
    assert IN_USE in candidate["refused"]
    with pytest.raises(Invalid) as refused:
        mine.binds_candidate(member, candidate["sealed"])
    assert IN_USE in _sentence(refused)


def test_a_house_warns_only_when_its_settings_say_so_and_knows_no_third_way(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "s" * 40}
    assert from_env(environment).certificate_mismatch == "refuse"
    assert from_env({**environment, "CERTIFICATE_MISMATCH": "warn"}).certificate_mismatch == "warn"
    with pytest.raises(UnsafeSettings) as refused:
        from_env({**environment, "CERTIFICATE_MISMATCH": "ignore"})
    assert any(problem.startswith("CERTIFICATE_MISMATCH") for problem in refused.value.problems)


@ON_ONE_DATABASE
def test_a_ca_that_nobody_licensed_is_refused_whatever_it_offers(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "nacencomm")
    (world.folder / "trust" / "sandbox-nacencomm.pem").unlink()
    (candidate,) = mine.looks_up(member, person)
    assert ISSUER in candidate["refused"]
    with pytest.raises(Invalid):
        mine.binds_candidate(member, candidate["sealed"])


@ON_ONE_DATABASE
def test_the_certificate_of_a_token_is_read_from_any_of_its_files_and_from_its_issuer_if_it_is_known(
    world: World,
) -> None:
    mine = Declarer(world)
    member = mine.declares_on("usb_token")
    person, serial = subscribes(world, "viettel")
    files = token_file(person)
    shelf = world.folder / "trust" / "intermediates" / "sandbox-viettel.pem"
    shelf.unlink()
    for name in ("chain.pem", "chain.p7b", "chain-text.p7b"):
        bound = _bound(mine.uploads(member, files[name]))
        assert bound is not None, name
        assert (bound["provider"], bound["provider_login"], bound["serial_number"]) == ("", "", serial)
        mine.unbinds(member)
    with pytest.raises(Invalid) as refused:
        mine.uploads(member, files["alone.cer"])
    assert ISSUER in _sentence(refused)

    shelf.write_bytes(files["issuing.pem"])

    for name in ("alone.cer", "alone.pem"):
        assert _bound(mine.uploads(member, files[name])), name
    for wreck in (b"", b"hello", files["chain.p7b"][:-20], files["issuing.pem"], b"\x30\x03\x02\x01\x05"):
        with pytest.raises(Invalid) as refused:
            mine.uploads(member, wreck)
        assert refused.value.problems[0].path == "file_base64"


@ON_ONE_DATABASE
def test_each_of_the_seven_checks_refuses_the_file_of_a_token_too(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on("usb_token")
    person, _ = subscribes(world, "viettel")
    stranger, _ = subscribes(world, "viettel", "Trần Thị Lạ", "031185000101")
    good = token_file(person)["chain.pem"]

    def refusal(content: bytes) -> str:
        with pytest.raises(Invalid) as refused:
            mine.uploads(member, content)
        assert refused.value.problems[0].path == "members.1.certificate"
        return _sentence(refused)

    assert OTHER in refusal(token_file(stranger)["chain.pem"])
    assert ISSUER in refusal(issue(NAME).pem)
    for words, why in (
        (ended(), EXPIRED),
        ({"purpose": "encryption"}, USAGE),
        ({"purpose": "official_duty"}, GOVERNMENT),
    ):
        person.gets(**words)
        assert why in refusal(token_file(person)["chain.pem"])
    lost = person.gets()
    person.loses(lost)
    assert REVOKED in refusal(token_file(person)["chain.pem"])
    seen = mine.uploads(member, good)
    bound = _bound(seen)
    assert bound is not None
    with world.rows() as session:
        session.get_one(Certificate, world.certificate_of(world.holder).id).fingerprint = bound["fingerprint"]
    assert IN_USE in refusal(good)


@ON_ONE_DATABASE
def test_a_file_from_anywhere_sends_us_nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses are asked only when a licensed CA wrote them down."""
    mine = Declarer(world)
    member = mine.declares_on("usb_token")
    person, _ = subscribes(world, "vnpt")
    content = token_file(person)["chain.pem"]
    (world.folder / "trust" / "sandbox-vnpt.pem").unlink()
    asked: list[object] = []
    monkeypatch.setattr("backend.adapters.certificates.revocation.fetch", lambda *args: asked.append(args))

    with pytest.raises(Invalid) as refused:
        mine.uploads(member, content)

    assert ISSUER in _sentence(refused)
    assert asked == []


@ON_ONE_DATABASE
def test_the_whole_unit_signs_by_one_form_and_each_form_has_its_own_way_in(world: World) -> None:
    person, _ = subscribes(world, "viettel")
    content = token_file(person)["chain.pem"]
    on_tokens, remote, mixed = Declarer(world), Declarer(world), Declarer(world)
    ids = [on_tokens.declares_on("usb_token"), remote.declares_on(), mixed.declares_on()]
    with mixed.row() as (_, row):
        members = [dict(each) for each in row.content["members"]]
        members[2]["signing_form"] = "usb_token"
        row.content = {**row.content, "members": members}

    told = []
    for act in (
        lambda: on_tokens.looks_up(ids[0], person),
        lambda: remote.uploads(ids[1], content),
        lambda: mixed.looks_up(ids[2], person),
        lambda: remote.looks_up(remote.sees()["content"]["members"][0]["id"], person),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        told.append(refused.value.problems[0].path)

    assert told == ["members.1.signing_form", "members.1.signing_form", "members", "members.0.certificate"]


@ON_ONE_DATABASE
def test_nobody_looks_up_for_a_person_not_saved_or_in_a_dossier_that_is_closed(world: World) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "viettel")
    for unknown in ("", mine.id, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            mine.looks_up(unknown, person)
    with pytest.raises(Invalid):
        mine.looks_up(member, type(person)(world, "nobody", "x", False))
    with mine.row() as (_, row):
        row.stage = "submitted"
    with pytest.raises(NotAllowedNow):
        mine.looks_up(member, person)


def test_the_password_at_a_ca_is_in_no_table_and_no_line_of_the_log(world: World) -> None:
    stream = io.StringIO()
    configure_logs(stream)
    mine = Declarer(world)
    member = mine.declares_on()
    right, _ = subscribes(world, "vnpt")
    wanted, _ = subscribes(world, "misa", second_factor="authenticator")
    try:
        (candidate,) = mine.looks_up(member, right)
        with pytest.raises(SecondFactorNeeded):
            mine.looks_up(member, wanted)
        with pytest.raises(ProviderRefusal):
            mine.looks_up(member, right, Secret(f"{CA_PASSWORD}-sai"))
        mine.binds_candidate(member, candidate["sealed"])
    finally:
        configure_logs()

    with world.house.read() as session:
        kept = [
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert any(mine.id in row for row in kept)
    assert not [row for row in kept if CA_PASSWORD in row]
    assert CA_PASSWORD not in stream.getvalue()


@ON_ONE_DATABASE
def test_revocation_that_cannot_be_had_refuses_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Declarer(world)
    member = mine.declares_on()
    person, _ = subscribes(world, "vnpt")
    monkeypatch.setattr("backend.adapters.certificates.revocation.fetch", lambda *args: None)

    (candidate,) = mine.looks_up(member, person)

    words = json.loads(world.house.sealer.open(b64decode(candidate["sealed"], b"-_")).reveal())
    assert words["revocation"] == Revocation.UNKNOWN
    assert _bound(mine.binds_candidate(member, candidate["sealed"]))
