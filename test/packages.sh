#!/bin/bash
# Installs the Debian packages of test/packages.debian that are missing, as root or with sudo.
# What is installed already is left as it is.
#
#   test/packages.sh PURPOSE...		run, test, check
#
# Elsewhere than on Debian it names the packages and stops, unless PACKAGES=installed says that
# their like is there.
set -eu
list="$(dirname "${BASH_SOURCE[0]}")/packages.debian"

wanted=()
for purpose in "$@"; do
	while read -r name for _; do
		[ "$for" = "$purpose" ] && wanted+=("$name")
	done < <(grep -v '^#' "$list")
done

[ "${PACKAGES:-}" = installed ] && exit 0
if ! command -v dpkg-query apt-get >/dev/null; then
	echo "This is not a Debian system. Install the like of: ${wanted[*]}" >&2
	echo "and run again with PACKAGES=installed." >&2
	exit 1
fi

# A package counts as there, too, when another one provides it.
present=$(dpkg-query -W -f '${db:Status-Status}, ${Package}, ${Provides}\n' | sed -n 's/^installed, //p' | sed 's/ ([^)]*)//g; s/, */\n/g')
missing=()
for name in "${wanted[@]}"; do
	grep -qxF "$name" <<<"$present" || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=()
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
	as_root=(sudo)
else
	echo "Missing packages: ${missing[*]}" >&2
	echo "Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
	exit 1
fi

echo "Installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
"${apt[@]}" install -y --no-install-recommends --no-upgrade --no-remove "${missing[@]}" </dev/null
