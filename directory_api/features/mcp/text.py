"""Answers of /v1 as short plain English, for clients that show a model the text only.

Helplines come first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from directory_api.hours.in_words import HoursInWords
from directory_api.record.helplines import EUROPEAN, for_some
from directory_api.record.records import Contested, Helpline, Texts, address_line, text_in
from directory_api.record.vocabulary import DUTY
from directory_api.record.ways import KINDS, Way, facts, ways
from directory_api.search.query import FILTERS
from directory_api.text.translations import ENGLISH, country_names, words

_ELSEWHERE = (
    "In danger, call the emergency number of the country where the person is; in Europe it is 112."
)
# Problems of places that are probably abroad, where a short number may be a different or unused
# one.
_ABROAD = ("postcode-foreign", "country-unsupported")
_UNCERTAIN = (
    "Either of these could be the closest, since the places are not known more exactly: name both."
)
_STATES = {"open": "open", "closed": "closed", "unknown": "opening hours not known"}
_STATES_ARE_OF_NOW = " Each office's state, below, is that of now, not of the time asked for."
_PHRASES = {
    "language": "to speak this language",
    "service": "to offer this service",
    "audience": "to be for these people",
    "open_at": "to be open then",
}


def brief(answer: Mapping[str, Any], home: str | None) -> Mapping[str, Any]:
    """Return an answer or a problem with the helplines of a short list; `home` is the directory's
    own country (ISO 3166-1), if it is known.
    """
    lines = answer["helplines"]
    own = [Helpline.from_record(line) for line in lines if home in line["countries"]]
    left_out = for_some(own)
    return {**answer, "helplines": [line for line in lines if line["id"] not in left_out]}


def in_words(answer: Any, today: date, country: str = "") -> Any:
    """Return an answer with its opening hours in English words instead of OpenStreetMap's syntax,
    from a day on. `country` (ISO 3166-1) is that of the record around a part.
    """
    if isinstance(answer, list | tuple):
        return [in_words(each, today, country) for each in answer]
    if not isinstance(answer, Mapping):
        return answer
    of_centre, of_line = answer.get("address"), answer.get("countries")
    if isinstance(of_centre, Mapping):
        country = of_centre.get("country", country)
    elif of_line:
        country = of_line[0]
    return {
        name: str(HoursInWords(value, country, today))
        if name in ("hours", "opening_hours") and isinstance(value, str)
        else in_words(value, today, country)
        for name, value in answer.items()
    }


def nearest(answer: Mapping[str, Any], query: Mapping[str, Any]) -> list[str]:
    """Return the answer to /v1/nearest as lines."""
    results, outside = answer["results"], answer["outside_coverage"]
    lines = [f"{rank}. {_result(result)}" for rank, result in enumerate(results, start=1)]
    responsible = ", ".join(
        f"{centre['name']} (id {centre['id']})" for centre in answer["responsible"]
    )
    return [
        # Before the helplines, which may not be valid in the person's country.
        *([answer["notice"]["en"]] if outside else []),
        *_helplines(answer["helplines"], answer["countries"]),
        *_undecided(answer),
        *_filtered(answer, query),
        *(["Closest centres:", *lines] if lines else []),
        *_temporarily_closed(answer),
        *_preferred(answer),
        *([f"Responsible for this area: {responsible}"] if responsible else []),
        *_alternatives(answer),
    ]


def details(centre: Mapping[str, Any], _query: Mapping[str, Any]) -> list[str]:
    """Return the answer to /v1/centres/{id} as lines."""
    members = {
        "Opening hours": centre.get("opening_hours"),
        "Languages": ", ".join(spoken["code"] for spoken in centre.get("languages", ())),
        "Services": ", ".join(centre.get("services", ())),
    }
    more = (f"{name}: {value}" for name, value in members.items() if value)
    return [*_helplines_as_one(centre["helplines"]), _centre(centre), *more]


def helplines(answer: Mapping[str, Any], _query: Mapping[str, Any]) -> list[str]:
    """Return the answer to /v1/helplines as lines."""
    return _helplines(answer["helplines"], [answer["country"]])


def problem(body: Mapping[str, Any]) -> list[str]:
    """Return a problem with every fault and suggestion, as lines."""
    faults = [
        _joined((fault.get("parameter") or fault.get("pointer"), fault["detail"]))
        for fault in body["errors"]
    ]
    # Addresses of /v1 are useless here. For an unsupported country, suggestions of other countries
    # are left out, too.
    useless = {"href", "country"} if body["type"].endswith("country-unsupported") else {"href"}
    hints = [hint["detail"] for hint in body["suggestions"] if useless.isdisjoint(hint)]
    abroad = body["type"].endswith(_ABROAD)
    return [
        *([_ELSEWHERE] if abroad else []),
        *(_helplines(body["helplines"], []) if abroad else _helplines_as_one(body["helplines"])),
        f"{body['title']}. {body['detail']}",
        *(f"- {line}" for line in (*faults, *hints)),
    ]


def _undecided(answer: Mapping[str, Any]) -> list[str]:
    """Return which two centres may be the closest, if it is not certain."""
    names = {result["centre"]["id"]: result["centre"]["name"] for result in answer["results"]}
    both = " and ".join(names[identity] for identity in answer.get("undecided", ()))
    return [f"{_UNCERTAIN} {both}."] if both else []


def _alternatives(answer: Mapping[str, Any]) -> list[str]:
    """Return the other places that have the name that was sent."""
    hints = [f"- {hint['detail']}" for hint in answer.get("alternatives", ())]
    return (
        ["Other places have this name, too. Ask if one of them is meant:", *hints] if hints else []
    )


def _filtered(answer: Mapping[str, Any], query: Mapping[str, Any]) -> list[str]:
    """Return a note on what the filters left out: a centre may offer what is not recorded."""
    filters = ", ".join(
        _PHRASES.get(name, f"to pass the filter {name}") for name in FILTERS if name in query
    )
    unknown, closest = answer.get("hours_unknown"), answer.get("closest")
    hours = f" The opening hours of {unknown} more are not known." if unknown else ""
    closer = [f"The closest centre without the filter: {_result(closest)}"] if closest else []
    if not filters:
        return [] if answer["results"] else ["This directory has no centre to go to at the moment."]
    if answer["results"]:
        states = "" if query.get("open_at") in (None, "now") else _STATES_ARE_OF_NOW
        return [f"Only centres that are recorded {filters}.{hours}{states}", *closer]
    return [
        f"No centre is recorded {filters}. That does not mean that none can help.{hours}",
        *closer,
    ]


def _temporarily_closed(answer: Mapping[str, Any]) -> list[str]:
    """Return the centres that would be among the closest if they were open."""
    closed = answer.get("temporarily_closed", ())
    lines = [f"- {_result(result)}" for result in closed]
    return ["As close, but temporarily closed:", *lines] if lines else []


def _preferred(answer: Mapping[str, Any]) -> list[str]:
    """Return which centre speaks a preferred language."""
    preferred = answer.get("preferred")
    if preferred is None:
        return []
    rank = preferred.get("rank")
    which = f"number {rank} of these" if rank else _result(preferred)
    return [f"The closest centre that is recorded to speak {preferred['language']}: {which}"]


def _helplines(lines: Sequence[Mapping[str, Any]], countries: Sequence[str]) -> list[str]:
    """Return the helplines for a place in one of some countries, in the order to try them.

    Those of other countries have their country and the number as it is dialled there, and so have
    all if there is not just one country.
    """
    own = [line for line in lines if len(countries) == 1 and countries[0] in line["countries"]]
    abroad = [line for line in lines if line not in own]
    if not own:
        # Countries may have one number in common.
        told = dict.fromkeys(map(_from_abroad, abroad))
        return ["Helplines: give them first, each with its country.", *told]
    return [
        "Helplines: give them first. In danger, call the first at once.",
        *map(_helpline, own),
        *map(_from_abroad, abroad),
    ]


def _helplines_as_one(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the helplines of an answer without a place: its country is that of the first."""
    return _helplines(lines, lines[0]["countries"][:1])


