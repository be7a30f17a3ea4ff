"""``python -m backend.cli audit`` (``make audit``): every invariant over one installation."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from backend.audit.check import INVARIANTS, report
from backend.audit.ground import BEGINNING
from backend.config import UnsafeSettings, from_env

_LEDGER_TIMEOUT_S = 30


@click.command()
@click.option("--days", type=click.IntRange(1), help="Open only files of the last DAYS days; tables are read whole.")
@click.option("--sandbox-url", default="", help="Also hold the sandbox CA's own ledger against the rows.")
@click.option(
    "--secrets",
    type=click.File(encoding="utf-8"),
    help="A file of secrets, one a line, that must not rest in any table or file.",
)
@click.option(
    "--look-in",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder searched for the secrets, such as that of the logs; may be repeated.",
)
def audit(days: int | None, sandbox_url: str, secrets: Any, look_in: tuple[Path, ...]) -> None:
    """Check the invariants I1–I12 over rows and files; reads only.

    One line per breach, then one per invariant with the number of things that were looked at. Exit status 1 when
    something is broken.
    """
    try:
        settings = from_env()
    except UnsafeSettings as error:
        raise click.ClickException(str(error)) from error
    found = report(
        settings.database_url,
        settings.blob_dir,
        settings.intake_dir,
        _ledger(sandbox_url),
        secrets=[line.strip() for line in secrets or () if line.strip()],
        folders=look_in,
        since=datetime.now(UTC) - timedelta(days=days) if days else BEGINNING,
    )
    for breach in found.breaches:
        click.echo(f"{breach.rule} {breach.where}: {breach.what}")
    for each in INVARIANTS:
        broken = sum(breach.rule == each.name for breach in found.breaches)
        click.echo(f"{each.name:<4}{'BROKEN' if broken else 'kept':<7}{found.looked[each.name]:>9}  {each.claim}")
    click.echo(f"{len(found.breaches)} breaches")
    sys.exit(1 if found.breaches else 0)


def _ledger(sandbox_url: str) -> dict[str, list[dict[str, Any]]] | None:
    if not sandbox_url:
        return None
    import requests

    answer = requests.get(f"{sandbox_url.rstrip('/')}/_ledger", timeout=_LEDGER_TIMEOUT_S)
    answer.raise_for_status()
    told: dict[str, list[dict[str, Any]]] = answer.json()
    return told
