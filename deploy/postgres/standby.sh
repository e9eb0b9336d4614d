#!/bin/sh
# Copies the primary once, then follows it. A copy that was interrupted is begun again.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA.new" "$PGDATA"
    mkdir -p "$(dirname "$PGDATA")"
    pg_basebackup --dbname "$PRIMARY" --no-password --pgdata "$PGDATA.new" --slot standby \
        --write-recovery-conf --wal-method stream --checkpoint fast
    chmod 700 "$PGDATA.new"
    mv "$PGDATA.new" "$PGDATA"
fi
exec postgres
