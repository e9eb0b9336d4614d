"""A change in plain English, for commands, histories, proposals and the pages of maintainers.

It is written for maintainers who are not programmers: "e-mail changed: a → b". It is complete: each
member of a record that differs has at least one sentence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.changed_values import (
    ChangedValue,
    changed_values,
    number_as_shown,
)
from directory_api.change.cited_sources import gone_with_values
from directory_api.countries.area_name import AreaName
from directory_api.hours.in_words import HoursInWords
from directory_api.place.geometry import chord_m
from directory_api.record.consistency import Steps
from directory_api.record.parts import Location
from directory_api.record.record_value import Record
from directory_api.record.texts import in_languages
from directory_api.record.ways import FACTS, WAYS
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Day, Label, LanguageName, Number
from directory_api.text.normalize import web_domain
from directory_api.text.written import Written


@dataclass(frozen=True, slots=True)
class Sentence:
    """One difference in words.

    `pointer` is a JSON pointer (RFC 6901) into the record after the change, or, for a dropped
    value, before it.
    """

    pointer: str
    text: str


def sentences(change: Change) -> tuple[Sentence, ...]:
    """Return every difference; none if and only if before and after are equal."""
    before, after = change.before, change.after
    if before == after:
        return ()
    if before is None or after is None:
        record = _name(change) or _subject(change)
        text = Message("{action}: {record}", action=_ACTIONS[change.action], record=record)
        return (Sentence("", text),)
    table = _TABLES.get(change.kind)
    if table is None:
        return (Sentence("", Message("{record} changed", record=_subject(change))),)
    gone = gone_with_values(change)
    for_a_time = dict(_for_a_time(before, after))
    if for_a_time and not ("temporary" in before and "temporary" in after):
        for_a_time |= {("temporary", day): None for day in ("from", "until")}
    values = sorted(
        (
            value
            for value in changed_values(before, after)
            if (value.before is None or _list_of(value.steps) not in gone)
            and value.steps[:2] not in for_a_time
        ),
        key=lambda value: table.rank(value.steps),
    )
    return (
        *(Sentence(_pointer(steps), text) for steps, text in for_a_time.items() if text),
        *(sentence for value in values for sentence in table.sentences(value)),
        *(Sentence(_pointer(steps), _removed_sources(steps, ids)) for steps, ids in gone.items()),
    )


def _list_of(steps: Steps) -> Steps:
    """Return the steps to a list of which these lead to an item."""
    return steps[:-1] if steps and isinstance(steps[-1], int) else steps


def _removed_sources(steps: Steps, ids: Sequence[str]) -> Message:
    """Return what is said of the sources that have gone with a value."""
    if len(steps) == 1:
        label: str = Message("sources")
    else:
        label = Message("sources of {member}", member=member_name(str(steps[-1])))
    return Message("{label} dropped with the old value: {item}", label=label, item=Joined.of(ids))


def _on_one_line(address: Mapping[str, Any]) -> Joined:
    """Print an address without its country and its region."""
    town = address.get("locality")
    place = filter(None, (address.get("postcode"), in_languages(town) if town else None))
    return Joined.of(filter(None, (address.get("street"), Joined.of(place, " "))))


# How the values that can hold for a time only are printed.
_FOR_A_TIME: Mapping[str, Callable[[Any], Any]] = {
    "address": _on_one_line,
    "phones": lambda phones: Joined.of(filter(None, map(number_as_shown, phones))),
    "opening_hours": HoursInWords,
}


def _for_a_time(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[Steps, Message | None]]:
    """Yield what is said of each value that a centre has for a time only from now on, or no
    longer, with its steps: when, and which permanent value it takes the place of.
    """
    old, new = (record.get("temporary") or {} for record in (before, after))
    for member, printed in _FOR_A_TIME.items():
        if member in new and member not in old:
            text = _at_that_time(new, printed(new[member]))
            if member in after:
                permanent = printed(after[member])
                text = Message("{what}, instead of {before}", what=text, before=permanent)
            yield ("temporary", member), text
        elif member in old and member not in new:
            text = _at_that_time(old, printed(old[member]))
            yield ("temporary", member), Message("no longer {what}", what=text)


def _at_that_time(temporary: Mapping[str, Any], value: Any) -> Message:
    days = {name: Day(temporary[name]) for name in ("from", "until") if name in temporary}
    if len(days) == 2:
        first, last = days.values()
        return Message("from {first} until {last}: {value}", first=first, last=last, value=value)
    return Message("until {last}: {value}", last=days.get("until", ""), value=value)


def in_one_line(change: Change) -> str:
    """Describe a change in one line: "surya (Sürya): phone changed: … → …; point moved 3.2 km"."""
    if change.before is None or change.after is None or change.kind not in _TABLES:
        changes: Any = _ACTIONS[change.action]
    else:
        found = tuple(sentence.text for sentence in sentences(change))
        changes = Joined(found, "; ") if found else Message("no change")
    return Message("{record}: {changes}", record=_subject(change), changes=changes)


_ACTIONS: Mapping[str, Message] = {
    "added": Message("added"),
    "changed": Message("changed"),
    "removed": Message("removed"),
}


def _subject(change: Change) -> str:
    """Return the label of the changed record: its id, and its name if it has one."""
    if change.kind in COLLECTIONS:
        name = _name(change)
        return Message("{id} ({name})", id=change.id, name=name) if name else change.id
    if change.kind == "directory":
        return Message("the directory")
    called = {"boundary": "boundary of", "table": "postcodes of"}.get(change.kind, change.kind)
    return f"{called} {change.id}"


def _name(change: Change) -> str | None:
    """Return the name of a record, which a Message says in its language if it has several."""
    record = (change.before if change.after is None else change.after) or {}
    name = record.get("name", record.get("publisher"))
    if isinstance(name, Mapping):
        name = in_languages(name)
    return name if isinstance(name, str) else None


# A longer text is cut to this many characters, from a little before the difference.
LONGEST_TEXT = 60
_BEFORE_THE_DIFFERENCE = 15


def _plain_text(value: Any) -> str:
    """Return a value as text in one line, without quotes and brackets."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return ", ".join(map(_plain_text, value))
    return str(value).replace("\n", "↵")


