# Two small images from one tree, for docker-compose.yml: `gateway`, and `dashboard_api` with Chinese fonts. No compiler, no shell script,
# not root.
FROM python:3.13.14-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# Both environments from the hash-pinned locks, each with what its program needs and no more; the project itself goes on top.
FROM base AS build
COPY requirements/gateway-py313.txt requirements/api-py313.txt /src/requirements/
RUN for extra in gateway api; do \
        python -m venv --without-pip /venv/$extra && \
        python -m pip --python /venv/$extra/bin/python install --no-cache-dir --no-compile --require-hashes --no-deps \
            --only-binary :all: -r /src/requirements/$extra-py313.txt || exit 1; \
    done
COPY pyproject.toml README.md /src/
COPY contracts /src/contracts
COPY edge /src/edge
COPY gateway /src/gateway
COPY dashboard_api /src/dashboard_api
COPY firmware_config /src/firmware_config
COPY demo /src/demo
RUN for extra in gateway api; do \
        python -m pip --python /venv/$extra/bin/python install --no-cache-dir --no-compile --no-deps --no-build-isolation /src || exit 1; \
    done

FROM base AS run
# A volume takes the owner of the folder it is mounted on.
RUN install -d -o 10001 -g 10001 -m 0750 /var/lib/vsm /run/vsm
USER 10001:10001
WORKDIR /var/lib/vsm

FROM run AS gateway
COPY --from=build /venv/gateway /venv/gateway
ENV VSM_HEARTBEAT=/run/vsm/alive
# The loop touches this file each second; a loop that hangs lets it grow old.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD test -n "$(find /run/vsm/alive -mmin -1)"
ENTRYPOINT ["/venv/gateway/bin/python", "-m", "gateway"]
CMD ["--config", "/etc/vsm/gateway/gateway.yaml"]

FROM run AS dashboard_api
# Reports as PDF: what draws text, and the letters.
USER 0:0
RUN apt-get update && \
    apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk && \
    rm -rf /var/lib/apt/lists/*
USER 10001:10001
COPY --from=build /venv/api /venv/api
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/venv/api/bin/python", "-I", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/api/v1/ready', timeout=8)"]
ENTRYPOINT ["/venv/api/bin/python", "-m", "dashboard_api"]
CMD ["--config", "/etc/vsm/gateway/dashboard_api.yaml"]
