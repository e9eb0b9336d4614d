"""The questions about a record, with what it says now, and the answers to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from directory_api.countries.area_name import AreaName
from directory_api.hours.in_words import HoursInWords
from directory_api.record.in_languages import AddressLine, in_languages
from directory_api.record.records import (
    WHERE,
    Address,
    Centre,
    Channel,
    Helpline,
    Phone,
    Spoken,
    Temporary,
)
from directory_api.record.validators import plain_text_fault
from directory_api.record.ways import KINDS, facts
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Day, Label, LanguageName

# Writes hours in words, in a country and from a day on.
_InWords = Callable[[str], HoursInWords]
# What sources may disagree about (vocabulary.CONTESTABLE).
_MEMBERS = {
    "address": Message("address"),
    "phones": Message("phones"),
    "email": Message("e-mail"),
    "website": Message("web site"),
    "languages": Message("languages"),
    "services": Message("services"),
    "audiences": Message("audiences"),
    "opening_hours": Message("opening hours"),
}
RIGHT, NO_ANSWER, DIFFERS = "right", "none", "differs"
MAX_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what the record says. `part` is the part of the record whose form has it, and
    `confirms` is whether the record is confirmed only if this is right.
    """

    key: str
    part: str
    label: str
    text: str
    values: tuple[str, ...]
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a form: the choice and the text of each question by key, and the faults."""

    choices: Mapping[str, str]
    texts: Mapping[str, str]
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers mean, as labels of questions: what is right, what the centre said instead,
    and what has to be right for a confirmation but was not answered.
    """

    right: tuple[str, ...]
    differs: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    is_confirmed: bool

    @property
    def how(self) -> str:
        """How the record was confirmed."""
        return str(Message("called; right: {written}", written=Joined.of(self.right)))


def questions(record: Centre | Helpline, today: date) -> tuple[Question, ...]:
    """Return the questions, those that a confirmation is about first; hours are from a day on."""
    if isinstance(record, Centre):
        return tuple(_of_centre(record, today))
    return tuple(_of_helpline(record, today))


