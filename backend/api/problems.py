"""The only table from reasons to HTTP and Vietnamese. What is not in it is shown as nothing but a support code.

Sentences are patterns filled from the facts of the error; the first pattern whose facts are all there is used. Does
not: decide anything, or say more than it was told (a message of a library never reaches a person).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.domain.workdays import VIETNAM

NOTHING_SIGNED = "none_created"
NOT_KNOWN = "unknown"

SIGN_STATE_SENTENCE = {
    NOTHING_SIGNED: "Chưa có chữ ký nào được tạo.",
    "signed": "Chứng từ đã được ký.",
    NOT_KNOWN: "Chưa rõ kết quả — hệ thống đang kiểm tra, đừng ký lại.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One reason."""

    status: int
    """HTTP."""
    titles: tuple[str, ...]
    """Patterns, the most telling first; the last needs no facts."""
    detail: str | None = None
    """What to do now."""
    sign_state: str | None = None
    """Whether a signature exists after this; None where nobody was signing."""


def _row(status: int, *titles: str, detail: str | None = None, signing: bool = False) -> Row:
    return Row(status, titles, detail, NOTHING_SIGNED if signing else None)


def _unsigned(status: int, *titles: str, detail: str | None = None) -> Row:
    return _row(status, *titles, detail=detail, signing=True)


_OF_SIGNING = ("Chưa có chữ ký nào được tạo.", "Chứng từ vẫn nằm trong hộp việc của bạn.")
_CERTIFICATE = "Mở mục Chứng thư số để cập nhật."
_AGAIN = "Tải lại để xem tình trạng mới nhất."

