"""The accountant's desk: begin a dossier, save it, ask what is still missing (edges P1, P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid, NotYours
from backend.domain.payment import VOUCHER_LIFE
from backend.domain.people import Side, titles_of
from backend.domain.text import folded
from backend.domain.voucher import CREATION, Action, Status, dossier_code, next_status, service_voucher_number
from backend.domain.workdays import VIETNAM, vietnam_date, working_days_after
from backend.models import Dossier, Unit, Voucher
from backend.services.caller import Caller
from backend.services.content import at_rest, content_of, draft_problems, holidays, problems_of, surroundings_of
from backend.services.dossier_view import dossier_view
from backend.services.forms import rules_of
from backend.services.house import House
from backend.services.route import add_log, move, route_for, tell_everybody
from backend.services.scope import dossier_for
from backend.services.warnings import warnings_of

CODE_TRIES = 60
"""A unit that begins more dossiers than this within one minute waits."""


def create_dossier(
    session: Session, house: House, caller: Caller, vouchers: Sequence[dict[str, Any]]
) -> dict[str, object]:
    """Begin a draft; the code, the first log row and the voucher numbers come from one clock reading."""
    unit = _unit_of(session, caller)
    now, code = _free_code(session, house, unit)
    dossier = Dossier(
        id=house.chance.uuid(),
        code=code,
        unit_id=unit.id,
        treasury_code=unit.treasury_code,
        status=Status.DRAFT.value,
        version=1,
        content_version=1,
        maker_id=caller.user_id,
        created_at=now,
        updated_at=now,
        waiting_since=now,
        payee_name="",
        content="",
        voucher_no="",
        form_code="",
        total_amount=0,
        search_text="",
    )
    session.add(dossier)
    session.flush()
    _write_vouchers(session, house, dossier, vouchers)
    add_log(session, house, dossier, Action.CREATE, caller, None, Status.DRAFT, CREATION.note, None, now)
    tell_everybody(session, now, dossier)
    return dossier_view(session, house, caller, dossier.id)


def _unit_of(session: Session, caller: Caller) -> Unit:
    if caller.unit_id is None:
        raise NotYours(caller.user_id)
    unit = session.get_one(Unit, caller.unit_id)
    if caller.title not in titles_of(Side.MAKER, unit.single_accountant_unit):
        raise NotYours(caller.user_id)
    return unit


def _free_code(session: Session, house: House, unit: Unit) -> tuple[datetime, str]:
    """Two dossiers of a unit in one second may not share a code: the later one waits for the next free second."""
    session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update())
    now = house.clock.now()
    for second in range(CODE_TRIES):
        at = now + timedelta(seconds=second)
        code = dossier_code(unit.budget_relation_code, at)
        if session.scalar(select(Dossier.id).where(Dossier.code == code)) is None:
            return at, code
    raise Invalid([FieldProblem("", "Đơn vị vừa lập quá nhiều hồ sơ cùng lúc. Chờ một phút rồi lưu lại.")])


def save_dossier(
    session: Session,
    house: House,
    caller: Caller,
    dossier_id: str,
    expected_version: int,
    vouchers: Sequence[dict[str, Any]],
) -> dict[str, object]:
    """Replace the content of a draft. Raises Invalid for what even a draft may not hold, StaleVersion, NotYourTurn."""
    dossier = dossier_for(session, caller, dossier_id)
    next_status(route_for(dossier), Status(dossier.status), Action.SAVE)
    move(session, house, dossier, Action.SAVE, caller, expected_version=expected_version)
    _write_vouchers(session, house, dossier, vouchers)
    return dossier_view(session, house, caller, dossier_id)


def _write_vouchers(session: Session, house: House, dossier: Dossier, vouchers: Sequence[dict[str, Any]]) -> None:
    _refuse_bad_drafts(vouchers)
    rows = {row.position: row for row in _all_rows(session, dossier)}
    # Numbers are let go before any is taken, so that two vouchers of a dossier may swap theirs.
    for row in rows.values():
        row.unit_voucher_number, row.removed = "", row.position > len(vouchers)
    session.flush()
    for position, voucher in enumerate(vouchers, start=1):
        row = rows.get(position) or _new_voucher(house, dossier, voucher, position)
        session.add(row)
        _fill(row, house, voucher)
        _flush(session, position - 1)
    _summarise(session, dossier, list(vouchers))
    session.flush()
    session.expire(dossier, ["vouchers"])


def _all_rows(session: Session, dossier: Dossier) -> Sequence[Voucher]:
    """Removed ones too: their files may have been signed once, so a row is never deleted but may come back."""
    return session.scalars(select(Voucher).where(Voucher.dossier_id == dossier.id)).all()


def _refuse_bad_drafts(vouchers: Sequence[dict[str, Any]]) -> None:
    problems = [
        FieldProblem(f"vouchers.{index}.{problem.path}", problem.sentence)
        for index, voucher in enumerate(vouchers)
        for problem in draft_problems(at_rest(voucher))
    ]
    if problems:
        raise Invalid(problems)


def _new_voucher(house: House, dossier: Dossier, voucher: dict[str, Any], position: int) -> Voucher:
    rules = rules_of(house.forms, voucher["form_code"])
    return Voucher(
        id=house.chance.uuid(),
        dossier_id=dossier.id,
        unit_id=dossier.unit_id,
        position=position,
        form_code=rules.form_code,
        form_edition=house.policy.form_edition,
        service_voucher_number=service_voucher_number(dossier.code, rules.symbol, position),
        unit_voucher_number="",
        budget_year=vietnam_date(dossier.created_at).year,
        amount=0,
        content={},
        removed=False,
    )


def _fill(row: Voucher, house: House, voucher: dict[str, Any]) -> None:
    content = content_of(at_rest(voucher))
    if row.form_code != content.form_code:
        rules = rules_of(house.forms, content.form_code)
        code, _, _ = row.service_voucher_number.partition("-")
        row.form_code = rules.form_code
        row.service_voucher_number = service_voucher_number(code, rules.symbol, row.position)
    row.content = at_rest(voucher)
    row.amount = content.total_amount
    row.unit_voucher_number = content.unit_voucher_number
    row.voucher_date = content.voucher_date
    if content.voucher_date is not None:
        row.budget_year = content.budget_year or content.voucher_date.year


def _summarise(session: Session, dossier: Dossier, vouchers: list[dict[str, Any]]) -> None:
    """The row of the lists: payee, content and number of the first voucher, money of all."""
    contents = [content_of(at_rest(voucher)) for voucher in vouchers]
    first = contents[0]
    dossier.payee_name = first.payee.name or first.payee.receiver_name
    dossier.content = first.lines[0].content if first.lines else ""
    dossier.voucher_no = first.unit_voucher_number
    dossier.form_code = first.form_code
    dossier.total_amount = sum(content.total_amount for content in contents)
    words = [dossier.code, str(dossier.total_amount), dossier.voucher_no, dossier.payee_name, dossier.content]
    dossier.search_text = folded(" ".join(words))[:1500]
    dates = [content.voucher_date for content in contents if content.voucher_date is not None]
    if dates:
        last_day = working_days_after(min(dates), VOUCHER_LIFE, holidays(session))
        dossier.due_at = datetime.combine(last_day + timedelta(days=1), time(), VIETNAM)


def _flush(session: Session, index: int) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "unit_voucher_number" not in str(error):
            raise
        sentence = "Số chứng từ này đã dùng cho một chứng từ khác trong năm. Nhập số khác."
        raise Invalid([FieldProblem(f"vouchers.{index}.unit_voucher_number", sentence)]) from error


def check_dossier(session: Session, house: House, caller: Caller, dossier_id: str) -> dict[str, object]:
    """What keeps the draft from being submitted, and what deserves a second look. Changes nothing."""
    dossier = dossier_for(session, caller, dossier_id)
    problems = submission_problems(session, house, dossier)
    return {
        "fields": [{"path": problem.path, "sentence": problem.sentence} for problem in problems],
        "warnings": warnings_of(session, house, dossier),
    }


def submission_problems(session: Session, house: House, dossier: Dossier) -> list[FieldProblem]:
    """Every rule over every voucher, with paths ``vouchers.<i>.<field>``."""
    surroundings = surroundings_of(session, house, dossier.unit_id)
    return [
        FieldProblem(f"vouchers.{index}.{problem.path}", problem.sentence)
        for index, voucher in enumerate(dossier.vouchers)
        for problem in problems_of(voucher.content, rules_of(house.forms, voucher.form_code), surroundings)
    ]
