"""``python -m backend.cli treasury-staff``: officers and heads of Treasury offices, added and ended by an operator."""

from __future__ import annotations

import click

from backend.domain.people import ServiceTitle
from backend.operators import house_at_hand, operator

TITLES = {"officer": ServiceTitle.TREASURY_OFFICER, "approver": ServiceTitle.TREASURY_APPROVER}
WORD = {title: word for word, title in TITLES.items()}


@click.group("treasury-staff")
def treasury_staff() -> None:
    """Who works at a Treasury office: officers check registrations, approvers decide."""


@treasury_staff.command()
@click.argument("office")
@click.argument("full_name")
@click.argument("title", type=click.Choice(list(TITLES)))
@click.argument("email")
@click.option(
    "--id-number",
    prompt="Identity number (only a keyed hash of it is kept)",
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when not given, so that it stays out of the shell's history.",
)
def add(office: str, full_name: str, title: str, email: str, id_number: str) -> None:
    """Make a log-in at OFFICE (its code), TITLE officer or approver, and print the user name; the first password goes
    to EMAIL.
    """
    from backend.services import treasury_staff as staff

    person = staff.NewStaff(office, full_name, TITLES[title], email, id_number)
    try:
        click.echo(staff.add(house_at_hand(), person, operator()))
    except staff.StaffRefused as error:
        raise click.ClickException(str(error)) from error


@treasury_staff.command()
@click.argument("username")
def end(username: str) -> None:
    """USERNAME leaves the office: log-in and sessions end at once, registrations in hand wait for a colleague."""
    from backend.services import treasury_staff as staff

    try:
        ended = staff.end(house_at_hand(), username, operator())
    except staff.StaffRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"ended; {ended.released} registrations wait for a colleague")
    if ended.remaining == 0:
        click.echo("nobody of this title is left at the office")


@treasury_staff.command("list")
@click.argument("office", required=False)
def list_staff(office: str | None) -> None:
    """One line a person, of OFFICE or of all: user name, title, state, registrations in hand, name."""
    from backend.services import treasury_staff as staff

    with house_at_hand().read() as session:
        for each in staff.staff_of(session, office):
            state = "ended" if not each.active else "active" if each.has_own_password else "invited"
            click.echo(f"{each.username} {WORD[each.title]} {state} in_hand={each.held} {each.full_name}")