TABLE: Mapping[str, Row] = {
    "rule": _row(409, "Thao tác này chưa thực hiện được."),
    "perm.not_found": _row(404, "Không tìm thấy chứng từ, hoặc bạn không có quyền xem."),
    "perm.view_only": _row(403, "Bạn chỉ có quyền xem chứng từ này."),
    "perm.no_grant": _row(
        403,
        "Hôm nay bạn không có quyền trên tài khoản {account}.",
        "Hôm nay bạn không có quyền trên tài khoản này.",
        detail="Liên hệ người quản lý đơn vị.",
    ),
    "perm.approver_not_eligible": _row(
        422, "{reason}", "Người được chọn không duyệt được chứng từ này. Bạn hãy chọn người khác."
    ),
    "sod.same_person": _row(403, "Bạn đã ký ở bước trước nên không thể ký bước này."),
    "voucher.not_your_turn": _row(
        409, "Chứng từ đang ở bước của {name}.", "Chứng từ đang ở bước của người khác.", detail=_AGAIN
    ),
    "voucher.stale": _row(409, "Chứng từ vừa được cập nhật. Thao tác của bạn chưa được ghi.", detail=_AGAIN),
    "voucher.not_allowed_now": _row(
        409,
        "Chứng từ đang ở trạng thái “{status}” nên chưa làm được việc này.",
        "Trạng thái hiện tại của chứng từ chưa cho phép việc này.",
        detail=_AGAIN,
    ),
    "voucher.changed": _unsigned(
        409, "Chứng từ vừa được sửa. Chưa có chữ ký nào được tạo. Hãy xem lại phần thay đổi trước khi ký."
    ),
    "registration.same_person": _row(
        403, "Bạn đã kiểm soát hồ sơ này nên không thể phê duyệt. Người khác cần phê duyệt."
    ),
    "registration.held": _row(
        409,
        "{name} đang xử lý hồ sơ này từ {since} ngày {since:day}.",
        "Bạn không đang xử lý hồ sơ này. Tiếp nhận hồ sơ trước khi làm tiếp.",
        detail=_AGAIN,
    ),
    "registration.signature": _row(
        409,
        "Chưa phê duyệt được: {filename}: {reason}",
        "Chưa phê duyệt được: chữ ký của đơn vị trên tờ khai chưa hợp lệ.",
        detail="Chuyển lại cán bộ hoặc từ chối hồ sơ.",
    ),
    "registration.certificate": _row(
        409,
        "Chứng thư số của {name} không dùng được nữa. {reason}",
        "Có chứng thư số không dùng được nữa.",
        detail="Trả hồ sơ để đơn vị lấy lại chứng thư số của người này. Đã trả một lần rồi thì từ chối hồ sơ.",
    ),
    "registration.unit_active": _row(
        409,
        "Đơn vị {code} đã sử dụng dịch vụ nên không phê duyệt thêm được. Hãy từ chối hồ sơ này.",
        "Đơn vị này đã sử dụng dịch vụ nên không phê duyệt thêm được. Hãy từ chối hồ sơ này.",
    ),
    "registration.seal": _row(
        503,
        "Chưa dùng được khóa ký số của Kho bạc. Hồ sơ chưa được phê duyệt.",
        detail="Thử lại sau ít phút; nếu vẫn vậy, hãy báo quản trị hệ thống.",
    ),
    "content.invalid": _row(422, "Có {count} chỗ cần sửa.", "Có chỗ cần sửa."),
    "sign.refused": _unsigned(409, "Chưa gửi được yêu cầu ký. Chưa có chữ ký nào được tạo.", detail=_AGAIN),
    "sign.duplicate": _row(409, "Bạn đã có một yêu cầu ký đang chờ cho chứng từ này."),
    "sign.fenced": _row(503, "Hệ thống đang xử lý yêu cầu ký này. Bạn không cần ký lại."),
    "sign.rejected": _unsigned(
        409,
        "{signer_name} đã từ chối ký trong {app_name}. Chưa có chữ ký nào được tạo. Hỏi lại người ký rồi gửi lại.",
        "Bạn đã từ chối ký trong {app_name}. Chưa có chữ ký nào được tạo.",
        "Bạn đã từ chối ký. Chưa có chữ ký nào được tạo.",
    ),
    "sign.expired": _unsigned(409, "Hết thời gian xác nhận. Chưa có chữ ký nào được tạo. Bạn có thể gửi lại yêu cầu."),
    "sign.cancelled": _unsigned(409, "Yêu cầu ký đã được hủy. Chưa có chữ ký nào được tạo."),
    "sign.unknown": Row(409, (SIGN_STATE_SENTENCE[NOT_KNOWN],), None, NOT_KNOWN),
    "sign.invalid": _unsigned(
        409,
        "Chữ ký trả về không hợp lệ nên đã bị loại. Tờ khai chưa được {signer_name} ký.",
        "Chữ ký trả về không hợp lệ nên đã bị loại. Chứng từ chưa được ký.",
    ),
    "sign.wrong_cert": _unsigned(
        409,
        "Chữ ký không phải của {signer_name} nên đã bị loại. Tờ khai chưa được ký.",
        "Chữ ký không phải của bạn nên đã bị loại. Chứng từ chưa được ký.",
    ),
    "sign.late": _unsigned(409, "Chữ ký đến sau khi yêu cầu đã đóng và không được dùng."),
    "batch.not_opened": _unsigned(409, "Bạn chưa xem nội dung hiện tại của chứng từ này. Hãy mở xem trước khi ký."),
    "batch.too_many_documents": _unsigned(
        409,
        "Hồ sơ này có nhiều chứng từ hơn mức nhà cung cấp cho phép trong một lần xác nhận. Hãy bỏ ra khỏi danh sách.",
    ),
    "batch.changed": _unsigned(
        409,
        "Danh sách ký không còn như lúc bạn xem. Chưa có chữ ký nào được tạo. Hãy xem lại danh sách rồi xác nhận.",
    ),
    "batch.under_way": _unsigned(
        409, "Bạn đang có một danh sách ký chờ xác nhận trên điện thoại. Hãy hoàn tất hoặc hủy danh sách đó trước."
    ),
    "push.flood": _unsigned(
        429,
        "Có quá nhiều yêu cầu ký trong thời gian ngắn. Thử lại sau {minutes} phút.",
        "Có quá nhiều yêu cầu ký trong thời gian ngắn. Thử lại sau ít phút.",
    ),
    "sign.blocked": _unsigned(
        409,
        "Bạn đã báo không yêu cầu ký lúc {since}, nên yêu cầu ký mới đang bị chặn. Chưa có chữ ký nào được tạo.",
        detail="Mở mục Tài khoản để gỡ chặn bằng mật khẩu đăng nhập.",
    ),
    "cert.expired": _unsigned(
        409,
        "Chứng thư số hết hạn ngày {until:day}. Hãy gia hạn rồi cập nhật chứng thư số mới.",
        "Chứng thư số đã hết hạn. Hãy gia hạn rồi cập nhật chứng thư số mới.",
    ),
    "cert.missing": _unsigned(409, "Bạn chưa đăng ký chứng thư số. Chưa có chữ ký nào được tạo.", detail=_CERTIFICATE),
    "cert.not_registered": _unsigned(
        409,
        "{provider_name} không có chứng thư số bạn đã đăng ký. Chưa có chữ ký nào được tạo.",
        "Nhà cung cấp không có chứng thư số bạn đã đăng ký. Chưa có chữ ký nào được tạo.",
        detail=_CERTIFICATE,
    ),
    "cert.revoked": _unsigned(
        409,
        "Chứng thư số đã bị thu hồi hoặc tạm dừng. Liên hệ {provider_name}.",
        "Chứng thư số đã bị thu hồi hoặc tạm dừng. Liên hệ nhà cung cấp.",
    ),
    "cert.none_there": _row(
        409,
        "Không tìm thấy chứng thư số của thành viên này tại {provider_name}.",
        "Không tìm thấy chứng thư số của thành viên này tại nhà cung cấp.",
        detail="Kiểm tra nhà cung cấp, tên đăng nhập, họ tên và số giấy tờ của thành viên rồi lấy lại.",
    ),
    "cert.candidate_over": _row(
        409,
        "Thông tin chứng thư số vừa lấy đã quá thời hạn. Chứng thư số chưa được đăng ký.",
        detail="Lấy lại thông tin chứng thư số từ nhà cung cấp.",
    ),
    "registration.too_many": _row(
        429,
        "Từ mạng hoặc hộp thư này vừa có quá nhiều hồ sơ đăng ký. Thử lại từ {until} ngày {until:day}.",
        "Từ mạng hoặc hộp thư này vừa có quá nhiều hồ sơ đăng ký. Thử lại sau.",
        detail="Hồ sơ đang kê khai vẫn được giữ. Cần gấp, hãy gọi Kho bạc nơi mở tài khoản.",
    ),
    "cert.look_ups_locked": _row(
        429,
        "Đã lấy thông tin chứng thư số không thành công quá nhiều lần. Thử lại từ {until} ngày {until:day}.",
        "Đã lấy thông tin chứng thư số không thành công quá nhiều lần. Thử lại sau.",
        detail="Liên hệ nhà cung cấp để biết đúng tên đăng nhập và chứng thư số của thành viên.",
    ),
    "prov.login": _unsigned(
        422,
        "{provider_name} báo tên đăng nhập hoặc mật khẩu chưa đúng. Chưa có chữ ký nào được tạo.",
        "Nhà cung cấp báo tên đăng nhập hoặc mật khẩu chưa đúng. Chưa có chữ ký nào được tạo.",
        detail="Nhập lại mật khẩu; nhập sai nhiều lần có thể bị nhà cung cấp khóa.",
    ),
    "prov.locked": _unsigned(
        409,
        "Tài khoản ký số của bạn tại {provider_name} đang bị khóa. Chưa có chữ ký nào được tạo.",
        "Tài khoản ký số của bạn đang bị khóa. Chưa có chữ ký nào được tạo.",
        detail="Liên hệ nhà cung cấp để mở khóa.",
    ),
    "prov.second_factor": _unsigned(
        409,
        "{provider_name} cần thêm một bước xác thực. Chưa có chữ ký nào được tạo.",
        "Nhà cung cấp cần thêm một bước xác thực. Chưa có chữ ký nào được tạo.",
        detail="Nhập mã xác thực để tiếp tục.",
    ),
    "prov.code_wrong": _unsigned(
        422,
        "{provider_name} báo mã xác thực chưa đúng. Chưa có chữ ký nào được tạo.",
        "Mã xác thực chưa đúng. Chưa có chữ ký nào được tạo.",
        detail="Kiểm tra rồi nhập lại mã; nhập sai nhiều lần sẽ phải làm lại từ đầu.",
    ),
    "prov.code_expired": _unsigned(
        422,
        "{provider_name} báo mã xác thực đã hết hạn. Chưa có chữ ký nào được tạo.",
        "Mã xác thực đã hết hạn. Chưa có chữ ký nào được tạo.",
        detail="Nhập mã mới.",
    ),
    "prov.code_exhausted": _unsigned(
        409,
        "{provider_name} không nhận thêm mã vì đã nhập sai quá số lần cho phép. Chưa có chữ ký nào được tạo.",
        "Mã xác thực đã nhập sai quá số lần cho phép. Chưa có chữ ký nào được tạo.",
        detail="Nhập lại mật khẩu để nhận mã mới.",
    ),
    "prov.challenge_over": _unsigned(
        409,
        "Bước nhập mã xác thực đã quá thời hạn. Chưa có chữ ký nào được tạo.",
        detail="Nhập lại mật khẩu để nhận mã mới.",
    ),
    "prov.no_resend": _unsigned(
        409,
        "Mã này do ứng dụng xác thực trên điện thoại tạo ra nên không gửi lại được. Chưa có chữ ký nào được tạo.",
        detail="Mở ứng dụng xác thực để xem mã.",
    ),
    "prov.resend_too_soon": _unsigned(
        429,
        "Vừa gửi mã rồi, gửi lại được từ {until}. Chưa có chữ ký nào được tạo.",
        "Vừa gửi mã rồi, hãy chờ một lát. Chưa có chữ ký nào được tạo.",
    ),
    "prov.unknown_user": _unsigned(
        409,
        "{provider_name} không có tài khoản ký số bạn đã đăng ký. Chưa có chữ ký nào được tạo.",
        "Nhà cung cấp không có tài khoản ký số bạn đã đăng ký. Chưa có chữ ký nào được tạo.",
        detail=_CERTIFICATE,
    ),
    "prov.device": _unsigned(
        409,
        "Tài khoản CTS chưa kích hoạt trên điện thoại. Mở {app_name} để kích hoạt rồi thử lại.",
        "Tài khoản CTS chưa kích hoạt trên điện thoại. Mở ứng dụng ký số để kích hoạt rồi thử lại.",
    ),
    "prov.quota": _unsigned(
        409,
        "Gói ký của bạn tại {provider_name} đã hết lượt. Chưa có chữ ký nào được tạo.",
        "Gói ký của bạn đã hết lượt. Chưa có chữ ký nào được tạo.",
    ),
    "prov.down": _unsigned(
        503,
        "{provider_name} đang gặp sự cố. Chưa có chữ ký nào được tạo. Tờ khai vẫn chờ {signer_name} ký; "
        "bạn có thể thử lại từ {retry_at:second}.",
        "{provider_name} đang gặp sự cố. Chưa có chữ ký nào được tạo. Tờ khai vẫn chờ {signer_name} ký; thử lại sau.",
        "{provider_name} đang gặp sự cố. Chưa có chữ ký nào được tạo. Chứng từ vẫn nằm trong hộp việc của bạn. "
        "Bạn có thể thử lại từ {retry_at:second}.",
        "{provider_name} đang gặp sự cố. Chưa có chữ ký nào được tạo. Chứng từ vẫn nằm trong hộp việc của bạn.",
        "Nhà cung cấp đang gặp sự cố. Chưa có chữ ký nào được tạo. Chứng từ vẫn nằm trong hộp việc của bạn.",
    ),
    "auth.expired": _row(401, "Phiên làm việc đã kết thúc. Vui lòng đăng nhập lại để tiếp tục ở đúng màn hình cũ."),
    "auth.bad_credentials": _row(
        401,
        "Tên đăng nhập hoặc mật khẩu chưa đúng. Bạn còn {attempts_left} lần thử.",
        "Tên đăng nhập hoặc mật khẩu chưa đúng.",
    ),
    "auth.locked": _row(429, "Tạm khóa đăng nhập đến {until} vì thử sai nhiều lần."),
    "auth.proof_refused": _row(
        422, "Mật khẩu chưa đúng. Bạn còn {attempts_left} lần thử.", "Mật khẩu chưa đúng. Hãy nhập lại."
    ),
    "auth.stepup": _row(403, "Xác nhận đúng là bạn trước khi thay đổi cách đăng nhập."),
    "auth.password_change": _row(
        401,
        "Hãy đặt mật khẩu mới trước khi dùng ứng dụng.",
        detail="Đăng nhập lại bằng mật khẩu dùng một lần rồi đặt mật khẩu mới.",
    ),
    "auth.password_expired": _row(
        403,
        "Mật khẩu dùng một lần đã hết hạn lúc {until} ngày {until:day}.",
        "Mật khẩu dùng một lần đã hết hạn.",
        detail="Hãy nhờ Chủ tài khoản của đơn vị đề nghị Kho bạc nơi đơn vị mở tài khoản cấp lại mật khẩu.",
    ),
    "auth.reset_refused": _row(
        409,
        "Đường dẫn đặt lại mật khẩu không đúng, đã dùng hoặc đã quá hạn. Mật khẩu của bạn chưa thay đổi.",
        detail="Chọn “Quên mật khẩu” để nhận đường dẫn mới.",
    ),
    "auth.reset_locked": _row(
        429,
        "Có quá nhiều yêu cầu đặt lại mật khẩu. Thử lại sau {until}.",
        "Có quá nhiều yêu cầu đặt lại mật khẩu. Thử lại sau ít phút.",
    ),
    "auth.passkey_needed": _row(
        403,
        "Tài khoản này được bảo vệ bằng khóa truy cập. Hãy dùng vân tay, khuôn mặt hoặc mã mở khóa để đăng nhập.",
        detail="Mất thiết bị giữ khóa truy cập? Hãy nhờ Kho bạc nơi đơn vị mở tài khoản cấp lại mật khẩu.",
    ),
    "auth.passkey_refused": _row(
        403, "Khóa truy cập bị hủy hoặc không có trên máy này. Hãy thử lại hoặc dùng mật khẩu."
    ),
    "auth.passkey_gone": _row(404, "Khóa truy cập này không còn. Hãy tải lại danh sách."),
    "auth.passkeys_full": _row(409, "Bạn đã có 10 khóa truy cập. Hãy xóa bớt một khóa rồi thêm lại."),
    "request.key_reused": _row(409, "Yêu cầu này đã được dùng cho nội dung khác. Bạn hãy tải lại rồi thao tác lại."),
    "request.in_flight": _row(409, "Yêu cầu của bạn đang được xử lý. Vui lòng chờ trong giây lát."),
    "request.key_missing": _row(400, "Yêu cầu thiếu thông tin chống gửi lặp. Bạn hãy tải lại ứng dụng."),
    "request.foreign_origin": _row(403, "Yêu cầu không đến từ ứng dụng Ký Kho bạc nên đã bị chặn."),
    "request.csrf": _row(403, "Phiên làm việc vừa thay đổi. Bạn hãy tải lại rồi thao tác lại."),
    "request.not_found": _row(404, "Không có địa chỉ này."),
    "request.method": _row(405, "Địa chỉ này không nhận thao tác như vậy."),
    "request.too_large": _row(413, "Nội dung gửi lên quá lớn."),
    "request.media_type": _row(415, "Nội dung gửi lên phải ở dạng JSON."),
    "request.malformed": _row(400, "Nội dung gửi lên không đọc được."),
    "sys.busy": _row(503, "Hệ thống đang bận. Thao tác của bạn chưa được ghi; thử lại sau {seconds} giây."),
    "sys.error": _row(500, "Có lỗi ngoài ý muốn."),
}
"""Code → row. ``tests/api`` holds it against every error class and every code a signing request can end with."""


