"""Where a fault is, in words: the place in a file, or the field of a record."""

from directory_api.features.desk.admin.context import KINDS
from directory_api.features.desk.members.fields import SECTIONS
from directory_api.features.desk.members.labels import column_in_words
from directory_api.text.errors import Fault
from directory_api.text.message import Message


def place(fault: Fault) -> str:
    """Return where in a file a fault is."""
    if fault.place and (fault.row is not None or fault.line is not None):
        return fault.place
    _, collection, record, *steps = *(fault.pointer or "").split("/"), "", "", ""
    if collection not in KINDS or not record:
        return Message("The whole file")
    # A file has records by their number, what is between records names them by their id.
    name = Message("Record {number}", number=int(record) + 1) if record.isdecimal() else record
    label = _label(KINDS[collection], steps)
    return Message("{record}: {field}", record=name, field=label) if label else name


def described(fault: Fault) -> str:
    """Return a fault of a record, with its field if it has one."""
    steps = (fault.pointer or "").split("/")[1:]
    if steps[:1] and steps[0] in KINDS:
        steps = steps[2:]
    label = _label("centre", steps) or _label("helpline", steps)
    return Message("{field}: {fault}", field=label, fault=fault.detail) if label else fault.detail


def _label(kind: str, steps: list[str]) -> str:
    """Return the label of a member, or of the section that it belongs to; empty without one."""
    column = ".".join(str(int(step) + 1) if step.isdecimal() else step for step in steps if step)
    if not column:
        return ""
    if words := column_in_words(kind, column):
        return words.label
    member = column.partition(".")[0]
    titles = (
        section.title
        for section in SECTIONS[kind]
        for field in section.fields
        if field.name.partition(".")[0] == member
    )
    return next(titles, "")
