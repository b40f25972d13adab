#!/bin/bash
# Installs the Debian packages of test/packages.debian that are missing, as root or with sudo.
# What is installed already is left as it is.
#
#   test/packages.sh PURPOSE...		run, test, check, golden
#
# The server is the one that PG_CONFIG names, else the newest that is installed, else the one that
# the system's package `postgresql` stands for.  Elsewhere than on Debian the script names the
# packages and stops, unless PACKAGES=installed says that their like is there.
set -eu
list="$(dirname "${BASH_SOURCE[0]}")/packages.debian"
oldest=15
purposes=("$@")
export LC_ALL=C

[ "${PACKAGES:-}" = installed ] && exit 0

# The names of all packages that are installed, and of what they provide.
present()
{
	dpkg-query -W -f '${db:Status-Status}, ${Package}, ${Provides}\n' | sed -n 's/^installed, //p' | sed 's/ ([^)]*)//g; s/, */\n/g'
}

# Sets server to the version of the server, or to nothing where PG_CONFIG names one that is not Debian's.
find_server()
{
	server=
	case ${PG_CONFIG:-pg_config} in
		pg_config) ;;
		/usr/lib/postgresql/*/bin/pg_config) server=${PG_CONFIG#/usr/lib/postgresql/} server=${server%%/*} ;;
		*) return 0 ;;
	esac
	[ -n "$server" ] || server=$(present | sed -n 's/^postgresql-\([0-9]*\)$/\1/p' | sort -n | tail -n 1)
	[ -n "$server" ] || server=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
	# without package lists
	[ -n "$server" ] || case $(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release) in
		bullseye) server=13 ;;
		bookworm) server=15 ;;
		trixie) server=17 ;;
		*) server=18 ;;
	esac
	[ "$server" -ge $oldest ] && return 0
	echo "PostgreSQL $server is too old: creditspread needs $oldest or newer." >&2
	exit 1
}

# Sets wanted to the packages of the purposes, optional to those among them that may be lacking.
find_wanted()
{
	local purpose name for

	wanted=()
	optional=' '
	for purpose in "${purposes[@]}"; do
		while read -r name for _; do
			[ "${for%\?}" = "$purpose" ] || continue
			if [[ $name == postgresql-* ]]; then
				[ -n "$server" ] || continue
				name=${name/-N/-$server}
			fi
			wanted+=("$name")
			[ "$for" = "$purpose" ] || optional+="$name "
		done < <(grep -v '^#' "$list")
	done
}

# Sets missing and optional_missing.
find_missing()
{
	local installed name

	find_server
	find_wanted
	installed=$(present)
	missing=()
	optional_missing=()
	for name in "${wanted[@]}"; do
		if grep -qxF "$name" <<<"$installed"; then
			continue
		elif [[ $optional == *" $name "* ]]; then
			optional_missing+=("$name")
		else
			missing+=("$name")
		fi
	done
}

is_known() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

if ! command -v dpkg-query apt-get >/dev/null; then
	server=N
	find_wanted
	echo "This is not a Debian system. Install the like of: ${wanted[*]}" >&2
	echo "(N: the version of the server, $oldest or newer) and run again with PACKAGES=installed." >&2
	exit 1
fi

if [ "$(id -u)" = 0 ]; then
	as_root=()
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
	as_root=(sudo)
else
	as_root=(nobody)
fi

find_missing
if [ ${#missing[@]} -eq 0 ]; then
	installable=0
	for name in "${optional_missing[@]}"; do
		if [ "${as_root[*]}" != nobody ] && is_known "$name"; then
			installable=1
		else
			echo "$name is not installed: what needs it is left out."
		fi
	done
	[ $installable = 1 ] || exit 0
elif [ "${as_root[*]}" = nobody ]; then
	for name in "${optional_missing[@]}"; do
		is_known "$name" && missing+=("$name")
	done
	echo "Missing packages: ${missing[*]}" >&2
	echo "Run as root: apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
	exit 1
fi

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
find_missing
unknown=()
for name in "${missing[@]}"; do
	is_known "$name" || unknown+=("$name")
done
if [ ${#unknown[@]} -gt 0 ]; then
	echo "The package lists of this system do not have: ${unknown[*]}" >&2
	exit 1
fi
for name in "${optional_missing[@]}"; do
	if is_known "$name"; then
		missing+=("$name")
	else
		echo "There is no package $name: what needs it is left out."
	fi
done
echo "Installing ${missing[*]}"
"${apt[@]}" install -y --no-install-recommends --no-upgrade --no-remove "${missing[@]}" </dev/null
