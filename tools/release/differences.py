"""What differs between two builds."""

import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences(one: Path, other: Path) -> list[str]:
    """Return a sentence for each file that is not in both folders with the same bytes.

    Of an archive it names the members that differ, in their bytes or else in how they are packed.
    """
    first, second = ({path.name: path for path in folder.iterdir()} for folder in (one, other))
    found = [f"{name} is in one build only." for name in sorted(first.keys() ^ second.keys())]
    return found + [
        _difference(first[name], second[name])
        for name in sorted(first.keys() & second.keys())
        if first[name].read_bytes() != second[name].read_bytes()
    ]


def _difference(one: Path, other: Path) -> str:
    if members := _differing(_members(one), _members(other)):
        return f"{one.name} differs in {', '.join(members)}."
    if _members(one):
        return f"{one.name} differs in the order, the times or the permissions of the files in it."
    return f"{one.name} differs."


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _members(path: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in an archive; nothing of another file."""
    contents: dict[str, bytes] = {}
    if path.suffix in {".whl", ".zip"}:
        with ZipFile(path) as wheel:
            contents = {name: wheel.read(name) for name in wheel.namelist()}
    elif path.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member)
                contents[member.name] = file.read() if file else b""
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
