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


NAMES = ("Nguyễn Thị Hà", "Phạm Văn Đạt", "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Quỳnh Như Trâm Anh")


def declaration(members: int = 3, accounts: int = 2, **changes: Any) -> dict[str, Any]:
    """A declaration of a unit with so many members, the first of whom prepares and the others sign."""
    people = [_declared(index, accounts) for index in range(members)]
    services = [
        {"label": "Kê khai và giao nhận hồ sơ kiểm soát chi", "ticked": True, "under": False},
        {"label": "Đối chiếu số dư", "ticked": False, "under": False},
        {"label": "Tra cứu thông tin hồ sơ - chứng từ", "ticked": True, "under": True},
    ]
    paper: dict[str, Any] = {
        "dossier_code": "1990009261122104512",
        "declared_on": "2026-11-22",
        "change": "",
        "request": "",
        "attached": "",
        "place": "Hải Phòng",
        "signing_form": "chữ ký số từ xa",
        "unit": {
            "unit_name": "Trường Mầm non Sao Mai",
            "budget_relation_code": "1990009",
            "address": "12 Lê Lợi, phường Lê Chân, thành phố Hải Phòng",
            "phone": "02253888999",
            "email": "ketoan@saomai.example",
            "fax": "",
            "superior_body": "",
            "kind": "Cơ quan thu",
        },
        "treasury": {"code": "0064", "name": "Kho bạc Nhà nước Lê Chân - Hải Phòng"},
        "services": services,
        "mobile_services": services[2:],
        "accounts": [
            {
                "account_number": f"3713.0.19900{number:02d}",
                "account_name": "Tiền gửi khác",
                "program_code": "00000",
                "valid_from": None,
                "valid_to": "2027-12-31",
            }
            for number in range(accounts)
        ],
        "members": people,
        "signers": people[1:],
    }
    return paper | changes


def _declared(index: int, accounts: int) -> dict[str, Any]:
    certificate = {
        "form": "Từ xa, nhà cung cấp VNPT",
        "serial_number": f"5404ffe1a2b3c4d5e6f70819{index:08x}",
        "issuer_name": "VNPT Certification Authority",
        "valid_from": "2026-01-01",
        "valid_to": "2029-01-01",
    }
    title = "Chủ tài khoản" if index else "Kế toán viên"
    return {
        "full_name": NAMES[index % len(NAMES)],
        "title": title,
        "id_label": "Thẻ căn cước",
        "id_number": f"0311750{index:05d}",
        "id_issue_date": "2021-05-01",
        "id_issue_place": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
        "email": f"nguoithu{index}@saomai.example",
        "mobile_phone": "0900000091",
        "project_code": "",
        "permissions": [title],
        "certificate": certificate if index else None,
        "grants": [
            {
                "start_date": None,
                "end_date": "2027-12-31",
                "accounts": ", ".join(f"3713.0.19900{number:02d}" for number in range(accounts)),
            }
        ],
        "many_accounts": accounts > 40,
    }
