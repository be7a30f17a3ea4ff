"""Settings: read once from the environment, frozen, refused all at once when something is missing or unsafe.

Every setting is documented in ``docs/settings.md``, which is generated from ``DOCUMENTED``. Providers describe theirs
themselves.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.adapters.mail.smtp import SmtpServer, smtp_problems, smtp_server
from backend.adapters.providers import setting_problems
from backend.adapters.seal.pkcs11 import TokenKey
from backend.domain.providers import Secret

VERSION = "0.1.0"
ROOT = Path(__file__).parents[1]

DOCUMENTED: Mapping[str, tuple[str, str]] = {
    "APP_ENV": ("development", "`production` switches every start-up refusal on; anything else is development."),
    "PORT": ("8000", "Port of the web process."),
    "SANDBOX_PORT": ("8001", "Port of the sandbox CA (development only)."),
    "DATA_DIR": ("var", "Database, blobs, page images, Treasury intake and trust store of the embedded mode."),
    "DATABASE_URL": ("sqlite:///DATA_DIR/ky-kho-bac.sqlite3", "SQLite file, or `postgresql+psycopg://…` when grown."),
    "REDIS_URL": ("", "Socket.IO bus between several web processes and workers; empty in the embedded mode."),
    "ASYNC_MODE": ("threading", "`threading` (gthread, needed with SQLite) or `gevent` (grown)."),
    "MOST_SOCKETS": (
        "200; gevent: 4000",
        "Live screens of one web process; beyond it screens poll. Under gthread each holds one of `--threads`.",
    ),
    "SECRET_KEY": (
        "made in DATA_DIR",
        "At least 32 characters; seals provider tokens and keys the HMACs. Required in production.",
    ),
    "FORMER_SECRET_KEYS": ("", "Comma between; tokens sealed under them still open."),
    "PUBLIC_URL": ("http://localhost:PORT", "Where people reach the app. Production wants https."),
    "TLS": ("", "`1`: `make run` serves HTTPS with a locally made certificate."),
    "CALLBACK_URL": ("", "Public base address under which CAs may knock; empty: polling only."),
    "TRUSTED_PROXIES": ("0", "How many reverse proxies in front add to X-Forwarded-For."),
    "TRUST_DIR": (
        "DATA_DIR/trust",
        "Root certificates (PEM) of the licensed CAs; in its `intermediates/` their issuing CAs, for certificates of "
        "USB tokens that come without them.",
    ),
    "GOVERNMENT_CIPHER_NAMES": (
        "Ban Cơ yếu Chính phủ, Chứng thực số chuyên dùng Chính phủ",
        "Comma between; an issuer whose name holds one of these is of the Government Cipher Committee: only renewed.",
    ),
    "GOVERNMENT_CIPHER_POLICIES": ("", "Comma between; object identifiers of its certificate policies, likewise."),
    "REVOCATION_TIMEOUT_S": (
        "10",
        "Seconds for all questions about revocation when a certificate is registered, and once more at the approval.",
    ),
    "CERTIFICATE_MISMATCH": (
        "refuse",
        "When the holder's name or identity number in a certificate differs from the member's: `refuse`, or `warn`: "
        "bind it, and show the difference to the unit and to the Treasury, who decides. Where both differ: refused.",
    ),
    "BLOB_DIR": ("DATA_DIR/blobs", "Signed and unsigned files, by SHA-256."),
    "SEAL_DIR": (
        "DATA_DIR/seal",
        "Certificates (PEM) of the Treasury's own key: `seal.pem` is in use, all others are of former ones.",
    ),
    "SEAL_PKCS11_MODULE": (
        "",
        "The vendor's PKCS#11 library; empty: a key made in SEAL_DIR/seal.pem. Required in production.",
    ),
    "SEAL_PKCS11_TOKEN": ("", "Label of the token."),
    "SEAL_PKCS11_KEY": ("", "Label of the private key (RSA) in it."),
    "SEAL_PKCS11_PIN": ("", "Its user PIN. Secret."),
    "REGISTRATION_DAYS": ("30", "An unfinished registration that nobody touches for so long is given up."),
    "INTAKE_DIR": ("DATA_DIR/treasury", "The Treasury's intake folder."),
    "SMTP_HOST": (
        "",
        "Mail server; empty (development only): letters go to DATA_DIR/mailbox, shown at `/demo/mailbox`.",
    ),
    "SMTP_PORT": ("587; tls: 465; none: 25", "Its port."),
    "SMTP_SECURITY": ("starttls", "`starttls`, `tls` (from the first byte), or `none` (development only)."),
    "SMTP_CA_FILE": ("", "Root certificate (PEM) of a mail server inside; empty: the system's roots."),
    "SMTP_USER": ("", "Log-in at the mail server; empty: none."),
    "SMTP_PASSWORD": ("", "Its password (secret)."),
    "MAIL_FROM": ("dvctt@localhost", "Sender of the letters. Required in production."),
    "FORM_EDITION": ("ND11", "Decree edition of the forms for new vouchers: `ND11` or `ND347`."),
    "PADES_LEVEL": ("B-B", "`B-B`; `B-T` only keeps room for a time stamp so far."),
    "CRASH_AT": ("", "Tests only: die at this recovery point. Refused in production."),
}
"""Name → (default, meaning)."""


class UnsafeSettings(RuntimeError):
    """Everything that keeps this environment from starting, at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """One environment, checked."""

    production: bool
    port: int
    data_dir: Path
    database_url: str
    redis_url: str | None
    async_mode: str
    most_sockets: int
    secret_key: str
    former_secret_keys: tuple[str, ...]
    public_url: str
    https: bool
    allowed_origins: frozenset[str]
    callback_url: str | None
    trusted_proxies: int
    trust_dir: Path
    government_cipher_names: tuple[str, ...]
    government_cipher_policies: frozenset[str]
    revocation_timeout_s: float
    certificate_mismatch: str
    """``refuse`` or ``warn``."""
    blob_dir: Path
    seal_dir: Path
    seal_token: TokenKey | None
    """None: a key in a file."""
    registration_days: int
    intake_dir: Path
    smtp: SmtpServer | None
    mail_from: str
    form_edition: str
    pades_level: str
    crash_at: str
    environment: Mapping[str, str]
    """All of it, for the provider modules."""
    dist: Path = ROOT / "pwa" / "dist"
    version: str = VERSION

    @property
    def embedded(self) -> bool:
        """One machine, SQLite, no other server."""
        return self.database_url.startswith("sqlite")

    @property
    def secret(self) -> bytes:
        """For HMACs."""
        return self.secret_key.encode()

    def __repr__(self) -> str:
        return f"Settings({'production' if self.production else 'development'}, port={self.port})"


