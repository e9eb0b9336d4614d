# What is done and looked at between the commands of the page; bash, within the new Debian.

# says WHAT TEXT PATTERN: end if no line of the text has the pattern.
says() {
    printf '%s\n' "$2" | grep -q -- "$3" && return
    printf '%s: expected %s, found:\n%s\n' "$1" "$3" "$2"
    exit 1
}

ask() { curl --silent --show-error "$@"; }

# By itself it refuses one valid nonce of twenty, to test its clients; certbot gives up at the second.
begin_authority() { PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config /root/pebble/config.json > /root/pebble/log 2>&1 & }

# From then on curl trusts the authority, as it trusts a real one.
trust_authority() { ask --insecure https://127.0.0.1:15000/roots/0 >> /etc/ssl/certs/ca-certificates.crt; }

after_first() {
    says 'http leads to https' \
        "$(ask -o /dev/null -w '%{http_code} %{redirect_url}' "http://$HOST/?lang=nl")" \
        "^301 https://$HOST/?lang=nl$"
    says 'the page' "$(ask "https://$HOST/?lang=nl")" 'tel:112'
    says 'the answer' "$(ask "https://$HOST/v1/nearest?postcode=1000&limit=1")" '"id":"pag-asa"'
    says 'metrics are not public' \
        "$(ask -o /dev/null -w '%{http_code}' "https://$HOST/metrics")" '^403$'
    says 'metrics are not public with a slash' \
        "$(ask -o /dev/null -w '%{http_code}' "https://$HOST/metrics/")" '^403$'
    says 'the settings' "$(stat -c '%a %U' /etc/directory-api/settings.env)" '^600 root$'
    says 'the authority signed it' \
        "$(ask -v -o /dev/null "https://$HOST/livez" 2>&1)" 'issuer:.*Pebble'
    says 'the backup' "$(stat -c '%a %U' /srv/directory/backups/*.db)" '^600 directory-api$'
    local unit
    for unit in directory-api.service directory-api-alive.timer directory-api-backup.timer \
        directory-api-check.timer \
        directory-api-publish.timer directory-api-restore-drill.timer directory-api-notify.timer \
        certbot.timer; do
        says "$unit" "$(/usr/bin/systemctl is-enabled "$unit")" '^enabled$'
    done
    systemctl start directory-api-restore-drill directory-api-check directory-api-alive
    says 'the password for mail' "$(stat -c '%a %U' /etc/directory-api/failed.env)" '^600 root$'
    # While the server is away.
    systemctl stop directory-api
    says 'the page of nginx' "$(ask -H 'Accept: text/html' "https://$HOST/")" 'tel:112'
    says 'doctor' "$(directory-api doctor || echo "status $?")" '^fault  server:'
    # A helpline that is changed meanwhile; a minute later the timer would write the page again.
    directory-api export | sed 's/"Child Focus, for/"Child Focus, today for/' > /tmp/changed.json
    directory-api import /tmp/changed.json
    says 'doctor on old pages' "$(directory-api doctor || echo "status $?")" '^fault  error pages:'
    systemctl start directory-api-publish
    says 'the changed page' "$(ask -H 'Accept: text/html' "https://$HOST/")" 'Child Focus, today for'
    says 'doctor on new pages' "$(directory-api doctor || echo "status $?")" '^ok     error pages:'
    systemctl start directory-api
    # The certificate is renewed.
    certbot renew --force-renewal --quiet --no-random-sleep-on-renew
    says 'the server' \
        "$(ask --retry 10 --retry-all-errors --fail "https://$HOST/readyz")" '"ready"'
}

# The tables as the first migration made them, and a later version, which is a copy of this one.
before_update() {
    systemctl stop directory-api
    python3 - <<'END'
import sqlite3

database = sqlite3.connect("/var/lib/directory-api/directory.db")
database.execute("DROP TABLE credentials")
database.execute("ALTER TABLE tokens DROP COLUMN made_by")
database.execute("DELETE FROM _sqlite_migrations WHERE name = 'credentials'")
database.commit()
END
    cp -a "/opt/$VERSION" /opt/directory_api-99.0.0
    mkdir /root/directory_api-99.0.0
    cd /root/directory_api-99.0.0
}

after_update() {
    says 'the link' "$(readlink /opt/directory-api)" '^directory_api-99.0.0$'
    says 'the backup' "$(stat -c '%a %U' /srv/directory/backups/before-*.db)" '^600 directory-api$'
    directory-api verify payoke --how 'called the main number'
    says 'the confirmation' "$(directory-api history payoke)" 'called the main number'
}

after_going_back() {
    says 'the link' "$(readlink /opt/directory-api)" "^$OLD$"
    says 'the history' "$(directory-api history payoke | wc -l)" '^2$'
    says 'the page' "$(ask "https://$HOST/?lang=nl")" 'tel:112'
}
