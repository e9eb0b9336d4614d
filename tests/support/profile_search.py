"""Searches a folder on disk, such as the profile of a browser, for marks: rare texts and numbers.

A mark is found in each way in which browsers write a text, and inside what they compress. Debian
has no program that reads all of their files, and those that read some are not in Python.
"""

import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from binascii import a2b_base64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, quote_plus

brotli: Any = import_module("brotli")  # it has no types

# What is packed in what is packed, such as gzip in a row of SQLite.
_DEEPEST = 4
_LARGEST = 64 << 20

SQLITE = b"SQLite format 3\0"
MOZ_LZ4 = b"mozLz40\0"
LEVELDB = struct.pack("<Q", 0xDB4775248B80FB57)
# Chromium's "simple cache": https://chromium.googlesource.com/chromium/src/+/main/net/disk_cache/simple/
SIMPLE_CACHE = struct.pack("<Q", 0xFCFB6D1BA7725C30)
_SIMPLE_HEADER = 24
_GZIP = re.compile(rb"\x1f\x8b\x08")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}")


class DamagedError(Exception):
    """The bytes are not of this format."""


def written_forms(text: str) -> set[bytes]:
    """Return how a text can be written in a file that is not compressed."""
    escaped = json.dumps(text)[1:-1]
    texts = {
        text,
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(text, ensure_ascii=False)[1:-1],
        quote(text, safe=""),
        quote(text),
        quote(text, safe=" "),
        quote(quote(text, safe=""), safe=""),
        quote_plus(text),
        quote_plus(text, safe="/"),
        text.replace(" ", "\N{NO-BREAK SPACE}"),
        text.replace(" ", "\N{THIN SPACE}"),
        text.encode("utf-8").decode("latin-1"),
    }
    forms = {text.encode("utf-16-be"), text.encode("latin-1", "ignore")}
    for each in texts:
        # Without the last byte, which is 0, this is also the big-endian form after its first.
        forms |= {each.encode(), each.encode("utf-16-le").removesuffix(b"\0")}
    forms |= {text.encode(code).hex().encode() for code in ("utf-8", "utf-16-le", "utf-16-be")}
    return {form.removeprefix(b"\0") for form in forms}


def number_forms(number: float) -> set[bytes]:
    """Return how a number that is not whole can be written: in binary, and as a text."""
    binary = {struct.pack(kind, number) for kind in ("<d", ">d")}
    return binary | written_forms(str(number)) | written_forms(f"{number:.4f}")


def _either(forms: AbstractSet[bytes]) -> bytes:
    """Return a pattern that matches each of the forms, the longest of them. What they share at the
    beginning is written once: a list of a thousand forms took a hundred times as long.
    """
    ways: dict[int, set[bytes]] = {}
    for form in forms - {b""}:
        ways.setdefault(form[0], set()).add(form[1:])
    parts = [re.escape(bytes([first])) + _either(rest) for first, rest in sorted(ways.items())]
    if not parts:
        return b""
    either = parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")"
    return b"(?:" + either + b")?" if b"" in forms else either


class Search:
    """`marks` has the written forms of each mark by its name."""

    def __init__(self, marks: Mapping[str, Collection[bytes]]) -> None:
        self._names: dict[bytes, set[str]] = {}
        for name, forms in marks.items():
            for form in forms:
                assert len(form) >= 5, f"{name}: {form!r} would be found by chance"
                self._names.setdefault(form.lower(), set()).add(name)
        self._pattern = re.compile(_either(self._names.keys()), re.DOTALL)
        # The cells of tables that had no mark, by their hash: much of what a browser brings with it
        # is the same in each profile.
        self._clean: set[int] = set()

    def folder(self, folder: Path) -> Iterator[tuple[Path, set[str]]]:
        """Yield the names of the marks of each thing that has any: a file as it is, its name, or
        what is packed in it, each by itself.
        """
        for path in sorted(folder.rglob("*")):
            found = self._in(str(path.relative_to(folder)).encode())
            if found:
                yield path, found
            if path.is_file() and not path.is_symlink():
                yield from ((path, found) for found in self.file(path))

    def file(self, path: Path) -> Iterator[set[str]]:
        """Yield the names of the marks in a file as it is, and of what is packed in it."""
        content = path.read_bytes()
        if content.startswith(SQLITE):
            yield from self._rows(path)
        yield from self._all(unpacked(content))

    def _all(self, things: Iterator[bytes]) -> Iterator[set[str]]:
        for thing in things:
            if found := self._in(thing):
                yield found

    def _in(self, thing: bytes) -> set[str]:
        found: set[bytes] = set()
        lower, at = thing.lower(), 0
        while match := self._pattern.search(lower, at):
            found.add(match.group())
            at = match.start() + 1  # marks can overlap
        if not found:
            return set()
        # A shorter form at the same place is a part of the longer one.
        found |= {form for form in self._names for each in set(found) if each.startswith(form)}
        return set().union(*(self._names[form] for form in found))

    def _rows(self, path: Path) -> Iterator[set[str]]:
        """Yield the marks of each row of each table, also of what is still in the write-ahead log.
        The file is copied, because reading the log changes it.
        """
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            for suffix in ("", "-wal", "-journal"):
                beside = path.with_name(path.name + suffix)
                if beside.exists():
                    copy.with_name(copy.name + suffix).write_bytes(beside.read_bytes())
            connection = sqlite3.connect(copy)
            connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            with suppress(sqlite3.DatabaseError):
                tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in tables.fetchall():
                    quoted = table.replace('"', '""')
                    with suppress(sqlite3.DatabaseError):  # a module that is not here, such as FTS
                        for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                            yield from self._row(row)
            connection.close()

    def _row(self, row: Sequence[Any]) -> Iterator[set[str]]:
        texts = " ".join(str(cell) for cell in row if not isinstance(cell, bytes))
        written = texts.encode("utf-8", "surrogateescape")
        yield from self._all(iter([written, *_base64(written)]))
        for cell in row:
            if isinstance(cell, bytes) and len(cell) > 5 and hash(cell) not in self._clean:
                found = list(self._all(_cell(cell)))
                yield from found
                if not found:
                    self._clean.add(hash(cell))


