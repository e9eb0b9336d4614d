"""The words of closed lists, as maintainers choose them."""

from directory_api.change.sentences import member_name
from directory_api.features.desk.members.names import labels, listed
from directory_api.record import vocabulary
from directory_api.text.message import Message

STATUSES = {
    "active": Message("Active"),
    "temporarily_closed": Message("Temporarily closed"),
    "closed": Message("Permanently closed"),
}
VISIBILITIES = {
    "public": Message("Public"),
    "locality": Message("Postcode and town only"),
    "hidden": Message("Hidden"),
}
PRECISIONS = {
    "exact": Message("Exact: the entrance"),
    "street": Message("Street: within about 150 m"),
    "postcode": Message("Postcode: anywhere in the area of the postcode"),
    "municipality": Message("Municipality: anywhere in the municipality"),
}
PHONE_KINDS = {
    "main": Message("Main number"),
    "duty": Message("On-call number, for emergencies"),
    "mobile": Message("Mobile number"),
    "fax": Message("Fax"),
}
HELPLINE_KINDS = {
    "emergency": Message("Emergency number"),
    "police": Message("Police"),
    "national_line": Message("National line"),
    "other_line": Message("Other line"),
    "reporting_site": Message("Web site for reports"),
    "child_line": Message("Line for children"),
}
WARNINGS = {
    "foreign_phone": Message("A number of another country"),
    "foreign_timezone": Message("A time zone of another country"),
    "no_phone": Message("Open, without a phone"),
    "other_domain": Message("E-mail and web site at different domains"),
    "outside_postcode": Message("The point is outside its postcode"),
    "overnight_hours": Message("Hours that last past midnight"),
    "past_hours": Message("Hours that are over"),
    "premium_rate": Message("A premium-rate number"),
    "shared_phone": Message("Another record has the same number"),
    "street_name": Message("Perhaps the street of an address that is not public"),
    "temporary_long": Message("Temporary values for more than a year"),
    "unclear_hours": Message("Hours that count as unknown"),
    "unknown_number": Message("A short number that is not known"),
    "unknown_postcode": Message("The postcode is not known"),
}
INTERPRETER = {"no": Message("No, staff speak it"), "yes": Message("Yes, through an interpreter")}
KINDS = labels("kind", vocabulary.CENTRE_KINDS)
SERVICES = labels("service", vocabulary.SERVICES)
AUDIENCES = labels("audience", vocabulary.AUDIENCES)
CHANNEL_KINDS = {
    "call": Message("Call"),
    "sms": Message("Text message (SMS)"),
    "chat": Message("Chat"),
    "app": Message("App"),
    "form": Message("Form on a web site"),
    "email": Message("E-mail"),
    "relay": Message("Relay service, for example with sign language"),
    "in_person": Message("In person"),
}
_NOT_KNOWN = {"": Message("Not known")}
COSTS = {**_NOT_KNOWN, "free": Message("Free of charge"), "charged": Message("It costs money")}
YES_NO = {**_NOT_KNOWN, "yes": Message("Yes"), "no": Message("No")}
CONTESTABLE = {member: listed(member_name(member)) for member in vocabulary.CONTESTABLE}
