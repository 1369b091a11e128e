#!/usr/bin/env bash
# Build and install the FHIR servers that tests/servers runs, into $EPICRISIS_CACHE; idempotent.
# Needs Java 17, Maven, Node.js and npm, with the registries they are set up for.
set -euo pipefail
here="$(cd "$(dirname "$0")/../.." && pwd)"
cache="${EPICRISIS_CACHE:-$HOME/.cache/epicrisis}/servers"
mkdir -p "$cache"
stamp="$(cd "$here/tests/servers" && find hapi medplum oauth -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16)"
if [ "$(cat "$cache/.ready" 2>/dev/null || true)" = "$stamp" ]; then
  echo "servers: $cache"
  exit 0
fi
for name in hapi medplum oauth; do
  mkdir -p "$cache/$name"
  cp -r "$here/tests/servers/$name/." "$cache/$name/"
done
(cd "$cache/hapi" && mvn -B -q compile dependency:copy-dependencies -DincludeScope=runtime && touch target/lib)
(cd "$cache/medplum" && npm install --silent --no-audit --no-fund)
(cd "$cache/oauth" && npm install --silent --no-audit --no-fund)
echo "$stamp" > "$cache/.ready"
echo "servers: $cache"
