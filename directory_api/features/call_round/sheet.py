"""The questions about a record, with what it says now, and the answers to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from directory_api.record.records import WHERE, Centre, Helpline, Phone, address_line, text_in
from directory_api.record.validators import plain_text_fault
from directory_api.text.translations import ENGLISH, country_names, language_name, words

RIGHT, NO_ANSWER, DIFFERS = "right", "none", "differs"
MAX_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what the record says. `confirms` is whether the record is confirmed only if
    this is right.
    """

    key: str
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
        return f"called; right: {', '.join(self.right)}"


def questions(record: Centre | Helpline) -> tuple[Question, ...]:
    """Return the questions, those that a confirmation is about first."""
    each = _of_centre(record) if isinstance(record, Centre) else _of_helpline(record)
    return tuple(each)


def numbers(record: Centre | Helpline) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers to call: as dialled, as printed, and of which kind."""
    if isinstance(record, Helpline):
        return ((record.number, record.display or record.number, ""),) if record.number else ()
    return tuple(
        (phone.number, phone.display or phone.number, words(ENGLISH)[f"phone.{phone.kind}"])
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
        (each.member.replace("_", " "), "" if each.member in unsaid else text_in(each.note) or "")
        for each in record.contested
    )


def answers(asked: tuple[Question, ...], sent: Mapping[str, str]) -> Answers:
    """Return the answers in a form. A text is an answer that differs, whatever was chosen."""
    choices, texts, faults = dict[str, str](), dict[str, str](), dict[str, str]()
    for question in asked:
        text = sent.get(f"text.{question.key}", "").strip()
        choice = DIFFERS if text else sent.get(f"answer.{question.key}", "")
        choices[question.key], texts[question.key] = choice, text
        if choice == DIFFERS and not text:
            faults[question.key] = "Write what they said."
        elif len(text) > MAX_ANSWER:
            faults[question.key] = f"Write at most {MAX_ANSWER} characters."
        elif text and (fault := plain_text_fault(text)):
            faults[question.key] = fault
    if not any(choices.values()):
        faults[asked[0].key] = "Answer at least one question, or press “Not answered”."
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


def _of_centre(centre: Centre) -> Iterator[Question]:
    yield Question(
        "phones",
        "phones",
        "Are these all your numbers, and which of them answers at night?",
        tuple(map(_phone, centre.phones)),
        confirms=True,
    )
    if centre.address_visibility == "hidden":
        yield Question(
            "address",
            "address",
            "Is the address still secret? Never say it, and do not ask for it on the phone.",
            ("Secret",),
            confirms=True,
        )
    else:
        street = centre.address.street if centre.address_visibility == "public" else None
        line = address_line(street, centre.address.postal_code, text_in(centre.address.locality))
        yield Question(
            "address", "address", "Is this the address, and since when?", (line,), confirms=True
        )
    yield Question(
        "hours",
        "opening hours",
        "When is the office open, and only by appointment?",
        _known(centre.opening_hours),
        confirms=bool(centre.opening_hours),
    )
    internet = _known(centre.email, centre.website)
    yield Question(
        "internet",
        "e-mail and web site",
        "Are the e-mail and the web site right?",
        internet,
        confirms=bool(internet),
    )
    spoken = tuple(
        f"{language_name(each.code, ENGLISH)}{' (interpreter)' if each.interpreter else ''}"
        for each in centre.languages
    )
    yield Question(
        "languages",
        "languages",
        "Which languages do you speak, and for which is there an interpreter?",
        (", ".join(spoken),) if spoken else (),
    )
    for_whom = tuple(words(ENGLISH)[f"audience.{each}"] for each in centre.audiences)
    yield Question("minors", "minors", "Do you take people under 18?", for_whom)
    yield Question("wheelchair", "wheelchair", "Can a person in a wheelchair come in?", ())
    yield Question(
        "coverage",
        "region",
        "Do you help everybody, or only people in your region?",
        _known(", ".join(centre.coverage)),
    )


def _of_helpline(line: Helpline) -> Iterator[Question]:
    yield Question(
        "number",
        "number",
        "Is this the number in these countries?",
        (f"{line.display or line.number}: {country_names(line.countries, ENGLISH)}",),
        confirms=True,
    )
    yield Question(
        "hours",
        "hours",
        "Is it answered day and night? If not, when?",
        _known(line.hours),
        confirms=bool(line.hours),
    )
    yield Question("languages", "languages", "Which languages are spoken?", ())
    yield Question("cost", "cost", "What does a call cost, and is it on the bill?", ())
    yield Question("chat", "chat", "Is there a chat?", ())


def _phone(phone: Phone) -> str:
    kind = words(ENGLISH)[f"phone.{phone.kind}"]
    hours = f", {phone.hours}" if phone.hours else ""
    return f"{phone.display or phone.number} ({kind}{hours})"


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)
