"""Synthetic centres: as large and as varied as real records, and clearly not real.

Their countries are codes that ISO 3166-1 does not assign (XA to XD), their telephone numbers are
those that Australia and France reserve for fiction, and their addresses of the web and of e-mail
are below example.org. Equal seeds give equal records.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory_api.bootstrap import open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings
from directory_api.record import vocabulary
from directory_api.record.records import Centre
from directory_api.store.stores import stores_at

SEED = 20261126
COUNTRIES = ("XA", "XB", "XC", "XD")
# South, north, west and east, in degrees: about the size of Europe.
BOX = (36.0, 68.0, -9.0, 30.0)
# The same for Belgium, where the shipped centres are.
BELGIUM = (49.6, 51.4, 2.6, 6.3)
# Each starts ten thousand numbers that are reserved for fiction (ACMA, Arcep), so that as many
# centres as there are numbers have one of their own.
_FICTION = (
    *(f"+61{area}{block}" for area in (2, 3, 7, 8) for block in (5550, 7010)),
    *("+3319900", "+3326191", "+3335301", "+3346571", "+3353649"),
)
_SYLLABLES = ("ba", "do", "fen", "gri", "ka", "lo", "mar", "nu", "pel", "ri", "sa", "tor", "vi")
_HOURS = ("09:00-17:00", "08:30-12:30,13:30-16:30", "10:00-18:00", "09:00-16:00")
_LANGUAGES = ("en", "fr", "nl", "de", "es", "it", "pt", "pl", "ro", "bg", "ar", "uk", "sq", "tr")
_DESCRIPTIONS = {
    "en": "Synthetic centre {name} for measurements. It offers safe accommodation, legal advice "
    "and someone to talk to for people who were exploited at work or in prostitution around "
    "{town}.",
    "fr": "Centre synthétique {name} pour des mesures. Il offre un hébergement sûr, des conseils "
    "juridiques et une écoute aux personnes exploitées au travail ou dans la prostitution autour "
    "de {town}.",
}
SOURCE = {"id": "synthetic", "title": "Made by tools/bench"}
EMERGENCY: dict[str, Any] = {
    "id": "synthetic-112",
    "kind": "emergency",
    "number": "112",
    "name": {"en": "Synthetic emergency number", "fr": "Numéro d’urgence synthétique"},
    "countries": list(COUNTRIES),
}


def records(count: int, seed: int = SEED, *, rare: int = 10_000) -> Iterator[dict[str, Any]]:
    """Yield so many records of centres; one in `rare` speaks Icelandic, for rare filters."""
    chance = random.Random(seed)
    for number in range(count):
        yield _record(number, chance, is_rare=number % rare == rare // 2)


def slim(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with what a search from a place reads and the required members only."""
    needed = ("id", "name", "kind", "status", "address", "address_visibility", "location")
    return {name: record[name] for name in (*needed, "languages", "services", "audiences")}


def document(count: int, seed: int = SEED) -> dict[str, Any]:
    """Return a whole file of records, as centres.json has them."""
    return {
        "publisher": "Synthetic directory",
        "licence": {"name": "CC0 1.0"},
        "sources": [SOURCE],
        "helplines": [EMERGENCY],
        "centres": list(records(count, seed)),
    }


def write_store(database: Path, count: int, seed: int = SEED) -> None:
    """Create a store with the shipped records, and synthetic ones up to `count` centres.

    The records go straight into the store in one revision: the checks of an import are not what is
    measured.
    """
    url = f"sqlite:///{database}"
    directory = open_directory(Settings(database_url=url))
    directory.prepare()
    missing = count - len(directory.live.snapshot.centres)
    if missing <= 0:
        return
    store = stores_at(url).store
    header = store.records().contents["directory"]["directory"]
    changes = [
        Change(
            "directory", "directory", header, {**header, "sources": [*header["sources"], SOURCE]}
        ),
        Change("helpline", EMERGENCY["id"], None, EMERGENCY),
        *(
            Change("centre", record["id"], None, Centre.from_record(record).to_record())
            for record in records(missing, seed)
        ),
    ]
    stamp = Stamp("tools/bench", datetime(2026, 11, 1, tzinfo=UTC), "synthetic centres")
    store.append(changes, stamp, expected=store.revision())


def coordinates(
    count: int, box: tuple[float, float, float, float] = BOX, seed: int = SEED
) -> list[tuple[float, float]]:
    """Return so many points, evenly over a box, with five decimals."""
    chance = random.Random(seed + 1)
    south, north, west, east = box
    return [
        (round(chance.uniform(south, north), 5), round(chance.uniform(west, east), 5))
        for _ in range(count)
    ]


def _record(number: int, chance: random.Random, *, is_rare: bool) -> dict[str, Any]:
    name = f"{_word(chance, 3)} {_word(chance, 2)}".title()
    town, street = _word(chance, 3).title(), _word(chance, 4).title()
    south, north, west, east = BOX
    languages = chance.sample(_LANGUAGES, chance.randint(1, 5)) + (["is"] if is_rare else [])
    identity = f"synthetic-{number:07}"
    record: dict[str, Any] = {
        "id": identity,
        "name": f"{name} {number}",
        "kind": chance.choice(vocabulary.CENTRE_KINDS),
        "status": "temporarily_closed" if chance.random() < 0.02 else "active",
        "description": {
            language: text.format(name=name, town=town) for language, text in _DESCRIPTIONS.items()
        },
        "address": {
            "street": f"{street} street {chance.randint(1, 200)}",
            "postcode": f"{chance.randint(10000, 99999)}",
            "locality": {"en": town, "fr": f"{town}-ville"},
            "country": chance.choice(COUNTRIES),
        },
        "address_visibility": "public",
        "location": {
            "lat": round(chance.uniform(south, north), 5),
            "lon": round(chance.uniform(west, east), 5),
            "precision": "exact",
        },
        "phones": _phones(number, chance),
        "email": f"info@{identity}.example.org",
        "website": f"https://{identity}.example.org/",
        "languages": [{"code": code, "source": "synthetic"} for code in languages],
        "services": _some(vocabulary.SERVICES, chance),
        "audiences": _some(vocabulary.AUDIENCES, chance),
        "sources": {"name": ["synthetic"], "address": ["synthetic"], "phones": ["synthetic"]},
    }
    if chance.random() < 0.6:
        record["opening_hours"] = f"Mo-Fr {chance.choice(_HOURS)}; PH off"
        record["timezone"] = "Europe/Brussels"
    return record


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choices(_SYLLABLES, k=syllables))


def _some(codes: Sequence[str], chance: random.Random) -> list[str]:
    chosen = set(chance.sample(codes, chance.randint(1, len(codes))))
    return [code for code in codes if code in chosen]


def _phones(number: int, chance: random.Random) -> list[dict[str, Any]]:
    """The number that belongs to a centre, and for some of them a duty with another one."""
    phones: list[dict[str, Any]] = [{"number": telephone(number), "kind": "main"}]
    if chance.random() < 0.3:
        duty = {"number": telephone(chance.randrange(len(_FICTION) * 10_000)), "kind": "duty"}
        phones.append(duty | {"note": {"en": "Only at night", "fr": "La nuit seulement"}})
    return phones


def telephone(number: int) -> str:
    """Return the telephone number of a centre, which is reserved for fiction."""
    block, rest = divmod(number, 10_000)
    return f"{_FICTION[block % len(_FICTION)]}{rest:04}"
