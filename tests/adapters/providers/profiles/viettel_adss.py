"""Viettel's older path: CSC v1 in Viettel's words, where ``authorize`` waits for the person."""

from dataclasses import replace

from tests.adapters.providers.profiles import viettel_async0

PROFILE = replace(
    viettel_async0.PROFILE,
    name="viettel-adss",
    settings={"VIETTEL_PROFILE": "adss", "VIETTEL_LIFE_S": "1"},
)
