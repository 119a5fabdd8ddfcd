#!/bin/sh
# Writes down which images exactly docker-compose.yml and the Dockerfile stand for: their digests, in .env beside
# docker-compose.yml, which docker compose reads by itself. Without it the file does not start; with it, nothing changes
# until you run this again, for a new version of Wijkkoers or for the security updates of the images.
#
#     deploy/pin-images.sh
#
# The names and tags stand in those two files; this looks them up, so there is no second list to forget.
set -eu

cd "$(dirname "$0")/.."
touch .env
sed -n 's|.* \([a-z0-9./-]*:[A-Za-z0-9.-]*\)${\([A-Z0-9]*_DIGEST\).*|\1 \2|p' docker-compose.yml Dockerfile |
    while read -r image name; do
        docker pull --quiet "$image" </dev/null >/dev/null
        # One image may be known by more names than one.
        digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" |
            sed -n "s|^\(.*/\)\{0,1\}${image%:*}\(@sha256:[0-9a-f]\{64\}\)\$|\2|p" | head -n 1)
        if [ -z "$digest" ]; then
            echo "$image: this engine knows no digest of it" >&2
            exit 1
        fi
        { grep -v "^$name=" .env || true; echo "$name=$digest"; } >.env.new
        mv .env.new .env
        echo "$image$digest"
    done
