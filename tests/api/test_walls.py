"""A foreign page cannot act with a person's cookie, and the cookie cannot be read or carried away."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from backend.services.house import House

from .conftest import ORIGIN, People, a_voucher, make_app


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "https://kkb.test.evil.test",
        "http://kkb.test",
        "https://kkb.test:8443",
        "null",
        "https://KKB.test",
    ],
)
def test_a_request_from_another_origin_is_blocked(signed_in: People, origin: str) -> None:
    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, Origin=origin)

    assert (response.status_code, response.json["code"]) == (403, "request.foreign_origin")
    assert signed_in.maker.gets("/api/dossiers").json["items"] == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_request_that_the_browser_calls_foreign_is_blocked(signed_in: People, site: str) -> None:
    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, **{"Sec-Fetch-Site": site})

    assert (response.status_code, response.json["code"]) == (403, "request.foreign_origin")


def test_logging_in_from_another_origin_is_blocked_too(people: People) -> None:
    words = {"username": people.maker.username, "password": "x", "shared_device": False}

    response = people.maker.client.post(
        "/api/session", json=words, headers={"Origin": "https://evil.test"}, base_url=ORIGIN
    )

    assert (response.status_code, response.json["code"]) == (403, "request.foreign_origin")


@pytest.mark.parametrize("token", ["", "x", "ư", "0" * 32])
def test_a_request_without_the_sessions_own_token_is_blocked(signed_in: People, token: str) -> None:
    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()]}, **{"X-CSRF-Token": token})

    assert (response.status_code, response.json["code"]) == (403, "request.csrf")


def test_the_token_of_another_session_is_no_token(signed_in: People) -> None:
    response = signed_in.maker.sends(
        "/api/dossiers", {"vouchers": [a_voucher()]}, **{"X-CSRF-Token": signed_in.chief.csrf}
    )

    assert (response.status_code, response.json["code"]) == (403, "request.csrf")


def test_the_cookie_is_bound_to_this_host_hidden_from_scripts_and_strict(people: People) -> None:
    cookie = people.maker.logs_in().headers["Set-Cookie"]

    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-ky_kho_bac=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_without_https_the_cookie_has_the_plain_name(house: House, dist: Path, people: People) -> None:
    client = make_app(house, dist, https=False).test_client()
    words = {"username": people.maker.username, "password": "Mật khẩu đúng 1", "shared_device": False}

    cookie = client.post("/api/session", json=words, headers={"Origin": ORIGIN}).headers["Set-Cookie"]

    assert cookie.startswith("ky_kho_bac=")
    assert "Secure" not in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_every_log_in_gives_a_new_cookie_and_logging_out_ends_the_old_one(people: People) -> None:
    first = people.maker.logs_in().headers["Set-Cookie"].split(";")[0]
    second = people.maker.logs_in().headers["Set-Cookie"].split(";")[0]
    assert first != second
    thief = people.maker.client.application.test_client(use_cookies=False)
    assert thief.get("/api/session", headers={"Cookie": second}, base_url=ORIGIN).status_code == 200

    out = people.maker.sends("/api/session", None, method="DELETE")

    assert out.status_code == 204
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    again = thief.get("/api/session", headers={"Cookie": second}, base_url=ORIGIN)
    assert (again.status_code, again.json["code"]) == (401, "auth.expired")


def test_a_wrong_password_says_how_many_tries_are_left_and_never_which_half_was_wrong(people: People) -> None:
    wrong = people.maker.logs_in("sai")
    people.maker.username = "khong-ai"
    unknown = people.maker.logs_in("sai")

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json["title"] == "Tên đăng nhập hoặc mật khẩu chưa đúng. Bạn còn 4 lần thử."
    assert wrong.json == unknown.json


def test_a_changing_request_without_a_key_is_refused(app: Flask, signed_in: People) -> None:
    dossier = signed_in.maker.begins()

    for key in ("", "short", "x" * 81, "tiếng-việt-12"):
        response = signed_in.maker.sends(
            f"/api/dossiers/{dossier['id']}/cancel",
            {"expected_version": dossier["version"], "reason": "Lập nhầm đơn vị nhận"},
            **{"Idempotency-Key": key},
        )
        assert (response.status_code, response.json["code"]) == (400, "request.key_missing"), key
    assert signed_in.maker.gets(f"/api/dossiers/{dossier['id']}").json["status"] == "draft"
