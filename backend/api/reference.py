"""Reference data for the form of a voucher."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import ANYONE, UNIT, access, caller, public
from backend.api.body import Subject
from backend.api.calls import answer, house, read
from backend.domain.money import amount_in_words
from backend.services import reference
from shared_schemas.fields import AMOUNT_MAX
from shared_schemas.reference import (
    AccountList,
    AmountInWords,
    BankList,
    FormList,
    PayeeList,
    Search,
    TreasuryOfficeList,
)

blueprint = Subject("reference", __name__, url_prefix="/api", description="Reference data.")


@blueprint.route("/accounts", methods=["GET"])
@blueprint.doc(operationId="listAccounts")
@access(UNIT)
@blueprint.response(200, AccountList)
def get_accounts() -> Response:
    """The accounts on which the caller holds a right today."""
    return answer(read(reference.accounts))


@blueprint.route("/forms", methods=["GET"])
@blueprint.doc(operationId="listForms")
@access(ANYONE)
@blueprint.response(200, FormList)
def get_forms() -> Response:
    """The official forms."""
    return answer(reference.forms(house()))


@blueprint.route("/treasury-offices", methods=["GET"])
@blueprint.doc(operationId="searchTreasuryOffices", security=[])
@public
@blueprint.arguments(Search, location="query")
@blueprint.response(200, TreasuryOfficeList)
def get_treasury_offices(words: dict[str, Any]) -> Response:
    """Treasury offices by name or code."""
    with house().read() as session:
        return answer(reference.treasury_offices(session, house(), words["q"]))


@blueprint.route("/banks", methods=["GET"])
@blueprint.doc(operationId="searchBanks")
@access(ANYONE)
@blueprint.arguments(Search, location="query")
@blueprint.response(200, BankList)
def get_banks(words: dict[str, Any]) -> Response:
    """Banks by name or clearing code."""
    with house().read() as session:
        return answer(reference.banks(session, words["q"]))


@blueprint.route("/payees", methods=["GET"])
@blueprint.doc(operationId="searchPayees")
@access(UNIT)
@blueprint.arguments(Search, location="query")
@blueprint.response(200, PayeeList)
def get_payees(words: dict[str, Any]) -> Response:
    """Payees the unit has used before."""
    with house().read() as session:
        return answer(reference.payees(session, caller(), words["q"]))


@blueprint.route(f"/amount-in-words/<int(min=1,max={AMOUNT_MAX}):amount>", methods=["GET"])
@blueprint.doc(operationId="getAmountInWords")
@access(ANYONE)
@blueprint.response(200, AmountInWords)
def get_amount_in_words(amount: int) -> Response:
    """An amount in VND, in words as they are printed."""
    return answer({"amount": amount, "words": amount_in_words(amount)})
