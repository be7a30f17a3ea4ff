"""Remote signing: asking, looking, cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from backend.api.access import ANYONE, SIGNERS, access, caller
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked, house, kept, once, read
from backend.domain.providers import Secret
from backend.services.idempotency import reserved
from backend.services.provider_login import Code, Proof
from backend.services.sign.block import block_view, lift, not_mine
from backend.services.sign.cancel import cancel_signing
from backend.services.sign.look import hurry_for
from backend.services.sign.start import prepare_sign, start_sign
from backend.services.signing_view import signing_view
from shared_schemas.signing import Block, LiftBlock, Nothing, Sign, Signing

blueprint = Subject(
    "signing", __name__, url_prefix="/api", description="Remote signing with a person's own certificate."
)


@blueprint.route("/dossiers/<uuid:dossier_id>/sign", methods=["POST"])
@blueprint.doc(operationId="signDossier", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(Sign)
@blueprint.response(202, Signing)
def post_sign(words: dict[str, Any], dossier_id: UUID) -> Response:
    """Approve, and ask the caller's CA to sign exactly the files that were seen."""
    # The key is taken before anything goes to the CA: a repeated tap must not try the person's password twice.
    with reserved(house(), asked()) as place:
        if place.given is not None:
            return answered(place.given)
        prepared = _prepare(str(dossier_id), **words)

        def act(session: Session) -> dict[str, object]:
            return kept(start_sign(session, house(), caller(), prepared))

        return answered(place.fill(act, 202))


def _prepare(
    dossier_id: str, *, provider_password: str | None, second_factor: dict[str, str] | None, **words: Any
) -> Any:
    proof = proof_of(provider_password, second_factor)
    return prepare_sign(house(), caller(), dossier_id, proof=proof, **words)


def proof_of(provider_password: str | None, second_factor: dict[str, str] | None) -> Proof:
    """How the caller proves who they are at the CA, from the two members of a body."""
    if second_factor is not None:
        return Code(second_factor["challenge"], Secret(second_factor["code"]))
    return None if provider_password is None else Secret(provider_password)


@blueprint.route("/signings/<uuid:signing_id>", methods=["GET"])
@blueprint.doc(operationId="getSigning")
@access(ANYONE)
@blueprint.response(200, Signing)
def get_signing(signing_id: UUID) -> Response:
    """Where a signing request stands."""
    seen = read(signing_view, str(signing_id))
    hurry_for(house(), seen)
    return answer(seen)


@blueprint.route("/signings/<uuid:signing_id>/cancel", methods=["POST"])
@blueprint.doc(operationId="cancelSigning", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(Nothing)
@blueprint.response(200, Signing)
def post_cancel_signing(words: dict[str, Any], signing_id: UUID) -> Response:
    """Stop waiting. A signature that comes later is not used."""
    return once(cancel_signing, str(signing_id))


@blueprint.route("/signings/<uuid:signing_id>/not-mine", methods=["POST"])
@blueprint.doc(operationId="refuseSigning", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(Nothing)
@blueprint.response(200, Signing)
def post_not_mine(words: dict[str, Any], signing_id: UUID) -> Response:
    """Say "I did not ask for this": taken back, never used, new requests blocked, the unit told."""
    return once(not_mine, str(signing_id))


@blueprint.route("/signing-block", methods=["GET"])
@blueprint.doc(operationId="getSigningBlock")
@access(SIGNERS)
@blueprint.response(200, Block)
def get_signing_block() -> Response:
    """Whether the caller's own alarm keeps new requests back."""
    return answer(read(block_view))


@blueprint.route("/signing-block/lift", methods=["POST"])
@blueprint.doc(operationId="liftSigningBlock")
@access(SIGNERS)
@blueprint.arguments(LiftBlock)
@blueprint.response(200, Block)
def post_lift_signing_block(words: dict[str, Any]) -> Response:
    """Prove by the password that it is you; new requests are allowed again. Harmless to repeat."""
    return answer(lift(house(), caller(), Secret(words["password"]), request.remote_addr or ""))
