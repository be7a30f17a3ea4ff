"""What operators run after a deployment works with what a deployment installs, without the developers' packages."""

from __future__ import annotations

from tests.support.servers import ROOT


def test_the_smoke_run_has_its_websocket_in_the_runtime_lock() -> None:
    assert 'transports=["websocket"]' in (ROOT / "backend/smoke.py").read_text(encoding="utf-8")
    assert "\nwebsocket-client==" in (ROOT / "requirements.lock").read_text(encoding="utf-8")