def _helpline(line: Mapping[str, Any]) -> str:
    reach = line.get("display") or line.get("number") or line["url"]
    return f"{_line(line, reach)}{_channels(line)}"


def _from_abroad(line: Mapping[str, Any]) -> str:
    number = line.get("number")
    if number == EUROPEAN:
        return _line(line, number)
    inland = "" if number is None or number.startswith("+") else " (only there)"
    countries = country_names(line["countries"], ENGLISH)
    return _line(line, f"{countries}: {number or line['url']}{inland}")


def _line(line: Mapping[str, Any], reach: str) -> str:
    return (
        f"- {reach}{_bracketed(line.get('hours'), _english(line.get('note')))}: "
        f"{_english(line['name'])}"
    )


def _channels(line: Mapping[str, Any]) -> str:
    """Return what the channels of a helpline say: each with what is known of it."""
    if not line.get("channels"):
        return ""
    found = (_way(way, line) for way in ways(Helpline.from_record(line)))
    return f". Ways: {'; '.join(filter(None, found))}"


def _way(way: Way, line: Mapping[str, Any]) -> str:
    is_shown = way.address in (line.get("number"), line.get("url"))
    hours = None if way.hours == line.get("hours") else way.hours
    known = (*facts(way), hours, _english(way.for_whom), _english(way.note))
    said = _bracketed(*(None if each is None else str(each) for each in known))
    address = f" {way.address}" if way.address and not is_shown else ""
    return f"{KINDS[way.kind]}{address}{said}"


