"""Addresses that are not public: which texts of the directory name their street or house.

Spellings are compared, not meanings: `Rue Rouveroy 2` is also `rue-rouveroy`, `RUEROUVEROY`, and
`Rоuveroy` with a Cyrillic о, which looks the same. A name in another script is not recognised.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from directory_api.record.consistency import MemberFault, Steps
from directory_api.record.parts import WHERE
from directory_api.text.message import Message
from directory_api.text.normalize import fold

# Members, at any depth, that are no texts, are not published either, or cannot be changed.
_NOT_COMPARED = frozenset(
    {
        *("street", "street_translations", "postcode", "country", "subdivision", "location"),
        *("address_visibility", "kind", "status", "services", "audiences", "coverage", "timezone"),
        *("number", "languages", "verified", "acknowledged", "id", "precision", "permanent"),
    }
)

# Members that are an address on the Internet, if they are text.
_ADDRESSES = frozenset({"email", "website", "address", "url", "url_translations", "id"})
_NAMES = frozenset({"name", "name_translations"})

# A street has a house name in front of it, or the number of a flat after it.
_PARTS = re.compile(r"[,;()/|\u2013\u2014]|\s-\s")
# What such a number follows; alone it names no place.
_OF_A_HOUSE = frozenset(
    {
        *("app", "appartement", "apartment", "apt", "boite", "box", "bp", "bte", "bus", "etage"),
        *("flat", "floor", "postbus", "verdieping"),
    }
)
# Types of streets that are in front of the name, and what may be between both.
_TYPES_BEFORE = frozenset(
    {
        *("rue", "av", "avenue", "bd", "bld", "blvd", "boulevard", "place", "pl", "chaussee"),
        *("chemin", "impasse", "allee", "allees", "quai", "square", "cours", "route", "sentier"),
        *("ruelle", "esplanade", "passage", "clos", "dreve", "via", "viale", "piazza", "corso"),
        *("calle", "avenida", "plaza", "rua", "ulica", "ul", "aleja", "plac", "strada"),
    }
)
_ARTICLES = frozenset(
    {
        *("a", "al", "au", "aux", "d", "da", "de", "dei", "del", "della", "den", "der", "des"),
        *("di", "do", "dos", "du", "el", "het", "il", "l", "la", "las", "le", "les", "los", "t"),
        *("van",),
    }
)
# Types that follow the name, as a word of its own or at the end of its last one.
_TYPES_AFTER = (
    *("straat", "strasse", "str", "steenweg", "laan", "weg", "dreef", "kaai", "lei", "plein"),
    *("singel", "gracht", "kade", "allee", "gasse", "platz", "gade", "vej", "gatan"),
)
_TYPES_APART = frozenset({*_TYPES_AFTER, "street", "road", "avenue", "lane"})
_TYPE_JOINED = re.compile(rf"({'|'.join(_TYPES_AFTER)})$")
# `Kerkstraat` is also written `Kerkstr.`
_STREET = re.compile(r"(strasse|straat|str)\b")
# Words that are the names of many streets, and in many texts that name none.
_ORDINARY = frozenset(
    {
        *("alte", "bahnhof", "basse", "belle", "bois", "centrum", "centre", "college", "dorp"),
        *("ecole", "eglise", "gare", "garten", "grande", "grote", "haupt", "haute", "hopital"),
        *("hospital", "justice", "justitie", "kasteel", "kerk", "kirch", "klein", "kleine"),
        *("korte", "lange", "liberte", "longue", "marche", "markt", "molen", "moulin", "neue"),
        *("neuve", "nieuw", "nieuwe", "oude", "paix", "park", "petite", "police", "royale"),
        *("school", "schul", "station", "stations", "vieille", "vrijheid", "water"),
    }
)
# Shorter names are in many words: the street Wal, in the word wallet.
_SHORTEST_NAME, _SHORTEST_WITHOUT_SPACES, _SHORTEST_IN_ADDRESS = 4, 8, 5

# Letters that look like one of ours, after Unicode's list of confusable characters (UTS 39), and
# those that Unicode does not take apart.
_CYRILLIC = "авекмнорстухіјѕԁԛԝһӏєѵү"
_GREEK = "αβγεζηικμνορστυχω"
_LOOKS_LIKE = str.maketrans(
    {
        **dict(zip(_CYRILLIC, "abekmhopctyxijsdqwhlevy", strict=True)),
        **dict(zip(_GREEK, "abyezhikmnopctyxw", strict=True)),
        **dict(zip("øłđıð", "oldid", strict=True)),
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_DIGIT_BESIDE_LETTER = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
# `Müller` is also written `Mueller`.
_WRITTEN_UMLAUT = re.compile(r"(?<=[aou])e")

_NAMED = Message(
    "This text names the street or the house of the address, which is not public. Remove it here."
)
_NAMED_IN_A_WORD = Message(
    "This text has the name of the street of the address, which is not public. Remove it here. If "
    "it means something else, remove the street from the address, and save both."
)


class Clarity(IntEnum):
    """How clearly a text names an address."""

    NOT = 0
    WORD = 1  # the name of the street without its type, such as Rouveroy
    STREET = 2
    HOUSE = 3  # the street with its number


def street_stays_hidden(centre: Mapping[str, Any]) -> Iterator[MemberFault]:
    """Require that no text of a centre whose address is not public names its street or house.

    The name of the street without its type is refused in a name or an address on the Internet; in
    other texts it may be a word (see `words_of_the_street`). The faults do not have the street.
    """
    for steps, _, clarity in _own_texts(centre):
        is_short = steps[-1] in _ADDRESSES or not _NAMES.isdisjoint(steps)
        if clarity > Clarity.WORD:
            yield steps, _NAMED
        elif is_short:
            yield steps, _NAMED_IN_A_WORD


def words_of_the_street(centre: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Yield each text of a centre whose address is not public that has the name of the street
    without its type, and where it is.
    """
    return ((path, text) for path, text, named in _own_texts(centre) if named == Clarity.WORD)


