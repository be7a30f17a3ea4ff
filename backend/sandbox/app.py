"""All the wiring of the sandbox: one Flask application with profiles, phone page, control API and PKI."""

from __future__ import annotations

from certomancer.integrations.animator import AnimatorArchStore
from certomancer.registry import ArchLabel, PKIArchitecture
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from .authority import Authority, PkiServices
from .bench import Bench, Profile, load_profiles
from .clock import Clock
from .codes import Codes
from .control import control
from .faults import Faults
from .ledger import Ledger
from .notify import Callbacks
from .phone import phone
from .policy import Policies, Strictness
from .settings import Settings
from .subscribers import Register
from .tokens import Locks, Tokens
from .transactions import Transactions

MAX_BODY_BYTES = 1_000_000


def create_sandbox(settings: Settings) -> Flask:
    """Build everything under ``settings.data_dir``; the first call there founds the CAs."""
    bench = build_bench(settings)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    for profile in bench.profiles.values():
        app.register_blueprint(profile.routes(bench, profile), url_prefix=profile.base_path)
    app.register_blueprint(control(bench))
    app.register_blueprint(phone(bench))
    archs: dict[ArchLabel, PKIArchitecture] = {
        ArchLabel(slug): authority.arch for slug, authority in bench.authorities.items()
    }
    pki = PkiServices(AnimatorArchStore(archs), with_web_ui=False)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/pki": pki})  # type: ignore[method-assign]
    return app


def build_bench(settings: Settings) -> Bench:
    profiles, folder = load_profiles(), settings.data_dir
    clock = Clock()
    ledger = Ledger(folder / "ledger.jsonl", clock)
    faults, policies = Faults(settings.seed, settings.fault_rate), Policies()
    strictness = Strictness(settings.strict)
    authorities = _authorities(settings, profiles)
    registers = {
        slug: Register(slug, authority, folder / slug / "subscribers") for slug, authority in authorities.items()
    }
    transactions = Transactions(
        clock,
        ledger,
        faults,
        policies,
        registers,
        folder / "transactions",
        settings.signing_ms,
        Callbacks(profiles, registers, ledger, faults),
    )
    return Bench(
        settings,
        clock,
        ledger,
        faults,
        policies,
        strictness,
        Tokens(clock, folder / "refresh"),
        Locks(clock),
        Codes(clock),
        transactions,
        authorities,
        registers,
        profiles,
    )


def _authorities(settings: Settings, profiles: dict[str, Profile]) -> dict[str, Authority]:
    return {
        profile.provider: Authority(
            profile.provider, profile.names, settings.data_dir / profile.provider, f"{settings.url}/pki"
        )
        for profile in profiles.values()
        if profile.names is not None
    }
