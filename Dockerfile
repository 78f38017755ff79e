# syntax=docker/dockerfile:1
# writethru as a small image that runs as nobody special. Build: docker build -t writethru .

FROM rust:1.95-slim-trixie AS build
# librdkafka is built from its bundled source.
RUN apt-get update \
    && apt-get install -y --no-install-recommends make g++ perl pkg-config libssl-dev libcurl4-openssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --features oidc --bin writethru \
    && cp target/release/writethru /writethru \
    && strip /writethru

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3t64 libcurl4t64 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/writethru --create-home writethru
COPY --from=build /writethru /usr/local/bin/writethru
USER 10001:10001
WORKDIR /var/lib/writethru
VOLUME /var/lib/writethru
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["writethru"]
CMD ["run"]
