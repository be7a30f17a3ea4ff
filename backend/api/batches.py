"""Batch signing: show a list, confirm exactly that list, and see what became of every dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from backend.api.access import SIGNERS, access, caller
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked, house, kept, once, read
from backend.api.signing import proof_of
from backend.services.idempotency import reserved
from backend.services.sign.batch_list import Wanted, batch_list
from backend.services.sign.batch_start import prepare_batch, start_batch
from backend.services.sign.batch_view import batch_view
from backend.services.sign.block import batch_not_mine
from backend.services.sign.cancel import cancel_batch
from shared_schemas.batches import Batch, BatchList, CheckBatch, ConfirmBatch
from shared_schemas.signing import Nothing

blueprint = Subject("batches", __name__, url_prefix="/api/batches", description="Many dossiers in one confirmation.")


@blueprint.route("/check", methods=["POST"])
@blueprint.doc(operationId="checkBatch")
@access(SIGNERS)
@blueprint.arguments(CheckBatch)
@blueprint.response(200, BatchList)
def post_check(words: dict[str, Any]) -> Response:
    """Count, total and largest item of the list, and what cannot be in it. Changes nothing."""
    return answer(read(batch_list, _wanted(**words)))


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="confirmBatch", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(ConfirmBatch)
@blueprint.response(202, Batch)
def post_batch(words: dict[str, Any]) -> Response:
    """Approve every dossier of the list that was shown, and ask the caller's CA to sign their files."""
    # As with one dossier: the key is taken before anything goes to the CA.
    with reserved(house(), asked()) as place:
        if place.given is not None:
            return answered(place.given)
        prepared = _prepare(**words)

        def act(session: Session) -> dict[str, object]:
            return kept(start_batch(session, house(), caller(), prepared))

        return answered(place.fill(act, 202))


def _prepare(
    *, list_digest: str, provider_password: str | None, second_factor: dict[str, str] | None, **words: Any
) -> Any:
    proof = proof_of(provider_password, second_factor)
    return prepare_batch(house(), caller(), _wanted(**words), list_digest, proof)


def _wanted(items: Sequence[dict[str, Any]], next_approver_id: str | None) -> list[Wanted]:
    return [
        Wanted(
            each["dossier_id"],
            each["expected_version"],
            tuple(each["seen_digests"]),
            each["next_approver_id"] or next_approver_id,
        )
        for each in items
    ]


@blueprint.route("/<uuid:batch_id>", methods=["GET"])
@blueprint.doc(operationId="getBatch")
@access(SIGNERS)
@blueprint.response(200, Batch)
def get_batch(batch_id: UUID) -> Response:
    """Where a batch stands, dossier by dossier."""
    return answer(read(batch_view, str(batch_id)))


@blueprint.route("/<uuid:batch_id>/cancel", methods=["POST"])
@blueprint.doc(operationId="cancelBatch", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(Nothing)
@blueprint.response(200, Batch)
def post_cancel_batch(words: dict[str, Any], batch_id: UUID) -> Response:
    """Take back everything the person has not answered. A signature that comes later is not used."""
    return once(cancel_batch, str(batch_id))


@blueprint.route("/<uuid:batch_id>/not-mine", methods=["POST"])
@blueprint.doc(operationId="refuseBatch", parameters=ONCE)
@access(SIGNERS)
@blueprint.arguments(Nothing)
@blueprint.response(200, Batch)
def post_not_mine_batch(words: dict[str, Any], batch_id: UUID) -> Response:
    """Say "I did not ask for this": cancels and leaves an alarm in the log."""
    return once(batch_not_mine, str(batch_id))
