"""The phone of each person: what the vendor's app would show, with its two buttons.

Shows exactly the text the relying party sent, in the form the vendor shows it, so that a person can compare it with
the voucher. Answers nothing by itself and asks for no PIN: whoever opens the page holds the phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from .bench import Bench, Profile
from .people import Subscriber
from .transaction import Stage, Transaction
from .transactions import AlreadyDecided, NoSuchTransaction

ENDINGS = {
    Stage.SIGNED: "Đã ký thành công",
    Stage.REFUSED: "Bạn đã từ chối ký",
    Stage.EXPIRED: "Yêu cầu đã hết hạn",
    Stage.FAILED: "Ký không thành công",
    Stage.CONFIRMED: "Đã xác nhận, đang ký…",
}
SHOWN_ENDED = 5
Answer = Any


@dataclass(frozen=True, slots=True)
class Card:
    """One request as the page shows it."""

    transaction: Transaction
    app_name: str
    left_s: int
    """Whole seconds until it runs out."""
    ending: str | None
    """What became of it, or None while it waits."""


def phone(bench: Bench) -> Blueprint:
    pages = Blueprint("phone", __name__, url_prefix="/phone")

    @pages.get("")
    def choose() -> Answer:
        shelves = [(_profile(bench, provider), list(r)) for provider, r in sorted(bench.registers.items())]
        return render_template("choose.html", shelves=shelves)

    @pages.get("/<provider>/<uid>")
    def screen(provider: str, uid: str) -> Answer:
        person = _person(bench, provider, uid)
        cards = _cards(bench, person)
        template = "requests.html" if "part" in request.args else "phone.html"
        return render_template(
            template,
            person=person,
            profile=_profile(bench, provider),
            code=bench.codes.shown(provider, uid),
            waiting=[c for c in cards if c.ending is None],
            ended=[c for c in cards if c.ending][:SHOWN_ENDED],
        )

    @pages.post("/<provider>/<uid>/<transaction_id>/<any(approve, refuse):answer>")
    def decide(provider: str, uid: str, transaction_id: str, answer: str) -> Answer:
        person = _person(bench, provider, uid)
        _decide(bench, person, transaction_id, answer)
        return redirect(url_for("phone.screen", provider=provider, uid=uid), 303)

    return pages


def _decide(bench: Bench, person: Subscriber, transaction_id: str, answer: str) -> None:
    desk = bench.transactions
    try:
        transaction = desk.get(transaction_id)
        if (transaction.provider, transaction.uid) != (person.provider, person.uid):
            abort(404)
        _ = desk.approve(transaction_id) if answer == "approve" else desk.refuse(transaction_id)
    except NoSuchTransaction:
        abort(404)
    except AlreadyDecided:
        return  # A second tap, or the time ran out under the finger: the page shows what became of it.


def _cards(bench: Bench, person: Subscriber) -> list[Card]:
    """Waiting ones oldest first, then the ended ones newest first."""
    found = bench.transactions.matching(person.provider, person.uid, None)
    now = bench.clock.now()
    cards = [
        Card(t, bench.profiles[t.profile].app_name, max(0, round(t.expires - now)), ENDINGS.get(t.stage)) for t in found
    ]
    return sorted(cards, key=lambda c: c.transaction.created if c.ending is None else -c.transaction.created)


def _person(bench: Bench, provider: str, uid: str) -> Subscriber:
    register = bench.registers.get(provider)
    person = register.find(uid) if register is not None else None
    if person is None:
        abort(404)
    return person


def _profile(bench: Bench, provider: str) -> Profile:
    return next(p for p in bench.profiles.values() if p.provider == provider and p.names is not None)
