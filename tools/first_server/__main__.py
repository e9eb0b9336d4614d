"""Follow the first part of docs/operating.md in a new Debian: python -m tools.first_server

It makes a root file system (mmdebstrap), runs the very commands of the page in it as root, and looks
at the result from outside: https, its certificate, the page of nginx while the server is away, a
backup. What it cannot have is replaced: systemd by systemctl.py, the certificate authority by Pebble,
and the name's address by /etc/hosts. After the packages are there, it has no network.

Needs root and Debian's mmdebstrap, pebble and openssl; takes about two minutes.
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

from tools.first_server.page import PAGE, blocks, needs_network

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_SUITE = "trixie"
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
_BEFORE = """
PEBBLE_VA_NOSLEEP=1 pebble -config /root/pebble/config.json > /root/pebble/log 2>&1 &
"""
# From now on curl trusts the authority, as it trusts a real one.
_TRUST = """
curl --silent --insecure --retry 20 --retry-connrefused https://127.0.0.1:15000/roots/0 \\
    >> /etc/ssl/certs/ca-certificates.crt
"""
_AFTER = r"""
says() { printf '%s\n' "$2" | grep -q -- "$3" || { echo "$1: expected $3, found:"; printf '%s\n' "$2"; exit 1; }; }
ask() { curl --silent --show-error "$@"; }
says 'http leads to https' "$(ask -o /dev/null -w '%{http_code} %{redirect_url}' "http://$HOST/?lang=nl")" \
    "^301 https://$HOST/?lang=nl$"
says 'the page' "$(ask "https://$HOST/?lang=nl")" 'tel:112'
says 'the answer' "$(ask "https://$HOST/v1/nearest?postcode=1000&limit=1")" '"id":"pag-asa"'
says 'the limit counts visitors' "$(ask -D - -o /dev/null "https://$HOST/v1/nearest?postcode=1000")" '^ratelimit:'
says 'metrics are not public' "$(ask -o /dev/null -w '%{http_code}' "https://$HOST/metrics")" '^403$'
says 'the authority signed it' "$(ask -v -o /dev/null "https://$HOST/livez" 2>&1)" 'issuer:.*Pebble'
says 'the backup' "$(stat -c '%a %U' /srv/directory/backups/*.db)" '^600 directory-api$'
says 'the timers' "$(/usr/bin/systemctl is-enabled directory-api-backup.timer directory-api-check.timer \
    directory-api-publish.timer directory-api-notify.timer directory-api.service certbot.timer | sort -u)" '^enabled$'
systemctl stop directory-api
says 'while the server is away' "$(ask -H 'Accept: text/html' "https://$HOST/")" 'tel:112'
directory-api doctor > /root/doctor.txt && { echo 'doctor: found nothing while the server was away'; exit 1; }
says 'doctor' "$(cat /root/doctor.txt)" '^fault  server:'
systemctl start directory-api
directory-api backup /srv/directory/backups/before.db
directory-api restore-backup /srv/directory/backups/before.db --yes
ask --retry 10 --retry-connrefused -o /dev/null "https://$HOST/livez"
directory-api doctor
certbot renew --force-renewal --quiet --no-random-sleep-on-renew
says 'renewed' "$(ask "https://$HOST/readyz")" '"ready"'
"""


def main() -> int:
    """Follow the page; returns the exit status of what failed first, or 0."""
    for program in ("mmdebstrap", "pebble", "openssl", "unshare"):
        if shutil.which(program) is None:
            raise SystemExit(f"needs {program}; on Debian: apt-get install mmdebstrap pebble openssl")
    if os.getuid():
        raise SystemExit("needs root, which makes a root file system")
    begun = time.monotonic()

    def told(sentence: str) -> None:
        print(f"{time.monotonic() - begun:4.0f} s  {sentence}", flush=True)

    written = blocks(PAGE.read_text(encoding="utf-8"))
    first = next(at for at, block in enumerate(written) if at and not needs_network(block))
    with TemporaryDirectory(prefix="first-server-") as folder:
        root = Path(folder) / "root"
        _make(root)
        told("a new Debian")
        _fill(root)
        told("the source archive")
        online = ["cd /root", *written[:first], f"declare -p {_KEPT} > /root/kept; pwd > /root/where"]
        if status := _follow(root, online, has_network=True):
            return status
        told("installed")
        _replace(root)
        offline = [_BEFORE, '. /root/kept; cd "$(cat /root/where)"']
        for block in written[first:]:
            offline += [block, *([_TRUST] if "certbot" in block else [])]
        status = _follow(root, [*offline, _AFTER], has_network=False)
        told("the page was followed to its end" if not status else "failed")
    return status


def _make(root: Path) -> None:
    subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=apt", "--include=ca-certificates,systemd"),
            *("--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*"),
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
    """Write what stands for systemd, for the certificate authority and for the domain name."""
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
    script.write_text("\n".join(["set -eu", *commands]), encoding="utf-8")
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    if not has_network:
        isolated.append("--net")
    within = [sys.executable, "-m", "tools.first_server", "within", str(root)]
    return subprocess.run([*isolated, *within], cwd=ROOT, check=False).returncode


def within(root: Path) -> None:
    """Go on as the shell in the root file system. In namespaces of its own, so nothing is left."""
    for source, target, *options in (
        ("proc", "proc", "-t", "proc"),
        ("/dev", "dev", "--rbind"),
        ("tmpfs", "run", "-t", "tmpfs"),
    ):
        subprocess.run(["mount", *options, source, str(root / target)], check=True)
    _loopback_up()
    os.chroot(root)
    os.chdir("/root")
    os.execve("/bin/bash", ["bash", "/root/followed.sh"], _ENVIRONMENT)


def _loopback_up() -> None:
    """Switch the loopback interface on, which a new network has switched off (netdevice(7))."""
    with socket.socket() as any_socket:
        up = struct.pack("16sh14x", b"lo", 0x1 | 0x40)
        fcntl.ioctl(any_socket, 0x8914, up)


if __name__ == "__main__":
    if sys.argv[1:2] == ["within"]:
        within(Path(sys.argv[2]))
    raise SystemExit(main())
