"""Reads the files that maintainers edit (records, postcode tables, boundaries); writes files."""

import fcntl
import hashlib
import io
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from directory_api.place.geometry import Point, parse_degrees
from directory_api.place.postcode import NamedPoint, Place, PostcodeRule, place_of, rule_for
from directory_api.text import strict_json
from directory_api.text.errors import (
    FileUnreadable,
    InputInvalid,
    StoreConflict,
    StoreUnavailable,
)
from directory_api.text.normalize import fold, tidy

GEONAMES = {
    "name": "GeoNames postal codes",
    "licence": "CC BY 4.0",
    "url": "https://www.geonames.org/",
}
_GEONAMES_COLUMNS = 12
# Seconds for which a process waits for another one that writes the same file.
LOCK_SECONDS = 5.0
_LOCK_POLL_SECONDS = 0.01
# The accuracy of a coordinate, in the last column: 1 is estimated, 3 the mean of others, 4 that of
# the place, 6 the middle of addresses or of an area. It may be empty.
# https://download.geonames.org/export/zip/readme.txt
_LOCATED = ("4", "5", "6")
# Rows of a German company code can be up to 500 km apart; their median is meaningless.
WIDEST_SPREAD_M = 100_000
_STEP = 2_000

Progress = Callable[[int], None]


@dataclass(slots=True)
class PostcodeTable:
    """One country's postcodes, read from a file, with the number of skipped rows by reason."""

    country: str
    places: tuple[Place, ...]
    attributions: list[Mapping[str, str]]
    sha256: str
    rows: int
    dropped: dict[str, int] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """Return the metadata of the table that the store keeps."""
        return {
            "attributions": [dict(line) for line in self.attributions],
            "codes": len(self.places),
            "sha256": self.sha256,
        }


def read_json(path: Path) -> Any:
    """Parse a JSON file of up to 5 MB. Raises FileUnreadable with the file's name and the position
    of the fault.
    """
    try:
        return strict_json.parse(read_bytes(path), limit=strict_json.IMPORT_BYTES)
    except InputInvalid as error:
        raise FileUnreadable(f"{path}: {error.detail}") from None


def geonames_table(
    path: Path, country: str, progress: Progress = lambda _bytes: None
) -> PostcodeTable:
    """Read a GeoNames postal file (UTF-8, TAB, no header, no quoting, 12 columns) of one country.

    `progress` is called with the number of bytes read since its last call. Raises FileUnreadable if
    no row is usable.
    """
    return geonames_rows(path, rule_for(country), progress).table(country)


@dataclass(frozen=True, slots=True)
class GeonamesRows:
    """The usable rows of a GeoNames postal file by the key of their postcode, and each key as the
    file first writes it. Rows with an estimated coordinate have the median of the others of their
    postcode, if there are any; `estimated` is the share of such rows.
    """

    path: Path
    rows: Mapping[str, list[NamedPoint]]
    written: Mapping[str, str]
    estimated: Mapping[str, float]
    sha256: str
    lines: int
    dropped: Mapping[str, int]

    def table(self, country: str) -> PostcodeTable:
        """Return the table of a country. Raises FileUnreadable if no row is usable."""
        dropped = dict(self.dropped)
        places = _places(country, self.rows, dropped)
        if not places:
            raise FileUnreadable(
                f"{self.path}: no usable row for {country} in {self.lines} lines; is it a GeoNames "
                "postal file?"
            )
        return PostcodeTable(country, places, [GEONAMES], self.sha256, self.lines, dropped)


def geonames_codes(path: Path, country: str) -> list[str]:
    """Return the postcodes of a country as a GeoNames postal file writes them, each once. Raises
    FileUnreadable.
    """
    rows = (line.split("\t") for line in _lines(read_bytes(path), lambda _bytes: None))
    codes = (cells[1].strip() for cells in rows if len(cells) > 1 and cells[0] == country)
    return [*dict.fromkeys(code for code in codes if "CEDEX" not in code.upper())]


def geonames_rows(
    path: Path, rule: PostcodeRule, progress: Progress = lambda _bytes: None
) -> GeonamesRows:
    """Read the usable rows of the country of a rule, as `geonames_table` does."""
    from statistics import mean  # see place_of

    raw = read_bytes(path)
    dropped: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    rows: dict[str, list[tuple[NamedPoint, bool]]] = {}
    written: dict[str, str] = {}
    lines = 0
    for line in _lines(raw, progress):
        lines += 1
        cells = line.split("\t")
        reason = _unfit(cells, rule, seen)
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
            continue
        key = rule.key(tidy(cells[1]))
        assert key is not None  # checked by _unfit
        named = NamedPoint(cells[2].strip(), _point(cells[9], cells[10]))
        rows.setdefault(key, []).append((named, cells[11] in _LOCATED))
        written.setdefault(key, cells[1].strip())
    return GeonamesRows(
        path,
        {key: _at_located(of_code) for key, of_code in rows.items()},
        written,
        {key: mean(not located for _, located in of_code) for key, of_code in rows.items()},
        hashlib.sha256(raw).hexdigest(),
        lines,
        dropped,
    )


