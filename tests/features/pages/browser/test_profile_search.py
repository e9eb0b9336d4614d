"""The search of profile folders finds a mark in every way in which a browser writes it.

Each case puts a mark there on purpose, so that a test which finds nothing has not missed it.
"""

import gzip
import io
import json
import sqlite3
import struct
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from tests.support.profile_search import (
    LEVELDB,
    MOZ_LZ4,
    SIMPLE_CACHE,
    DamagedError,
    Search,
    lz4_block,
    number_forms,
    snappy,
    written_forms,
)

brotli: Any = import_module("brotli")  # it has no types

MARK, POINT = "Zwälüw rue/47", 51.0912345
SEARCH = Search({"mark": written_forms(MARK), "point": number_forms(POINT)})
PLAIN = f"before … {MARK} … after".encode()
JUNK = bytes(range(256)) * 3


def varint(number: int) -> bytes:
    """A number in seven bits a byte."""
    last = number < 0x80
    return bytes([number]) if last else bytes([number & 0x7F | 0x80]) + varint(number >> 7)


def by_snappy(content: bytes) -> bytes:
    """Pack by Snappy: literals, of which the mark ends with a copy of four bytes of itself."""
    doubled = content[:8] + content[4:8] + content[8:]
    first, rest = doubled[:8], doubled[12:]
    copied = bytes([0b01 | (4 - 4) << 2, 4])
    literals = bytes([7 << 2]) + first, bytes([60 << 2, len(rest) - 1]) + rest
    return varint(len(doubled)) + literals[0] + copied + literals[1]


def by_lz4(content: bytes) -> bytes:
    """Pack by LZ4: literals, a copy, literals."""
    length = len(content) - 8 - 15
    return (
        bytes([8 << 4]) + content[:8] + struct.pack("<H", 4) + bytes([0xF0, length]) + content[8:]
    )


def table(content: bytes) -> bytes:
    """A table of LevelDB with one key, whose block is packed by Snappy."""

    def block(key: bytes, value: bytes) -> bytes:
        entry = b"\0" + varint(len(key)) + varint(len(value)) + key + value
        return entry + struct.pack("<II", 0, 1)

    def handle(start: int, size: int) -> bytes:
        return varint(start) + varint(size)

    data = by_snappy(block(b"key", content))
    stored = data + b"\1\0\0\0\0"
    index = block(b"key", handle(0, len(data)))
    footer = handle(0, 0) + handle(len(stored), len(index))
    return stored + index + b"\0" * 5 + footer.ljust(40, b"\0") + LEVELDB


def log(content: bytes) -> bytes:
    """A log of LevelDB, whose second record is cut in the middle of the mark."""
    cut = content.index(MARK.encode()) + 5
    first = 32768 - 7 - 7 - cut

    def record(kind: int, part: bytes) -> bytes:
        return struct.pack("<IHB", 0, len(part), kind) + part

    begun = record(1, b"x" * first) + record(2, content[:cut])
    assert len(begun) == 32768
    return begun + record(4, content[cut:])


def in_zip(content: bytes) -> bytes:
    """A compressed archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", content)
    return written.getvalue()


def raw_deflate(content: bytes) -> bytes:
    """Without the header of zlib."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def cache_entry(body: bytes) -> bytes:
    """An entry of Chromium's cache: the key and the body."""
    key = b"1/0/_dk_http://x.example http://x.example/"
    return SIMPLE_CACHE + struct.pack("<IIII", 5, len(key), 0, 0) + key + body + JUNK