def _cell(cell: bytes) -> Iterator[bytes]:
    yield from unpacked(cell)
    with suppress(DamagedError):
        yield snappy(cell)


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield bytes as they are, and each thing that is packed in them, also several times."""
    yield content
    if depth == _DEEPEST:
        return
    for unpack in _PACKED:
        with suppress(DamagedError):
            for inner in unpack(content):
                yield from unpacked(inner, depth + 1)


def _streams(content: bytes) -> Iterator[bytes]:
    """Yield what is compressed by gzip or zlib, wherever it begins, and also if its end is cut."""
    for pattern, window in ((_GZIP, 31), (_ZLIB, 15)):
        for match in pattern.finditer(content):
            decompressor = zlib.decompressobj(window)
            with suppress(zlib.error):
                inner = decompressor.decompress(memoryview(content)[match.start() :], _LARGEST)
                if inner:
                    yield inner


def _base64(content: bytes) -> Iterator[bytes]:
    """Yield the words that can be base64, decoded, each on its line; of a word with slashes, which
    may be a path, also its parts.
    """
    plain = bytes.maketrans(b"-_", b"+/")
    found = (match.group() for match in _BASE64.finditer(content))
    parts = (part for word in found for part in (word, *word.split(b"/")[1:]))
    words = (part.translate(plain) for part in parts)
    if decoded := b"\n".join(a2b_base64(word + b"A" * (-len(word) % 4)) for word in words):
        yield decoded


def _whole(content: bytes) -> Iterator[bytes]:
    """Yield a body that is compressed from its first byte, in the ways that have no signature.

    An entry of a cache is such a body with something after it, or also before it.
    """
    starts = {0}
    if content.startswith(SIMPLE_CACHE):
        (key,) = struct.unpack_from("<I", content, 12)
        starts = {_SIMPLE_HEADER + key}
    for start in starts:
        yield from _brotli(content[start:])
        with suppress(zlib.error):
            inner = zlib.decompressobj(-15).decompress(content[start:], _LARGEST)
            if inner:
                yield inner


def _brotli(body: bytes) -> Iterator[bytes]:
    """Yield what is read before the first fault: after a body other bytes can follow.

    A fault loses what its call would have read, so the last part is read byte by byte.
    """
    decompressor = brotli.Decompressor()
    read, at = _brotli_parts(decompressor, body, 4096)
    if at < len(body):
        decompressor = brotli.Decompressor()
        decompressor.process(body[:at])
        rest, _ = _brotli_parts(decompressor, body[at : at + 4096], 1)
        read += rest
    if read:
        yield read


def _brotli_parts(decompressor: Any, body: bytes, step: int) -> tuple[bytes, int]:
    """Return what is read in parts of so many bytes, and where it ends."""
    parts = []
    at = 0
    with suppress(brotli.error):
        while at < len(body) and not decompressor.is_finished():
            parts.append(decompressor.process(body[at : at + step]))
            at += step
    return b"".join(parts), at


def _moz_lz4(content: bytes) -> Iterator[bytes]:
    if not content.startswith(MOZ_LZ4):
        raise DamagedError
    yield lz4_block(content[12:])


def _zip(content: bytes) -> Iterator[bytes]:
    if b"PK\x05\x06" not in content:
        raise DamagedError
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise DamagedError from error


def _leveldb_table(content: bytes) -> Iterator[bytes]:
    """Yield the blocks of a table of LevelDB, each unpacked.

    https://github.com/google/leveldb/blob/main/doc/table_format.md
    """
    if not content.endswith(LEVELDB) or len(content) < 48:
        raise DamagedError
    footer = content[-48:]
    try:
        _, at = _varint(footer, 0)
        _, at = _varint(footer, at)
        start, at = _varint(footer, at)
        size, _ = _varint(footer, at)
        index = _block(content, start, size)
        for handle in _values(index):
            start, at = _varint(handle, 0)
            size, _ = _varint(handle, at)
            yield b"".join(_entries(_block(content, start, size)))
    except (IndexError, struct.error) as error:
        raise DamagedError from error


def _block(content: bytes, start: int, size: int) -> bytes:
    block = content[start : start + size]
    return snappy(block) if content[start + size] == 1 else block


def _entries(block: bytes) -> Iterator[bytes]:
    """Yield keys and values of a block; a key shares its beginning with the one before."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 - 4 * restarts
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        size, at = _varint(block, at)
        key = key[:shared] + block[at : at + own]
        yield key
        yield block[at + own : at + own + size]
        at += own + size


