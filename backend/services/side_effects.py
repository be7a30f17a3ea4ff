"""Every kind of side effect and the use case that performs it: one table for both dispatchers.

No kind waits for another: a mail server that does not answer holds up no delivery to the Treasury.
"""

from collections.abc import Mapping

from backend.services.mail import MAIL
from backend.services.mail_send import send_mail
from backend.services.outbox import Handler
from backend.services.treasury_intake import deliver

SIDE_EFFECTS: Mapping[str, Handler] = {"treasury.deliver": deliver, MAIL: send_mail}
