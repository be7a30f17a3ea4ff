"""C4-02a/KB, Ủy nhiệm chi without tax (credit transfer, electronic transfer): what a person fills in.

Follows the form of the State Treasury's voucher regulation, number 16c1. Does not: check the form's rules
(classification codes, dates, accounts); a draft may be incomplete, and the rules are asked at submission.
"""

from __future__ import annotations

from shared_schemas.fields import Amount, Body, Choice, Part, Several, Text, WrittenDay

FORM_CODE = "c4_02a_kb"

PAYMENT_METHODS = ("transfer", "cash_at_treasury", "cash_at_bank")
PAYEE_KINDS = ("bank_account", "treasury_account", "cash_person")


class PaymentOrderLine(Body):
    """One row of the table."""

    content = Text("Nội dung thanh toán, column (1).", 500)
    amount = Amount("Số tiền, column (2), VND; null while the draft has none.", nullable=True)
    economic_item_code = Text("Mã NDKT, four digits.", 4, nullable=True)
    chapter_code = Text("Mã chương, three digits.", 3, nullable=True)
    sector_code = Text("Mã ngành kinh tế, three digits.", 3, nullable=True)
    fund_source_code = Text("Mã nguồn NSNN, two digits.", 2, nullable=True)


class PaymentOrderPayee(Body):
    """Đơn vị hưởng, or the person who fetches cash."""

    payee_kind = Choice("Where the money goes.", PAYEE_KINDS, nullable=True)
    payee_name = Text("Đơn vị nhận tiền.", 200)
    payee_relation_code = Text("Mã ĐVQHNS, seven digits, treasury accounts only.", 7, nullable=True)
    payee_address = Text("Địa chỉ.", 255)
    payee_account = Text("Tài khoản: 6–20 letters or digits at a bank, a Treasury account number otherwise.", 20)
    payee_bank_code = Text("Tại ngân hàng: the eight-digit clearing code.", 8, nullable=True)
    payee_treasury_code = Text("Tại KBNN: the four-digit office code.", 4, nullable=True)
    payee_program_code = Text("Mã CTMT, DA và HTCT, five digits.", 5, nullable=True)
    receiver_name = Text("Họ tên người nhận tiền, cash only.", 100, nullable=True)
    receiver_id_number = Text("Số CCCD, cash only.", 12, nullable=True)
    receiver_id_date = WrittenDay("Cấp ngày, cash only.", nullable=True)
    receiver_id_place = Text("Nơi cấp, cash only.", 150, nullable=True)


class PaymentOrder(Body):
    """The whole form. Every key is said, so that leaving one out never silently empties a field."""

    form_code = Choice("Which form this is.", (FORM_CODE,))
    unit_voucher_number = Text("Số, given by the unit; unique per unit, form and budget year.", 20)
    voucher_date = WrittenDay("Lập ngày.", nullable=True)
    payment_method = Choice(
        "Chuyển khoản, tiền mặt tại Kho bạc or tiền mặt tại ngân hàng.", PAYMENT_METHODS, nullable=True
    )
    debit_account = Text("Mã TKKT: the unit's account to debit, with its dots.", 16)
    program_code = Text("Mã CTMT, DA và HTCT, five digits.", 5, nullable=True)
    lines = Several(Part(PaymentOrderLine), "The rows of the table, top to bottom.", most=100)
    amount_in_words = Text("What the client shows; compared with the server's own words.", 500, nullable=True)
    payee = Part(PaymentOrderPayee, required=True, metadata={"description": "Who receives the money."})


SCHEMA = PaymentOrder
