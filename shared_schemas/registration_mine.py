"""One person's own data in a registration dossier, by the link in their letter."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Text, a, many, may, must


class OpenMine(Body):
    """The secret of a personal link."""

    secret = Text("What stands after # in the link.", 160, shortest=20)


class MyGrant(Schema):
    """A right on one account."""

    account_number = must(fields.String, "Số tài khoản.")
    start_date = may(fields.Date, "Ngày bắt đầu hoạt động; null: the day of approval.")
    end_date = may(fields.Date, "Có giá trị đến ngày.")


class MyCertificate(Schema):
    """The bound certificate."""

    provider_name = may(fields.String, "Nhà cung cấp; null for a USB token.")
    subject_name = must(fields.String, "Whose.")
    valid_from = must(fields.AwareDateTime, "Ngày hiệu lực.")
    valid_to = must(fields.AwareDateTime, "Ngày hết hạn.")


class MyRegistration(Schema):
    """What a unit declares of one person."""

    code = may(fields.String, "Mã hồ sơ.")
    kind = must(fields.String, "``new`` or ``change``.", validate=validate.OneOf(["new", "change"]))
    stage_label = must(fields.String, "Vietnamese.")
    unit_name = must(fields.String, "Đơn vị kê khai.")
    unit_phone = must(fields.String, "Whom to call when something is wrong.")
    treasury_name = may(fields.String, "Kho bạc.")
    full_name = must(fields.String, "Họ tên.")
    id_number_masked = must(fields.String, "Số giấy tờ, all but its end hidden.")
    id_issue_date = may(fields.Date, "Ngày cấp.")
    id_issue_place = must(fields.String, "Nơi cấp.")
    email = must(fields.String, "Email.")
    mobile_phone = must(fields.String, "Điện thoại.")
    title_label = may(fields.String, "Chức danh tham gia DVC.")
    permission_labels = many(fields.String(), "Quyền sử dụng.")
    signing_form_label = may(fields.String, "Hình thức đăng ký chữ ký số; null for who does not sign.")
    certificate = a(MyCertificate, "Bound; null while there is none.", nullable=True)
    grants = many(MyGrant, "Các số tài khoản được sử dụng.")
