"""The description is fresh, stable and says everything."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backend.api.openapi import write_openapi
from backend.domain.events import EventType
from backend.domain.people import PERMISSIONS, TREASURY_TITLES, ServiceTitle
from backend.domain.signing import SignStatus, Verdict
from backend.domain.units import UnitKind
from backend.domain.voucher import Status
from backend.services.signing_view import PHASE
from shared_schemas import documents, dossiers, realtime, registration, session, signing

from .conftest import People

ROOT = Path(__file__).parents[2]
_METHODS = ("get", "put", "post", "delete")


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    return json.loads((ROOT / "shared_schemas/openapi.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    }


def test_the_committed_description_is_fresh(tmp_path: Path) -> None:
    write_openapi(tmp_path / "openapi.json")

    assert (tmp_path / "openapi.json").read_bytes() == (ROOT / "shared_schemas/openapi.json").read_bytes()


def test_the_running_server_serves_the_same_description(people: People, committed: dict[str, Any]) -> None:
    assert people.maker.gets("/api/openapi.json").json == committed


def test_every_route_is_described_under_a_name_of_its_own(app: Flask, committed: dict[str, Any]) -> None:
    operations = _operations(committed)
    names = [operation["operationId"] for operation in operations.values()]
    routes = {
        (method.lower(), rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not rule.rule.startswith(("/api/docs", "/api/openapi"))
    }

    assert len(names) == len(set(names)) == len(routes)
    assert all(operation["summary"].endswith(".") for operation in operations.values())


def test_every_changing_operation_of_a_person_asks_for_a_key(committed: dict[str, Any]) -> None:
    without = {"logIn", "logOut", "takeCallback", "checkDossier", "checkBatch", "resendCode", "liftSigningBlock"}
    without |= {"beginRegistration", "openRegistration", "openMyRegistration", "renewRegistrationLink"}
    # Used up by their own challenge, link or password, or harmless to repeat.
    without |= {"logInByPasskey", "proveByPassword", "proveByPasskey", "changePassword", "askForReset", "resetPassword"}
    without |= {"enrolPasskey", "namePasskey", "removePasskey", "endSession", "endEverySession"}
    # Change nothing here, and what was found at a CA must not be kept.
    for whose in ("Registration", "RegistrationChange"):
        without |= {f"lookUp{whose}Certificates", f"lookUp{whose}CertificatesWithCode", f"resend{whose}Code"}
        without |= {f"resend{whose}SignCode"}

    for (method, _), operation in _operations(committed).items():
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        wants = method != "get" and operation["operationId"] not in without
        assert ("Idempotency-Key" in names) == wants, operation["operationId"]


def test_no_object_on_the_wire_has_an_optional_or_unknown_member(committed: dict[str, Any]) -> None:
    for name, schema in committed["components"]["schemas"].items():
        assert set(schema.get("required", ())) == schema["properties"].keys(), name
        assert schema["additionalProperties"] is False, name
        for field, described in schema["properties"].items():
            assert described.get("description") or "$ref" in described or "anyOf" in described, (name, field)


def test_every_refusal_is_described_as_a_problem(committed: dict[str, Any]) -> None:
    for operation in _operations(committed).values():
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}
    assert list(committed["components"]["responses"]["DEFAULT_ERROR"]["content"]) == ["application/problem+json"]


def test_the_words_of_the_wire_are_the_words_of_the_house() -> None:
    assert set(dossiers.STATUSES) == {status.value for status in Status}
    acting = ServiceTitle.ACTING_CHIEF_ACCOUNTANT
    assert set(session.TITLES) == {title.value for title in PERMISSIONS | TREASURY_TITLES}
    assert set(registration.UNIT_TITLES) == {title.value for title in PERMISSIONS}
    assert set(registration.SERVICE_TITLES) == {title.value for title in PERMISSIONS | {acting}}
    assert set(signing.SIGN_STATUSES) == {status.value for status in SignStatus}
    assert set(signing.PHASES) == set(PHASE.values())
    assert set(documents.VERDICTS) == {verdict.value for verdict in Verdict}
    assert set(registration.UNIT_KINDS) == {kind.value for kind in UnitKind}
    assert set(realtime.EVENT_TYPES) == {kind.value for kind in EventType}


def test_typescript_sees_no_optional_member_in_any_body(tmp_path: Path) -> None:
    tool = ROOT / "pwa/node_modules/.bin/openapi-typescript"
    if not tool.exists():
        pytest.skip("the front end's packages are not installed")
    target = tmp_path / "schema.d.ts"

    subprocess.run([tool, ROOT / "shared_schemas/openapi.json", "-o", target], check=True, capture_output=True)

    bodies = target.read_text(encoding="utf-8").split("    schemas: {", 1)[1].split("    responses: {", 1)[0]
    assert "?:" not in bodies
    assert "DossierRow" in bodies
