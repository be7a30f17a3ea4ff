"""Every kind of thing that can be signed, by the name stored in the transaction."""

from backend.services.registration.signing_subject import KIND, RegistrationSubject
from backend.services.sign.payment import PaymentSubject
from backend.services.sign.subject import Subjects

SUBJECTS: Subjects = {"payment": PaymentSubject(), KIND: RegistrationSubject()}