def id_names_the_street(centre: Mapping[str, Any]) -> bool:
    """Return whether the id of a centre names the street of its address. If that is not public, it
    is no error, because an id cannot be changed, and the address must still be hidden.
    """
    text = _Text(centre["id"], is_address=True)
    return any(name.in_text(text) for name in _names(centre))


def hides_its_address(centre: Mapping[str, Any]) -> bool:
    """Return whether the address of a centre is not public."""
    return bool(centre.get("address_visibility", "public") != "public")


def texts_of(record: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Yield the texts of a public record, or of the header, and where they are."""
    if "id" in record:
        yield ("id",), record["id"]
    for index, source in enumerate(record.get("sources", ()) if "publisher" in record else ()):
        for path, text in texts_of(source):
            yield ("sources", index, *path), text
    yield from _texts({**record, "sources": None}, ())


@dataclass(frozen=True, slots=True)
class AddressMention:
    """A text of another record that names the address of a centre, which is not public.

    It is certain if the text has the number of the house, or the name of the centre, too.
    """

    path: Steps
    text: str
    centre: str
    is_certain: bool


class HiddenAddresses:
    """The addresses of centres that are not public, to be found in the texts of other records."""

    def __init__(self, centres: Iterable[Mapping[str, Any]]) -> None:
        # By the first letters of each name: a text has few of them, and many addresses are hidden.
        self._by_start: dict[str, list[tuple[Mapping[str, Any], _Name]]] = {}
        for centre in centres:
            if hides_its_address(centre):
                for name in _names(centre):
                    for start in name.starts:
                        self._by_start.setdefault(start, []).append((centre, name))

    def __bool__(self) -> bool:
        return bool(self._by_start)

    def mentions(self, kind: str, record: Mapping[str, Any]) -> Iterator[AddressMention]:
        """Yield where a public record of a kind names one of them; of each text and centre once.

        A street that a centre shows as its own is looked at only if it is in the same postcode, and
        is then not certain: both may be in one house.
        """
        address = record.get("address") or {}
        street = address.get("street") or ""
        own = _Text(street)
        for centre, name in self._candidates(own):
            is_same = name.in_text(own) == Clarity.HOUSE and centre["id"] != record["id"]
            if is_same and centre["address"].get("postcode") == address.get("postcode"):
                yield AddressMention(("address", "street"), street, centre["id"], is_certain=False)
                break
        for path, written in texts_of(record) if self else ():
            text = _Text(written, is_address=bool(_ADDRESSES & {path[-1], *path[-2:-1]}))
            found: dict[str, Clarity] = {}
            for centre, name in self._candidates(text):
                identity = centre["id"]
                if kind == "centre" and identity == record["id"]:
                    continue
                named = name.in_text(text)
                if named and not name.in_text(own):
                    is_about = any(map(text.has_words, _centre_names(centre)))
                    least = Clarity.HOUSE if is_about else named
                    found[identity] = max(found.get(identity, Clarity.NOT), least)
            for identity, named in found.items():
                if named > Clarity.WORD:
                    yield AddressMention(path, written, identity, named == Clarity.HOUSE)

    def _candidates(self, text: "_Text") -> Iterator[tuple[Mapping[str, Any], "_Name"]]:
        joined = text.joined
        if len(self._by_start) < len(joined):
            starts = {start for start in self._by_start if start in joined}
        else:
            starts = {joined[at : at + _SHORTEST_NAME] for at in range(len(joined))}
        for start in starts & self._by_start.keys():
            yield from self._by_start[start]


def _own_texts(centre: Mapping[str, Any]) -> Iterator[tuple[Steps, str, Clarity]]:
    """Yield the texts of a centre that name its address, if that is not public."""
    if not hides_its_address(centre):
        return
    names = [*_names(centre)]
    # What sources say about a contested address is not published either.
    contested = [
        each if isinstance(each, Mapping) and each.get("member") not in WHERE else None
        for each in centre.get("contested") or ()
    ]
    public = {**centre, "contested": contested, "sources": None}
    for path, written in _texts(public, ()) if names else ():
        text = _Text(written, is_address=path[-1] in _ADDRESSES)
        if named := max(name.in_text(text) for name in names):
            yield path, written, named


class _Text:
    """A text in the form in which names are compared."""

    __slots__ = ("_spaced", "is_address", "joined")

    def __init__(self, text: str, *, is_address: bool = False) -> None:
        folded = _folded(
            _plain_address(text) if is_address or "%" in text or "xn--" in text else text
        )
        self.is_address = is_address
        self._spaced = f" {folded} "
        self.joined = folded.replace(" ", "")

    def has_words(self, phrase: str) -> bool:
        return f" {phrase} " in self._spaced

    def has(self, phrase: str) -> bool:
        """Return whether the text has these words, or a long phrase without its spaces."""
        together = phrase.replace(" ", "")
        shortest = _SHORTEST_IN_ADDRESS if self.is_address else _SHORTEST_WITHOUT_SPACES
        return self.has_words(phrase) or (len(together) >= shortest and together in self.joined)


@dataclass(frozen=True, slots=True)
class _Name:
    """What names a place: a part of a street as it is written, the street in it, and its number.

    `street` is empty if it is the name of the town, too, or too short. `words` are the names that
    have no type; one that was joined with its type, as in Keizersstraat, is only found as a word.
    """

    phrases: tuple[str, ...]
    streets: tuple[str, ...]
    number: str
    word: str
    is_joined: bool

    @property
    def starts(self) -> frozenset[str]:
        """The first letters of what is found, without spaces."""
        found = (*self.phrases, *self.streets, *filter(None, [self.word]))
        return frozenset(each.replace(" ", "")[:_SHORTEST_NAME] for each in found)

    def in_text(self, text: _Text) -> Clarity:
        """Return how clearly a text names it."""
        if any(map(text.has, self.phrases)):
            return Clarity.HOUSE
        if any(map(text.has, self.streets)):
            has_number = self.number and text.has_words(self.number)
            return Clarity.HOUSE if has_number else Clarity.STREET
        if self.word and (text.has_words if self.is_joined else text.has)(self.word):
            return Clarity.WORD
        return Clarity.NOT


def _names(centre: Mapping[str, Any]) -> Iterator[_Name]:
    """Yield what names the place of a centre: each part of its street, and of those that sources
    give in its place.
    """
    address = centre.get("address") or {}
    towns = {_folded(town) for town in (address.get("locality") or {}).values() if _is_town(town)}
    streets = [address.get("street") or "", *(address.get("street_translations") or {}).values()]
    contested = (each for each in centre.get("contested") or () if isinstance(each, Mapping))
    streets += [each.get("value") or "" for each in contested if each.get("member") == "address"]
    for street in dict.fromkeys(streets):
        for part in dict.fromkeys((street, *_PARTS.split(street))):
            if name := _name(part, towns):
                yield name


def _is_town(locality: str) -> bool:
    """Whether it has no type of a street: a street that is written into the locality, which is not
    published, would make its name one that any text may have.
    """
    words = _separated(locality).split()
    return _without_type(words)[0] == " ".join(words)


def _name(part: str, towns: set[str]) -> _Name | None:
    written = _separated(part).split()
    words = [word for word in written if not word.isdigit()]
    # The letter of a number, as in 16b.
    at_letters = {at for at, word in enumerate(written) if len(word) == 1 and at}
    letters = {written[at] for at in at_letters if written[at - 1].isdigit()}
    words = [word for word in words if word not in letters]
    street = " ".join(words)
    if street in _OF_A_HOUSE:
        return None
    number = next((word for word in written if word.isdigit()), "")
    core, is_joined = _without_type(words)
    phrases, streets = [], []
    if len(written) > 1 and not written[0].isdigit():
        phrases.append(" ".join(written))
    if number and street:
        cores = {street} if is_joined or not core else {street, core}
        phrases += [phrase for each in cores for phrase in (f"{each} {number}", f"{number} {each}")]
    if len(street) >= _SHORTEST_NAME and _shortened(street) not in towns:
        streets.append(street)
        if is_joined and street.endswith("str"):
            streets.append(f"{street.removesuffix('str')} str")
    is_ordinary = core in _ORDINARY or len(core) < _SHORTEST_NAME + is_joined
    is_town = any(_shortened(core) in town.split() or _shortened(core) == town for town in towns)
    word = "" if not core or core == street or is_ordinary or is_town else core
    if not (phrases or streets):
        return None
    return _Name(
        tuple(map(_shortened, phrases)),
        tuple(map(_shortened, streets)),
        number,
        _shortened(word),
        is_joined,
    )


def _without_type(words: list[str]) -> tuple[str, bool]:
    """Return the name of a street without its type, and whether both were one word."""
    start = 1 if words and words[0] in _TYPES_BEFORE else 0
    while start and start < len(words) - 1 and words[start] in _ARTICLES:
        start += 1
    rest = words[start:]
    if not start and len(rest) > 1 and rest[-1] in _TYPES_APART:
        return " ".join(rest[:-1]), False
    if not start and rest and (end := _TYPE_JOINED.search(rest[-1])) and end.start():
        return " ".join([*rest[:-1], rest[-1][: end.start()]]), True
    return " ".join(rest), False


def _centre_names(centre: Mapping[str, Any]) -> list[str]:
    names = [centre.get("name") or "", *(centre.get("name_translations") or {}).values()]
    return [name for name in map(_folded, names) if len(name) >= _SHORTEST_NAME]


def _texts(value: Any, path: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            if name not in _NOT_COMPARED:
                yield from _texts(below, (*path, name))
    else:
        for index, below in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(below, (*path, index))


def _plain_address(text: str) -> str:
    """Return an address on the Internet without percent-encoding and punycode."""
    labels = re.split(r"([^\w-]+)", unquote(unquote(text)))
    return "".join(map(_without_punycode, labels))


def _without_punycode(label: str) -> str:
    try:
        return label.encode().decode("idna") if label.lower().startswith("xn--") else label
    except UnicodeError:
        return label


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return _shortened(_separated(text))


def _separated(text: str) -> str:
    """Return the words of a text in small Latin letters as far as they look like them, with spaces
    between letters and digits.
    """
    if not text.isascii():
        # A soft hyphen, or a space without width, is in the middle of words.
        text = "".join(each for each in text if unicodedata.category(each) != "Cf")
        text = fold(text).translate(_LOOKS_LIKE)
    return _DIGIT_BESIDE_LETTER.sub(" ", _STREET.sub("str", fold(text)))


def _shortened(words: str) -> str:
    return _WRITTEN_UMLAUT.sub("", words)
