"""Every reason has its number and its sentence; the unforeseen shows nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from flask import Flask

import backend.api.calls
import backend.api.csrf
import backend.domain.errors  # noqa: F401
from backend.api import problems
from backend.api.access import public
from backend.api.logs import configure_logs
from backend.domain.errors import FieldProblem, Invalid, LoginLocked, ProviderRefusal, RuleError, SystemBusy
from backend.domain.providers import FailureKind
from backend.services.signing_view import PROBLEM_CODES
from shared_schemas.problems import SIGN_STATES, Problem

from .conftest import ORIGIN, People

_OURS = ("backend.domain.", "backend.services.", "backend.api.")


def _classes(root: type[RuleError]) -> Iterator[type[RuleError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _classes(kind)


def test_every_error_class_of_the_inner_rooms_has_a_row() -> None:
    classes = [kind for kind in _classes(RuleError) if kind.__module__.startswith(_OURS)]
    told_by_kind = {ProviderRefusal.code}

    assert len(classes) > 20
    assert {kind.code for kind in classes} - problems.TABLE.keys() - told_by_kind == set()


def test_an_error_of_an_adapter_is_told_as_the_wider_reason(app: Flask, people: People) -> None:
    class InkDried(RuleError):
        code = "printer.ink"

    _raise_at(app, InkDried())

    response = people.maker.gets("/api/boom")

    assert (response.status_code, response.json["code"]) == (409, "rule")


def test_every_ending_of_a_signing_request_has_a_sentence() -> None:
    assert PROBLEM_CODES - problems.TABLE.keys() == set()


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_of_a_provider_says_that_nothing_was_signed(
    app: Flask, people: People, kind: FailureKind
) -> None:
    _raise_at(app, ProviderRefusal(provider="vnpt", kind=kind.value, attempts_left=None, locked_until=None))

    body = people.maker.gets("/api/boom").json

    assert body["sign_state"] == "none_created"
    assert not Problem().validate(body)


def test_every_sentence_can_be_said_without_facts() -> None:
    needs_facts = {"auth.locked": {"until": datetime(2026, 11, 22, 1, 5, tzinfo=UTC)}, "sys.busy": {"seconds": 5}}

    for code in problems.TABLE:
        title = problems.title_of(code, needs_facts.get(code, {}))
        assert title[0].isupper() and title.endswith("."), code
        assert "{" not in title, code


def test_sign_states_of_the_table_are_those_of_the_wire() -> None:
    assert {row.sign_state for row in problems.TABLE.values()} <= {None, *SIGN_STATES}


def test_a_locked_log_in_says_the_time_in_vietnam_and_when_to_come_back(app: Flask, people: People) -> None:
    _raise_at(app, LoginLocked(datetime(2126, 11, 22, 1, 5, tzinfo=UTC)))

    response = people.maker.gets("/api/boom")

    assert response.status_code == 429
    assert response.json["title"] == "Tạm khóa đăng nhập đến 08:05 vì thử sai nhiều lần."
    assert response.json["facts"]["until"] == "2126-11-22T01:05:00+00:00"
    assert int(response.headers["Retry-After"]) > 0


def test_broken_content_names_every_field(app: Flask, people: People) -> None:
    _raise_at(
        app, Invalid([FieldProblem("lines.0.amount", "Nhập số tiền."), FieldProblem("payee", "Nhập đơn vị nhận.")])
    )

    response = people.maker.gets("/api/boom")

    assert response.status_code == 422
    assert response.json["title"] == "Có 2 chỗ cần sửa."
    assert response.json["fields"][0] == {"path": "lines.0.amount", "sentence": "Nhập số tiền."}


def test_a_busy_system_says_that_nothing_was_recorded(app: Flask, people: People) -> None:
    _raise_at(app, SystemBusy())

    response = people.maker.gets("/api/boom")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json["title"] == "Hệ thống đang bận. Thao tác của bạn chưa được ghi; thử lại sau 5 giây."


def test_the_unforeseen_shows_a_support_code_and_nothing_else(app: Flask, people: People) -> None:
    stream = io.StringIO()
    configure_logs(stream)
    try:
        _raise_at(app, ValueError("số CCCD 031085000012"))
        response = people.maker.gets("/api/boom")
    finally:
        structlog.reset_defaults()

    body = response.json
    assert (response.status_code, body["code"], body["title"]) == (500, "sys.error", "Có lỗi ngoài ý muốn.")
    assert "031085000012" not in response.text and "ValueError" not in response.text
    accident = next(json.loads(line) for line in stream.getvalue().splitlines() if "accident" in line)
    assert accident["support_code"] == body["support_code"]
    assert "Traceback" in accident["exception"]


def test_an_unknown_address_and_a_wrong_method_speak_the_same_form(people: People) -> None:
    nowhere = people.maker.gets("/api/nowhere")
    wrong = people.maker.sends("/api/health", {})

    assert (nowhere.status_code, nowhere.json["code"]) == (404, "request.not_found")
    assert (wrong.status_code, wrong.json["code"]) == (405, "request.method")
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert {nowhere.mimetype, wrong.mimetype} == {"application/problem+json"}
    assert not Problem().validate(nowhere.json) and not Problem().validate(wrong.json)


def test_a_body_too_large_or_not_json_is_refused(signed_in: People) -> None:
    somebody = signed_in.maker
    wanted = {"Origin": ORIGIN, "X-CSRF-Token": somebody.csrf, "Idempotency-Key": "k" * 20}

    large = somebody.client.post(
        "/api/dossiers", data=b"[" * 300_000, content_type="application/json", headers=wanted, base_url=ORIGIN
    )
    form = somebody.client.post("/api/dossiers", data={"vouchers": "1"}, headers=wanted, base_url=ORIGIN)

    assert (large.status_code, large.json["code"]) == (413, "request.too_large")
    assert (form.status_code, form.json["code"]) == (415, "request.media_type")


@pytest.mark.parametrize(
    "text",
    ["{", '{"expected_version": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '{"a": "\xff"}'],
    ids=["cut", "NaN", "said twice", "deep", "not UTF-8"],
)
def test_a_body_that_cannot_be_read_is_malformed(signed_in: People, text: str) -> None:
    somebody = signed_in.maker
    wanted = {"Origin": ORIGIN, "X-CSRF-Token": somebody.csrf, "Idempotency-Key": "k" * 20}

    response = somebody.client.post(
        "/api/dossiers", data=text.encode("latin-1"), content_type="application/json", headers=wanted, base_url=ORIGIN
    )

    assert (response.status_code, response.json["code"]) == (400, "request.malformed")


def _raise_at(app: Flask, error: Exception) -> None:
    @public
    def boom() -> str:
        raise error

    app.view_functions["boom"] = boom
    app.url_map.add(app.url_rule_class("/api/boom", endpoint="boom"))


def test_a_code_is_not_sent_again_for_a_challenge_that_is_not_ours(signed_in: People) -> None:
    response = signed_in.chief.sends("/api/providers/resend-code", {"challenge": "bịa"})

    assert (response.status_code, response.json["code"]) == (409, "prov.challenge_over")
    assert response.json["sign_state"] == "none_created"
