#!/bin/sh
# Run the tests as a newcomer does: in a new Debian with Python, make and git alone, from a clone of
# the last commit, as a user without rights. Arguments replace the command `make test`. Needs root
# and Debian's mmdebstrap.
set -eu
command -v mmdebstrap >/dev/null || { echo "needs mmdebstrap; on Debian: apt-get install mmdebstrap" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "needs root, which makes a root file system" >&2; exit 1; }
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
mmdebstrap --quiet --variant=apt --include=ca-certificates,git,make,python3,python3-venv \
    --dpkgopt=path-exclude=/usr/share/man/* --dpkgopt=force-unsafe-io trixie "$root"
chmod 755 "$root"
echo newcomer:x:1000:1000::/home/newcomer:/bin/sh >>"$root/etc/passwd"
echo newcomer:x:1000: >>"$root/etc/group"
mkdir "$root/home/newcomer"
git clone --quiet . "$root/home/newcomer/directory"
chown -R 1000:1000 "$root/home/newcomer"
for file in etc/resolv.conf etc/ssl/certs/ca-certificates.crt; do
    rm -f "$root/$file" && cp "/$file" "$root/$file"
done
[ $# -gt 0 ] || set -- make test
echo "a new Debian: $*"
# The namespaces end with the command, and with them every process and mount.
# shellcheck disable=SC2016  # expanded by the inner shell
unshare --mount --pid --fork --kill-child sh -eu -c '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot --userspec=1000:1000 "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 \
        HOME=/home/newcomer PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
        sh -c "cd && cd directory && exec \"\$@\"" sh "$@"
' sh "$root" "$@"
