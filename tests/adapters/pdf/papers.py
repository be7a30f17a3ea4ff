"""Vouchers to print, as plain facts."""

from __future__ import annotations

from typing import Any

CONTENTS = (
    "Thanh toán tiền điện tháng 10/2026 theo hóa đơn số 0012345 ngày 05/11/2026",
    "Thanh toán văn phòng phẩm quý IV theo hợp đồng số 27/HĐ-VPP ngày 02/10/2026",
    "Chi phí sửa chữa máy tính, máy in phòng Kế toán – Tài vụ",
)


def payment_order(lines: int = 3, **changes: Any) -> dict[str, Any]:
    """An ordinary Ủy nhiệm chi with ``lines`` lines of 6.230.000 đồng."""
    paper: dict[str, Any] = {
        "form_code": "c4_02a_kb",
        "form_edition": "ND11",
        "dossier_code": "26110100237",
        "service_voucher_number": "26110100237-C402AKB-0001",
        "unit_voucher_number": "152/UNC",
        "voucher_date": "2026-11-22",
        "payment_method": "transfer",
        "payer": {
            "unit_name": "Trường Trung học phổ thông Nguyễn Thị Minh Khai",
            "address": "275 Điện Biên Phủ, phường Xuân Hòa, Thành phố Hồ Chí Minh",
            "budget_relation_code": "1091378",
            "treasury_code": "0114",
            "treasury_name": "Kho bạc Nhà nước Khu vực II – Phòng Giao dịch số 3",
            "debit_account": "3713.0.1091378",
            "program_code": None,
        },
        "lines": [_line(index) for index in range(lines)],
        "total_amount": 6230000 * lines,
        "amount_in_words": "Mười tám triệu sáu trăm chín mươi nghìn đồng",
        "payee": {
            "payee_kind": "bank_account",
            "payee_name": "Công ty TNHH Thương mại và Dịch vụ Hưng Thịnh Phát",
            "payee_relation_code": None,
            "payee_address": "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
            "payee_account": "0071001234567",
            "payee_bank_code": "79203001",
            "payee_bank_name": "Ngân hàng TMCP Ngoại thương Việt Nam – CN TP. Hồ Chí Minh",
            "payee_treasury_code": None,
            "payee_treasury_name": None,
            "payee_program_code": None,
            "receiver_name": None,
            "receiver_id_number": None,
            "receiver_id_date": None,
            "receiver_id_place": None,
        },
    }
    return paper | changes


def _line(index: int) -> dict[str, Any]:
    return {
        "content": CONTENTS[index % len(CONTENTS)],
        "amount": 6230000,
        "economic_item_code": None,
        "chapter_code": None,
        "sector_code": None,
        "fund_source_code": None,
    }
