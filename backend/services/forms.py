"""Facts of the official forms as the use cases read them from the form catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from backend.domain.errors import FieldProblem, Invalid
from backend.services.ports import DECLARATION, VOUCHER, FormCatalog


@dataclass(frozen=True, slots=True)
class FormRules:
    """One official form."""

    form_code: str
    """Folder name of the form, for example ``c4_02a_kb``."""
    name: str
    """Vietnamese name."""
    symbol: str
    """Ký hiệu, for example ``C4-02a/KB``."""
    numbers: Mapping[str, str]
    """Mẫu số by decree edition."""
    debit_prefixes: tuple[str, ...]
    """Account numbers that may be debited begin with one of these."""
    classification_required: bool
    """Every line needs item, chapter, sector and fund source."""
    nature_required: bool
    """Thực chi / tạm ứng / ứng trước must be ticked and the budget year given."""
    field_names: Mapping[str, str]
    """Signature field by signing step (``chief_accountant``, ``account_holder``)."""
    cell_titles: Mapping[str, str]
    """Printed title by signature field."""


def rules_of(forms: FormCatalog, form_code: str) -> FormRules:
    """The facts of one voucher's form. Raises Invalid when there is no such form."""
    if form_code not in forms.codes(VOUCHER):
        problem = FieldProblem("form_code", "Hệ thống chưa có mẫu chứng từ này. Chọn mẫu khác trong danh sách.")
        raise Invalid([problem])
    facts = cast(Mapping[str, Any], forms.rules(form_code))
    return FormRules(
        form_code=form_code,
        name=facts["name"],
        symbol=facts["symbol"],
        numbers={edition: values["number"] for edition, values in facts["editions"].items()},
        debit_prefixes=tuple(facts["debit_prefixes"]),
        classification_required=facts["classification_required"],
        nature_required=facts["nature_required"],
        field_names={cell["role"]: cell["field_name"] for cell in facts["cells"]},
        cell_titles={cell["field_name"]: cell["title"] for cell in facts["cells"]},
    )


def all_rules(forms: FormCatalog) -> Sequence[FormRules]:
    """Every voucher's form, by code."""
    return [rules_of(forms, form_code) for form_code in forms.codes(VOUCHER)]


def titles_of_cells(forms: FormCatalog) -> Mapping[str, str]:
    """Signature field → title of the cell, over all forms."""
    facts = (
        cast(Mapping[str, Any], forms.rules(code)) for kind in (VOUCHER, DECLARATION) for code in forms.codes(kind)
    )
    return {cell["field_name"]: cell["title"] for each in facts for cell in each["cells"]}