def _shorten(text: str, start: int = 0) -> str:
    """Return at most LONGEST_TEXT characters from `start`, with … for what is omitted."""
    end = start + LONGEST_TEXT
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"


def _cut_around_the_difference(before: str, after: str) -> tuple[str, str]:
    if max(len(before), len(after)) <= LONGEST_TEXT:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    shorter = min(len(before), len(after))
    same = next((place for place, (old, new) in pairs if old != new), shorter)
    start = max(0, same - _BEFORE_THE_DIFFERENCE)
    return _shorten(before, start), _shorten(after, start)


def distance(metres: float) -> Message:
    """Format a distance for people: "140 m", "3.2 km"."""
    if round(metres) < 1:
        return Message("less than a metre")
    if round(metres) < 1000:
        return Message("{metres} m", metres=Number(metres))
    return Message("{km} km", km=Number(metres / 1000, 1))


# How a value is printed. Visitors act on most values, and an attacker may change only the last
# character: these are printed in full. Those of which the row has no function are cut.
_Printed = Callable[[Any], Any]


def _full(value: Any) -> Any:
    """Print any value as it is."""
    return value if isinstance(value, str) else _plain_text(value)


def _word(code: Any) -> Any:
    """Print a word of a closed vocabulary."""
    return _WORDS.get(str(code)) or _spaced(code)


def _web(url: Any) -> Any:
    return url


def _of_text(name: Callable[[str], Any]) -> _Printed:
    """Print a text by what it means, such as a code by its name."""
    return lambda value: name(value) if isinstance(value, str) else _full(value)


def _yes_or_no(value: Any) -> Any:
    if not isinstance(value, bool):
        return _full(value)
    return Message("yes") if value else Message("no")


# The parts of a record that can be confirmed alone.
_PARTS: Mapping[str, Message] = {
    "phones": Message("phones"),
    "address": Message("address"),
    "hours": Message("hours"),
    "web": Message("e-mail and web site"),
}


