# docker build -t newswire .

FROM rust:1-slim-bookworm AS build
WORKDIR /src
COPY . .
# The cache mounts keep the dependencies built from one build to the next.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin newswire \
    && install -D target/release/newswire /out/newswire

FROM debian:bookworm-slim
# ca-certificates: to check the certificate of a PostgreSQL reached over TLS.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --create-home \
        --home-dir /var/lib/newswire --shell /usr/sbin/nologin newswire
COPY --from=build /out/newswire /usr/local/bin/newswire
COPY LICENSE-MIT LICENSE-APACHE /usr/local/share/doc/newswire/

USER newswire
WORKDIR /var/lib/newswire
# Production: refuses to start without DATABASE_URL.
ENV NEWSWIRE_ENV=production \
    NEWSWIRE_LISTEN=0.0.0.0:8080 \
    NEWSWIRE_DATA_DIR=/var/lib/newswire
EXPOSE 8080

# The image has no curl; bash speaks enough HTTP to read one status line.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["newswire"]
CMD ["serve"]
