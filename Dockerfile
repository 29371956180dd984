# Tend in a container: `docker build -t tend .`, then see docs/run/containers.md.
# `make image-check` carries out these steps where there is no container engine.

FROM python:3.13-slim-trixie AS build
WORKDIR /source
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /opt/tend
# What changes seldom comes first: a change of the code does not install the libraries again.
COPY requirements.txt requirements-crm.txt ./
RUN /opt/tend/bin/python -m pip install --require-hashes -r requirements.txt
# `--build-arg CRM=yes` adds the clients of HubSpot and Salesforce, which are large.
ARG CRM=no
RUN test "$CRM" = no || /opt/tend/bin/python -m pip install --require-hashes -r requirements-crm.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY scoring ./scoring
COPY storage ./storage
RUN /opt/tend/bin/python -m pip install --no-deps --no-build-isolation . && /opt/tend/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for `tend backup` on PostgreSQL.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --create-home --home-dir /data tend
COPY --from=build /opt/tend /opt/tend
# The root may be read-only: all that Tend keeps is in /data, and all that it can do without in /tmp.
ENV PATH=/opt/tend/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite:////data/tend.db \
    METRICS_PORT=9090
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["tend", "health"]
ENTRYPOINT ["tend"]
CMD ["run"]
