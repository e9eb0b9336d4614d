"""Mistakes that people make with a record, and what stops each: one table for all ways to edit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from directory_api.change.merge_patch import merged
from tests.support.records import made_up_centre, shipped_records

# What stops a mistake, beside the warnings: it is an error; the number of a helpline is typed once
# more; a second person approves it. What hides something waits only if it comes in a file, and is
# otherwise looked at afterwards. What cannot mislead takes effect.
REFUSED, TYPED, SECOND, HIDES, ONE = "refused", "typed", "second", "hides", "one"

Members = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A change of a record by a merge patch; without one the record is removed."""

    what: str
    kind: str
    id: str
    patch: Members | None
    stopped_by: frozenset[str]
    # The codes of the warnings, or a part of the error.
    warnings: frozenset[str] = frozenset()
    error: str = ""

    def before(self) -> Record | None:
        """The record before it; None if it is new."""
        lists = (shipped_records()["centres"], shipped_records()["helplines"])
        return next((each for of in lists for each in of if each["id"] == self.id), None)

    def after(self) -> Record | None:
        """The record after it."""
        if self.patch is None:
            return None
        before = self.before() or made_up_centre(1, id=self.id)
        record: Record = merged(before, self.patch)
        return record

    @property
    def typed(self) -> str:
        """The number to type once more: that of a channel, if that is what changes."""
        record = self.after() or self.before() or {}
        for channel in (self.patch or {}).get("channels", ()):
            return str(channel["address"])
        return str(record.get("number") or record.get("url", ""))


def _phone(number: str, display: str | None = None, kind: str = "main") -> Members:
    printed = {"display": display} if display else {}
    return {"phones": [{"number": number, **printed, "kind": kind}]}


def _for_some_time(*phones: Members, until: str | None = "2027-02-28", **values: Any) -> Members:
    """Temporary values: the phones of these patches, and others."""
    numbers = {"phones": [each for of in phones for each in of["phones"]]} if phones else {}
    return {"temporary": {"until": until, **numbers, **values}}


def _channel(address: str, kind: str = "call") -> Members:
    return {"channels": [{"kind": kind, "address": address}]}


def _at(lat: float, lon: float, precision: str = "street") -> Members:
    return {"location": {"lat": lat, "lon": lon, "precision": precision}}


def _of(kind: str, identity: str) -> Any:
    def mistake(
        what: str, patch: Members | None, *stopped_by: str, warns: str = "", error: str = ""
    ) -> Mistake:
        rules = frozenset({REFUSED} if error else stopped_by or {SECOND})
        return Mistake(what, kind, identity, patch, rules, frozenset(warns.split()), error)

    return mistake


_PAGASA, _PAYOKE, _SURYA = (_of("centre", each) for each in ("pag-asa", "payoke", "surya"))
_FIRST, _LAST = _of("centre", "aaa"), _of("centre", "zzz")
_112, _101 = _of("helpline", "be-112"), _of("helpline", "be-101")
_LINE, _SITE = _of("helpline", "be-trafficking-line"), _of("helpline", "be-reporting-site")
_LIEGE = _at(50.6415, 5.5655)["location"]

