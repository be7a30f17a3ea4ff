"""Nacencomm CA, CA2 Remote Signing: the person gives a user id only and approves on the phone with a PIN.

Follows: no document of Nacencomm's was found. The national profile (``provider_kit/neac769.py``) as two public clients
of the live host speak it, read 2026-11-22. Assumed, not confirmed, and therefore settings: A1 the paths (two variants
are in use); A2 base64 rather than hexadecimal digests (profile ``neac-769-hex``); A3 the status by our id; A4 no field
for a text on the phone, which then shows ids only; A5 a request lives 180 seconds; A6 a batch of 20; A7 the knock has
the shape of VNPT's; A8 the meaning of odd values and messages, which ``NACENCOMM_OUTCOMES`` extends; A9 the user id is
the citizen's number, or, where ``NACENCOMM_TWO_USER_IDS`` says so, that and a tax code after a slash, tried in turn.
Profile ``csc-v1``, for a contract of that shape, is ``providers/csc.py`` under this CA's name, its settings with the
prefix ``NACENCOMM_``.
Does not: use the older ``APISigncore`` calls, which send whole files and prove nobody. There is no cancel call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backend.adapters.provider_kit.http import open_transport, transport_settings
from backend.adapters.provider_kit.neac769 import Dialect, HashEncoding, Neac769, SerialCase, StatusId, TimeStamp
from backend.adapters.provider_kit.outcome_table import OutcomeTable, Verdict
from backend.adapters.provider_kit.settings import Setting, SettingKind
from backend.adapters.providers import csc
from backend.domain.providers import (
    Descriptor,
    Failure,
    FailureKind,
    ProviderSession,
    ResultGranularity,
    Secret,
)
from backend.services.ports import Clock, SigningProvider

_TABLE = OutcomeTable(
    codes={
        "102": Verdict.PENDING,
        "1001": Verdict.PENDING,
        "1002": Verdict.PENDING,
        "400": FailureKind.BAD_REQUEST,
        "401": FailureKind.RELYING_PARTY_CREDENTIALS,
        "403": FailureKind.CERTIFICATE_INVALID,
        "404": FailureKind.TRANSACTION_NOT_FOUND,
        "500": FailureKind.PROVIDER_UNAVAILABLE,
    },
    messages=(
        ("tu choi", Verdict.REJECTED),
        ("reject", Verdict.REJECTED),
        ("het han", Verdict.EXPIRED),
        ("expire", Verdict.EXPIRED),
        ("success", Verdict.PENDING),
        ("cho", Verdict.PENDING),
        ("pending", Verdict.PENDING),
        ("processing", Verdict.PENDING),
        ("dang xu ly", Verdict.PENDING),
    ),
    refusals=(
        ("het luot", FailureKind.QUOTA_EXHAUSTED),
        ("khong co du lieu", FailureKind.NO_CERTIFICATE),
        ("nguoi dung khong ton tai", FailureKind.UNKNOWN_USER),
        ("user not found", FailureKind.UNKNOWN_USER),
    ),
    values={word: FailureKind.SIGNING_FAILED for word in ("-2", "-1", "-3", "-4", "0")},
)
"""``-2``, the pending codes and the first four messages were seen in use; the other entries are our reading."""

_WITH_NEAC = ("NACENCOMM_PROFILE", "", "neac-769", "neac-769-hex")
_BASE_URL = Setting(
    "NACENCOMM_BASE_URL",
    "http://localhost:{SANDBOX_PORT}/nacencomm",
    "Root of the CA2 gateway, before the three paths",
    SettingKind.URL,
    sandbox_only=True,
    used_with=_WITH_NEAC,
)
_SP_ID = Setting(
    "NACENCOMM_SP_ID",
    "0100000000CA2",
    "Relying party id from Nacencomm",
    sandbox_only=True,
    used_with=_WITH_NEAC,
)
_SP_PASSWORD = Setting(
    "NACENCOMM_SP_PASSWORD",
    "c2FuZGJveC1jYTI",
    "Relying party password from Nacencomm",
    secret=True,
    sandbox_only=True,
    used_with=_WITH_NEAC,
)
_PROFILE = Setting(
    "NACENCOMM_PROFILE",
    "neac-769",
    "Protocol profile",
    choices=("neac-769", "neac-769-hex", "csc-v1"),
)
_CERTIFICATE_PATH = Setting(
    "NACENCOMM_CERTIFICATE_PATH",
    "/api/data/get_certificate",
    "Path of the certificate call; /rssp/v2/neac/get_certificate in the other variant",
    SettingKind.PATH,
)
_SIGN_PATH = Setting("NACENCOMM_SIGN_PATH", "/api/data/sign", "Path of the sign call", SettingKind.PATH)
_STATUS_PATH = Setting("NACENCOMM_STATUS_PATH", "/api/data/status", "Path of the status call", SettingKind.PATH)
_SERIAL_CASE = Setting(
    "NACENCOMM_SERIAL_CASE",
    SerialCase.UPPER.value,
    "How serial numbers are written",
    choices=tuple(each.value for each in SerialCase),
)
_TIME_STAMP = Setting(
    "NACENCOMM_TIME_STAMP",
    TimeStamp.LOCAL.value,
    "Form of the request's time",
    choices=tuple(each.value for each in TimeStamp),
)
_DESCRIPTION = Setting(
    "NACENCOMM_SEND_DESCRIPTION",
    "no",
    "Whether the sign call carries our text; the phone is then believed to show it",
    choices=("no", "yes"),
)
_TWO_USER_IDS = Setting(
    "NACENCOMM_TWO_USER_IDS",
    "no",
    "Whether a user name may be two ids with a slash between, tried in turn",
    choices=("no", "yes"),
)
_OUTCOMES = Setting(
    "NACENCOMM_OUTCOMES",
    "",
    "Further words of the CA: code|message|refusal|value WORD=MEANING, semicolon between",
    SettingKind.OUTCOMES,
    may_be_empty=True,
)
_TITLE_MAX = Setting("NACENCOMM_TITLE_MAX", "200", "Characters of our text, where it is sent", SettingKind.COUNT)
_MAX_BATCH = Setting("NACENCOMM_MAX_BATCH", "20", "Documents in one approval", SettingKind.COUNT)
_LIFE_S = Setting("NACENCOMM_LIFE_S", "180", "Seconds a request waits for the person", SettingKind.COUNT)
_POLL_S = Setting("NACENCOMM_POLL_INTERVAL_S", "3", "Seconds between two questions", SettingKind.SECONDS)
_FIXED = {
    "CSC_VERSION": "v1",
    "CSC_NAME": "Nacencomm CA",
    "CSC_APP_NAME": "CA2 Remote Signing",
    "CSC_OPERATION_MODE": "S",
    "CSC_POLL_PARAMETER": "requestID",
    "CSC_PENDING_TEXT": "pending",
}
"""What this CA's contract or version 1 leaves no choice about."""
_CSC = tuple(
    replace(each, name=f"NACENCOMM_{each.name}", used_with=("NACENCOMM_PROFILE", "csc-v1"))
    for each in csc.SETTINGS
    if each.name not in _FIXED
)
SETTINGS = (
    _BASE_URL,
    _SP_ID,
    _SP_PASSWORD,
    _PROFILE,
    _CERTIFICATE_PATH,
    _SIGN_PATH,
    _STATUS_PATH,
    _SERIAL_CASE,
    _TIME_STAMP,
    _DESCRIPTION,
    _TWO_USER_IDS,
    _OUTCOMES,
    _TITLE_MAX,
    _MAX_BATCH,
    _LIFE_S,
    _POLL_S,
    *transport_settings("NACENCOMM"),
    *_CSC,
)