WRITTEN: dict[str, bytes] = {
    "UTF-8": PLAIN,
    "another case": f"before {MARK.upper().replace('Ä', 'ä').replace('Ü', 'ü')}".encode(),
    "UTF-16 LE": PLAIN.decode().encode("utf-16-le"),
    "UTF-16 LE at an odd place": b"x" + PLAIN.decode().encode("utf-16-le"),
    "UTF-16 BE": PLAIN.decode().encode("utf-16-be"),
    "Latin-1": MARK.encode("latin-1"),
    "percent-encoded": quote(MARK).encode(),
    "percent-encoded in small letters": quote(MARK).lower().encode(),
    "percent-encoded with its slash": quote(MARK, safe="").encode(),
    "as a form": b"postcode=" + quote_plus(MARK).encode(),
    "as a form in UTF-16": quote_plus(MARK).encode("utf-16-le"),
    "in JSON": json.dumps({"a": MARK}).encode(),
    "in JSON in UTF-16": json.dumps({"a": MARK}).encode("utf-16-le"),
    "in JSON with escaped slashes": json.dumps({"a": MARK}).replace("/", "\\/").encode(),
    "with spaces that do not break": MARK.replace(" ", "\N{NO-BREAK SPACE}").encode(),
    "with thin spaces": MARK.replace(" ", "\N{THIN SPACE}").encode(),
    "base64": b64encode(PLAIN),
    "base64, one later": b64encode(b"1" + PLAIN),
    "base64, two later": b64encode(b"12" + PLAIN),
    "base64 for URLs": b'"' + urlsafe_b64encode(b"???" + PLAIN) + b'"',
    "gzip in base64": b64encode(gzip.compress(PLAIN)),
    "base64 of a form": b64encode(b"postcode=" + quote_plus(MARK).encode()),
    **{
        f"base64 in a path with {length} letters before it": (
            b"https://a.example/" + b"p" * length + b"/" + urlsafe_b64encode(b"???" + PLAIN)
        )
        for length in range(4)
    },
    "percent-encoded twice": quote(quote(MARK, safe=""), safe="").encode(),
    "percent-encoded but its spaces": quote(MARK, safe=" ").encode(),
    "as a form with its slash": quote_plus(MARK, safe="/").encode(),
    "hexadecimal": PLAIN.hex().encode(),
    "hexadecimal in UTF-16": PLAIN.decode().encode("utf-16-le").hex().upper().encode(),
    "gzip": gzip.compress(PLAIN),
    "gzip in the middle": JUNK + gzip.compress(PLAIN) + JUNK,
    "gzip without its end": gzip.compress(PLAIN + JUNK)[:-200],
    "zlib": JUNK + zlib.compress(PLAIN) + JUNK,
    "deflate": raw_deflate(PLAIN) + JUNK,
    "brotli": brotli.compress(PLAIN),
    "brotli with something after it": brotli.compress(PLAIN * 9 + JUNK) + JUNK,
    "gzip in Chromium's cache": cache_entry(gzip.compress(PLAIN)),
    "brotli in Chromium's cache": cache_entry(brotli.compress(PLAIN)),
    "deflate in Chromium's cache": cache_entry(raw_deflate(PLAIN)),
    "the session of Firefox": MOZ_LZ4 + struct.pack("<I", 99) + by_lz4(PLAIN),
    "a table of LevelDB": table(PLAIN),
    "a log of LevelDB": log(PLAIN),
    "zip": in_zip(PLAIN),
    "zip in zip": in_zip(in_zip(PLAIN)),
}
POINTS: dict[str, bytes] = {
    "a decimal": f'{{"lat": {POINT}}}'.encode(),
    "a rounded decimal": f"{POINT:.4f}".encode(),
    "a double": JUNK + struct.pack("<d", POINT),
    "a double, highest byte first": b"x" + struct.pack(">d", POINT),
}


def found(folder: Path) -> set[str]:
    """The marks in a folder."""
    return {name for _, names in SEARCH.folder(folder) for name in names}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_mark_is_found_as_it_is_written(tmp_path: Path, way: str) -> None:
    """Also in a folder of the folder."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_bytes(WRITTEN[way])
    assert found(tmp_path) == {"mark"}


@pytest.mark.parametrize("way", POINTS)
def test_a_point_is_found_as_it_is_written(tmp_path: Path, way: str) -> None:
    """One coordinate is enough."""
    (tmp_path / "file").write_bytes(POINTS[way])
    assert found(tmp_path) == {"point"}


def test_a_mark_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    """The names of things that were downloaded stay, too."""
    (tmp_path / quote(MARK, safe="")).write_bytes(b"")
    assert found(tmp_path) == {"mark"}


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    """Not the parts of a mark, nor what looks packed and is not."""
    parts = [MARK[:6], MARK[6:], "51.0"]
    damaged = [b"\x1f\x8b\x08", b"\x78\x9c", MOZ_LZ4, LEVELDB, b"PK\x05\x06", SIMPLE_CACHE]
    for number, content in enumerate([*(part.encode() for part in parts), *damaged]):
        (tmp_path / str(number)).write_bytes(content + JUNK * 3)
        (tmp_path / f"{number} at the end").write_bytes(JUNK * 3 + content)
    assert found(tmp_path) == set()


ROWS: dict[str, Callable[[], bytes | str]] = {
    "a text": lambda: MARK,
    "bytes that are packed by gzip": lambda: gzip.compress(PLAIN),
    "bytes that are packed by brotli": lambda: brotli.compress(PLAIN),
    "bytes that are packed by Snappy": lambda: by_snappy(PLAIN),
    "a long text, on several pages": lambda: "x" * 4090 + MARK + "y" * 9000,
}


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("row", ROWS)
def test_a_mark_in_a_row_of_sqlite_is_found(tmp_path: Path, row: str, ended: bool) -> None:
    """Also while it is only in the write-ahead log; the file is not changed."""
    path = tmp_path / "table.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute('CREATE TABLE "of ""things""" (a, b)')
    connection.execute('INSERT INTO "of ""things""" VALUES (1, ?)', (ROWS[row](),))
    connection.commit()
    if ended:
        connection.close()
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    assert found(tmp_path) == {"mark"}
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before
    connection.close()


def test_a_removed_row_is_found_until_its_page_is_overwritten(tmp_path: Path) -> None:
    """SQLite keeps the bytes of a removed row in the file."""
    path = tmp_path / "table.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE a (b)")
    connection.execute("INSERT INTO a VALUES (?)", (MARK,))
    connection.commit()
    connection.execute("DELETE FROM a")
    connection.commit()
    connection.close()
    assert found(tmp_path) == {"mark"}


@pytest.mark.parametrize("unpack", [snappy, lz4_block])
@pytest.mark.parametrize("damaged", [b"\x30\x01", b"\xf0", b"\x00\x00\x00", b"\x05\xfd"])
def test_what_is_not_packed_is_refused(unpack: Callable[[bytes], bytes], damaged: bytes) -> None:
    """A copy from before the beginning, or a length after the end."""
    with pytest.raises(DamagedError):
        unpack(damaged)
