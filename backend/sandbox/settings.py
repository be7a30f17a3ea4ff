"""What the sandbox reads from its environment, once, at start.

It does not read anything later: a changed variable needs a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class RefusesToStart(Exception):
    """The environment is unsafe or makes no sense. Recover: read the one line, change that variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the sandbox was told. See ``from_env`` for the names of the variables."""

    host: str
    """Address to listen on. Loopback unless a phone in the same network must reach the phone page."""
    port: int
    """TCP port."""
    url: str
    """How others reach this process, without a slash at the end; written into certificates."""
    data_dir: Path
    """Folder of this sandbox alone: keys, certificates, subscribers, transactions, ledger. Delete it for a new CA."""
    seed: int
    """Seed of the random misbehaviour, so that a failing run can be repeated. Keys are never seeded."""
    fault_rate: float
    """Share of protocol calls, 0 to 1, that misbehave by habit; each CA's personality makes it more or less."""
    latency: float
    """Factor on the time each CA's personality thinks; 0 answers at once."""
    strict: bool
    """Refuse what the real service refuses. Off: accept the sloppy encodings some clients send."""
    signing_ms: int
    """How long the pretended HSM needs after the person confirmed."""
    overrides: Mapping[str, str]
    """SANDBOX_<NAME> variables as they stand, for profiles that declare settings of their own."""

    def text(self, name: str, default: str) -> str:
        """The value of SANDBOX_<name>, or ``default`` when it is absent or empty."""
        return self.overrides.get(name) or default

    def seconds(self, name: str, default: float) -> float:
        """The duration in SANDBOX_<name>. Raises RefusesToStart."""
        return _number(self.overrides, name, str(default), 0.01, 10 * 365 * 86_400)


def from_env(env: Mapping[str, str]) -> Settings:
    """Read and check the environment. Raises RefusesToStart with one line that names the variable."""
    if env.get("APP_ENV", "").strip().lower() == "production":
        raise RefusesToStart("APP_ENV=production: the sandbox CA has no legal value and never runs in production.")
    port = _number(env, "SANDBOX_PORT", "8001", 1, 65535)
    return Settings(
        host=env.get("SANDBOX_HOST") or "127.0.0.1",
        port=int(port),
        url=(env.get("SANDBOX_URL") or f"http://localhost:{int(port)}").rstrip("/"),
        data_dir=Path(env.get("DATA_DIR") or "var") / "sandbox",
        seed=int(_number(env, "SANDBOX_SEED", "1", 0, 2**63)),
        # On unless somebody says otherwise: a client tried only against a perfect CA is a client of that CA alone.
        fault_rate=_number(env, "SANDBOX_FAULT_RATE", "0.05", 0, 1),
        latency=_number(env, "SANDBOX_LATENCY", "1", 0, 100),
        strict=_switch(env, "SANDBOX_STRICT", "1"),
        signing_ms=int(_number(env, "SANDBOX_SIGNING_MS", "0", 0, 60_000)),
        overrides={name.removeprefix("SANDBOX_"): value for name, value in env.items() if name.startswith("SANDBOX_")},
    )


def _number(env: Mapping[str, str], name: str, default: str, least: float, most: float) -> float:
    raw = env.get(name) or default
    try:
        value = float(raw)
    except ValueError:
        raise RefusesToStart(f"{name}={raw!r} is not a number.") from None
    if not least <= value <= most:
        raise RefusesToStart(f"{name}={raw} must lie between {least:g} and {most:g}.")
    return value


def _switch(env: Mapping[str, str], name: str, default: str) -> bool:
    raw = env.get(name) or default
    if raw not in ("0", "1"):
        raise RefusesToStart(f"{name}={raw!r} must be 0 or 1.")
    return raw == "1"