def make(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The provider as ``settings`` describe it. Raises ``BadSetting``."""
    if _PROFILE.text(settings) == "csc-v1":
        return _csc_v1(settings, clock)
    party = {"sp_id": _SP_ID.text(settings), "sp_password": _SP_PASSWORD.text(settings)}
    http = open_transport(_BASE_URL.text(settings), "NACENCOMM", settings)
    kind = _TwoUserIds if _TWO_USER_IDS.text(settings) == "yes" else Neac769
    return kind(_descriptor(settings), _dialect(settings), party, http, clock)


def _csc_v1(settings: Mapping[str, str], clock: Clock) -> SigningProvider:
    """The CSC provider, told this CA's settings under its own names."""
    told = {each.name.removeprefix("NACENCOMM_"): each.text(settings) for each in _CSC}
    provider = csc.make({**told, **_FIXED}, clock)
    provider.descriptor = replace(provider.descriptor, slug="nacencomm")
    return provider


def _descriptor(settings: Mapping[str, str]) -> Descriptor:
    return Descriptor(
        slug="nacencomm",
        name="Nacencomm CA",
        app_name="CA2 Remote Signing",
        deep_link=None,
        needs_password=False,
        may_need_second_factor=False,
        shows_description=_DESCRIPTION.text(settings) == "yes",
        ascii_titles_only=False,
        title_max=_TITLE_MAX.count(settings),
        doc_id_max=36,
        max_batch=_MAX_BATCH.count(settings),
        has_callback=True,
        granularity=ResultGranularity.ITEM,
        life_s=_LIFE_S.count(settings),
        poll_interval_s=_POLL_S.number(settings),
        looks_up_by_our_reference=True,
    )


def _dialect(settings: Mapping[str, str]) -> Dialect:
    is_hex = _PROFILE.text(settings) == "neac-769-hex"
    return Dialect(
        certificates_path=_CERTIFICATE_PATH.text(settings),
        sign_path=_SIGN_PATH.text(settings),
        status_path=_STATUS_PATH.text(settings),
        hash_encoding=HashEncoding.HEX if is_hex else HashEncoding.BASE64,
        status_id=StatusId.OURS,
        serial_case=SerialCase(_SERIAL_CASE.text(settings)),
        time_stamp=TimeStamp(_TIME_STAMP.text(settings)),
        sends_description=_DESCRIPTION.text(settings) == "yes",
        sends_callback=True,
        excluded_services=frozenset(),
        table=_TABLE.extended(_OUTCOMES.text(settings)),
    )


class _TwoUserIds(Neac769):
    """A person whom the CA knows under one of two ids: ``citizen's number/tax code``."""

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | Failure:
        """Ask for certificates under one id after the other; the session remembers the one that has some."""
        answer: ProviderSession | Failure = Failure(FailureKind.BAD_REQUEST, vendor_code="login")
        for user_id in login.split("/"):
            answer = super().open_session(user_id, password)
            if isinstance(answer, Failure):
                return answer
            found = self.list_certificates(answer)
            if not isinstance(found, Failure):
                return ProviderSession(login, Secret(user_id), answer.expires_at)
            answer = found
            if found.kind not in (FailureKind.UNKNOWN_USER, FailureKind.NO_CERTIFICATE):
                return answer
        return answer
