"""Reference data: accounts, forms, Treasury offices, banks, payees used before, amounts in words."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared_schemas.fields import Text, many, may, must


class Search(Schema):
    """Words to look for; without diacritics finds with diacritics."""

    q = Text("Search words.", 100, required=False, load_default="")


class AccountOut(Schema):
    """An account of the unit on which the caller holds a right today."""

    account_number = must(fields.String, "With its dots, for example ``3713.0.1990001``.")
    name = must(fields.String, "Tên tài khoản.")
    program_code = may(fields.String, "Mã CTMT, DA; null for none.")
    valid_from = must(fields.Date, "First day.")
    valid_to = may(fields.Date, "Last day; null for open end.")
    form_codes = many(fields.String(), "Forms that may debit it.")


class AccountList(Schema):
    """The caller's accounts."""

    items = many(AccountOut, "By account number.")


class FormOut(Schema):
    """An official form."""

    form_code = must(fields.String, "Stable machine code.")
    name = must(fields.String, "Vietnamese name.")
    symbol = must(fields.String, "Ký hiệu, for example ``C4-02a/KB``.")
    number = must(fields.String, "Mẫu số, for example ``16c1``.")
    edition = must(fields.String, "Which edition of the form new vouchers use.")


class FormList(Schema):
    """Every form of this house."""

    items = many(FormOut, "In the order to show.")


class TreasuryOfficeOut(Schema):
    """A Treasury office."""

    code = must(fields.String, "Four digits.")
    name = must(fields.String, "Full name.")


class TreasuryOfficeList(Schema):
    """Offices found."""

    items = many(TreasuryOfficeOut, "Best first.")


class BankOut(Schema):
    """A bank branch that payments go to."""

    code = must(fields.String, "Eight-digit clearing code.")
    name = must(fields.String, "Full name.")
    short_name = must(fields.String, "As people say it.")


class BankList(Schema):
    """Banks found."""

    items = many(BankOut, "Best first.")


class AmountInWords(Schema):
    """An amount and its Vietnamese words as they are printed."""

    amount = must(fields.Integer, "VND.")
    words = must(fields.String, "Begins with a capital, ends with ``đồng``.")


class PayeeOut(Schema):
    """A payee as it stood in an earlier voucher of the unit."""

    payee_kind = may(fields.String, "Where the money went.")
    payee_name = must(fields.String, "Đơn vị nhận tiền.")
    payee_relation_code = may(fields.String, "Mã ĐVQHNS.")
    payee_address = must(fields.String, "Địa chỉ.")
    payee_account = must(fields.String, "Tài khoản.")
    payee_bank_code = may(fields.String, "Eight-digit clearing code.")
    payee_treasury_code = may(fields.String, "Four-digit office code.")
    payee_program_code = may(fields.String, "Mã CTMT, DA và HTCT.")
    receiver_name = may(fields.String, "Cash only.")
    receiver_id_number = may(fields.String, "Cash only.")
    receiver_id_date = may(fields.Date, "Cash only.")
    receiver_id_place = may(fields.String, "Cash only.")


class PayeeList(Schema):
    """Payees used before."""

    items = many(PayeeOut, "Newest first, at most ten.")