def _result(result: Mapping[str, Any]) -> str:
    return f"{_distance(result)}: {_centre(result['centre'])}"


def _distance(result: Mapping[str, Any]) -> str:
    metres = result["distance_m"]
    distance = f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"
    return f"{distance}, as far as another" if result["tied"] else distance


def _centre(centre: Mapping[str, Any]) -> str:
    phones = ", ".join(_phone(phone) for phone in centre.get("phones", ()))
    active = centre["status"] == "active"
    parts = (
        f"{centre['name']} (id {centre['id']})",
        None if active else _closure(centre),
        phones or "no phone is known",
        centre.get("email"),
        centre.get("website"),
        _address(centre),
        _state(centre) if active else None,
        _temporary(centre),
        _record(centre),
        *map(_contested, centre.get("contested", ())),
    )
    return "; ".join(part for part in parts if part)


def _temporary(centre: Mapping[str, Any]) -> str | None:
    """Return until when temporary values hold, with their names; None if none do."""
    temporary = centre.get("temporary", {})
    names = [name for name in ("address", "phones", "opening_hours") if name in temporary]
    if "permanent" not in centre:
        return None
    return f"only until {temporary['until']}: {', '.join(names).replace('_', ' ')}"


def _record(centre: Mapping[str, Any]) -> str:
    """Return how fresh the record is."""
    changed = centre.get("verified", {}).get("changed_since")
    return f"record {centre['freshness']}{', changed since it was confirmed' if changed else ''}"


def _closure(centre: Mapping[str, Any]) -> str:
    """Return that a centre is closed, until when and why, as far as that is known."""
    until = f" until {centre['closed_until']}" if "closed_until" in centre else ""
    state = words(ENGLISH)[f"status.{centre['status']}"].upper()
    return _joined((f"{state}{until}", _english(centre.get("closed_reason"))))


def _contested(entry: Mapping[str, Any]) -> str:
    """Return what sources disagree about; the sentences of a part end without a full stop."""
    sentences = (words(ENGLISH)[Contested(member=entry["member"]).key], _english(entry.get("note")))
    return _joined(sentences, " ").removesuffix(".")


def _phone(phone: Mapping[str, Any]) -> str:
    kind = None if phone["kind"] == "main" else phone["kind"]
    number = phone.get("display") or phone["number"]
    return f"{number}{_bracketed(kind, phone.get('hours'), _english(phone.get('note')))}"


def _address(centre: Mapping[str, Any]) -> str:
    """Return the published address; a hidden one has neither street nor postcode."""
    address = centre["address"]
    town = _english(address["locality"])
    return address_line(address.get("street"), address.get("postal_code"), town)


def _state(centre: Mapping[str, Any]) -> str:
    state = _STATES[centre["open_state"]]
    if state == "closed" and centre.get("next_state") == "unknown":
        state = "closed now (when it opens is not known)"
    else:
        state = _joined((state, centre.get("next_change")), " until ")
    if centre["open_state"] == "unknown":
        return state
    if centre["open_state"] != "closed" or DUTY not in centre.get("services", ()):
        return f"the office is {state}"
    return f"the office is {state}, {words(ENGLISH)[f'service.{DUTY}'].lower()}: call"


def _english(texts: Texts | None) -> str | None:
    """Return the text in English, else in another language."""
    return text_in(texts, ENGLISH) if texts else None


def _bracketed(*parts: str | None) -> str:
    text = _joined(parts, "; ")
    return f" ({text})" if text else ""


def _joined(parts: Iterable[str | None], by: str = ": ") -> str:
    return by.join(part for part in parts if part)