def title_of(code: str, facts: Mapping[str, object]) -> str:
    """The first sentence of the row that these facts can fill."""
    words = {name: _spoken(value) for name, value in facts.items() if value not in (None, "")}
    for pattern in TABLE[code].titles:
        if _names(pattern) <= words.keys():
            return pattern.format_map(words)
    return SIGN_STATE_SENTENCE.get(TABLE[code].sign_state or "", "Thao tác này chưa thực hiện được.")


def without_signing(sentence: str) -> str:
    """The same where nobody was signing: a CA refuses a look-up in the words in which it refuses a signature."""
    for words in _OF_SIGNING:
        sentence = sentence.replace(f" {words}", "")
    return sentence


def _names(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def _spoken(value: object) -> object:
    """Times and days as people in Vietnam say them."""
    if isinstance(value, datetime):
        return _Moment(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


class _Moment:
    """A moment in a pattern: ``{until}`` is the time of day, ``{until:second}`` to the second, ``{until:day}`` the day,
    all in Vietnam.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(VIETNAM)

    def __format__(self, spec: str) -> str:
        return self._at.strftime({"day": "%d/%m/%Y", "second": "%H:%M:%S"}.get(spec, "%H:%M"))


def with_sentences(body: Any) -> Any:
    """A signing request, a dossier or a batch with such, or a list with refused dossiers, with the sentences of their
    endings put in; anything else as it is.
    """
    if not isinstance(body, dict):
        return body
    for signing in (body.get("signing") or body, *body.get("items", ())):
        ending = signing.get("problem") if isinstance(signing, dict) else None
        if ending is not None:
            ending["title"] = title_of(ending["code"], {**body, **signing})
    for refused in body.get("refused", ()):
        refused["title"] = title_of(refused["code"], refused["facts"])
    return body
