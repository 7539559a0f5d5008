#!/bin/sh
# Runs once, when the database's volume is new: the application's role with its password.
# Migrations give it its rights; the owner's password stays with migrations alone.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$HINOMI_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE hinomi_app LOGIN PASSWORD :'password';
SQL
