"""An answer as plain text, short enough for a text message (SMS).

One message has 160 characters of the GSM 7-bit alphabet (3GPP TS 23.038, section 6.2.1); each part
of a longer message has 153. The closest of the seed data's centres, with all helplines, fits into
two messages in Dutch, French, German and English; with a notice, into two to four. So letters
outside that alphabet lose their accents if the rest of the text is inside it. Texts in other
alphabets are unchanged, with 70 characters per message.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from directory_api.answer.listing import Listing
from directory_api.record.centre_in_words import CentreInWords
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.helplines import EUROPEAN
from directory_api.record.numbers import DUTY_PHONE
from directory_api.record.records import Helpline
from directory_api.record.speaker import Speaker
from directory_api.search.query import NearestAnswer, Result
from directory_api.text.translations import country_names, km, language_name

# The basic table, then the extension, whose characters count twice.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    "^{}\\[~]|€"
)
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"}
)
# Only the name of such a helpline says what it is, and names fill a message.
_LONG = frozenset({"other_line"})
_RIGHT_TO_LEFT = ("R", "AL")
# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): without them the + of a number is
# displayed after it.
_ISOLATED = "\u2068{}\u2069"


def write(listing: Listing) -> bytes:
    """Return the helplines, then the closest centre that passes the filters, or all that may be the
    closest, then nearer ones that are temporarily closed. Without a place, one line for each
    centre. Then what the filters leave out of the closest, and the closest of a preferred language,
    if there are any.

    Helplines that only their long names explain are left out. For a place outside the coverage, a
    notice comes first. Helplines of other countries are preceded by these.
    """
    return _short("\n".join(_lines(listing, listing.say))).encode()


def _lines(listing: Listing, say: Speaker) -> Iterator[str]:
    answer, lines = listing.nearest, listing.helplines
    is_outside = answer is not None and not answer.covered
    if is_outside:
        yield from (say("outside"), say("outside.dial"))
    # The notice already contains the number for the rest of Europe.
    own, abroad = (
        [
            line
            for line in part
            if line.kind not in _LONG and not (is_outside and _is_european(line))
        ]
        for part in (lines.own, lines.abroad)
    )
    yield from (_helpline(line, say) for line in own)
    for countries, group in groupby(abroad, lambda line: line.countries):
        yield f"{country_names(countries, say.tag)}:"
        yield from (_helpline(line, say) for line in group)
    if answer and answer.undecided:
        kind = "postcode" if answer.origin.place else "position"
        yield say(f"uncertain.{kind}")
    closest = _closest(answer) if answer else listing.results
    if not closest:
        yield say("empty")
    labelled = _labelled(answer, say, closest) if answer else ()
    named = [*(("", result) for result in closest), *labelled]
    centres = [listing.in_words(result.centre) for _, result in named]
    doubts = {each.unconfirmed and each.unconfirmed.text for each in centres}
    for (label, result), centre in zip(named, centres, strict=True):
        yield f"{label}{_centre(centre, result, answer)}"
        if len(doubts) > 1 and centre.unconfirmed:
            yield centre.unconfirmed.text
    # What holds for all of them is said once.
    yield from filter(None, doubts if len(doubts) == 1 else ())


def _is_european(line: Helpline) -> bool:
    return line.number == EUROPEAN


def _closest(answer: NearestAnswer) -> tuple[Result, ...]:
    """Return the first that passes the filters, or all that do and may be the closest; then nearer
    ones that are temporarily closed.
    """
    undecided = [each for each in answer.undecided if not each.does_not_match]
    return (*(undecided or answer.matching[:1]), *answer.closed_nearer)


def _labelled(
    answer: NearestAnswer, say: Speaker, listed: Iterable[Result]
) -> Iterator[tuple[str, Result]]:
    """Yield what the filters leave out of the closest, and the preferred one, each with a label."""
    rank = say("result.nearest" if answer.certain else "result.maybe-nearest")
    for each in answer.unmatched:
        yield f"{rank} – ", each
    for each in answer.results:
        if each.spoken and each not in listed:
            yield f"{language_name(each.spoken, say.tag)} – ", each


def _helpline(line: Helpline, say: Speaker) -> str:
    if line.number:
        return _with_value(say(f"helpline.{line.kind}"), line.number)
    # Keep www.: the host name without it may not resolve.
    return describe_helpline(line, say).href.removeprefix("https://").rstrip("/")


def _centre(centre: CentreInWords, result: Result, answer: NearestAnswer | None) -> str:
    """Return a centre, one way to reach it, and what to know of that.

    No distance is from the point of a town, which may be many kilometres wide.
    """
    say, parts = centre.say, [centre.name]
    if centre.closure:
        parts.append(centre.closure.text)
    if result.has_distance and not (answer and answer.origin.town):
        parts.append(say("distance.straight", km=km(result.distance_m, say.tag)))
    phone = next(iter(centre.callable_numbers), None)
    if phone and phone.kind == DUTY_PHONE:
        parts.append(phone.label)
    ways = (
        ("phones", phone and phone.number),
        ("email", centre.email),
        ("website", centre.website),
    )
    member, reached = next(((member, way) for member, way in ways if way), ("", ""))
    line = _with_value(", ".join(parts), reached)
    caveats = centre.about(member) if member else ()
    return "\n".join([line, *dict.fromkeys(each.text for each in caveats)])


def _with_value(words: str, value: str) -> str:
    if value and any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words):
        value = _ISOLATED.format(value)
    return f"{words} {value}".rstrip()


def _short(text: str) -> str:
    """Return the text in the GSM alphabet if removing accents is enough for that; else
    unchanged.
    """
    plain = "".join(map(_plain, text.translate(_SIGNS)))
    return plain if GSM.issuperset(plain) else text


def _plain(letter: str) -> str:
    if letter in GSM:
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))
