# syntax=docker/dockerfile:1
# One image for jobs, API and dashboard: `docker run shopkeeper run /data/orders.csv`.
# Any Debian base with Python 3.11 or newer and its venv module; pin it by digest where you build.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# What is put in: see the extras of pyproject.toml. MLflow's server is made with `tracking,postgres`.
ARG EXTRAS=api,dashboard,postgres
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
WORKDIR /src
COPY requirements/uv.lock requirements/all.lock requirements/
RUN python3 -m venv /opt/tools \
    && /opt/tools/bin/pip install --quiet --require-hashes -r requirements/uv.lock \
    && python3 -m venv /opt/shopkeeper
COPY pyproject.toml README.md LICENSE ./
COPY src src
# The lock says which versions, by hash; the extras say which of them.
RUN /opt/tools/bin/uv pip install --quiet --compile-bytecode --python /opt/shopkeeper/bin/python \
    --constraint requirements/all.lock ".[${EXTRAS}]"

FROM ${BASE}
LABEL org.opencontainers.image.title="Shopkeeper" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 shopkeeper \
    && useradd --uid 10001 --gid shopkeeper --home-dir /shop --no-create-home \
       --shell /usr/sbin/nologin shopkeeper \
    && install --directory --owner=shopkeeper --group=shopkeeper /shop
COPY --from=build /opt/shopkeeper /opt/shopkeeper
ENV PATH=/opt/shopkeeper/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp
# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /shop
VOLUME /shop
EXPOSE 8765 8766
ENTRYPOINT ["shopkeeper"]
CMD ["--help"]
