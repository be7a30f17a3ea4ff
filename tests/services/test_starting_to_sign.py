"""Duyệt và ký up to the commit (S1, S2): everything that is refused before anybody's phone rings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from backend.domain.errors import (
    AlreadySigning,
    ApproverNotEligible,
    CertificateExpired,
    CertificateMissing,
    ContentChanged,
    Invalid,
    NotAllowedNow,
    NotFound,
    NotYours,
    ProviderRefusal,
    StaleVersion,
    TooManyRequests,
    WrongCertificate,
)
from backend.models import Certificate, SigningTransaction, User
from tests.support.world import World


def _transactions(world: World) -> int:
    with world.house.read() as session:
        return session.execute(select(func.count()).select_from(SigningTransaction)).scalar_one()


def test_signing_freezes_digest_certificate_and_prepared_bytes_before_anyone_is_asked(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)

    row = world.transaction(signing)
    assert row.status == "prepared"
    assert row.certificate_id == world.certificate_of(world.chief).id
    assert len(row.documents[0].digest) == 32
    assert world.house.blobs.get(row.documents[0].prepared_sha256)
    assert world.prompted_at_ca(signing) == []


def test_an_old_version_is_not_signed(world: World) -> None:
    old = world.submitted()
    world.maker.reassigns(old, to=world.chief)

    with pytest.raises(StaleVersion):
        world.chief.signs(old, world.holder)


def test_other_bytes_than_the_person_saw_are_not_signed(world: World) -> None:
    dossier = world.submitted()
    shown = {**dossier, "documents": [{**dossier["documents"][0], "sha256": "0" * 64}]}

    with pytest.raises(ContentChanged):
        world.chief.signs(shown, world.holder)


def test_a_person_who_was_not_picked_does_not_sign(world: World) -> None:
    with pytest.raises((NotYours, NotFound)):
        world.deputy_chief.signs(world.submitted(), world.holder)


def test_the_maker_does_not_sign(world: World) -> None:
    with pytest.raises(NotYours):
        world.maker.signs(world.submitted(), world.holder)


def test_the_chief_must_pick_who_signs_next(world: World) -> None:
    with pytest.raises(ApproverNotEligible):
        world.chief.signs(world.submitted())


def test_a_holder_without_a_right_on_the_account_is_not_picked(world: World) -> None:
    world.grant_missing(world.holder)

    with pytest.raises(ApproverNotEligible):
        world.chief.signs(world.submitted(), world.holder)


def test_the_chief_may_not_sign_again_as_holder_under_a_second_name(world: World) -> None:
    dossier = world.submitted()
    world.same_person(world.chief, world.holder)

    with pytest.raises(ApproverNotEligible):
        world.chief.signs(dossier, world.holder)


def test_a_right_that_ended_after_the_pick_does_not_sign(world: World) -> None:
    dossier = world.submitted()
    world.grant_ends(world.chief)

    with pytest.raises(ApproverNotEligible):
        world.chief.signs(dossier, world.holder)


def test_a_person_who_left_does_not_sign(world: World) -> None:
    dossier = world.submitted()
    with world.rows() as session:
        session.execute(update(User).where(User.id == world.chief.id).values(active=False))

    with pytest.raises(ApproverNotEligible):
        world.chief.signs(dossier, world.holder)


def test_an_expired_certificate_does_not_sign(world: World) -> None:
    dossier = world.submitted()
    world.clock.ahead = world.certificate_of(world.chief).valid_to - world.clock.now() + timedelta(days=1)

    with pytest.raises((ApproverNotEligible, CertificateExpired)):
        world.chief.signs(dossier, world.holder)

    assert _transactions(world) == 0


def test_without_a_certificate_there_is_nothing_to_sign_with(world: World) -> None:
    dossier = world.submitted()
    with world.rows() as session:
        session.execute(update(Certificate).where(Certificate.user_id == world.chief.id).values(active=False))

    with pytest.raises((CertificateMissing, ApproverNotEligible)):
        world.chief.signs(dossier, world.holder)


def test_a_certificate_the_ca_no_longer_holds_is_not_replaced_by_another(world: World) -> None:
    dossier = world.submitted()
    with world.rows() as session:
        session.execute(update(Certificate).where(Certificate.user_id == world.chief.id).values(fingerprint="ab" * 32))

    with pytest.raises(WrongCertificate):
        world.chief.signs(dossier, world.holder)


def test_a_wrong_ca_password_creates_nothing_and_says_how_many_tries_are_left(world: World) -> None:
    dossier = world.submitted()

    with pytest.raises(ProviderRefusal) as refused:
        world.chief.signs(dossier, world.holder, password="Khong-phai-mat-khau")

    assert refused.value.facts["kind"] == "bad_credentials"
    assert refused.value.facts["attempts_left"] >= 1
    assert _transactions(world) == 0
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"
    # The right one still works, and gives the tries back.
    assert world.signs(world.chief, dossier, world.holder)["phase"] == "signed"


def test_no_password_where_the_ca_wants_one_is_a_field_to_fill(world: World) -> None:
    dossier = world.submitted()
    world.chief.provider = None

    with pytest.raises(Invalid) as refused:
        world.chief.signs(dossier, world.holder)

    assert refused.value.problems[0].path == "provider_password"


def test_signing_twice_finds_the_first_request(world: World) -> None:
    dossier = world.submitted()
    first = world.chief.signs(dossier, world.holder)

    with pytest.raises(AlreadySigning) as refused:
        world.chief.signs(world.chief.sees(dossier), world.holder)

    assert refused.value.facts["signing_id"] == first["id"]


def test_a_tired_person_is_not_flooded_with_prompts(world: World) -> None:
    dossier = world.submitted()
    for _ in range(world.house.policy.prompts_per_window):
        signing = world.chief.signs(world.chief.sees(dossier), world.holder)
        world.chief.cancels_signing(signing)

    with pytest.raises(TooManyRequests) as refused:
        world.chief.signs(world.chief.sees(dossier), world.holder)
    assert refused.value.facts["minutes"] <= 10

    world.clock.passes(minutes=11)
    assert world.chief.signs(world.chief.sees(dossier), world.holder)["phase"] == "sending"


def test_a_signed_dossier_is_not_signed_again_by_the_same_side(world: World) -> None:
    dossier = world.second_signed()

    with pytest.raises((NotYours, NotAllowedNow)):
        world.chief.signs(world.chief.sees(dossier), world.holder)


@pytest.mark.fault("F12")
def test_a_ca_that_is_away_at_sign_in_leaves_the_dossier_where_it_was(world: World) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "login", "http_503")

    with pytest.raises(ProviderRefusal):
        world.chief.signs(dossier, world.holder)

    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"
    assert _transactions(world) == 0
