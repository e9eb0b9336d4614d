"""Web hosts on this machine.

Debian's nginx with a published folder or in front of a server, and Python's http.server.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from directory_api.features.pages import feature as pages
from tests.support.programs import require
from tests.support.servers import ASK_SECONDS, ROOT, Reply, ending, started

# The same on a host as on the server. A host has an ETag of its own, and its Vary holds what it
# compresses by itself.
SAME = (
    *("content-security-policy", "referrer-policy", "x-content-type-options", "x-robots-tag"),
    *("access-control-allow-origin", "cross-origin-resource-policy", "cross-origin-opener-policy"),
)
# root runs nginx in a container, and its workers then have to be root to read a temporary folder.
NGINX = """{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log emerg;
events {{ }}
http {{
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    access_log {folder}/access.log;
    {server}
}}
"""
# What docs/scale.md tells operators to write.
(FOLDER_SERVER,) = re.findall(
    r"```nginx\n(server .*?)```", (ROOT / "docs/scale.md").read_text(encoding="utf-8"), re.DOTALL
)
# The one server of deploy/nginx.conf.
UPSTREAM = "server 127.0.0.1:8000 max_fails=0; server 127.0.0.1:8000 max_fails=0;"


def without_script(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a published page as a server has them. A page of a folder chooses its
    languages by scripts, which its policy names.
    """
    scripts = " ".join(["", *pages.static_scripts()])
    return {name: value.replace(scripts, "") for name, value in headers.items()}


class Host:
    """A host that runs; one connection for all that is asked."""

    def __init__(self, port: int, folder: Path) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.folder = folder
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_SECONDS)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Reply:
        """One request; `_` in the name of a header is `-`."""
        self._connection.request(
            method, path, headers={name.replace("_", "-"): each for name, each in headers.items()}
        )
        response = self._connection.getresponse()
        return _reply(response)

    def ask_raw(self, sent: bytes) -> Reply:
        """Bytes as they are, on a connection of their own; the first answer."""
        with socket.create_connection(
            ("127.0.0.1", self._connection.port), ASK_SECONDS
        ) as connection:
            connection.sendall(sent)
            with closing(http.client.HTTPResponse(connection)) as response:
                response.begin()
                return _reply(response)

    def connected_again(self) -> "Host":
        """The same host, on a connection of its own."""
        return Host(int(self.origin.rpartition(":")[2]), self.folder)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _reply(response: http.client.HTTPResponse) -> Reply:
    """A header that comes twice is one list (RFC 9110, section 5.3)."""
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = f"{known}, {value}" if known else value
    return Reply(response.status, headers, response.read())


@contextmanager
def nginx(root: Path, folder: Path, prefix: str = "") -> Iterator[Host]:
    """Debian's nginx over a published folder, which is at the path `prefix` of `root`; `folder` is
    for what nginx writes.
    """
    user = "user root;" if os.getuid() == 0 else ""

    def settings(port: int) -> str:
        server = re.sub("ssl_certificate.*", "", FOLDER_SERVER)
        for shipped, changed in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
            ("root /srv/site/current;", f"root {root};"),
            ("/srv/site/current/headers.conf", f"{root}{prefix}/headers.conf"),
            ("error_page 403 404 /404.html", f"error_page 403 404 {prefix}/404.html"),
        ):
            assert shipped in server
            server = server.replace(shipped, changed)
        return NGINX.format(user=user, folder=folder, server=server)

    with nginx_with(settings, folder) as host:
        yield host


@contextmanager
def front(
    site: Path,
    folder: Path,
    *upstreams: int,
    changes: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Host]:
    """deploy/nginx.conf in front of one server or several: on a free port, without TLS, and with
    its errors in a file in `folder`. `changes` has what an operator writes instead of what is
    there.
    """
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    changes = {
        # A rate that tests do not reach, if they do not ask for another one.
        "rate=20r/s": "rate=100000r/s",
        # Requests come without TLS here.
        "if ($scheme = http)": "if ($scheme = none)",
        **changes,
        "user www-data;": "user root;" if os.getuid() == 0 else "",
        "error_log /dev/null crit;": f"error_log {folder}/error.log crit; pid {folder}/pid; "
        "daemon off;",
        "http {": "http { "
        + "".join(
            f"{name}_temp_path {folder}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
        UPSTREAM: UPSTREAM.replace("8000", str(upstreams[0]))
        if len(upstreams) == 1
        else "".join(f"server 127.0.0.1:{port};" for port in upstreams),
        "listen 80;": "",
        "listen [::]:80;": "",
        "listen 443 ssl;": "listen 127.0.0.1:PORT;",
        "listen [::]:443 ssl;": "",
        "ssl_certificate     /etc/ssl/help.pem;": "",
        "ssl_certificate_key /etc/ssl/help.key;": "",
        "root /srv/directory/site/current;": f"root {site};",
    }
    for shipped, changed in changes.items():
        assert shipped in text
        text = text.replace(shipped, changed)
    with nginx_with(lambda port: text.replace("PORT", str(port)), folder) as host:
        yield host


@contextmanager
def nginx_with(settings: Callable[[int], str], folder: Path) -> Iterator[Host]:
    """Debian's nginx with a configuration for a port, which writes its pid to `folder`/pid."""
    nginx = str(require("nginx"))
    path = folder / "nginx.conf"

    def command(port: int) -> list[str]:
        path.write_text(settings(port), encoding="utf-8")
        return [nginx, "-c", str(path), "-p", str(folder), "-e", os.devnull]

    # It writes its pid once the port is its own.
    with _running(command, (folder / "pid").exists) as port, closing(Host(port, folder)) as host:
        yield host


@contextmanager
def plain(root: Path, folder: Path) -> Iterator[Host]:
    """`python -m http.server` over a published folder."""

    def command(port: int) -> list[str]:
        return [
            sys.executable,
            "-m",
            "http.server",
            str(port),
            "--bind",
            "127.0.0.1",
            "--directory",
            str(root),
        ]

    with _running(command) as port, closing(Host(port, folder)) as host:
        yield host


@contextmanager
def _running(
    command: Callable[[int], list[str]], owns_port: Callable[[], bool] = lambda: True
) -> Iterator[int]:
    """A host that runs; the port that it listens on."""

    def start(port: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready(_process: subprocess.Popen[bytes], port: int) -> bool:
        with socket.socket() as probe:
            return owns_port() and probe.connect_ex(("127.0.0.1", port)) == 0

    process, port = started(start, ready)
    with ending(process):
        yield port


def as_response(url: str, reply: Reply) -> TestResponse:
    """A host's answer, to be held against openapi.yaml, without the headers that are its own."""
    request = EnvironBuilder(url).get_request()
    headers = Headers(
        [each for each in reply.headers.items() if each[0] in ("content-type", *SAME)]
    )
    return TestResponse(iter([reply.body]), f"{reply.status} X", headers, request)
