#!/bin/sh
# Installs Debian packages (the arguments) that are not there yet, as root or by sudo; else lists them.
missing=
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "deps: all there: $*"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "deps: no apt-get here; install by your own package manager what Debian 12 calls:$missing" >&2
  exit 2
elif [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null && sudo -v; then
  as_root=sudo
else
  echo "deps: neither root nor sudo here; ask an administrator for: apt-get install$missing" >&2
  exit 2
fi
echo "deps: installing$missing"
$as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends $missing
