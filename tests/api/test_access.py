"""Nobody comes in without a decision about them."""

from __future__ import annotations

import pytest
from flask import Flask

from backend.api.access import RouteWithoutPolicy, check_every_route_has_a_policy, policy_of
from backend.domain.people import ServiceTitle

from .conftest import People

PUBLIC = {
    "session.log_in",
    "session.get_question",
    "session.log_in_by_passkey",
    "accounts.post_reset",
    "accounts.put_reset",
    "health.get_health",
    "openapi",
    "pwa.root",
    "pwa.page",
    "pwa.docs",
    "pwa.docs_file",
    "callbacks.post_callback",
    "callbacks.get_callback",
    "registrations.begin",
    "registrations.open_link",
    "registrations.get_choices",
    "providers.get_providers",
    "reference.get_treasury_offices",
    "registration_mine.open_mine",
    "mailbox.show_letters",
    "mailbox.show_letter",
    "mailbox.show_file",
}


def test_every_route_has_a_policy_and_only_these_are_public(app: Flask) -> None:
    policies = {rule.endpoint: policy_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}

    assert None not in policies.values()
    assert {endpoint for endpoint, policy in policies.items() if policy and policy.is_public} == PUBLIC


def test_a_route_without_a_policy_stops_the_start(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: ""
    app.url_map.add(app.url_rule_class("/api/forgotten", endpoint="forgotten"))

    with pytest.raises(RouteWithoutPolicy, match="forgotten"):
        check_every_route_has_a_policy(app)


def test_a_route_without_a_policy_answers_nobody(app: Flask, signed_in: People) -> None:
    app.view_functions["forgotten"] = lambda: "secret"
    app.url_map.add(app.url_rule_class("/api/forgotten", endpoint="forgotten"))

    response = signed_in.maker.gets("/api/forgotten")

    assert (response.status_code, response.json["code"]) == (403, "perm.view_only")


def _filled(rule: str) -> str:
    for name in ("dossier_id", "signing_id", "document_id", "batch_id", "session_id", "passkey_id", "registration_id"):
        rule = rule.replace(f"<uuid:{name}>", "00000000-0000-4000-8000-000000000000")
    return rule.replace("<int(min=1):page>", "1").rsplit("<int(", 1)[0] + ("5" if "<int(min=1,max" in rule else "")


def test_without_a_session_or_a_link_every_private_route_says_so(app: Flask, people: People) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = _filled(rule.rule)
            response = people.maker.gets(path) if method == "GET" else people.maker.sends(path, {}, method=method)
            policy = policy_of(app, rule.endpoint)
            nothing = (404, "perm.not_found") if policy and policy.by_link else (401, "auth.expired")
            assert (response.status_code, response.json["code"]) == nothing, (method, rule.rule)
            asked += 1
    assert asked > 25


def test_a_title_that_a_route_is_not_for_is_refused_on_every_such_route(app: Flask, signed_in: People) -> None:
    titles = [
        (signed_in.maker, ServiceTitle.ACCOUNTANT),
        (signed_in.chief, ServiceTitle.CHIEF_ACCOUNTANT),
        (signed_in.holder, ServiceTitle.ACCOUNT_HOLDER),
        (signed_in.officer, ServiceTitle.TREASURY_OFFICER),
        (signed_in.head, ServiceTitle.TREASURY_APPROVER),
    ]
    refused = 0
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        assert policy is not None
        for somebody, title in titles:
            if policy.is_public or policy.by_link or title in policy.titles:
                continue
            method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
            path = _filled(rule.rule)
            response = somebody.gets(path) if method == "GET" else somebody.sends(path, {}, method=method)
            assert (response.status_code, response.json["code"]) == (403, "perm.view_only"), (title, rule.rule)
            refused += 1
    assert refused > 10


def test_the_dossier_of_another_unit_does_not_exist(signed_in: People) -> None:
    dossier = signed_in.maker.begins()

    answers = [
        signed_in.stranger.gets(f"/api/dossiers/{dossier['id']}"),
        signed_in.stranger.gets(f"/api/dossiers/{dossier['id']}/approvers"),
        signed_in.stranger.sends(f"/api/dossiers/{dossier['id']}/reopen", {"expected_version": 1}),
        signed_in.stranger.sends(f"/api/dossiers/{dossier['id']}/check", {}),
        signed_in.officer.gets(f"/api/dossiers/{dossier['id']}"),
    ]

    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(404, "perm.not_found")] * 5
    assert signed_in.stranger.gets("/api/dossiers").json["items"] == []
