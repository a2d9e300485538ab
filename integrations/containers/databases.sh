#!/bin/sh
# Runs once, when the database is empty: a role and a database for each service, a role that reads.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set shop="$SHOP_DB_PASSWORD" --set reader="$READER_DB_PASSWORD" \
  --set mlflow="$MLFLOW_DB_PASSWORD" --set airflow="$AIRFLOW_DB_PASSWORD" \
  --set metabase="$METABASE_DB_PASSWORD" <<'SQL'
CREATE ROLE shop LOGIN PASSWORD :'shop';
CREATE ROLE reader LOGIN PASSWORD :'reader';
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow';
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE metabase LOGIN PASSWORD :'metabase';
CREATE DATABASE shop OWNER shop;
CREATE DATABASE mlflow OWNER mlflow;
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE metabase OWNER metabase;
REVOKE CONNECT ON DATABASE shop, mlflow, airflow, metabase FROM PUBLIC;
GRANT CONNECT ON DATABASE shop TO reader;
SQL
