"""The two persons at the Treasury office, reached over the API: what they do when nobody has to look at a screen."""

from __future__ import annotations

from tests.e2e.desk import Desk, Json

APPROVER = "0064.02"


def approves(officer: Desk, approver: Desk, registration: Json) -> None:
    """From taking the registration to bringing it into force."""
    path = f"/treasury/registrations/{registration['id']}"

    def version() -> int:
        return int(officer.reads(path)["registration"]["version"])

    officer.does(f"{path}/open", expected_version=version())
    names = [item["name"] for item in officer.reads(path)["check_list"]]
    officer.does(f"{path}/check-list", expected_version=version(), ticked=names)
    officer.does(f"{path}/propose", expected_version=version())
    approver.does(f"{path}/approve", expected_version=version())