def numbers(record: Centre | Helpline) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers to call: as dialled, as printed, and of which kind."""
    if isinstance(record, Helpline):
        return ((record.number, record.display or record.number, ""),) if record.number else ()
    return tuple(
        (phone.number, phone.display or phone.number, _phone_kind(phone))
        for phone in record.phones
        if phone.kind != "fax"
    )


def disagreements(record: Centre | Helpline) -> tuple[tuple[str, str], ...]:
    """Return what sources disagree about: the member, and what they say; nothing of where a centre
    is whose address is not public.
    """
    if isinstance(record, Helpline):
        return ()
    unsaid = frozenset[str]() if record.address_visibility == "public" else WHERE
    return tuple(
        (member_name(each.member), "" if each.member in unsaid else in_languages(each.note))
        for each in record.contested
    )


def member_name(member: str) -> str:
    """Return the name of what sources may disagree about."""
    return _MEMBERS[member]


def label_of(text: str) -> str:
    """Return the label of a question that was kept as text."""
    return _LABELS.get(text, text)


def answers(asked: tuple[Question, ...], sent: Mapping[str, str]) -> Answers:
    """Return the answers in a form. A text is an answer that differs, whatever was chosen."""
    choices, texts, faults = dict[str, str](), dict[str, str](), dict[str, str]()
    for question in asked:
        text = sent.get(f"text.{question.key}", "").strip()
        choice = DIFFERS if text else sent.get(f"answer.{question.key}", "")
        choices[question.key], texts[question.key] = choice, text
        if choice == DIFFERS and not text:
            faults[question.key] = Message("Write what they said.")
        elif len(text) > MAX_ANSWER:
            faults[question.key] = Message("Write at most {most} characters.", most=MAX_ANSWER)
        elif text and (fault := plain_text_fault(text)):
            faults[question.key] = fault
    if not any(choices.values()):
        faults[asked[0].key] = Message("Answer at least one question, or press “Not answered”.")
    return Answers(choices, texts, faults)


def not_answered(asked: tuple[Question, ...]) -> Answers:
    """Return the answers of a call that was not answered."""
    return Answers({each.key: NO_ANSWER for each in asked}, {each.key: "" for each in asked}, {})


def result(asked: tuple[Question, ...], given: Answers) -> Result:
    """Return what answers without faults mean."""

    def labels(choice: Callable[[Question], bool]) -> tuple[str, ...]:
        return tuple(question.label for question in asked if choice(question))

    return Result(
        labels(lambda each: given.choices[each.key] == RIGHT),
        tuple((each.label, given.texts[each.key]) for each in asked if given.texts[each.key]),
        labels(lambda each: each.confirms and given.choices[each.key] not in (RIGHT, DIFFERS)),
        all(given.choices[each.key] == RIGHT for each in asked if each.confirms),
    )


def _of_centre(centre: Centre, today: date) -> Iterator[Question]:
    in_words = partial(HoursInWords, country=centre.address.country, today=today)
    yield Question(
        "phones",
        "phones",
        Message("phones"),
        Message("Are these all your numbers, and which of them answers at night?"),
        tuple(_phone(phone, in_words) for phone in centre.phones),
        confirms=True,
    )
    if centre.address_visibility == "hidden":
        yield Question(
            "address",
            "address",
            Message("address"),
            Message(
                "Is the address still secret? Never say it, and do not ask for it on the phone."
            ),
            (Message("Secret"),),
            confirms=True,
        )
    else:
        line = _line(centre.address, has_street=centre.address_visibility == "public")
        yield Question(
            "address",
            "address",
            Message("address"),
            Message("Is this the address, and since when?"),
            (line,),
            confirms=True,
        )
    yield Question(
        "hours",
        "hours",
        Message("opening hours"),
        Message("When is the office open, and only by appointment?"),
        _hours(centre.opening_hours, in_words),
        confirms=bool(centre.opening_hours),
    )
    if centre.temporary:
        # A confirmation is about the permanent and the temporary values, whichever hold today.
        yield Question(
            "temporary",
            "temporary",
            Message("values for some time only"),
            Message("Are these right, and on which days?"),
            tuple(_temporary(centre.temporary, centre.address_visibility, in_words)),
            confirms=True,
        )
    internet = _known(centre.email, centre.website)
    yield Question(
        "internet",
        "web",
        Message("e-mail and web site"),
        Message("Are the e-mail and the web site right?"),
        internet,
        confirms=bool(internet),
    )
    if centre.channels:
        yield _channels(centre, "phones")
    spoken = tuple(map(_spoken, centre.languages))
    yield Question(
        "languages",
        "languages",
        Message("languages"),
        Message("Which languages do you speak, and for which is there an interpreter?"),
        (Message("{languages}", languages=Joined.of(spoken)),) if spoken else (),
    )
    for_whom = tuple(map(_audience, centre.audiences))
    yield Question(
        "minors", "offers", Message("minors"), Message("Do you take people under 18?"), for_whom
    )
    yield Question(
        "wheelchair",
        "words",
        Message("wheelchair"),
        Message("Can a person in a wheelchair come in?"),
        (),
    )
    yield Question(
        "coverage",
        "area",
        Message("region"),
        Message("Do you help everybody, or only people in your region?"),
        (Message("{areas}", areas=Joined.of(map(AreaName, centre.coverage))),)
        if centre.coverage
        else (),
    )


def _channels(record: Centre | Helpline, part: str) -> Question:
    return Question(
        "channels",
        part,
        Message("ways to reach it"),
        Message("Are these right: what each costs, and whether it is on the phone bill?"),
        tuple(map(_way, record.channels)),
        confirms=True,
    )


def _way(channel: Channel) -> Message:
    known = (KINDS[channel.kind], *filter(None, (channel.address,)), *facts(channel))
    return Message("{known}", known=Joined(known))


def _temporary(temporary: Temporary, visibility: str, in_words: _InWords) -> Iterator[str]:
    """Yield the days of temporary values, then the values."""
    last = Day(temporary.until.isoformat())
    if temporary.from_:
        first = Day(temporary.from_.isoformat())
        yield Message("From {first} until {last}", first=first, last=last)
    else:
        yield Message("Until {last}", last=last)
    yield from (_phone(phone, in_words) for phone in temporary.phones)
    # The schema lets a centre whose address is not public have no temporary one.
    if temporary.address and visibility == "public":
        yield _line(temporary.address)
    yield from _hours(temporary.opening_hours, in_words)


def _line(address: Address, *, has_street: bool = True) -> Message:
    return Message("{address}", address=AddressLine(address, has_street))


def _of_helpline(line: Helpline, today: date) -> Iterator[Question]:
    country = next(iter(line.countries), "")
    in_words = partial(HoursInWords, country=country, today=today)
    yield Question(
        "number",
        "number",
        Message("number"),
        Message("Is this the number in these countries?"),
        (
            Message(
                "{number}: {countries}",
                number=line.display or line.number,
                countries=Joined.of(map(CountryName, line.countries)),
            ),
        ),
        confirms=True,
    )
    yield Question(
        "hours",
        "reach",
        Message("hours"),
        Message("Is it answered day and night? If not, when?"),
        _hours(line.hours, in_words),
        confirms=bool(line.hours),
    )
    yield Question(
        "languages", "reach", Message("languages"), Message("Which languages are spoken?"), ()
    )
    if line.channels:
        yield _channels(line, "number")
        return
    yield Question(
        "cost",
        "reach",
        Message("cost"),
        Message("What does a call cost, and is it on the bill?"),
        (),
    )
    yield Question("chat", "reach", Message("chat"), Message("Is there a chat?"), ())


def _spoken(language: Spoken) -> str:
    name = LanguageName(language.code)
    if language.interpreter:
        return Message("{language} (interpreter)", language=name)
    return Message("{language}", language=name)


def _audience(code: str) -> Message:
    return Message("{audience}", audience=Label("audience", code))


def _phone(phone: Phone, in_words: _InWords) -> str:
    number, kind = phone.display or phone.number, _phone_kind(phone)
    if phone.hours:
        hours = in_words(phone.hours)
        return Message("{number} ({kind}, {hours})", number=number, kind=kind, hours=hours)
    return Message("{number} ({kind})", number=number, kind=kind)


def _phone_kind(phone: Phone) -> Message:
    return Message("{kind}", kind=Label("phone", phone.kind))


def _hours(expression: str | None, in_words: _InWords) -> tuple[Message, ...]:
    return (Message("{hours}", hours=in_words(expression)),) if expression else ()


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)


_LABELS = {
    str(label): label
    for label in (
        Message("phones"),
        Message("address"),
        Message("opening hours"),
        Message("values for some time only"),
        Message("e-mail and web site"),
        Message("ways to reach it"),
        Message("languages"),
        Message("minors"),
        Message("wheelchair"),
        Message("region"),
        Message("number"),
        Message("hours"),
        Message("cost"),
        Message("chat"),
    )
}
