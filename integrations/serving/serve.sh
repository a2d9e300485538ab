#!/bin/sh
# Entry point of a container for managed platforms: answers /ping, /predict and /invocations.
# The shop lies where the platform puts a model; it needs a key in its settings. A platform that can
# send no key calls `score.py` instead.
set -eu
exec shopkeeper serve --folder "${SHOP_FOLDER:-/opt/ml/model}" --host 0.0.0.0 --port "${PORT:-8080}" \
  --set 'api.allowed_hosts=["*"]' "$@"
