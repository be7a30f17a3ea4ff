"""Commands: ``python -m backend.cli <command>``."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from backend.audit.command import audit
from backend.config import ROOT, make_data_dir
from backend.operators import house_at_hand, house_of, operator, settings_at_hand
from backend.staff import treasury_staff


@click.group()
def cli() -> None:
    """Ký Kho bạc: administration."""


@cli.command()
def migrate() -> None:
    """Bring the database to the head revision."""
    from backend.migrations.state import upgrade

    settings = settings_at_hand()
    make_data_dir(settings.data_dir)
    upgrade(settings.database_url)
    if not settings.embedded:
        from backend.adapters.dispatch.jobs import migrate_jobs

        migrate_jobs(settings.database_url)


@cli.command()
def seed() -> None:
    """Fill an empty database with the demo world (the sandbox CA must be running)."""
    from backend.demo.seed import seed as make_demo

    settings = settings_at_hand()
    house = house_of(settings)
    click.echo("demo data made" if make_demo(settings, house) else "demo data kept")


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def reference(folder: Path | None, dry_run: bool) -> None:
    """Load reference data (offices, ledger accounts, services, limits, banks, holidays) from FOLDER; show each change.

    Without FOLDER: the files that came with the code.
    """
    from backend.models.engine import WRITING, make_engine
    from backend.reference import FOLDER, BadReference, load

    with Session(make_engine(settings_at_hand().database_url)) as session:
        session.connection(execution_options=WRITING)
        try:
            changes = load(session, folder or FOLDER)
        except BadReference as error:
            raise click.ClickException(str(error)) from error
        for change in changes:
            click.echo(str(change))
        session.rollback() if dry_run else session.commit()
    click.echo(f"{len(changes)} changes{' (nothing was written)' if dry_run else ''}")


@cli.command("lift-block")
@click.argument("username")
def lift_block(username: str) -> None:
    """Let USERNAME sign again after "Tôi không yêu cầu ký", once you have spoken with the person."""
    from backend.services.sign.block import lift_for

    house = house_at_hand()
    lifted = lift_for(house, username, operator())
    click.echo("block lifted" if lifted else "nothing was blocked")


@cli.command()
def worker() -> None:
    """Run a worker until SIGTERM."""
    import gc
    from contextlib import ExitStack

    from backend.api.logs import configure_logs
    from backend.factory import create_worker
    from backend.worker.only_one import AnotherWorker, only_worker

    configure_logs()
    settings = settings_at_hand()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as held:
        if settings.embedded:
            try:
                held.enter_context(only_worker(settings.data_dir))
            except AnotherWorker as error:
                raise click.ClickException(str(error)) from error
        made = create_worker(settings)
        # What was imported stays: nobody sweeps over it again while hands embed and settle.
        gc.collect()
        gc.freeze()
        made.run(stop)


@cli.command("new-password")
@click.argument("username")
@click.option("--forget-passkeys", is_flag=True, help="For somebody who has lost them all and was recognised.")
def new_password(username: str, forget_passkeys: bool) -> None:
    """Print a one-time password for USERNAME, good for 72 hours; every session of theirs ends."""
    from sqlalchemy import select

    from backend.models import User
    from backend.services.accounts import give_one_time_password

    house = house_at_hand()
    with house.read() as session:
        user_id = session.scalar(select(User.id).where(User.username == username, User.active))
    if user_id is None:
        raise click.ClickException(f"no active member {username}")
    given = give_one_time_password(house, user_id, forget_passkeys=forget_passkeys, by=operator())
    click.echo(given.reveal())


@cli.command()
@click.argument("ids", nargs=-1)
def outbox(ids: tuple[str, ...]) -> None:
    """List deliveries and letters that did not go yet or were given up; with IDS, let dead ones be tried again."""
    from backend.services.outbox import dead_items, revive, waiting_items

    house = house_at_hand()
    with house.begin() as session:
        for id_ in ids:
            click.echo(f"{id_} {'is tried again' if revive(session, house, id_) else 'is not a dead delivery'}")
        if not ids:
            for state, items in (("dead", dead_items(session)), ("waits", waiting_items(session))):
                for each in items:
                    click.echo(f"{state} {each.id} {each.kind} {each.key} tries={each.attempts} {each.last_error}")


cli.add_command(audit)
cli.add_command(treasury_staff)


@cli.command()
@click.option("--check", is_flag=True, help="Only say whether the committed file is fresh.")
def openapi(check: bool) -> None:
    """Write shared_schemas/openapi.json from the schemas."""
    from backend.api.openapi import WRITTEN as path
    from backend.api.openapi import as_text, describe

    text = as_text(describe(Flask("openapi")))
    if check:
        sys.exit(0 if path.read_text(encoding="utf-8") == text else f"{path.name} is stale: make types")
    path.write_text(text, encoding="utf-8")


@cli.command()
@click.option("--check", is_flag=True, help="Only say whether the committed page is fresh.")
def settings(check: bool) -> None:
    """Write docs/settings.md from the settings and the provider modules."""
    from backend.settings_page import settings_page

    path = Path(ROOT) / "docs" / "settings.md"
    if check:
        sys.exit(0 if path.read_text(encoding="utf-8") == settings_page() else f"{path.name} is stale: make types")
    path.write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    cli()
