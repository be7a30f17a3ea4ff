"""What a use case may reach: the ports, the policy, and the two kinds of database session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from backend.domain.errors import SystemBusy
from backend.models.engine import WRITING, NoTurn, turn_to_write
from backend.services.events import write_events
from backend.services.ports import (
    AttachedPdf,
    BlobStore,
    CertificateReader,
    Chance,
    Clock,
    Dispatch,
    FormCatalog,
    Knocker,
    Mailer,
    PageImages,
    Passkeys,
    Passwords,
    PdfChecker,
    PdfSigner,
    Sealer,
    SigningProvider,
    TreasuryOffice,
    TreasurySeal,
    TrustStore,
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers that an operator may change; every one is a setting."""

    form_edition: str = "ND11"
    """Decree edition of the forms for new vouchers."""
    idle_personal: timedelta = timedelta(minutes=60)
    idle_shared: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(hours=12)
    login_tries: int = 5
    login_lock: timedelta = timedelta(minutes=5)
    address_tries: int = 100
    """Wrong passwords from one address before it has to wait."""
    prompts_per_window: int = 5
    prompt_window: timedelta = timedelta(minutes=10)
    expiry_grace: timedelta = timedelta(seconds=30)
    """How long after the CA's deadline it is still asked: approval can race the clock."""
    unreachable_bound: timedelta = timedelta(minutes=30)
    """A CA that cannot be asked at the deadline is waited for at most this long before a request counts as expired."""
    late_watch: timedelta = timedelta(minutes=10)
    """How long an ended transaction is watched for a late signature."""
    lost_prompt_life: timedelta = timedelta(minutes=30)
    """How long a prompt whose request was never answered may still be on somebody's phone."""
    registration_life: timedelta = timedelta(days=30)
    """An unfinished registration that nobody touches for so long is given up; so long its link opens it."""
    warns_of_mismatch: bool = False
    """A certificate whose holder's name or number differs from the member's is bound with a warning, not refused."""
    urgent_after: timedelta = timedelta(hours=24)
    """Waiting longer than this is shown as urgent."""
    callback_base: str | None = None
    """Public address under which CAs may knock; None when there is none."""
    public_url: str = "http://localhost:8000"
    """Where people reach the app, without a slash at the end; links in letters begin with it."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything outside, by port. Built once by ``factory.build_house``."""

    sessions: sessionmaker[Session]
    clock: Clock
    chance: Chance
    forms: FormCatalog
    pages: PageImages
    attached: AttachedPdf
    signer: PdfSigner
    checker: PdfChecker
    trust: TrustStore
    certificates: CertificateReader
    blobs: BlobStore
    providers: Mapping[str, SigningProvider]
    treasury: TreasuryOffice
    seal: TreasurySeal
    mailer: Mailer
    sealer: Sealer
    passwords: Passwords
    passkeys: Passkeys
    knocker: Knocker
    dispatch: Dispatch
    policy: Policy
    hmac_key: bytes
    """For keyed hashes of things that must not rest in clear."""
    failpoint: Callable[[str], None]
    """Called at every labelled recovery point; does nothing in production."""

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing session: what it has to tell and one commit on leaving, then the knocks.

        Raises SystemBusy when the database stays locked; nothing was written then.
        """
        try:
            with turn_to_write(self.sessions.kw["bind"]), self.sessions() as session:
                session.connection(execution_options=WRITING)
                yield session
                knocks = write_events(session)
                session.commit()
        except (OperationalError, NoTurn) as error:
            raise SystemBusy() from error
        if knocks:
            self.failpoint("S11.before_knocks")
        for user_id, knock in knocks:
            self.knocker.knock(user_id, knock)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading session; never commits. Raises SystemBusy when the database is away."""
        with self.sessions() as session:
            try:
                yield session
            except OperationalError as error:
                raise SystemBusy() from error
