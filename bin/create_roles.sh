#!/bin/sh
# For an empty PostgreSQL: the role that owns the tables and migrates, the one that serves, and their database.
# What the second may do: `manage.py grant_service portal`, by the first, after each migrate.
set -eu
psql --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set portal="$PORTAL_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE owner LOGIN PASSWORD :'owner';
CREATE ROLE portal LOGIN PASSWORD :'portal';
CREATE DATABASE portal OWNER owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
SQL
