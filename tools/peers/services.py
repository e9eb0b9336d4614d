"""PostgreSQL, Valkey and nginx for the peers, each on the servers' core and in a folder of its own.

They are Debian's packages; `Missing` says which one is not installed.
"""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench.surface import ROOT, Server, clean_environment, pinned, served

_WAIT_SECONDS = 30.0
# The answer to a postcode in a published folder.
PUBLISHED = "/v1/nearest/BE/1000.json"


class Missing(Exception):
    """A peer cannot be measured here; the text says what is missing."""


def program(name: str, package: str, *folders: Path) -> str:
    """Return the path of a program. Raises Missing with the package of Debian that has it."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if found is None:
        raise Missing(f"{name} is not installed (Debian: {package})")
    return found


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run PostgreSQL with PostGIS for the block, and yield the string to connect with."""
    extensions = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if not extensions:
        raise Missing("PostGIS is not installed (Debian: postgis)")
    programs = Path("/usr/lib/postgresql") / extensions[-1].parts[4] / "bin"
    initdb = program("initdb", "postgresql", programs)
    user = _user()
    if user:
        shutil.chown(folder, user)
    data = folder / "postgres"
    port = served.free_port()
    run([*_as(user), initdb, "-D", str(data), "-A", "trust", "-U", "bench", "--no-sync"])
    options = [f"-k{folder}", f"-p{port}", "-clisten_addresses=", "-cfsync=off", "-cjit=off"]
    command = [*_as(user), str(programs / "postgres"), "-D", str(data), *options]
    with _running(command, folder / f".s.PGSQL.{port}", folder):
        yield f"host={folder} port={port} user=bench dbname=postgres"


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run Valkey for the block, and yield the path of its socket."""
    socket = folder / "valkey.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    command = [program("valkey-server", "valkey-server"), *options]
    with _running(command, socket, folder):
        yield str(socket)


@contextmanager
def nginx(folder: Path, database: Path) -> Iterator[Server]:
    """Publish a store, and serve the folder with nginx for the block."""
    path = program("nginx", "nginx-light", Path("/usr/sbin"))
    run(
        [sys.executable, "-m", "directory_api", "publish", str(folder / "site")],
        served.settings(database),
    )
    site = folder / "site" / "current"
    config = folder / "nginx.conf"
    command = [path, "-c", str(config), "-p", str(folder), "-e", "/dev/null"]
    port = served.free_port()
    user = "user root;" if os.getuid() == 0 else ""
    config.write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/nginx.pid;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        "sendfile on; tcp_nopush on; open_file_cache max=4096;\n"
        f"server {{ listen 127.0.0.1:{port}; root {site}; include {site}/headers.conf; }} }}\n"
    )
    with served.serving(command, PUBLISHED, port=port) as server:
        yield server


def _user() -> str | None:
    """Return the user for PostgreSQL, which refuses to run as root; None if we are another one."""
    if os.getuid():
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise Missing("there is no user postgres to run PostgreSQL as") from None


def _as(user: str | None) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a command to its end. Raises Missing with the end of what it says."""
    done = subprocess.run(
        command,
        env=environment or clean_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} failed: {done.stderr.strip()[-200:]}")


@contextmanager
def _running(command: list[str], sign: Path, folder: Path) -> Iterator[None]:
    """Run a service for the block; it is ready once the file `sign` is there."""
    process = subprocess.Popen(
        pinned(command), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + _WAIT_SECONDS
        while not sign.exists():
            if process.poll() is not None or time.monotonic() > end:
                raise Missing(f"{Path(command[0]).name} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(_WAIT_SECONDS)