def _at_located(rows: Sequence[tuple[NamedPoint, bool]]) -> list[NamedPoint]:
    """Return the rows of a postcode, those without a coordinate of their own where the others
    are.
    """
    points = [named.point for named, located in rows if located]
    if not points:
        return [named for named, _ in rows]
    from statistics import median  # see place_of

    middle = Point(median(at.lat for at in points), median(at.lon for at in points))
    return [named if located else NamedPoint(named.name, middle) for named, located in rows]


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises FileUnreadable with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read ({error.strerror})") from None


def write_atomically(path: Path, content: Iterable[bytes], *, private: bool = False) -> None:
    """Replace or create a file atomically: a reader gets the old content or the new one. The
    content is written in the parts in which it comes.

    A symbolic link and the file's permissions are preserved; with `private`, only the file's owner
    can read it, whatever the permissions were. Raises FileUnreadable with its name.
    """
    target = path.resolve()
    beside = target.with_name(f".{secrets.token_hex(8)}.new")
    try:
        if target.exists() and not target.is_file():
            raise FileUnreadable(f"{path}: is no ordinary file; name another one")
        try:
            # Never readable by others, even while it is empty: they could keep it open.
            mode = 0o600 if private else 0o666
            with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                if target.exists() and not private:
                    os.fchmod(file.fileno(), target.stat().st_mode)
                file.writelines(content)
                file.flush()
                # Without fsync, a power failure could leave an empty file.
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None


def _lines(raw: bytes, progress: Progress) -> Iterator[str]:
    since = 0
    for number, line in enumerate(io.BytesIO(raw), start=1):
        since += len(line)
        if number % _STEP == 0:
            progress(since)
            since = 0
        text = line.decode("utf-8", errors="replace").lstrip("\ufeff").rstrip("\r\n")
        if text:
            yield text
    progress(since)


def _unfit(cells: list[str], rule: PostcodeRule, seen: set[tuple[str, ...]]) -> str | None:
    """Return why a row is skipped, or None. Adds usable rows to `seen`."""
    if len(cells) != _GEONAMES_COLUMNS:
        return "not 12 columns"
    if any("\ufffd" in cell for cell in cells):
        return "not UTF-8"
    if cells[0] != rule.country:
        return "another country"
    if "CEDEX" in cells[2].upper() or "CEDEX" in cells[1].upper():
        return "CEDEX: the code of a company's mail, not of a place"
    if not fold(cells[2]) or "<" in cells[2] or not cells[2].isprintable():
        return "no plain place name"
    if rule.key(tidy(cells[1])) is None:
        return "not written like a postcode of the country"
    try:
        _point(cells[9], cells[10])
    except ValueError:
        return "no usable coordinate"
    row = (cells[1], cells[2], cells[9], cells[10])
    if row in seen:
        return "the same row twice"
    seen.add(row)
    return None


def _places(
    country: str, rows: Mapping[str, list[NamedPoint]], dropped: dict[str, int]
) -> tuple[Place, ...]:
    places = []
    for code, named in sorted(rows.items()):
        place = place_of(country, code, named)
        if place.accuracy_m > WIDEST_SPREAD_M:
            reason = f"codes whose rows lie more than {WIDEST_SPREAD_M // 1000} km apart"
            dropped[reason] = dropped.get(reason, 0) + len(named)
        else:
            places.append(place)
    return tuple(places)


def _point(lat: str, lon: str) -> Point:
    return Point(float(parse_degrees(lat)), float(parse_degrees(lon)))


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file beside `path`, which replaces it after the block; no other user may read it.

    Raises StoreUnavailable if it cannot be written, or is no ordinary file, such as a device.
    """
    if path.exists() and not path.is_file():
        raise StoreUnavailable(f"{path} is no ordinary file; name another one")
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            new = Path(file.name)  # created with mode 0600
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written ({error.strerror})") from None
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def written_alone(path: Path) -> Iterator[None]:
    """Keep other processes from writing a file at the same time, by a lock beside it; wait for one
    that does.

    Raises FileUnreadable if nothing can be written there, or after LOCK_SECONDS.
    """
    until = time.monotonic() + LOCK_SECONDS
    try:
        opened = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None
    with opened as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise FileUnreadable(f"{path}: another process is writing it") from None
                time.sleep(_LOCK_POLL_SECONDS)
            except OSError:  # a file system without locks
                break
        try:
            yield
        finally:
            # Closing is not enough: a process that was forked meanwhile has the file open, too.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)


@contextmanager
def one_process(file: Path, command: str) -> Iterator[None]:
    """Keep other processes from running the command that writes a file beside the store.

    Raises StoreConflict if one does, and StoreUnavailable if nothing can be written there.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.with_suffix(".lock").open("w")
    except OSError as error:
        raise StoreUnavailable(
            f"{file.parent}: nothing can be written here ({error.strerror})"
        ) from None
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreConflict(f"another `directory-api {command}` runs for this store") from None
        yield


def is_file(path: Path) -> bool:
    """Return whether there is a file; Path.is_file() raises in a folder that may not be read."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; Path.is_dir() raises in a folder that may not be read."""
    try:
        return path.is_dir()
    except OSError:
        return False
