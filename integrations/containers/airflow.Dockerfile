# Airflow with Shopkeeper beside it, in an environment of its own: their pins clash.
ARG BASE=apache/airflow:3.3.2-python3.11
FROM ${BASE}
USER root
COPY requirements/uv.lock requirements/all.lock /src/requirements/
COPY pyproject.toml README.md LICENSE /src/
COPY src /src/src
WORKDIR /src
RUN python3 -m venv /opt/tools \
    && /opt/tools/bin/pip install --quiet --no-cache-dir --require-hashes \
       -r requirements/uv.lock \
    && python3 -m venv /opt/shopkeeper \
    && /opt/tools/bin/uv pip install --quiet --no-cache --compile-bytecode \
       --python /opt/shopkeeper/bin/python --constraint requirements/all.lock ".[postgres]"
WORKDIR /opt/airflow
ENV SHOP_COMMAND=/opt/shopkeeper/bin/shopkeeper
# Shops belong to the same number in all containers that write to them.
USER 10001:0
