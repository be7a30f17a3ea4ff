"""The shape of budget classification codes: what a code must look like before any list is consulted.

Follows Thông tư 324/2016/TT-BTC art. 2–5 (chapter, sector, item, programme) and Thông tư 77/2017/TT-BTC art. 41
(fund source).
Each function answers with the Vietnamese sentence that says what to change, or None. Does not: know names or which
codes are in force; those lists are data and change by circular.
"""

from __future__ import annotations

import re

_ECONOMIC_ITEM = re.compile(r"[0-9]{3}[1-9]")
_SECTOR = re.compile(r"[0-9]{2}[1-9]")
_CHAPTER = re.compile(r"[0-9]{3}")
_FUND_SOURCE = re.compile(r"[0-9]{2}")
_PROGRAM = re.compile(r"[09][0-9]{4}")

# The fourteen groups (Loại) follow each other without a gap, 30 values each and 280 with 60, so one range says it all.
_SECTORS = range(10, 460)
_CHAPTERS_OF_LEVEL = {1: range(1, 400), 2: range(400, 600), 3: range(600, 800), 4: range(800, 990)}
_LEVEL_NAME = {1: "trung ương", 2: "cấp tỉnh", 3: "cấp huyện", 4: "cấp xã"}


def economic_item_problem(code: str) -> str | None:
    """Four digits, a Tiểu mục: the last digit is never 0 (that would be a Mục)."""
    if _ECONOMIC_ITEM.fullmatch(code):
        return None
    return "Mã nội dung kinh tế phải là tiểu mục gồm 4 chữ số, chữ số cuối từ 1 đến 9. Nhập lại mã."


def parent_item(economic_item_code: str) -> str:
    """The Mục above a Tiểu mục of revenue or expenditure: ``6501`` belongs to ``6500``."""
    return f"{int(economic_item_code) // 50 * 50:04d}"


def chapter_problem(code: str, budget_level: int, is_delegated_spending: bool) -> str | None:
    """Three digits in the range of the account's budget level.

    Level 0 (not specified, deposit accounts) and delegated spending take a chapter of any level.
    """
    if not _CHAPTER.fullmatch(code) or not any(int(code) in chapters for chapters in _CHAPTERS_OF_LEVEL.values()):
        return "Mã chương gồm 3 chữ số, từ 001 đến 989. Nhập lại mã."
    if budget_level == 0 or is_delegated_spending or int(code) in _CHAPTERS_OF_LEVEL[budget_level]:
        return None
    level = _LEVEL_NAME[budget_level]
    return f"Chương {code} không thuộc ngân sách {level} của tài khoản. Chọn chương khác hoặc tài khoản khác."


def sector_problem(code: str) -> str | None:
    """Three digits, a Khoản: the last digit is never 0, inside one of the groups 010 … 430."""
    if _SECTOR.fullmatch(code) and int(code) in _SECTORS:
        return None
    return "Mã ngành kinh tế phải là khoản gồm 3 chữ số, từ 011 đến 459, chữ số cuối từ 1 đến 9. Nhập lại mã."


def fund_source_problem(code: str) -> str | None:
    """Two digits: 01–49 domestic, 50–99 foreign."""
    if _FUND_SOURCE.fullmatch(code) and code != "00":
        return None
    return "Mã nguồn ngân sách gồm 2 chữ số, từ 01 đến 99. Nhập lại mã."


def program_problem(code: str) -> str | None:
    """Five digits: 0 programme (00000 none), 9 detailed accounting."""
    if _PROGRAM.fullmatch(code):
        return None
    return "Mã chương trình mục tiêu, dự án gồm 5 chữ số, bắt đầu bằng 0 hoặc 9. Nhập lại mã hoặc để trống."
