"""What a browser may keep, run and show."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
import structlog
from werkzeug.test import TestResponse

from backend.api.logs import configure_logs
from backend.services.house import House

from .conftest import ORIGIN, People, make_app


def _policy(text: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in text.split("; ")}


def test_the_page_may_run_only_what_the_build_wrote(people: People) -> None:
    policy = _policy(people.maker.gets("/").headers["Content-Security-Policy"])

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'", "'sha256-AAAA'"]
    assert policy["style-src"] == ["'self'", "'sha256-BBBB'"]
    assert policy["connect-src"] == ["'self'", "wss://kkb.test"]
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert not [source for sources in policy.values() for source in sources if "unsafe" in source or source == "*"]


@pytest.mark.parametrize(
    "path", ["/", "/api/health", "/api/session", "/api/nowhere", "/assets/app-4f2a.js", "/api/docs/"]
)
def test_every_answer_carries_the_walls(people: People, path: str) -> None:
    headers = people.maker.gets(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "camera=()" in headers["Permissions-Policy"]


def test_without_https_nobody_is_told_to_insist_on_it(house: House, dist: Path) -> None:
    client = make_app(house, dist, https=False, allowed_origins=("http://localhost:8000",)).test_client()

    headers = client.get("/").headers

    assert "Strict-Transport-Security" not in headers
    assert "ws://localhost:8000" in headers["Content-Security-Policy"]


def test_nothing_of_the_api_is_ever_kept(signed_in: People) -> None:
    for path in ("/api/session", "/api/inbox", "/api/nowhere", "/api/openapi.json", "/api/health"):
        assert signed_in.maker.gets(path).headers["Cache-Control"] == "no-store", path


def test_files_with_a_hash_may_be_kept_for_ever_and_others_are_asked_for_again(people: People) -> None:
    asset = people.maker.gets("/assets/app-4f2a.js")

    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert asset.mimetype == "text/javascript"
    for path in ("/", "/sw.js", "/manifest.webmanifest"):
        response = people.maker.gets(path)
        assert response.headers["Cache-Control"] == "no-cache", path
        again = people.maker.gets(path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path


def test_a_compressed_twin_is_sent_to_whoever_takes_it(people: People) -> None:
    plain = people.maker.gets("/assets/app-4f2a.js")
    packed = people.maker.gets("/assets/app-4f2a.js", headers={"Accept-Encoding": "gzip, deflate"})
    refused = people.maker.gets("/assets/app-4f2a.js", headers={"Accept-Encoding": "gzip;q=0"})

    assert "Content-Encoding" not in plain.headers and "Content-Encoding" not in refused.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/inbox", "/dossiers/4f/sign", "/login", "/apiary"])
def test_a_screen_gets_the_page(people: People, path: str) -> None:
    response = people.maker.gets(path)

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "Ký Kho bạc" in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-1234.js",
        "/assets/gone",
        "/assets/",
        "/favicon.ico",
        "/csp.json",
        "/ahead.json",
        "/index.html.gz",
        "/api-docs/index.html",
        "/assets/../csp.json",
        "/assets/%2e%2e/csp.json",
        "/..%2f..%2fetc%2fpasswd.txt",
        "/api/docs/gone.js",
        "/api",
        "/api/",
    ],
)
def test_what_is_not_there_is_not_found_and_never_the_page(people: People, path: str) -> None:
    response = people.maker.gets(path)

    assert response.status_code == 404, response.text
    assert response.json["code"] == "request.not_found"


def _links(response: TestResponse) -> list[str]:
    return [link for link in response.headers.get("Link", "").split(", ") if link]


def test_a_screen_opened_directly_tells_the_browser_at_once_what_it_starts_with(signed_in: People) -> None:
    assert _links(signed_in.maker.gets("/chung-tu/4f-2a")) == [
        "</assets/app-4f2a.js>; rel=modulepreload",
        "</assets/review-01cd.js>; rel=modulepreload",
        "</api/session>; rel=preload; as=fetch; crossorigin",
        "</api/dossiers/4f-2a>; rel=preload; as=fetch; crossorigin",
    ]
    assert "</api/inbox>; rel=preload; as=fetch; crossorigin" in _links(signed_in.maker.gets("/"))


@pytest.mark.parametrize("path", ["/lich-su", "/chung-tu/", "/chung-tu/a/b", "/chung-tu/a%2Cb", "/chung-tu/%3E"])
def test_no_other_address_makes_the_browser_call_for_a_dossier(signed_in: People, path: str) -> None:
    links = _links(signed_in.maker.gets(path))

    assert [link for link in links if "/api/" in link] == ["</api/session>; rel=preload; as=fetch; crossorigin"]


def test_a_stranger_is_brought_the_log_in_and_no_call_that_must_fail(people: People) -> None:
    assert _links(people.maker.gets("/chung-tu/4f-2a")) == [
        "</assets/app-4f2a.js>; rel=modulepreload",
        "</assets/login-77aa.js>; rel=modulepreload",
    ]


def test_only_the_page_names_what_comes_next(signed_in: People) -> None:
    for path in ("/assets/app-4f2a.js", "/sw.js", "/api/session", "/api/docs/"):
        assert _links(signed_in.maker.gets(path)) == [], path


def test_a_part_of_the_page_has_no_policy_of_a_page(people: People) -> None:
    assert _policy(people.maker.gets("/assets/app-4f2a.js").headers["Content-Security-Policy"])["default-src"] == [
        "'none'"
    ]
    assert "script-src" not in people.maker.gets("/assets/app-4f2a.js").headers["Content-Security-Policy"]


def test_what_is_read_travels_packed_to_whoever_takes_it(signed_in: People) -> None:
    takes = {"Accept-Encoding": "br, gzip"}
    plain = signed_in.maker.gets("/api/openapi.json")
    packed = signed_in.maker.gets("/api/openapi.json", headers=takes)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_an_answer_with_a_secret_is_never_packed(signed_in: People) -> None:
    session = signed_in.maker.gets("/api/session", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in session.headers
    assert session.get_json()["csrf_token"]


def test_the_documentation_page_has_a_policy_of_its_own(people: People) -> None:
    page = people.maker.gets("/api/docs/")

    assert page.status_code == 200
    assert "style-src 'self' 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert people.maker.gets("/api/docs").status_code == 308
    assert people.maker.gets("/api/docs/start.js").text == "start();"


def test_without_a_build_the_api_still_answers(house: House, tmp_path: Path) -> None:
    client = make_app(house, tmp_path / "nothing").test_client()

    assert client.get("/api/health", base_url=ORIGIN).json == {"status": "ok", "version": "1.0.0-test"}
    assert client.get("/", base_url=ORIGIN).status_code == 404


def test_logs_carry_ids_and_the_pattern_of_the_route_only(signed_in: People) -> None:
    stream = io.StringIO()
    configure_logs(stream)
    try:
        dossier = signed_in.maker.begins()
        signed_in.maker.gets(f"/api/dossiers/{dossier['id']}?q=Nguy%E1%BB%85n%0A%1b[31m")
        signed_in.maker.gets("/api/Nguy%E1%BB%85n-Th%E1%BB%8B-Lan")
    finally:
        structlog.reset_defaults()

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"][-2:] == [
        "/api/dossiers/<uuid:dossier_id>",
        None,
    ]
    assert lines[-2]["user_id"] == signed_in.maker.user_id
    for secret in ("Nguy", "Lan", "0011001234567", "18690000", signed_in.maker.token, dossier["id"]):
        assert secret not in stream.getvalue()
