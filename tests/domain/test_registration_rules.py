"""What a unit may declare: each step by itself, and the whole before it is signed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.accounts import ACCOUNT_NUMBER
from backend.domain.errors import FieldProblem, Invalid
from backend.domain.people import TREASURY_TITLES, ServiceTitle
from backend.domain.registration_check import (
    LedgerAccount,
    Registry,
    RoleLimit,
    ServiceKind,
    account_problems,
    completeness_problems,
    member_problems,
    unit_problems,
)
from backend.domain.registration_content import (
    BoundCertificate,
    GrantRow,
    LedgerRow,
    MemberPart,
    RegistrationContent,
    RelationRow,
    SigningForm,
    UnitPart,
    account_product,
    left_out,
)
from backend.domain.units import UNIT_KIND_LABEL, UnitKind

T = ServiceTitle
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PROJECTS = ("3731", "3741", "9552")
LEDGERS = ("3713", "3511", "9523", "9527", *PROJECTS)
REGISTRY = Registry(
    today=date(2026, 11, 22),
    offices=frozenset({"0064", "0010"}),
    services={
        "balance_reconciliation": ServiceKind("balance_reconciliation", "Đối chiếu số dư", True, ""),
        "mobile_use": ServiceKind("mobile_use", "Sử dụng trên thiết bị di động", True, ""),
        "mobile_balance_lookup": ServiceKind("mobile_balance_lookup", "Tra cứu", False, "mobile_use"),
        "account_opening": ServiceKind("account_opening", "Mở tài khoản", False, ""),
    },
    ledger_accounts={code: LedgerAccount(code, "", takes_projects=code in PROJECTS) for code in LEDGERS},
    role_limits={
        T.ACCOUNTANT: RoleLimit(1, 50),
        T.CHIEF_ACCOUNTANT: RoleLimit(1, 1),
        T.DELEGATED_CHIEF_ACCOUNTANT: RoleLimit(0, 2),
        T.ACCOUNT_HOLDER: RoleLimit(1, 1),
        T.DELEGATED_ACCOUNT_HOLDER: RoleLimit(0, 3),
    },
)


def certificate(**changed: Any) -> BoundCertificate:
    words = {"valid_from": (NOW - timedelta(days=1)).isoformat(), "valid_to": (NOW + timedelta(days=9)).isoformat()}
    return replace(BoundCertificate(provider="vnpt", provider_login="x", **words), **changed)


def member(number: int, *permissions: ServiceTitle, **changed: Any) -> MemberPart:
    signs = any(title is not T.ACCOUNTANT for title in permissions)
    delegated = {T.DELEGATED_CHIEF_ACCOUNTANT, T.DELEGATED_ACCOUNT_HOLDER} & set(permissions)
    words: dict[str, Any] = {
        "id": str(number),
        "full_name": "Phạm Quốc Đỉnh",
        "id_number": f"0310850000{number:02d}",
        "id_issue_date": date(2020, 1, 1),
        "id_issue_place": "Bộ Công an",
        "email": f"nguoi{number}@donvi.vn",
        "mobile_phone": "0900000011",
        "service_title": permissions[0],
        "permissions": permissions,
        "signing_form": SigningForm.REMOTE if signs else None,
        "certificate": certificate() if signs else None,
        "grants": (GrantRow("3713.0.1990001", "", None, date(2027, 12, 31) if delegated else None),),
    }
    return MemberPart(**{**words, **changed})


def declared(**changed: Any) -> RegistrationContent:
    content = RegistrationContent(
        unit=UnitPart("0064", "1990001", "Trường Tiểu học Hoa Phượng", "02253888999", "kt@hoaphuong.vn"),
        services=("balance_reconciliation", "mobile_use", "mobile_balance_lookup"),
        ledgers=(LedgerRow("3713", "Tiền gửi khác", 0),),
        relations=(RelationRow("1990001", "Trường Tiểu học Hoa Phượng"),),
        members=(member(11, T.ACCOUNTANT), member(12, T.CHIEF_ACCOUNTANT), member(14, T.ACCOUNT_HOLDER)),
    )
    content = replace(content, accounts=account_product(content, ()))
    return replace(content, **changed)


def paths(problems: Any) -> list[str]:
    found: list[FieldProblem] = list(problems)
    assert all(problem.sentence.endswith((".", "!")) for problem in found)
    return [problem.path for problem in found]


def everything(content: RegistrationContent) -> list[str]:
    steps = [unit_problems(content, REGISTRY), account_problems(content, REGISTRY), member_problems(content, REGISTRY)]
    return [path for step in steps for path in paths(step)] + paths(completeness_problems(content, REGISTRY, NOW))


def test_a_whole_declaration_has_nothing_to_mend() -> None:
    assert everything(declared()) == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"treasury_code": "0010"}, "unit.treasury_code"),
        ({"treasury_code": "9999"}, "unit.treasury_code"),
        ({"budget_relation_code": "4990001"}, "unit.budget_relation_code"),
        ({"budget_relation_code": "199001"}, "unit.budget_relation_code"),
        ({"unit_name": ""}, "unit.unit_name"),
        ({"phone": "12"}, "unit.phone"),
        ({"email": "kt@hoaphuong"}, "unit.email"),
        ({"fax": "12345"}, "unit.fax"),
        ({"address": "x" * 256}, "unit.address"),
        ({"address": "phố \u202eHoa"}, "unit.address"),
    ],
)
def test_step_one_names_the_field(changed: dict[str, str], path: str) -> None:
    content = declared()
    assert paths(unit_problems(replace(content, unit=replace(content.unit, **changed)), REGISTRY)) == [path]


def test_a_unit_that_uses_the_service_already_is_sent_to_the_change() -> None:
    assert paths(unit_problems(declared(), replace(REGISTRY, known_unit=True))) == ["unit.budget_relation_code"]


@pytest.mark.parametrize(
    "ticked", [("account_opening",), (), ("mobile_balance_lookup", "balance_reconciliation"), ("x",)]
)
def test_services_need_one_of_their_group_and_what_they_stand_on(ticked: tuple[str, ...]) -> None:
    assert set(paths(unit_problems(declared(services=ticked), REGISTRY))) == {"services"}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"ledger_account": "4111"}, "ledgers.0.ledger_account"),
        ({"account_name": ""}, "ledgers.0.account_name"),
        ({"budget_level": 5}, "ledgers.0.budget_level"),
        ({"budget_level": None}, "ledgers.0.budget_level"),
        ({"program_code": "12345"}, "ledgers.0.program_code"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)}, "ledgers.0.valid_to"),
    ],
)
def test_step_two_names_the_cell(changed: dict[str, Any], path: str) -> None:
    content = declared()
    row = replace(content.ledgers[0], **changed)
    assert path in paths(account_problems(replace(content, ledgers=(row,)), REGISTRY))


def test_a_code_stands_once_in_its_table() -> None:
    content = declared()
    twice = replace(content, relations=(*content.relations, *content.relations))
    assert paths(account_problems(twice, REGISTRY)) == ["relations.1.relation_or_project_code"]


def test_without_an_account_number_step_two_is_not_left() -> None:
    assert paths(account_problems(declared(accounts=()), REGISTRY)) == ["accounts"]


def test_numbers_are_those_of_the_two_tables_as_they_are_now() -> None:
    content = declared()
    more = replace(content, relations=(*content.relations, RelationRow("1990002", "Cơ sở 2")))
    other = replace(content, ledgers=(LedgerRow("3511", "Phí - lệ phí chờ nộp NSNN", 0),))

    assert paths(account_problems(more, REGISTRY)) == ["accounts"]
    assert paths(account_problems(other, REGISTRY)) == ["accounts.0.account_number", "accounts"]
    assert paths(account_problems(replace(more, accounts=account_product(more, ())), REGISTRY)) == []
    # Of a unit that came without the wizard, not every kind of account is there for every code.
    both = replace(more, ledgers=(*content.ledgers, *other.ledgers))
    some = tuple(made for made in account_product(both, ()) if made.account_number != "3511.0.1990001")
    assert paths(account_problems(replace(both, accounts=some), REGISTRY)) == []


@given(
    st.lists(st.sampled_from(["3511", "3713", "3741", "9523", "9527", "9552"]), min_size=1, max_size=5, unique=True),
    st.lists(st.from_regex(r"[1-3789][0-9]{6}", fullmatch=True), min_size=1, max_size=5, unique=True),
    st.integers(0, 4),
)
def test_the_product_has_a_number_for_every_row_and_code_that_go_together(
    ledgers: list[str], codes: list[str], level: int
) -> None:
    content = RegistrationContent(
        ledgers=tuple(LedgerRow(code, "x", level) for code in ledgers),
        relations=tuple(RelationRow(code, "y") for code in codes),
    )
    made = account_product(content, REGISTRY.without_projects)
    numbers = {account.account_number for account in made}
    told = left_out(content, REGISTRY.without_projects)
    assert len(made) + len(told) == len(ledgers) * len(codes)
    assert numbers.isdisjoint(told)
    assert all(ACCOUNT_NUMBER.fullmatch(number) for number in (*numbers, *told))
    for number in numbers:
        assert not (number.startswith("95") and number[7] in "39")
        assert number[7] not in "78" or number[:4] in PROJECTS
    for number in told:
        assert number[7] in "78" or (number.startswith("95") and number[7] in "39")
    problems = paths(account_problems(replace(content, accounts=made), REGISTRY))
    for index, account in enumerate(made):
        assert (f"accounts.{index}.account_number" in problems) is (
            account.account_number.startswith("95") and not level
        )


def test_a_project_board_declares_its_deposits_and_its_projects_estimates() -> None:
    """Together with an account that no code of a project goes with: those numbers are left out, not refused."""
    board = declared(
        ledgers=(
            LedgerRow("3731", "Tiền gửi BQLDA", 0),
            LedgerRow("9552", "Dự toán đầu tư", 2),
            LedgerRow("9523", "Tự chủ", 2),
        ),
        relations=(RelationRow("1990006", "Ban Quản lý dự án Cầu Mẫu"), RelationRow("7990001", "Cầu Mẫu")),
    )
    made = account_product(board, REGISTRY.without_projects)
    numbers = [account.account_number for account in made]
    assert {"3731.0.1990006", "9552.2.7990001", "9523.2.1990006"} <= set(numbers)
    assert left_out(board, REGISTRY.without_projects) == ("9523.2.7990001",)
    whole = replace(board, accounts=made)
    assert paths(account_problems(whole, REGISTRY)) == []
    sneaked = replace(whole, accounts=account_product(board, ()))
    assert "không dùng được với tài khoản 9523" in " ".join(
        problem.sentence for problem in account_problems(sneaked, REGISTRY)
    )
    # A row of either table from which no number can come is not left standing.
    alone = replace(board, ledgers=board.ledgers[2:], relations=board.relations[1:])
    assert paths(account_problems(replace(alone, accounts=()), REGISTRY)) == [
        "ledgers.0.ledger_account",
        "relations.0.relation_or_project_code",
        "accounts",
    ]


def test_an_account_lives_as_long_as_its_row_of_the_table() -> None:
    content = declared(ledgers=(LedgerRow("3713", "Tiền gửi khác", 0, "", date(2026, 1, 1), date(2027, 1, 1)),))
    (account,) = account_product(content, ())
    assert (account.valid_from, account.valid_to) == (date(2026, 1, 1), date(2027, 1, 1))


def test_rows_that_are_not_whole_yet_make_no_number() -> None:
    assert account_product(declared(ledgers=(LedgerRow("3713", "x", None), LedgerRow("", "x", 0))), ()) == ()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"full_name": "Đỉnh"}, "members.0.full_name"),
        ({"full_name": "Phạm 2"}, "members.0.full_name"),
        ({"id_number": "000"}, "members.0.id_number"),
        ({"id_issue_date": None}, "members.0.id_issue_date"),
        ({"id_issue_date": date(2027, 1, 1)}, "members.0.id_issue_date"),
        ({"id_issue_place": ""}, "members.0.id_issue_place"),
        ({"email": "x"}, "members.0.email"),
        ({"mobile_phone": "02253888999"}, "members.0.mobile_phone"),
        ({"service_title": None}, "members.0.service_title"),
        ({"service_title": T.ACCOUNT_HOLDER}, "members.0.service_title"),
        ({"permissions": ()}, "members.0.permissions"),
        ({"grants": (GrantRow("3713.0.1990009"),)}, "members.0.grants.0.account_number"),
        ({"project_code": "7990001"}, "members.0.project_code"),
    ],
)
def test_step_three_names_the_field(changed: dict[str, Any], path: str) -> None:
    content = declared()
    first, *rest = content.members
    assert paths(member_problems(replace(content, members=(replace(first, **changed), *rest)), REGISTRY)) == [path]


@pytest.mark.parametrize("field", ["id_number", "email"])
def test_two_members_never_share_a_document_or_a_mail_box(field: str) -> None:
    first, second, third = declared().members
    shared = replace(second, **{field: getattr(first, field).upper()})
    found = paths(member_problems(declared(members=(first, shared, third)), REGISTRY))
    assert found == [f"members.0.{field}", f"members.1.{field}"]


ALLOWED_TOGETHER = {
    False: {frozenset(pair) for pair in ()},
    True: {
        frozenset({T.ACCOUNTANT, T.CHIEF_ACCOUNTANT}),
        frozenset({T.ACCOUNTANT, T.DELEGATED_CHIEF_ACCOUNTANT}),
    },
}
TITLES = [title for title in T if title not in TREASURY_TITLES]


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("pair", list(combinations(TITLES, 2)))
def test_two_permissions_in_one_hand(pair: tuple[ServiceTitle, ServiceTitle], single: bool) -> None:
    content = declared()
    both = member(12, *pair)
    found = paths(
        member_problems(
            replace(content, unit=replace(content.unit, single_accountant_unit=single), members=(both,)), REGISTRY
        )
    )
    allowed = frozenset(pair) in ALLOWED_TOGETHER[single]
    assert ("members.0.permissions" not in found) is allowed


@given(st.sets(st.sampled_from(TITLES), min_size=1))
def test_nobody_ever_holds_both_signatures(held: set[ServiceTitle]) -> None:
    second = {T.CHIEF_ACCOUNTANT, T.DELEGATED_CHIEF_ACCOUNTANT}
    first = {T.ACCOUNT_HOLDER, T.DELEGATED_ACCOUNT_HOLDER}
    for single in (False, True):
        content = declared(members=(member(12, *sorted(held)),))
        content = replace(content, unit=replace(content.unit, single_accountant_unit=single))
        if held & second and held & first:
            assert "members.0.permissions" in paths(member_problems(content, REGISTRY))


def test_a_delegation_needs_its_last_day_and_an_account_limits_every_right() -> None:
    delegate = member(13, T.DELEGATED_ACCOUNT_HOLDER, grants=(GrantRow("3713.0.1990001"),))
    assert paths(member_problems(declared(members=(delegate,)), REGISTRY)) == ["members.0.grants.0.end_date"]
    content = declared()
    short = tuple(
        replace(account, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)) for account in content.accounts
    )
    late = member(12, T.CHIEF_ACCOUNTANT, grants=(GrantRow("3713.0.1990001", "", date(2025, 1, 1), None),))
    assert paths(member_problems(replace(content, accounts=short, members=(late,)), REGISTRY)) == [
        "members.0.grants.0.end_date",
        "members.0.grants.0.start_date",
    ]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"certificate": None}, "members.1.certificate"),
        ({"certificate": certificate(provider="")}, "members.1.certificate"),
        ({"certificate": certificate(valid_to=NOW.isoformat())}, "members.1.certificate"),
        ({"signing_form": None, "certificate": None}, "members.1.signing_form"),
        ({"grants": ()}, "members.1.grants"),
    ],
)
def test_a_signer_is_whole_before_the_declarations_are_made(changed: dict[str, Any], path: str) -> None:
    first, second, third = declared().members
    assert path in paths(
        completeness_problems(declared(members=(first, replace(second, **changed), third)), REGISTRY, NOW)
    )


def test_a_unit_signs_in_one_form_only() -> None:
    first, second, third = declared().members
    token = replace(third, signing_form=SigningForm.USB_TOKEN, certificate=certificate(provider=""))
    assert paths(completeness_problems(declared(members=(first, second, token)), REGISTRY, NOW)) == ["members"]


@pytest.mark.parametrize(
    "people",
    [
        (),
        (member(11, T.ACCOUNTANT), member(12, T.CHIEF_ACCOUNTANT)),
        (member(12, T.CHIEF_ACCOUNTANT), member(14, T.ACCOUNT_HOLDER)),
        (member(11, T.ACCOUNTANT), member(12, T.CHIEF_ACCOUNTANT), *(member(n, T.ACCOUNT_HOLDER) for n in (14, 15))),
        (
            *declared().members,
            *(member(n, T.DELEGATED_CHIEF_ACCOUNTANT) for n in (21, 22, 23)),
        ),
    ],
)
def test_too_few_or_too_many_of_a_title_are_told(people: tuple[MemberPart, ...]) -> None:
    assert "members" in paths(completeness_problems(declared(members=people), REGISTRY, NOW))


@pytest.mark.parametrize("kind", UnitKind)
def test_a_kind_without_a_second_signature_has_no_chief_accountant_and_every_other_needs_one(kind: UnitKind) -> None:
    accountant, chief, holder = declared().members
    deputy = member(21, T.DELEGATED_CHIEF_ACCOUNTANT)

    def told(*people: MemberPart) -> list[str]:
        content = declared(members=people, unit=replace(declared().unit, unit_kind=kind))
        return [each.sentence for each in completeness_problems(content, REGISTRY, NOW)]

    if kind not in {UnitKind.REVENUE_AGENCY, UnitKind.INDIVIDUAL}:
        assert told(accountant, chief, deputy, holder) == []
        assert told(accountant, holder) == ["Cần ít nhất 1 Kế toán trưởng."]
        return
    assert told(accountant, holder) == []
    for title, person in (("Kế toán trưởng", chief), ("Ủy quyền Kế toán trưởng", deputy)):
        (sentence,) = told(accountant, person, holder)
        assert sentence.startswith(f"{UNIT_KIND_LABEL[kind]} không có chữ ký thứ hai (Thông tư 157/2025/TT-BTC)")
        assert f"nên không có {title}." in sentence
    assert told(holder) == ["Cần ít nhất 1 Kế toán viên."]


def test_every_kind_of_unit_has_composed_vietnamese_words() -> None:
    assert set(UNIT_KIND_LABEL) == set(UnitKind)
    assert all(unicodedata.normalize("NFC", label) == label for label in UNIT_KIND_LABEL.values())


def test_what_was_declared_before_there_were_kinds_is_of_a_budget_unit() -> None:
    assert RegistrationContent.from_mapping({"unit": {"treasury_code": "0064"}}).unit.unit_kind is UnitKind.BUDGET_UNIT
    assert RegistrationContent.from_mapping(declared().to_mapping()).unit == declared().unit


def test_the_json_form_is_read_back_and_what_does_not_belong_is_refused() -> None:
    read = RegistrationContent.from_mapping(
        {
            "unit": {"treasury_code": "0064", "single_accountant_unit": True},
            "services": ["mobile_use"],
            "members": [{"full_name": "Nguyễn Hữu Khải", "permissions": ["account_holder"], "grants": []}],
        }
    )
    assert read.unit.single_accountant_unit
    assert read.services == ("mobile_use",)
    assert read.members[0].permissions == (T.ACCOUNT_HOLDER,)
    with pytest.raises(Invalid) as refused:
        RegistrationContent.from_mapping({"members": [{"permissions": ["king"], "salary": 1}], "secret": "x"})
    assert {problem.path for problem in refused.value.problems} == {
        "members.0.permissions.0",
        "members.0.salary",
        "secret",
    }


def test_who_is_in_charge_of_accounting_holds_the_chief_accountants_permission_and_there_is_one_of_either() -> None:
    acting = member(12, T.CHIEF_ACCOUNTANT, service_title=T.ACTING_CHIEF_ACCOUNTANT)
    maker, _, holder = declared().members
    assert everything(declared(members=(maker, acting, holder))) == []
    both = declared(members=(maker, acting, member(13, T.CHIEF_ACCOUNTANT), holder))
    assert paths(completeness_problems(both, REGISTRY, NOW)) == ["members"]
    for title, permission in ((T.ACCOUNTANT, "service_title"), (T.ACTING_CHIEF_ACCOUNTANT, "permissions")):
        wrong = declared(members=(maker, replace(acting, permissions=(title,)), holder))
        assert f"members.1.{permission}" in paths(member_problems(wrong, REGISTRY))
