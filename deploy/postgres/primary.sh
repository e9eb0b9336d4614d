#!/bin/sh
# Run once, by the image of PostgreSQL, when it has created the primary's database.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --set password="$(cat "${REPLICATION_PASSWORD_FILE:-/run/secrets/replication_password}")" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('standby') \g /dev/null
-- A write is acknowledged when one standby has it on its disk, so a failover loses none. Set here,
-- and not on the command line: the image would wait for a standby before there can be one.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)';
-- A standby that stays away does not fill the disk.
ALTER SYSTEM SET max_slot_wal_keep_size = '2GB';
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
