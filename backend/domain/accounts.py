"""Account numbers at the State Treasury and the codes of its offices.

An account number is ``TKKT.cấpNS.ĐVQHNS``, the short public form of the twelve-segment ledger key of Thông tư
77/2017/TT-BTC art. 28; code ranges follow art. 32, 34, 35 and 40. Does not: know balances, names or which offices
exist (data, not rules).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from backend.domain.errors import FieldProblem, Invalid

ACCOUNT_NUMBER = re.compile(r"[1-35789][0-9]{3}\.[0-4]\.[1-3789][0-9]{6}")
RELATION_CODE = re.compile(r"[1-3789][0-9]{6}")
PROGRAM_CODE = re.compile(r"[09][0-9]{4}")
_TREASURY_CODE = re.compile(r"[0-9]{4}")
_WHOLE_SYSTEM = "0001"
_PROVINCE_TOTALS = ("10", "60")


class AccountKind(StrEnum):
    """What an account is for."""

    ESTIMATE = "estimate"
    """Follows a budget estimate; never holds money."""
    DEPOSIT = "deposit"
    """Holds a credit balance of the unit."""
    DEPOSIT_LIKE = "deposit_like"
    """Temporary revenue, seized money, other payables."""


KIND_BY_PREFIX: Mapping[str, AccountKind] = MappingProxyType(
    {
        "95": AccountKind.ESTIMATE,
        "37": AccountKind.DEPOSIT,
        "35": AccountKind.DEPOSIT_LIKE,
        "39": AccountKind.DEPOSIT_LIKE,
    }
)
"""First two digits of the ledger account. A prefix that is not here is not served."""


@dataclass(frozen=True, slots=True)
class AccountNumber:
    """One account of a unit, for example ``3713.0.1990001``."""

    ledger_account: str
    """Four digits (mã TKKT)."""
    budget_level: int
    """1 central, 2 province, 3 district, 4 commune, 0 not specified."""
    relation_code: str
    """Seven digits (mã ĐVQHNS or project)."""

    @classmethod
    def parse(cls, text: str, path: str = "account_number") -> AccountNumber:
        """Read ``TKKT.cấp.mã``; raises Invalid at ``path`` when the shape is wrong."""
        if not ACCOUNT_NUMBER.fullmatch(text):
            raise Invalid([FieldProblem(path, "Số tài khoản không đúng dạng. Nhập theo mẫu 3713.0.1990001.")])
        ledger_account, level, relation_code = text.split(".")
        return cls(ledger_account, int(level), relation_code)

    def __str__(self) -> str:
        return f"{self.ledger_account}.{self.budget_level}.{self.relation_code}"

    @property
    def kind(self) -> AccountKind | None:
        """None when accounts of this prefix are not served."""
        return KIND_BY_PREFIX.get(self.ledger_account[:2])


def why_not_served(number: AccountNumber, *, takes_projects: bool) -> str | None:
    """The sentence that refuses to register this account, or None.

    ``takes_projects``: the ledger account is one of projects (reference data).
    """
    if number.kind is None:
        return f"Tài khoản {number} không thuộc loại được giao dịch trực tuyến. Chọn mã tài khoản kế toán khác."
    if number.kind is AccountKind.ESTIMATE and number.budget_level == 0:
        return f"Tài khoản dự toán {number} phải có mã cấp ngân sách từ 1 đến 4."
    if goes_together(number, takes_projects=takes_projects):
        return None
    if is_project(number.relation_code):
        pair = f"Mã dự án {number.relation_code} không dùng được với tài khoản {number.ledger_account}."
        return f"{pair} Tạo lại số tài khoản."
    return f"Mã {number.relation_code} không dùng được với tài khoản dự toán. Chọn mã đơn vị hoặc mã dự án khác."


def goes_together(number: AccountNumber, *, takes_projects: bool) -> bool:
    """Whether the code may stand under the ledger account: 9xxxxxx codes hold deposits only (art. 35), those of
    projects go with investment estimates and project deposits only (ours).
    """
    if is_project(number.relation_code):
        return takes_projects
    return number.kind is not AccountKind.ESTIMATE or number.relation_code[0] in "12"


def is_project(relation_code: str) -> bool:
    """Codes 7xxxxxx and 8xxxxxx are those of investment projects (art. 35)."""
    return relation_code.startswith(("7", "8"))


def is_treasury_code(text: str) -> bool:
    """Four digits; whether the office exists is data."""
    return _TREASURY_CODE.fullmatch(text) is not None


def serves_customers(treasury_code: str) -> bool:
    """False for the whole system and for province totals: nobody can send a dossier there."""
    if not is_treasury_code(treasury_code) or treasury_code == _WHOLE_SYSTEM:
        return False
    return not treasury_code.endswith(_PROVINCE_TOTALS)