def from_env(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check. Raises UnsafeSettings naming everything at once; never prints a value that may be secret."""
    production = environment.get("APP_ENV") == "production"
    settings = _read(environment, production)
    problems = [
        *_problems(settings),
        *smtp_problems(environment, production=production),
        *setting_problems(environment, production=production),
    ]
    if production:
        problems += _unsafe(settings)
    if problems:
        raise UnsafeSettings(problems)
    return settings


def _read(environment: Mapping[str, str], production: bool) -> Settings:
    gevent = environment.get("ASYNC_MODE") == "gevent"
    data = Path(environment.get("DATA_DIR") or "var").resolve()
    port = int(environment.get("PORT") or 8000)
    scheme = "https" if environment.get("TLS") == "1" else "http"
    public = (environment.get("PUBLIC_URL") or f"{scheme}://localhost:{port}").rstrip("/")
    return Settings(
        production=production,
        port=port,
        data_dir=data,
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{data}/ky-kho-bac.sqlite3",
        redis_url=environment.get("REDIS_URL") or None,
        async_mode=environment.get("ASYNC_MODE") or "threading",
        most_sockets=int(environment.get("MOST_SOCKETS") or (4000 if gevent else 200)),
        secret_key=environment.get("SECRET_KEY") or ("" if production else _made_secret(data)),
        former_secret_keys=tuple(key for key in environment.get("FORMER_SECRET_KEYS", "").split(",") if key),
        public_url=public,
        https=public.startswith("https://"),
        allowed_origins=frozenset({_origin(public)} | (set() if production else _near_origins(scheme, port))),
        callback_url=environment.get("CALLBACK_URL") or None,
        trusted_proxies=int(environment.get("TRUSTED_PROXIES") or 0),
        trust_dir=Path(environment.get("TRUST_DIR") or data / "trust"),
        government_cipher_names=_listed(environment, "GOVERNMENT_CIPHER_NAMES"),
        government_cipher_policies=frozenset(_listed(environment, "GOVERNMENT_CIPHER_POLICIES")),
        revocation_timeout_s=float(environment.get("REVOCATION_TIMEOUT_S") or DOCUMENTED["REVOCATION_TIMEOUT_S"][0]),
        certificate_mismatch=environment.get("CERTIFICATE_MISMATCH") or DOCUMENTED["CERTIFICATE_MISMATCH"][0],
        blob_dir=Path(environment.get("BLOB_DIR") or data / "blobs"),
        seal_dir=Path(environment.get("SEAL_DIR") or data / "seal"),
        seal_token=_seal_token(environment),
        registration_days=int(environment.get("REGISTRATION_DAYS") or 30),
        intake_dir=Path(environment.get("INTAKE_DIR") or data / "treasury"),
        smtp=smtp_server(environment),
        mail_from=environment.get("MAIL_FROM") or ("" if production else "dvctt@localhost"),
        form_edition=environment.get("FORM_EDITION") or "ND11",
        pades_level=environment.get("PADES_LEVEL") or "B-B",
        crash_at=environment.get("CRASH_AT", ""),
        environment=dict(environment),
    )


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    text = environment.get(name) or DOCUMENTED[name][0]
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _seal_token(environment: Mapping[str, str]) -> TokenKey | None:
    module = environment.get("SEAL_PKCS11_MODULE")
    if not module:
        return None
    words = (environment.get(f"SEAL_PKCS11_{name}", "") for name in ("TOKEN", "KEY", "PIN"))
    token, key, pin = words
    return TokenKey(Path(module), token, key, Secret(pin))


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _near_origins(scheme: str, port: int) -> set[str]:
    """In development the app is also opened by address: from this machine, and from a phone in the same network."""
    hosts = {"localhost", "127.0.0.1", network_address()}
    return {f"{scheme}://{host}:{port}" for host in hosts if host}


def network_address() -> str | None:
    """This machine's address in its own network, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def make_data_dir(data: Path) -> None:
    """Make ``DATA_DIR`` for its owner only, because it holds people's data; one that exists stays as it is."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


def _made_secret(data: Path) -> str:
    path = data / "secret"
    if not path.exists():
        make_data_dir(data)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _problems(settings: Settings) -> list[str]:
    found = []
    if settings.embedded and settings.async_mode != "threading":
        found.append("ASYNC_MODE: SQLite blocks gevent's loop; use threading")
    if settings.form_edition not in {"ND11", "ND347"}:
        found.append("FORM_EDITION: ND11 or ND347")
    if settings.certificate_mismatch not in {"refuse", "warn"}:
        found.append("CERTIFICATE_MISMATCH: refuse or warn")
    if settings.registration_days < 1:
        found.append("REGISTRATION_DAYS: at least 1")
    found += _seal_problems(settings)
    if len(settings.secret_key) < 32:
        found.append("SECRET_KEY: missing or shorter than 32 characters")
    return found


def _seal_problems(settings: Settings) -> list[str]:
    """A key on a token has to be found; a key in a file is for demonstrations."""
    token, pem = settings.seal_token, settings.seal_dir / "seal.pem"
    if token is None:
        return ["SEAL_PKCS11_MODULE: production keeps the Treasury's key in a token"] if settings.production else []
    found = [] if token.module.is_file() else ["SEAL_PKCS11_MODULE: no such file"]
    named = {"TOKEN": token.token, "KEY": token.key, "PIN": token.pin.reveal()}
    found += [f"SEAL_PKCS11_{name}: missing" for name, value in named.items() if not value]
    if not pem.is_file():
        found.append("SEAL_DIR: no seal.pem, the certificate of the Treasury's key")
    elif b"PRIVATE KEY" in pem.read_bytes():
        found.append("SEAL_DIR: seal.pem is of a key in a file, not of the token's")
    return found


def _unsafe(settings: Settings) -> list[str]:
    found = []
    if not settings.https:
        found.append("PUBLIC_URL: production is served over https only")
    if settings.crash_at:
        found.append("CRASH_AT: not in production")
    if any(b"SANDBOX" in path.read_bytes() or _is_sandbox(path) for path in settings.trust_dir.glob("*.pem")):
        found.append("TRUST_DIR: holds a root of the sandbox CA")
    if not list(settings.trust_dir.glob("*.pem")):
        found.append("TRUST_DIR: no root certificate of a licensed CA")
    return found


def _is_sandbox(path: Path) -> bool:
    from cryptography import x509

    return any(
        "SANDBOX" in root.subject.rfc4514_string() for root in x509.load_pem_x509_certificates(path.read_bytes())
    )
