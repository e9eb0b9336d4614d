"""Which numbers of a centre are answered at a moment, as far as that is known."""

from datetime import datetime

from directory_api.hours.rules import OPEN
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.hours.timetable import Timetable
from directory_api.record.centre_in_words import is_for_emergencies
from directory_api.record.numbers import DUTY_PHONE, FAX
from directory_api.record.parts import Phone
from directory_api.record.records import Centre


def answered_numbers(centre: Centre, timetable: Timetable, moment: datetime) -> frozenset[str]:
    """Return the numbers that are answered at a moment (UTC), whatever a caller wants.

    None of a centre that is closed, also for a time: another one is to be called first. A number
    without hours of its own is answered while the office is open. One that is answered for
    emergencies is not, while the office is closed: the caller would have to know what counts as
    one.
    """
    is_open = timetable.state(centre.open_hours, moment).word == OPEN

    def is_answered(phone: Phone) -> bool:
        if phone.kind == FAX or centre.status != "active":
            return False
        if phone.hours is None or is_for_emergencies(centre, phone):
            return is_open and phone.kind != DUTY_PHONE
        if phone.hours == AROUND_THE_CLOCK:
            return True
        return timetable.state(centre.hours_key(phone.hours), moment).word == OPEN

    return frozenset(phone.number for phone in centre.phones if is_answered(phone))
