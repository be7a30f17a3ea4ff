"""``docs/settings.md`` from the settings themselves, so that the page cannot say anything else than the code."""

from __future__ import annotations

from backend.adapters.providers import documented_settings
from backend.config import DOCUMENTED


def settings_page() -> str:
    """The page, Markdown."""
    rows = [f"| `{name}` | {_default(default)} | {meaning} |" for name, (default, meaning) in DOCUMENTED.items()]
    provider_rows = [
        f"| `{each.name}` | {'(secret)' if each.secret else _default(each.default)} | {each.meaning} |"
        for each in documented_settings()
    ]
    head = ["| name | default | meaning |", "|---|---|---|"]
    return "\n".join(
        [
            "# Settings",
            "",
            "Read once from the environment at the start; whatever is missing or unsafe is named at once and refused.",
            "This page is written by `make types`.",
            "",
            "## The house",
            "",
            *head,
            *rows,
            "",
            "## Providers",
            "",
            *head,
            *provider_rows,
            "",
        ]
    )


def _default(text: str) -> str:
    return f"`{text}`" if text else "empty"
