"""The questions about a record, with what it says now, and the answers to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from directory_api.change.sentences import member_name
from directory_api.countries.area_name import AreaName
from directory_api.record.centre_in_words import (
    TemporaryInWords,
    describe_centre,
    known_hours,
)
from directory_api.record.parts import WHERE, Channel
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import in_languages
from directory_api.record.validators import plain_text_fault
from directory_api.record.ways import WAYS, facts
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Day

# What a question is about that is not one member of a record.
_LABELS: Mapping[str, Message] = {
    "internet": Message("e-mail and web site"),
    "minors": Message("minors"),
    "wheelchair": Message("wheelchair"),
    "region": Message("region"),
    "cost": Message("cost"),
    "chat": Message("chat"),
    # Of the page for a centre.
    "else": Message("something else"),
}
RIGHT, NO_ANSWER, DIFFERS = "right", "none", "differs"
MAX_ANSWER = 300
# The buttons that answer all questions at once: with which choice, and what they are called.
_BUTTONS: Mapping[str, tuple[str, str]] = {
    "right": (RIGHT, Message("Everything is right")),
    "unanswered": (NO_ANSWER, Message("Not answered")),
}
# The start of the names of the ticks that end what sources disagree about.
SETTLES = "settles."


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what the record says. `key` is a member of the record, or a key of _LABELS;
    `part` is the part of the record whose form has it, and `confirms` is whether the record is
    confirmed only if this is right.
    """

    key: str
    part: str
    text: str
    values: tuple[str, ...]
    confirms: bool = False

    @property
    def label(self) -> str:
        """What it is about."""
        return label_of(self.key)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a form: the choice and the text of each question by key, and the faults."""

    choices: Mapping[str, str]
    texts: Mapping[str, str]
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers mean, as keys of questions: what is right, what the centre said instead,
    and what has to be right for a confirmation but was not answered.
    """

    right: tuple[str, ...]
    differs: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    is_confirmed: bool

    @property
    def how(self) -> str:
        """How the record was confirmed."""
        return str(
            Message("called; right: {written}", written=Joined.of(map(label_of, self.right)))
        )


def questions(record: Centre | Helpline, say: Speaker) -> tuple[Question, ...]:
    """Return the questions, those that a confirmation is about first, with what the record says in
    a language.
    """
    if isinstance(record, Centre):
        return tuple(_of_centre(record, say))
    return tuple(_of_helpline(record, say))


def disagreements(record: Centre | Helpline) -> tuple[tuple[str, str], ...]:
    """Return what sources disagree about: the member, and what they say; nothing of where a centre
    is whose address is not public.
    """
    if isinstance(record, Helpline):
        return ()
    unsaid = _unsaid(record)
    return tuple(
        (member_name(each.member), "" if each.member in unsaid else in_languages(each.note))
        for each in record.contested
    )


def contested_in(record: Centre | Helpline) -> Mapping[str, tuple[str, ...]]:
    """Return the members about which sources disagree, by the key of the question about them."""
    found: dict[str, tuple[str, ...]] = {}
    if isinstance(record, Centre):
        for member in (each.member for each in record.contested):
            key = "internet" if member in ("email", "website") else member
            if member not in _unsaid(record):
                found[key] = (*found.get(key, ()), member)
    return found


def _unsaid(record: Centre) -> frozenset[str]:
    """Return the members that a call does not name."""
    return frozenset() if record.address_visibility == "public" else frozenset(WHERE)


def label_of(key: str) -> str:
    """Return what a question with a key is about."""
    return _LABELS.get(key) or member_name(key)


def answers(asked: tuple[Question, ...], sent: Mapping[str, str]) -> Answers:
    """Return the answers in a form. A text is an answer that differs, whatever was chosen; a tick
    that ends a contest says that the value is right. The buttons of _BUTTONS answer what is left
    open, and contradict another answer.
    """
    choices, texts, faults = dict[str, str](), dict[str, str](), dict[str, str]()
    rest, button = next((each for name, each in _BUTTONS.items() if name in sent), ("", ""))

    def about(question: Question) -> bool:
        # What the record does not say is neither right nor wrong.
        return bool(question.values) or rest == NO_ANSWER

    for question in asked:
        text = sent.get(f"text.{question.key}", "").strip()
        choice = DIFFERS if text else sent.get(f"answer.{question.key}", "")
        is_settled = f"{SETTLES}{question.key}" in sent
        choice = choice or (RIGHT if is_settled else "")
        choices[question.key], texts[question.key] = choice, text
        if button and about(question) and choice not in ("", rest):
            faults[question.key] = Message(
                "This is not what “{button}” says. Change the answer, or press “Save the answers”.",
                button=button,
            )
        elif choice == DIFFERS and not text:
            faults[question.key] = Message("Write what they said.")
        elif len(text) > MAX_ANSWER:
            faults[question.key] = Message("Write at most {most} characters.", most=MAX_ANSWER)
        elif text and (fault := plain_text_fault(text)):
            faults[question.key] = fault
        elif is_settled and choice != RIGHT:
            faults[question.key] = Message(
                "You have ticked at the end of the sheet that this is right. Choose one of both."
            )
    if button and not faults:
        choices |= {each.key: choices[each.key] or rest for each in asked if about(each)}
    elif not any(choices.values()):
        faults[asked[0].key] = Message("Answer at least one question, or press “Not answered”.")
    return Answers(choices, texts, faults)