def _values(block: bytes) -> Iterator[bytes]:
    yield from list(_entries(block))[1::2]


def _leveldb_log(content: bytes) -> Iterator[bytes]:
    """Yield the records of a log of LevelDB, which are cut at each 32 KiB.

    https://github.com/google/leveldb/blob/main/doc/log_format.md
    """
    read, found = b"", False
    for start in range(0, len(content), 32768):
        at, block = 0, content[start : start + 32768]
        while at + 7 <= len(block):
            _, size, kind = struct.unpack_from("<IHB", block, at)
            if kind not in {1, 2, 3, 4}:
                break
            read, found = read + block[at + 7 : at + 7 + size], True
            at += 7 + size
        if not found:
            raise DamagedError
    yield read


_PACKED: tuple[Callable[[bytes], Iterator[bytes]], ...] = (
    _streams,
    _base64,
    _whole,
    _moz_lz4,
    _zip,
    _leveldb_table,
    _leveldb_log,
)


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """The number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 35:
            raise DamagedError


def snappy(packed: bytes) -> bytes:
    """Return what Snappy has packed; raises DamagedError.

    https://github.com/google/snappy/blob/main/format_description.txt
    """
    try:
        size, at = _varint(packed, 0)
        read = bytearray()
        while at < len(packed):
            at = _snappy_element(packed, at, read)
            if len(read) > size:
                raise DamagedError
    except (IndexError, struct.error) as error:
        raise DamagedError from error
    if len(read) != size:
        raise DamagedError
    return bytes(read)


def _snappy_element(packed: bytes, at: int, read: bytearray) -> int:
    tag = packed[at]
    at += 1
    kind, length = tag & 3, tag >> 2
    if kind == 0:
        if length >= 60:
            extra = length - 59
            length = int.from_bytes(packed[at : at + extra], "little")
            at += extra
        read += packed[at : at + length + 1]
        return at + length + 1
    if kind == 1:
        _copy(read, (tag >> 5) << 8 | packed[at], (length & 7) + 4)
        return at + 1
    width = 2 if kind == 2 else 4
    _copy(read, int.from_bytes(packed[at : at + width], "little"), length + 1)
    return at + width


def lz4_block(packed: bytes) -> bytes:
    """Return what LZ4 has packed into one block; raises DamagedError.

    https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
    """
    read = bytearray()
    at = 0
    try:
        while at < len(packed):
            token = packed[at]
            length, at = _lz4_length(packed, at + 1, token >> 4)
            read += packed[at : at + length]
            at += length
            if at > len(packed):
                raise DamagedError
            if at == len(packed):
                break
            (offset,) = struct.unpack_from("<H", packed, at)
            length, at = _lz4_length(packed, at + 2, token & 15)
            _copy(read, offset, length + 4)
    except (IndexError, struct.error) as error:
        raise DamagedError from error
    return bytes(read)


def _lz4_length(packed: bytes, at: int, length: int) -> tuple[int, int]:
    if length == 15:
        while True:
            length, at = length + packed[at], at + 1
            if packed[at - 1] != 255:
                break
    return length, at


def _copy(read: bytearray, offset: int, length: int) -> None:
    """Append what was read before; it may overlap with what is appended."""
    if not 0 < offset <= len(read):
        raise DamagedError
    while length > 0:
        part = read[len(read) - offset : len(read) - offset + length]
        read += part
        length -= len(part)
