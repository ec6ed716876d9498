# docker build -t veza-chat . && docker run -p 8080:8080 -v veza-chat:/data veza-chat

FROM oven/bun:1.4.5-debian AS build
WORKDIR /src
# Packages change less often than sources, and have a layer of their own.
COPY package.json bun.lock ./
COPY sdks/javascript/package.json sdks/javascript/
COPY sdks/react/package.json sdks/react/
COPY .ci/patches .ci/patches
RUN bun install --frozen-lockfile
COPY . .
RUN bun .ci/build.ts --outfile=/veza-chat

FROM debian:12-slim
# PostgreSQL's initdb wants a user with a name; the number is what a volume's files belong to.
RUN groupadd --gid 10001 veza-chat \
  && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin veza-chat \
  && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /veza-chat /usr/local/bin/veza-chat
ENV CHAT_SERVER_HOST=0.0.0.0 CHAT_DATA_DIR=/data CHAT_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["veza-chat", "health"]
ENTRYPOINT ["veza-chat"]
CMD ["serve"]
