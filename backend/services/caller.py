"""Who is asking: the person behind a log-in session, as every use case needs to know them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.people import ServiceTitle, shown_title


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person."""

    user_id: str
    session_id: str
    full_name: str
    title: ServiceTitle
    unit_id: str | None
    """Set for members of a unit."""
    treasury_code: str | None
    """Set for officers of a Treasury office; never together with ``unit_id``."""
    limited: bool = False
    """True with a one-time password: nothing is open but choosing one's own."""
    acting: bool = False
    """Phụ trách kế toán: shown instead of the chief accountant's title."""

    @property
    def shown_title(self) -> ServiceTitle:
        """The title people see; rights follow ``title``."""
        return shown_title(self.title, acting=self.acting)
