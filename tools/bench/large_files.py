"""Time and memory of the commands that read and write large files; prints Markdown.

`python -m tools.bench.large_files --centres 1000000`. Each command is a process of its own, whose
processor time and largest resident memory the system counts. The folder of the temporary databases
(TMPDIR) needs room for all records twice.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from directory_api.config import shipped
from tools.bench import centres
from tools.bench.report import Table, machine


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each command with a file of so many centres."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.large_files", description=__doc__)
    parser.add_argument("--centres", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where file and store are kept")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        print(measure(Path(folder), options.centres).markdown())
    print(f"\n{machine(f'python -m tools.bench.large_files --centres {options.centres}')}")


def measure(folder: Path, count: int) -> Table:
    """Return the time and memory of each command."""
    file, copy = folder / "new.jsonl", folder / "copy.jsonl"
    write_lines(file, count)
    environment = os.environ | {"DIRECTORY_DATABASE_URL": f"sqlite:///{folder}/directory.db"}
    _run(["load"], environment)
    commands = {
        "validate": ["validate", str(file)],
        "import": ["import", str(file), "--approved-by", "a colleague"],
        "import of the same file": ["import", str(file)],
        "diff": ["diff", str(file)],
        "export": ["export", "--format", "jsonl", "--output", str(copy)],
    }
    rows = []
    for name, command in commands.items():
        seconds, megabytes = _run(command, environment)
        each = seconds / count * 1e6
        rows.append((f"`{name}`", f"{seconds:.1f}", f"{each:.0f}", f"{megabytes:.0f}"))
    note = f"{count:,} centres, {file.stat().st_size / 1e6:.0f} MB of JSON Lines."
    headings = ("command", "processor time, s", "µs a centre", "largest resident memory, MB")
    return Table(headings, rows, [note])


def write_lines(file: Path, count: int) -> None:
    """Write the shipped records and so many synthetic centres as JSON Lines."""
    raw = json.loads((shipped("data") / "centres.json").read_text(encoding="utf-8"))
    with file.open("w", encoding="utf-8") as lines:

        def write(kind: str, record: object) -> None:
            line = {"type": kind, **json.loads(json.dumps(record))}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")

        write("directory", {name: raw[name] for name in ("publisher", "licence")})
        for kind, records in (
            ("source", [*raw["sources"], centres.SOURCE]),
            ("helpline", [*raw["helplines"], centres.EMERGENCY]),
            ("centre", raw["centres"]),
        ):
            for record in records:
                write(kind, record)
        for record in centres.records(count):
            write("centre", record)


def _run(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds of processor time and its megabytes of memory."""
    process = subprocess.Popen(
        [sys.executable, "-m", "directory_api", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr  # it is a pipe
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: {told.decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