def result(asked: tuple[Question, ...], given: Answers) -> Result:
    """Return what answers without faults mean."""

    def keys(choice: Callable[[Question], bool]) -> tuple[str, ...]:
        return tuple(question.key for question in asked if choice(question))

    return Result(
        keys(lambda each: given.choices[each.key] == RIGHT),
        tuple((each.key, given.texts[each.key]) for each in asked if given.texts[each.key]),
        keys(lambda each: each.confirms and given.choices[each.key] not in (RIGHT, DIFFERS)),
        all(given.choices[each.key] == RIGHT for each in asked if each.confirms),
    )


def _of_centre(centre: Centre, say: Speaker) -> Iterator[Question]:
    told = describe_centre(centre, say)
    if told.closure:
        reason = say.record_text(told.closure.note)
        yield Question(
            "status",
            "status",
            Message("Is it still closed, and until when?"),
            _known(told.closure.text, reason),
        )
    yield Question(
        "phones",
        "phones",
        Message("Are these all your numbers, and which of them answers at night?"),
        tuple(each.line(say) for each in told.numbers),
        confirms=True,
    )
    if centre.address_visibility == "hidden":
        yield Question(
            "address",
            "address",
            Message(
                "Is the address still secret? Never say it, and do not ask for it on the phone."
            ),
            (Message("Secret"),),
            confirms=True,
        )
    else:
        yield Question(
            "address",
            "address",
            Message("Is this the address, and since when?"),
            _known(told.address),
            confirms=True,
        )
    yield Question(
        "opening_hours",
        "hours",
        Message("When is the office open, and only by appointment?"),
        told.hours_lines,
        confirms=bool(centre.opening_hours),
    )
    if told.temporary:
        # A confirmation is about the permanent and the temporary values, whichever hold today.
        yield Question(
            "temporary",
            "temporary",
            Message("Are these right, and on which days?"),
            (_days(told.temporary), *told.temporary.lines),
            confirms=True,
        )
    internet = _known(centre.email, centre.website)
    yield Question(
        "internet",
        "web",
        Message("Are the e-mail and the web site right?"),
        internet,
        confirms=bool(internet),
    )
    if centre.channels:
        yield _channels(centre.channels, "phones", centre.address.country, say)
    yield Question(
        "languages",
        "languages",
        Message("Which languages do you speak, and for which is there an interpreter?"),
        _known("; ".join(told.languages)),
    )
    yield Question("minors", "offers", Message("Do you take people under 18?"), told.audiences)
    yield Question("wheelchair", "words", Message("Can a person in a wheelchair come in?"), ())
    yield Question(
        "region",
        "area",
        Message("Do you help everybody, or only people in your region?"),
        (Message("{areas}", areas=Joined.of(map(AreaName, centre.coverage))),)
        if centre.coverage
        else (),
    )


def _channels(channels: tuple[Channel, ...], part: str, country: str, say: Speaker) -> Question:
    return Question(
        "channels",
        part,
        Message("Are these right: what each costs, and whether it is on the phone bill?"),
        tuple(channel_in_words(each, country, say) for each in channels),
        confirms=True,
    )


def _days(temporary: TemporaryInWords) -> Message:
    last = Day(temporary.last.isoformat())
    if temporary.first:
        first = Day(temporary.first.isoformat())
        return Message("From {first} until {last}", first=first, last=last)
    return Message("Until {last}", last=last)


def _of_helpline(line: Helpline, say: Speaker) -> Iterator[Question]:
    country = next(iter(line.countries), "")
    yield Question(
        "number",
        "number",
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
        Message("Is it answered day and night? If not, when?"),
        known_hours(line.hours, country, say),
        confirms=bool(line.hours),
    )
    yield Question("languages", "reach", Message("Which languages are spoken?"), ())
    if line.channels:
        yield _channels(line.channels, "number", country, say)
        return
    yield Question("cost", "reach", Message("What does a call cost, and is it on the bill?"), ())
    yield Question("chat", "reach", Message("Is there a chat?"), ())


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def channel_in_words(channel: Channel, country: str, say: Speaker) -> Message:
    """Return all that is known of a channel, in a line; its kind and its facts are said in the
    words of maintainers.
    """
    known = (
        WAYS[channel.kind],
        channel.address,
        *facts(channel),
        say.join_lines(known_hours(channel.hours, country, say)),
        ", ".join(map(say.language_name, channel.languages)),
        say.record_text(channel.eligibility),
        say.record_text(channel.note),
    )
    return Message("{known}", known=Joined.of(filter(None, known), "; "))