def _part_confirmed(part: str, confirmed: Any) -> Message:
    label = _PARTS.get(part, part)
    return Message("{part} alone: {what}", part=label, what=_confirmed(confirmed))


def _new_parts(before: Any, after: Any) -> list[str]:
    """Return the parts that were confirmed since, where the confirmation of the whole is the
    same.
    """
    if any(before.get(each) != after.get(each) for each in ("on", "by", "how")):
        return []
    old, new = before.get("parts", {}), after.get("parts", {})
    return [part for part in _PARTS if part in new and new[part] != old.get(part)]


def _confirmed(verified: Any) -> Any:
    if "on" not in verified:
        return confirmation_in_words(verified)
    # Only the day is known of a confirmation that was taken from the public form of a record.
    day = Day(verified["on"])
    if "by" not in verified:
        return day
    name = Written(verified["by"])
    if "how" not in verified:
        return Message("{day} by {name}", day=day, name=name)
    return Message("{day} by {name} ({how})", day=day, name=name, how=Written(verified["how"]))


def confirmation_in_words(verified: Record) -> Joined:
    """Return the confirmation of a whole record, and those of its parts alone."""
    parts = verified.get("parts", {})
    whole = (_confirmed(verified),) if "on" in verified else ()
    alone = (_part_confirmed(*part) for part in parts.items())
    return Joined.of((*whole, *alone), "; ")


def _point(location: Any) -> Any:
    at = f"{location['lat']}, {location['lon']}"
    return Message("{point} ({precision})", point=at, precision=_word(location["precision"]))


def _spoken(spoken: Any) -> Any:
    language = LanguageName(spoken["code"])
    if not spoken.get("interpreter"):
        return language
    return Message("{language} (through an interpreter)", language=language)


def _way(channel: Any) -> Any:
    kind = WAYS.get(channel.get("kind", ""), channel.get("kind"))
    if "address" not in channel:
        return kind
    return Message("{kind}, {address}", kind=kind, address=channel["address"])


def _contested(entry: Any) -> Any:
    return Message(
        "{member} ({sources})",
        member=member_name(entry.get("member", "")),
        sources=Joined.of(entry.get("sources", ())),
    )


def _acknowledged(entry: Any) -> Any:
    return Message(
        "{warning} ({reason})", warning=entry["warning"], reason=_shorten(entry["reason"])
    )


def _source(source: Any) -> Any:
    """Print a source in full: its title and its address are on the page for visitors."""
    shown = (source.get(member) for member in ("title", "publisher", "url"))
    return ", ".join(filter(None, shown))


# What is said of values, by their steps: a label, and how they are printed. `*` is an item of a
# list, or a member of any name, as of texts by language, which the label names as well.
_Row = tuple[str, _Printed | None]
_Rows = Mapping[str, _Row]


def _below(steps: str, rows: _Rows) -> _Rows:
    return {f"{steps}/{path}": row for path, row in rows.items()}