PHONES: tuple[Mistake, ...] = (
    _PAGASA("a digit in both forms of a phone", _phone("+3225116465", "+32 2 511 64 65")),
    _PAGASA("a digit in a phone without a printed form", _phone("+3225116465")),
    _PAGASA(
        "a digit in one form of a phone",
        _phone("+3225116465", "+32 2 511 64 64"),
        error="same number",
    ),
    _PAGASA("a phone without a plus", _phone("025116464"), error="+"),
    _PAGASA("a short number as a phone", _phone("112"), error="+"),
    _PAGASA("an unknown kind of phone", _phone("+3225116464", kind="home"), error="Use one of"),
    _PAGASA("a phone of another country", _phone("+35226123456"), warns="foreign-phone"),
    _PAGASA("the phone of a centre that sorts later", _phone("+3232011690"), warns="shared-phone"),
    _SURYA("the phone of a centre that sorts earlier", _phone("+3225116464"), warns="shared-phone"),
    _FIRST(
        "a new centre with a phone of another",
        {**_phone("+3225116464"), **_at(50.8467, 4.3525)},
        warns="shared-phone",
    ),
    _LAST(
        "the same, with a later id",
        {**_phone("+3225116464"), **_at(50.8467, 4.3525)},
        warns="shared-phone",
    ),
    _PAGASA("no phone any more", {"phones": None}, HIDES, warns="no-phone"),
    _PAGASA(
        "a second phone",
        {"phones": [*_phone("+3225116464")["phones"], *_phone("+3225116465")["phones"]]},
    ),
    _PAGASA(
        "hours of a phone that cannot be read",
        {"phones": [{"number": "+3225116464", "kind": "main", "hours": "nine to five"}]},
        error="opening hours",
    ),
)
HELPLINES: tuple[Mistake, ...] = (
    _LINE("a digit of the line", {"number": "+3278055801", "display": None}, TYPED, SECOND),
    _LINE("another printed form", {"display": "+32 78 05 58 00"}, TYPED, SECOND),
    _LINE("two forms of a helpline that differ", {"number": "+3278055801"}, error="same number"),
    _LINE("the national line in another country", {"countries": ["BE", "LU"]}, TYPED, SECOND),
    _LINE("the national line by day", {"hours": "Mo-Fr 09:00-17:00"}, TYPED, SECOND),
    _LINE("unknown hours of the national line", {"hours": None}, TYPED, SECOND),
    _LINE("hours of a helpline that cannot be read", {"hours": "always"}, error="opening hours"),
    _LINE("a helpline without a name", {"name": None}, error="required"),
    _LINE("another name", {"name": {"en": "Call before you go"}}),
    _LINE("no country", {"countries": None}, error="required"),
    _LINE("the national line removed", None, TYPED, SECOND),
    _101("the police number removed", None, TYPED, SECOND),
    _101("a note at the police number", {"note": {"en": "Do not call."}}),
    _112("the last emergency number removed", None, error="emergency"),
    _112("the last emergency number as the police", {"kind": "police"}, error="emergency"),
    _112("the last emergency number of another country", {"countries": ["LU"]}, error="emergency"),
    _SITE("another site to report at", {"url": "https://stoptraitte.be/"}, TYPED, SECOND),
    _SITE("a web site without https", {"url": "http://www.stoptraite.be/"}, error="https"),
    _SITE("the web site to report at removed", None, TYPED, HIDES),
)
PLACES: tuple[Mistake, ...] = (
    _PAGASA("latitude and longitude swapped", _at(4.3497, 50.8428), error="km from the middle"),
    _PAGASA("moved by 100 km", _at(51.7, 4.35), error="km from the middle"),
    _PAGASA("moved by 18 km", _at(50.6810, 4.3497), warns="outside-postcode"),
    _PAGASA("moved by 1 km", _at(50.8518, 4.3497)),
    _PAGASA("latitude beyond the pole", _at(508428, 4.3497), error="90"),
    _PAGASA("the postcode alone", {"address": {"postal_code": "4000"}}, error="km from the middle"),
    _PAGASA(
        "postcode and point of another town",
        {"address": {"postal_code": "4000"}, "location": _LIEGE},
    ),
    _PAGASA("the town of another place", {"address": {"locality": {"fr": "Liège"}}}),
    _PAGASA("an unknown postcode", {"address": {"postal_code": "9999"}}, warns="unknown-postcode"),
    _PAGASA("no postcode", {"address": {"postal_code": None}}, error="required"),
    _PAGASA("a region of another country", {"address": {"subdivision": "FR-IDF"}}, error="region"),
    _PAGASA(
        "a country without emergency number",
        {"address": {"country": "CH", "subdivision": None}},
        error="emergency",
    ),
    _PAGASA("a hidden address", {"address_visibility": "hidden"}, HIDES, warns="hidden-later"),
    _SURYA(
        "a hidden address whose street is in the e-mail",
        {"address_visibility": "hidden", "email": "rouveroy@example.org"},
        error="name of the street",
    ),
)
OTHERS: tuple[Mistake, ...] = (
    _PAGASA(
        "a typing error in the domain of the e-mail",
        {"email": "info@pagasa.be"},
        warns="other-domain",
    ),
    _PAGASA(
        "a typing error in the web site",
        {"website": "https://www.pagasa.be/"},
        warns="other-domain",
    ),
    _PAGASA(
        "the same typing error in both",
        {"email": "info@pagasa.be", "website": "https://www.pagasa.be/"},
    ),
    _SURYA(
        "another domain than the acknowledged one", {"email": "info@surya.be"}, warns="other-domain"
    ),
    _PAGASA("an e-mail address without a domain", {"email": "info"}, error="e-mail"),
    _PAGASA("a web site without https", {"website": "http://www.pag-asa.be/"}, error="https"),
    _PAGASA("no name", {"name": None}, error="required"),
    _PAGASA("markup in a name", {"name": "<b>PAG-ASA</b>"}, error="<"),
    _PAGASA("another name", {"name": "Payoke"}),
    _PAGASA("an unknown audience", {"audiences": ["everybody"]}, error="Use one of"),
    _PAGASA("an unknown status", {"status": "Active"}, error="Use one of"),
    _PAGASA("permanently closed", {"status": "closed"}),
    _PAGASA("no languages", {"languages": None}),
    _PAGASA("no services", {"services": None}),
    _PAGASA(
        "a language of two letters more",
        {
            "languages": [
                {"code": "fr", "interpreter": False, "source": "lesmarolles"},
                {"code": "nl", "interpreter": False, "source": "flyer"},
                {"code": "en", "interpreter": False, "source": "pag-asa-english"},
                {"code": "ro"},
            ]
        },
        ONE,
    ),
    _PAYOKE(
        "a telephone duty",
        {
            "services": [
                "information",
                "accommodation",
                "psychological",
                "medical",
                "administrative",
                "legal",
                "emergency-duty",
            ]
        },
    ),
    _PAGASA(
        "hours with a comment",
        {"opening_hours": 'Mo-Fr 09:00-17:00 "by appointment"'},
        warns="unclear-hours",
    ),
    _PAGASA(
        "hours that depend on school holidays",
        {"opening_hours": "Mo-Fr 09:00-17:00; SH off"},
        warns="unclear-hours",
    ),
    _PAGASA(
        "a night that meets the next day",
        {"opening_hours": "Sa 22:00-04:00; Su 10:00-12:00"},
        warns="unclear-hours",
    ),
    _PAGASA("hours that cannot be read", {"opening_hours": "nine to five"}, error="opening hours"),
    _PAGASA("hours without a time zone", {"timezone": None}, error="required"),
    _PAGASA("a source that does not exist", {"sources": {"phones": ["nowhere"]}}, error="source"),
    _PAGASA(
        "an area that does not exist",
        {"coverage": ["Brussels"]},
        error="code of a country or region",
    ),
    _SURYA("a centre removed", None),
)
# Values that mislead although they look right.
MISLEADING: tuple[Mistake, ...] = (
    _112("112 as 113", {"number": "113"}, error="emergency number"),
    _112("112 as 911", {"number": "911"}, error="emergency number"),
    _112("112 as 12", {"number": "12"}, error="emergency number"),
    # Other emergency numbers of Belgium, each with a record of its own.
    _112("112 as 100", {"number": "100"}, TYPED, SECOND, warns="no-longer-112"),
    _112("112 as 101", {"number": "101"}, TYPED, SECOND, warns="no-longer-112"),
    _101("101 as 100", {"number": "100"}, TYPED, SECOND),
    _112("office hours of 112", {"hours": "Mo-Fr 09:00-17:00"}, error="24/7"),
    _101("101 as 110", {"number": "110"}, error="emergency number"),
    _101("101 in another country, too", {"countries": ["BE", "NL"]}, error="emergency number"),
    _LINE(
        "a national line of another country",
        {"number": "+31334481187", "display": None},
        TYPED,
        SECOND,
        warns="foreign-phone",
    ),
    _LINE(
        "a premium-rate national line",
        {"number": "+3290012345", "display": "0900 12 345"},
        TYPED,
        SECOND,
        warns="premium-rate",
    ),
    _LINE("a printed number without its 0", {"display": "78055800"}, error="0"),
    _LINE(
        "a national line whose hours are over",
        {"hours": "2020 Mo-Su 00:00-24:00"},
        TYPED,
        SECOND,
        warns="past-hours",
    ),
    _PAGASA("a premium-rate phone", _phone("+3290012345"), warns="premium-rate"),
    _PAGASA("a fax only", _phone("+3225116464", kind="fax"), warns="no-phone"),
    _PAGASA("never open", {"opening_hours": "off"}, error="never"),
    _PAGASA(
        "hours of a past year", {"opening_hours": "2020 Mo-Fr 09:00-17:00"}, warns="past-hours"
    ),
    _PAGASA("times swapped", {"opening_hours": "Mo-Fr 17:00-09:00"}, warns="overnight-hours"),
    _PAGASA("05:00 for 17:00", {"opening_hours": "Mo-Fr 09:00-05:00"}, warns="overnight-hours"),
    _PAGASA("a time zone of another country", {"timezone": "Asia/Tokyo"}, warns="foreign-timezone"),
    _PAGASA("no language", {"languages": [{"code": "und"}]}, error="language"),
    _PAGASA(
        "a hidden address in the description",
        {"address_visibility": "hidden", "description": {"en": "Near Rue des Alexiens 16b"}},
        error="street",
    ),
)
# Numbers that are shown for some time only, or beside the phones: the same rules.
OTHER_NUMBERS: tuple[Mistake, ...] = (
    _PAYOKE(
        "the phone of another centre for some time",
        _for_some_time(_phone("+3242324030")),
        warns="shared-phone",
    ),
    _PAYOKE(
        "a wrong century for the last day",
        _for_some_time(_phone("+3232011691"), until="2206-01-01"),
        warns="temporary-long",
    ),
    _PAYOKE(
        "a temporary phone without a last day",
        _for_some_time(_phone("+3232011691"), until=None, **{"from": "2026-12-01"}),
        error="required",
    ),
    _PAYOKE(
        "only a fax for some time",
        _for_some_time(_phone("+3232011691", kind="fax")),
        error="Visitors do not see a fax",
    ),
    _PAYOKE(
        "a fax beside a phone for some time",
        _for_some_time(_phone("+3232011691"), _phone("+3232011692", kind="fax")),
    ),
    _PAYOKE(
        "a digit in one form of a temporary phone",
        _for_some_time(_phone("+3232011691", "+32 3 201 16 92")),
        error="same number",
    ),
    _PAYOKE(
        "a temporary phone of another country",
        _for_some_time(_phone("+35226123456")),
        warns="foreign-phone",
    ),
    _PAYOKE(
        "a premium-rate temporary phone",
        _for_some_time(_phone("+3290012345")),
        warns="premium-rate",
    ),
    _PAYOKE("another centre's number as a channel", _channel("+3242324030"), warns="shared-phone"),
    _PAYOKE(
        "text messages to another centre",
        _channel("+3242324030", "sms"),
        warns="shared-phone",
    ),
    _PAYOKE("a channel of another country", _channel("+35226123456"), warns="foreign-phone"),
    _PAYOKE("a premium-rate channel", _channel("+3290012345"), warns="premium-rate"),
    _PAYOKE("a short number as a channel of a centre", _channel("1712"), error="+"),
    _PAYOKE("the phone of a helpline", _phone("+3278055800"), warns="shared-phone"),
    _PAYOKE("a helpline's number as a channel", _channel("+3278055800"), warns="shared-phone"),
    _LINE(
        "the number of a centre as a channel of the line",
        _channel("+3232011690"),
        TYPED,
        SECOND,
        warns="shared-phone",
    ),
    _LINE(
        "the number of a centre as the line",
        {"number": "+3232011690", "display": None},
        TYPED,
        SECOND,
        warns="shared-phone",
    ),
    _112("another number as a channel of 112", _channel("113"), error="emergency number"),
)
MISTAKES: tuple[Mistake, ...] = (*PHONES, *HELPLINES, *PLACES, *OTHERS, *MISLEADING, *OTHER_NUMBERS)


