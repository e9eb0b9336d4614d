#!/usr/bin/python3
"""Replaces systemctl where systemd does not run, as in a changed root.

Enabling is left to the real one. What is started runs as the service of its unit says: as its user,
with its settings, in its folder, and in its state directory; not in its sandbox. Nothing restarts.
"""

import os
import pwd
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

REAL = "/usr/bin/systemctl"
STARTED = Path("/run/first-server")
FOLDERS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"))


def _service(name: str) -> dict[str, list[str]]:
    """Return the values of each key of the part [Service] of a unit."""
    file = next(folder / name for folder in FOLDERS if (folder / name).exists())
    part, values = "", dict[str, list[str]]()
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            part = line
        elif part == "[Service]" and "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            values.setdefault(key, []).append(value)
    return values


def _settings(service: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the variables of a unit; those of files come later."""
    for text in service.get("Environment", ()):
        yield tuple(text.split("=", 1))  # type: ignore[misc]
    for path in service.get("EnvironmentFile", ()):
        if path.startswith("-") and not Path(path[1:]).exists():
            continue
        for line in Path(path.removeprefix("-")).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", ";")):
                name, _, value = line.partition("=")
                yield name, "".join(shlex.split(value))


def _run(name: str, key: str) -> None:
    service = _service(name)
    user = pwd.getpwnam(service.get("User", ["root"])[-1])
    for folder in service.get("StateDirectory", ()):
        path = Path("/var/lib") / folder
        path.mkdir(exist_ok=True)
        os.chown(path, user.pw_uid, user.pw_gid)
    is_daemon = service.get("Type", ["simple"])[-1] == "simple"
    for line in (*service.get(f"{key}Pre", ()), *service[key]):
        words = shlex.split(line.lstrip("-").replace("%%", "%").replace("$$", "$"))
        words = [word.replace("$MAINPID", _main(service)) for word in words]
        with (STARTED / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                words,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                umask=int(service.get("UMask", ["0022"])[-1], 8),
                cwd=service.get("WorkingDirectory", ["/"])[-1],
                env={"PATH": "/usr/sbin:/usr/bin", "HOME": user.pw_dir, **dict(_settings(service))},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if is_daemon and key == "ExecStart":
            (STARTED / f"{name}.pid").write_text(str(process.pid), encoding="utf-8")
        elif process.wait():
            print((STARTED / f"{name}.log").read_text(encoding="utf-8"), file=sys.stderr)
            raise SystemExit(f"Job for {name} failed.")


def _main(service: dict[str, list[str]]) -> str:
    file = Path(service.get("PIDFile", ["/none"])[-1])
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def _stop(name: str) -> None:
    pids = [STARTED / f"{name}.pid", *map(Path, _service(name).get("PIDFile", ()))]
    for file in pids:
        if not file.exists():
            continue
        pid = int(file.read_text(encoding="utf-8"))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 20
        while _is_alive(pid):
            if time.monotonic() > until:
                raise SystemExit(f"{name} does not stop.")
            time.sleep(0.1)
        file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def main(verb: str, *words: str) -> None:
    """Do what systemctl would."""
    STARTED.mkdir(exist_ok=True)
    names = [word if "." in word else f"{word}.service" for word in words if word[0] != "-"]
    if verb in ("enable", "disable", "is-enabled"):
        subprocess.run([REAL, verb, *names], check=True)
    is_started = verb in ("start", "restart") or "--now" in words
    for name in names:
        if verb in ("stop", "restart"):
            _stop(name)
        if verb == "reload":
            _run(name, "ExecReload")
        # A timer would start its service later.
        if is_started and name.endswith(".service"):
            _run(name, "ExecStart")


if __name__ == "__main__":
    main(*sys.argv[1:])
