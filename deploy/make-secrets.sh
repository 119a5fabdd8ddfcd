#!/bin/sh
# Makes everything that docker-compose.yml keeps in deploy/secrets: passwords, the token key, keys for the photo store,
# and a certificate to try it out with. What is already there stays as it is.
#
#     deploy/make-secrets.sh HOST        HOST is the name in the public address, such as wijk.example.nl
#
# Before people use it: put the real certificate (certificate, chain and key in one file) in deploy/secrets/tls.pem and
# the address of the real mail server in deploy/secrets/smtp_url.
set -eu

host=${1:?say the host name, such as: deploy/make-secrets.sh wijk.example.nl}
cd "$(dirname "$0")/secrets"

# The folder is closed to others; the files can be read by the users inside the containers.
chmod 700 .
umask 022

# keep NAME: writes standard input to NAME, unless NAME is there already.
keep() {
    if [ -e "$1" ]; then
        cat >/dev/null
        echo "kept  $1"
    else
        cat >"$1.new"
        mv "$1.new" "$1"
        echo "made  $1"
    fi
}

random() { openssl rand -hex "$1" | tr -d '\n'; }

for role in admin owner app read; do
    random 32 | keep "db_${role}_password"
done
printf 'postgres://wijkkoers_app:%s@db:5432/wijkkoers' "$(cat db_app_password)" | keep database_url_app
printf 'postgres://wijkkoers:%s@db:5432/wijkkoers' "$(cat db_owner_password)" | keep database_url_owner

openssl genpkey -algorithm ed25519 | keep token_key.pem
printf 'smtp://mail:1025?tls=required' | keep smtp_url

if [ ! -e s3-store.env ]; then
    key=GK$(random 16)
    secret=$(random 32)
    printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$key" "$secret" | keep s3-app.env
    printf 'GARAGE_RPC_SECRET=%s\nGARAGE_DEFAULT_ACCESS_KEY=%s\nGARAGE_DEFAULT_SECRET_KEY=%s\n' \
        "$(random 32)" "$key" "$secret" | keep s3-store.env
fi

# A test authority, and from it a certificate for the site and one for the mail catcher.
if [ ! -e test-ca.pem ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=Wijkkoers test" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout test-ca-key.pem -out test-ca.pem 2>/dev/null
    chmod 600 test-ca-key.pem
    echo "made  test-ca.pem"
fi

# certificate NAME HOST: NAME_cert.pem and NAME_key.pem for HOST, from the test authority.
certificate() {
    if [ ! -e "$1_cert.pem" ]; then
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=$2" \
            -addext "subjectAltName=DNS:$2" -addext "basicConstraints=critical,CA:FALSE" \
            -addext "keyUsage=critical,digitalSignature" -addext "extendedKeyUsage=serverAuth" \
            -CA test-ca.pem -CAkey test-ca-key.pem -keyout "$1_key.pem" -out "$1_cert.pem" 2>/dev/null
        chmod 644 "$1_key.pem"
        echo "made  $1_cert.pem"
    fi
}

certificate mail mail
if [ ! -e tls.pem ]; then
    certificate site "$host"
    cat site_cert.pem test-ca.pem site_key.pem | keep tls.pem
fi