def shift_phones(records: Record) -> None:
    """Move the column of phones down by a row; the last number comes first."""
    centres = records["centres"]
    phones = [centre["phones"] for centre in centres]
    for at, centre in enumerate(centres):
        centre["phones"] = phones[at - 1]


def _without(*members: str) -> Callable[[Record], object]:
    def change(records: Record) -> None:
        for centre in records["centres"]:
            for member in members:
                centre.pop(member)

    return change


def _of_each(**members: Any) -> Callable[[Record], object]:
    return lambda records: [centre.update(members) for centre in records["centres"]]


# Changes of a whole file, and what each error says.
IN_A_FILE: Mapping[str, tuple[Callable[[Record], object], tuple[str, ...]]] = {
    "a column of phones that is shifted by a row": (
        shift_phones,
        (
            "+3225116464 from pag-asa to payoke; +3232011690 from payoke to surya",
            "phones of 3 of 3 centres would change or disappear, more than a third: "
            "pag-asa +3225116464 → +3242324030; payoke +3232011690 → +3225116464",
        ),
    ),
    "the columns of phones deleted": (
        _without("phones"),
        ("pag-asa +3225116464 → none; payoke +3232011690 → none; surya +3242324030 → none",),
    ),
    "one e-mail address in each row": (
        _of_each(email="info@example.org"),
        ("pag-asa info@pag-asa.be → info@example.org",),
    ),
    "every address hidden": (
        _of_each(address_visibility="hidden"),
        ("addresses of 3 of 3 centres",),
    ),
    "most rows deleted": (
        lambda records: records.update(centres=records["centres"][:1]),
        ("2 of 3 centres would be removed, more than a third: payoke; surya.",),
    ),
    "hours of 112": (
        lambda records: records["helplines"][0].update(hours="24/7"),
        (
            "112 is what everybody in danger in Belgium is told to dial. "
            "Hours added: Day and night.",
        ),
    ),
}
