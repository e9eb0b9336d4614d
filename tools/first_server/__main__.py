"""Follow the first part of docs/operating.md in a new Debian: python -m tools.first_server

It makes a root file system (mmdebstrap), runs the very commands of the page in it as root, and
looks at the result from outside: https, its certificate, the page of nginx while the server is
away, a backup. Then it follows the part about updates, with tables of an earlier version.

What it cannot have is replaced: systemd by systemctl.py, the certificate authority by Pebble, the
domain name by /etc/hosts, and the installation of a second version by a copy of the first. After
the packages are there, it has no network.

Needs root and Debian's mmdebstrap, pebble and openssl; takes a minute on an idle machine.
"""

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.first_server.page import (
    FIRST,
    OPERATIONS,
    UPDATE,
    blocks,
    needs_network,
    without_installing,
)

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_SUITE = "trixie"
# Of an interface, as netdevice(7) has them.
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "PIP_CERT": "/etc/ssl/certs/ca-certificates.crt",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}
# What the shell knows after the first part.
_KEPT = "HOST MAIL NAME VERSION"
_WITHIN = "within"
# Of the output, where a command fails.
_LAST_LINES = 60
_AUTHORITY = {
    "pebble": {
        "listenAddress": "127.0.0.1:14000",
        "managementListenAddress": "127.0.0.1:15000",
        "certificate": "/root/pebble/cert.pem",
        "privateKey": "/root/pebble/key.pem",
        "httpPort": 80,
        "tlsPort": 443,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
}


def main() -> int:
    """Follow the page; returns the exit status of what failed first, or 0."""
    for program in ("mmdebstrap", "pebble", "openssl", "unshare"):
        if shutil.which(program) is None:
            raise SystemExit(
                f"needs {program}; on Debian: apt-get install mmdebstrap pebble openssl"
            )
    if os.getuid():
        raise SystemExit("needs root, which makes a root file system")
    begun = time.monotonic()

    def print_step(sentence: str) -> None:
        print(f"{time.monotonic() - begun:4.0f} s  {sentence}", flush=True)

    written, (update, back) = blocks(FIRST), blocks(UPDATE, OPERATIONS)
    first = next(at for at, block in enumerate(written) if at and not needs_network(block))
    with TemporaryDirectory(prefix="first-server-") as folder:
        root = Path(folder) / "root"
        _make(root)
        print_step("a new Debian")
        _fill(root)
        print_step("the source archive")
        online = [
            "cd /root",
            *written[:first],
            f"declare -p {_KEPT} > /root/kept; pwd > /root/where",
        ]
        if status := _follow(root, online, has_network=True):
            return status
        print_step("installed")
        _replace(root)
        offline = ["begin_authority", '. /root/kept; cd "$(cat /root/where)"; OLD=$VERSION']
        for block in written[first:]:
            offline += [block, *(["trust_authority"] if "certbot " in block else [])]
        offline += ["after_first", "before_update", without_installing(update), "after_update"]
        offline += [back, "after_going_back"]
        status = _follow(root, offline, has_network=False)
        print_step("the page was followed to its end" if not status else "failed")
    return status


def _make(root: Path) -> None:
    subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=apt", "--include=ca-certificates,systemd"),
            *("--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*"),
            "--dpkgopt=force-unsafe-io",
            *(_SUITE, str(root)),
        ],
        check=True,
    )


def _fill(root: Path) -> None:
    """Copy what the reader has copied to the machine, and how this machine reaches others."""
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--sdist", "--no-isolation"),
            *("--outdir", str(root / "root"), str(ROOT)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for name in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
        (root / name).unlink(missing_ok=True)
        shutil.copy(Path("/") / name, root / name)


def _replace(root: Path) -> None:
    """Write the replacements of systemd, the certificate authority and the domain name."""
    systemctl = root / "usr/local/sbin/systemctl"
    shutil.copy(HERE / "systemctl.py", systemctl)
    systemctl.chmod(0o755)
    with (root / "etc/hosts").open("a", encoding="utf-8") as hosts:
        hosts.write("127.0.0.1 localhost help.example.org\n")
    folder = root / "root/pebble"
    folder.mkdir()
    shutil.copy(str(shutil.which("pebble")), root / "usr/local/bin/pebble")
    (folder / "config.json").write_text(json.dumps(_AUTHORITY), encoding="utf-8")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    # Where certbot asks, if it is not told another server.
    settings = root / "etc/letsencrypt/cli.ini"
    settings.parent.mkdir(exist_ok=True)
    with settings.open("a", encoding="utf-8") as file:
        file.write("\nserver = https://127.0.0.1:14000/dir\nno-verify-ssl = true\n")


def _follow(root: Path, commands: list[str], *, has_network: bool) -> int:
    """Run commands in the root file system, in one shell; all their processes end with it."""
    script = root / "root/followed.sh"
    shutil.copy(HERE / "checks.sh", root / "root/checks.sh")
    begin = ["set -eu", ". /root/checks.sh"]
    script.write_text("\n".join([*begin, *commands]), encoding="utf-8")
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    if not has_network:
        isolated.append("--net")
    within = [sys.executable, "-m", "tools.first_server", _WITHIN, str(root)]
    ended = subprocess.run(
        [*isolated, *within],
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if ended.returncode:
        print("\n".join(ended.stdout.splitlines()[-_LAST_LINES:]))
    return ended.returncode


def _go_on_within(root: Path) -> None:
    """Go on as the shell in the root file system, in namespaces that end with it."""
    for source, target, *options in (
        ("proc", "proc", "-t", "proc"),
        ("/dev", "dev", "--rbind"),
        ("tmpfs", "run", "-t", "tmpfs"),
    ):
        subprocess.run(["/bin/mount", *options, source, str(root / target)], check=True)
    _switch_loopback_on()
    os.chroot(root)
    os.chdir("/root")
    os.execve(  # noqa: S606 - this process becomes the shell
        "/bin/bash", ["bash", "/root/followed.sh"], _ENVIRONMENT
    )


def _switch_loopback_on() -> None:
    """Switch the loopback interface on, which a new network has switched off (netdevice(7))."""
    with socket.socket() as any_socket:
        flags = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        name, shown = struct.unpack("16sh14x", flags)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", name, shown | _UP))


if __name__ == "__main__":
    if sys.argv[1:2] == [_WITHIN]:
        _go_on_within(Path(sys.argv[2]))
    raise SystemExit(main())