_ADDRESS: _Rows = {
    "street": (Message("street"), None),
    "street_translations/*": (Message("street"), None),
    "postcode": (Message("postcode"), None),
    "locality/*": (Message("town"), None),
    "country": (Message("country"), _of_text(CountryName)),
    "subdivision": (Message("region"), _of_text(AreaName)),
}
_PHONES: _Rows = {
    "*": (Message("phone"), number_as_shown),
    "*/number": (Message("phone"), _full),
    "*/display": (Message("printed form of the phone"), _full),
    "*/kind": (Message("kind"), _word),
    "*/languages/*": (Message("language"), _of_text(LanguageName)),
    "*/hours": (Message("hours"), _of_text(HoursInWords)),
    "*/note/*": (Message("note"), _full),
}
_LANGUAGES: _Rows = {
    "*": (Message("language"), _spoken),
    "*/interpreter": (Message("through an interpreter"), _yes_or_no),
}
_CHANNELS: _Rows = {
    "*": (Message("way to reach it"), _way),
    "*/kind": (Message("kind"), _of_text(lambda kind: WAYS.get(kind, kind))),
    "*/address": (Message("number or address"), _full),
    **_below("*/languages", _LANGUAGES),
    "*/hours": (Message("hours"), _of_text(HoursInWords)),
    "*/cost": (Message("cost"), _of_text(lambda cost: FACTS["cost"].get(cost, cost))),
    "*/on_phone_bill": (Message("on the phone bill"), _yes_or_no),
    "*/needs_account": (Message("needs an account, an app or a registration"), _yes_or_no),
    "*/audible": (Message("makes sound"), _yes_or_no),
    "*/eligibility/*": (Message("for whom"), _full),
    "*/note/*": (Message("note"), _full),
    "*/sources/*": (Message("source"), _full),
}
_SAME: _Rows = {
    "verified": (Message("confirmation"), _confirmed),
    "acknowledged/*": (Message("acknowledged warning"), _acknowledged),
}
_CENTRE: _Rows = {
    "name": (Message("name"), None),
    "name_translations/*": (Message("name"), None),
    "kind": (Message("kind"), _word),
    "status": (Message("status"), _word),
    "closed_until": (Message("closed until"), _of_text(Day)),
    "closed_reason/*": (Message("reason of the closure"), _full),
    "description/*": (Message("description"), None),
    **_below("address", _ADDRESS),
    "address_visibility": (Message("address visibility"), _word),
    "location": (Message("point"), _point),
    **_below("phones", _PHONES),
    "email": (Message("e-mail"), _full),
    "website": (Message("web address"), _web),
    **_below("channels", _CHANNELS),
    **_below("languages", _LANGUAGES),
    "services/*": (Message("service"), lambda code: Label("service", str(code))),
    "audiences/*": (Message("audience"), lambda code: Label("audience", str(code))),
    "opening_hours": (Message("opening hours"), _of_text(HoursInWords)),
    "timezone": (Message("time zone"), None),
    "coverage/*": (Message("area covered"), _of_text(AreaName)),
    "temporary/from": (Message("first day of the temporary values"), _of_text(Day)),
    "temporary/until": (Message("last day of the temporary values"), _of_text(Day)),
    "temporary/note/*": (Message("note on the temporary values"), _full),
    **_below("temporary/address", _ADDRESS),
    "temporary/location": (Message("point"), _point),
    **_below("temporary/phones", _PHONES),
    "temporary/opening_hours": (Message("temporary opening hours"), _of_text(HoursInWords)),
    "sources/*": (Message("sources of {member}"), None),
    "sources/*/*": (Message("source of {member}"), _full),
    "contested/*": (Message("contested"), _contested),
    "contested/*/sources/*": (Message("source"), _full),
    "contested/*/value": (Message("value"), _full),
    "contested/*/note/*": (Message("note"), _full),
    **_SAME,
}
_HELPLINE: _Rows = {
    "number": (Message("number"), _full),
    "display": (Message("printed form of the number"), _full),
    "kind": (Message("kind"), _word),
    "url": (Message("web address"), _web),
    "url_translations/*": (Message("web address"), _web),
    "name/*": (Message("name"), None),
    "countries/*": (Message("country"), _of_text(CountryName)),
    "hours": (Message("hours"), _of_text(HoursInWords)),
    **_below("channels", _CHANNELS),
    "note/*": (Message("note"), _full),
    "sources/*": (Message("source"), _full),
    **_SAME,
}
_DIRECTORY: _Rows = {
    "publisher": (Message("publisher"), _full),
    "licence/name": (Message("licence"), _full),
    "licence/url": (Message("address of the licence"), _full),
    "sources/*": (Message("source"), _source),
    "sources/*/title": (Message("title"), _full),
    "sources/*/publisher": (Message("publisher"), _full),
    "sources/*/url": (Message("url"), _full),
    "sources/*/published": (Message("date"), _of_text(Day)),
    "sources/*/accessed": (Message("month in which it was read"), _of_text(Day)),
    "sources/*/retired": (Message("retired"), _yes_or_no),
}
# What is said before the change of a value of an item of these lists.
_OF_ITEM: Mapping[str, Callable[[Any], Message]] = {
    "phones": lambda phone: Message("phone {number}", number=number_as_shown(phone)),
    "languages": lambda spoken: Message(
        "language {language}", language=LanguageName(spoken["code"])
    ),
    "channels": lambda channel: Message("way to reach it ({way})", way=_way(channel)),
    "contested": lambda entry: Message(
        "contested {member}", member=member_name(entry.get("member", ""))
    ),
    "acknowledged": lambda entry: Message(
        "acknowledged warning {warning}", warning=entry["warning"]
    ),
    "sources": lambda source: Message("source {title}", title=source["title"]),
}
# Members of an item that are the item itself, for a reader.
_ITSELF = frozenset({"number", "display"})
# The same of values that hold for a time only.
_TEMPORARY: Mapping[str | int, Message] = {
    "address": Message("temporary address"),
    "location": Message("temporary address"),
    "phones": Message("temporary phones"),
}


