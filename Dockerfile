# syntax=docker/dockerfile:1
#
# Checked for syntax only (a linter) and not run: there was no container engine where this was written.
#
# One image for every role: `serve` (the default), `migrate`, and all other commands of the binary.

# Which images exactly, as `@sha256:…`: docker-compose.yml gives them, from deploy/pin-images.sh. Without them, to try
# something out, it is whatever the tag means today.
ARG NODE_DIGEST=""
ARG RUST_DIGEST=""
ARG DEBIAN_DIGEST=""

# Node, for the stylesheets and fonts that the site build takes from npm.
FROM node:22-trixie-slim${NODE_DIGEST} AS node

FROM rust:1.95-trixie${RUST_DIGEST} AS build
# The image's own toolchain; .dockerignore leaves out rust-toolchain.toml, which would download another.
RUN rustup target add wasm32-unknown-unknown
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx

WORKDIR /src
# Only what the browser gets; the tools for the tests stay out.
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/var/cache/npm \
    npm ci --cache /var/cache/npm --omit=dev --omit=optional --ignore-scripts

COPY . .
# The pages first: the binary carries them inside.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    cargo xtask site \
    && cargo build --release --locked -p wijkkoers

FROM debian:trixie-slim${DEBIAN_DIGEST}
LABEL org.opencontainers.image.title="Wijkkoers" \
      org.opencontainers.image.source="https://github.com/wijkkoers/wijkkoers" \
      org.opencontainers.image.licenses="EUPL-1.2"
# The public certificate authorities, to check whom we talk to. Versions follow the base image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wijkkoers \
    && install --directory --owner=wijkkoers --group=wijkkoers --mode=0700 /stemgeheimen
COPY --from=build /src/target/release/wijkkoers /usr/local/bin/wijkkoers
COPY LICENSE /usr/share/doc/wijkkoers/LICENSE
USER 10001:10001
ENV WIJKKOERS_LISTEN=0.0.0.0:8080
EXPOSE 8080
# 5 s to leave the load balancer and 30 s to finish: give it 45 s before it is killed (see docker-compose.yml).
STOPSIGNAL SIGTERM
# There is no curl here and the binary has no command for it, so the shell that is already in Debian asks. It looks at
# "alive", not at "ready": a database that is away must not make an engine restart the application.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/live HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 2 line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["wijkkoers"]
CMD ["serve"]
