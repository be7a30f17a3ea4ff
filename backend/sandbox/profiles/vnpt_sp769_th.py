"""VNPT SmartCA, profile ``sp769-th`` ("SmartCA tích hợp"): known, and refused.

Follows: VNPT "Tài liệu tích hợp VNPT SMARTCA" 4.x (3 May 2024), read 2026-11. There, v2/signatures/sign and confirm
take the person's password and a one-time code, and the phone is never asked: whoever holds the seed signs alone.

Differs from the real service
- Every call answers 403: a relying party for vouchers is not admitted to this profile.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from ..bench import Bench, Profile
from ..neac769 import Refused
from ..protocol import step

Answer = Any


def routes(bench: Bench, profile: Profile) -> Blueprint:
    calls = Blueprint(profile.slug, __name__)

    def refuse() -> Answer:
        raise Refused(403, "PROFILE_NOT_ALLOWED: sp769-th signs without asking the person")

    def internal_error() -> Answer:
        return jsonify(Refused(500, "SERVAR_INTERNAL_ERROR").answer)

    for path in ("/signatures/sign", "/signatures/confirm"):
        calls.add_url_rule(path, path, step(bench, profile, "sign", internal_error)(refuse), methods=["POST"])
    return calls


PROFILE = Profile(
    slug="vnpt_sp769_th",
    provider="vnpt",
    base_path="/vnpt/sca/sp769/v2",
    app_name="VNPT SmartCA",
    brand="VNPT CA",
    names=None,
    life_s=300,
    relying_party={},
    routes=routes,
)