class _Table:
    """The rows of one kind of records."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        # By the steps of every row, and of all that leads to one: the place of the first.
        self._ranks: dict[str, int] = {}
        for place, path in enumerate(rows):
            steps = path.split("/")
            for length in range(1, len(steps) + 1):
                self._ranks.setdefault("/".join(steps[:length]), place)

    def rank(self, steps: Steps) -> tuple[int, str]:
        """Return where the sentence about a value comes."""
        paths = (self._path(steps[:length]) for length in range(len(steps), 0, -1))
        rank = next((self._ranks[path] for path in paths if path in self._ranks), len(self._rows))
        return rank, "" if rank < len(self._rows) else str(steps[0])

    def sentences(self, value: ChangedValue) -> Iterator[Sentence]:
        """Yield what is said of a value."""
        steps = value.steps
        path = self._path(steps)
        label, printed = self._rows.get(path, (member_name(str(steps[-1])), None))
        if "{member}" in label:
            label = label.format(member=member_name(str(steps[1])))
        elif path.endswith("/*") and isinstance(steps[-1], str):
            language = LanguageName(steps[-1])
            label = Message("{label} ({language})", label=label, language=language)
        for rest, text in _value_sentences(value, label, printed):
            yield Sentence(_pointer((*steps, *rest)), _with_items(text, value))

    def _path(self, steps: Steps) -> str:
        """Return the key of a value in the table; of an unknown one, as far as it is known."""
        path = ""
        for step in steps:
            exact, any_ = f"{path}/{step}".lstrip("/"), f"{path}/*".lstrip("/")
            path = exact if exact in self._ranks else any_ if any_ in self._ranks else exact
        return path


_TABLES: Mapping[str, _Table] = {
    "centre": _Table(_CENTRE),
    "helpline": _Table(_HELPLINE),
    "directory": _Table(_DIRECTORY),
}


def _value_sentences(
    value: ChangedValue, label: str, printed: _Printed | None
) -> Iterator[tuple[Steps, Message]]:
    """Yield what is said of a value, with the steps below it."""
    before, after, name = value.before, value.after, value.steps[-1]
    if value.is_reordered:
        items = label if value.steps[:-1] == ("sources",) else member_name(str(name))
        yield (), Message("order of {items} changed", items=items)
    elif before is None and after is None:
        yield (), Message("{label} is written differently", label=label)
    elif before is None or after is None:
        side = after if before is None else before
        item = printed(side) if printed else _shorten(_plain_text(side))
        pattern = _ADDED if before is None else _DROPPED
        yield (), pattern.format(label=label, item=item)
    elif name == "location":
        yield from _point_moves(label, before, after)
    elif name == "verified" and (new := _new_parts(before, after)):
        for part in new:
            item = _part_confirmed(part, after["parts"][part])
            yield ("parts", part), Message("confirmed {item}", item=item)
    elif name == "verified" and {**before, "digest": ""} == {**after, "digest": ""}:
        day = Day(after["on"])
        yield ("digest",), Message("noted which values were verified on {day}", day=day)
    else:
        yield (), _changed(label, printed, before, after)


_ADDED = Message("{label} added: {item}")
_DROPPED = Message("{label} dropped: {item}")


def _changed(label: str, printed: _Printed | None, before: Any, after: Any) -> Message:
    if printed is None:
        old, new = _cut_around_the_difference(_plain_text(before), _plain_text(after))
    else:
        old, new = printed(before), printed(after)
        domains = (web_domain(before), web_domain(after)) if printed is _web else ("", "")
        # A new domain may have another owner; another page of the same domain does not.
        if all(domains) and domains[0] != domains[1]:
            label, (old, new) = Message("domain of the {label}", label=label), domains
    if str(old) == str(new):  # two texts may mean the same
        old, new = _plain_text(before), _plain_text(after)
    return Message("{label} changed: {before} → {after}", label=label, before=old, after=new)


def _point_moves(label: str, before: Any, after: Any) -> Iterator[tuple[Steps, Message]]:
    """Yield how far a point moved (a chord, in metres), and its precision."""
    old, new = Location.from_record(before), Location.from_record(after)
    if old.point != new.point:
        far = distance(chord_m(old.point, new.point))
        yield (), Message("point moved {distance}", distance=far)
    if old.precision != new.precision:
        precision = Message("precision of the {label}", label=label)
        yield ("precision",), _changed(precision, _word, old.precision, new.precision)
    if (old.point, old.precision) == (new.point, new.precision):
        yield (), Message("{label} is written differently", label=label)


def _with_items(text: Message, value: ChangedValue) -> Message:
    """Put before a sentence which items of lists it is about, and whether it is for a time."""
    steps, items = value.steps, iter(value.items)
    inside = steps[1:2] if steps[0] == "temporary" else ()
    before = [_TEMPORARY[step] for step in inside if step in _TEMPORARY]
    for place, step in enumerate(steps[:-1]):
        if isinstance(step, int) and steps[place + 1] not in _ITSELF:
            before.append(_OF_ITEM[str(steps[place - 1])](next(items)))
    for item in reversed(before):
        text = Message("{item}: {change}", item=item, change=text)
    return text


def _pointer(steps: Steps) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _spaced(code: Any) -> str:
    return str(code).replace("_", " ")


def member_name(name: str) -> str:
    """Return what a member is called in a sentence."""
    return _MEMBERS.get(name) or _spaced(name)


_MEMBERS: Mapping[str, Message] = {
    "name": Message("name"),
    "status": Message("status"),
    "description": Message("description"),
    "address": Message("address"),
    "location": Message("location"),
    "phones": Message("phones"),
    "email": Message("e-mail"),
    "website": Message("web site"),
    "channels": Message("ways to reach it"),
    "languages": Message("languages"),
    "services": Message("services"),
    "audiences": Message("audiences"),
    "opening_hours": Message("opening hours"),
    "temporary": Message("values for some time only"),
    "coverage": Message("area covered"),
    "sources": Message("sources"),
    "contested": Message("contested values"),
    "acknowledged": Message("acknowledged warnings"),
    "number": Message("number"),
    "hours": Message("hours"),
    "countries": Message("countries"),
}
# Of all vocabularies but those of which visitors read the labels.
_WORDS: Mapping[str, Message] = {
    "active": Message("active"),
    "temporarily_closed": Message("temporarily closed"),
    "closed": Message("closed"),
    "public": Message("public"),
    "locality": Message("locality"),
    "hidden": Message("hidden"),
    "exact": Message("exact"),
    "street": Message("street"),
    "postcode": Message("postcode"),
    "municipality": Message("municipality"),
    "main": Message("main"),
    "duty": Message("duty"),
    "mobile": Message("mobile"),
    "fax": Message("fax"),
    "specialised_centre": Message("specialised centre"),
    "reception_centre": Message("reception centre"),
    "emergency": Message("emergency"),
    "police": Message("police"),
    "national_line": Message("national line"),
    "other_line": Message("other line"),
    "reporting_site": Message("reporting site"),
    "child_line": Message("child line"),
}
