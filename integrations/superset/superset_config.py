"""Settings of Superset beside a shop: secrets come from the environment, nothing has a default."""

import os

# Signs sessions and encrypts the passwords of databases; without it Superset does not start.
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_METADATA_ADDRESS"]
WTF_CSRF_ENABLED = True
TALISMAN_ENABLED = os.environ.get("SUPERSET_TLS", "") == "1"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = TALISMAN_ENABLED
# No files as databases: only servers, such as the one that `shopkeeper publish` writes to.
PREVENT_UNSAFE_DB_CONNECTIONS = True
ENABLE_PROXY_FIX = True
