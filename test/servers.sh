#!/bin/bash
# Runs the README's two commands on fresh Debian systems, one after the other, each in a chroot of
# its own: the PostgreSQL of bookworm is 15, of trixie 17, of forky and sid 18.
#
#   test/servers.sh [--as ROLE] [--mirror URL] [--keep DIRECTORY] [SUITE...]
#
#   --as ROLE	root (default); sudo: a user who may use sudo; user: one who may not, for whom root
#		has installed the packages that the first try named
#   --mirror	where Debian's packages are; the caller's own source by default
#   --keep	builds the systems in that directory, leaves them there and uses those that it has
#
# It takes the last commit, some GB of disk, debootstrap, and root.  Mounts and processes live in
# namespaces that end with the script, however that ends; only kill -9 leaves the directory.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$top/test/functions.sh"

role=root mirror='' keep='' suites=()
while [ $# -gt 0 ]; do
	case $1 in
		--as | --mirror | --keep) [ $# -gt 1 ] || { echo "$1 what?" >&2; exit 2; } ;;&
		--as) role=$2; shift 2 ;;
		--mirror) mirror=$2; shift 2 ;;
		--keep) keep=$2; shift 2 ;;
		-*) sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; exit 2 ;;
		*) suites+=("$1"); shift ;;
	esac
done
[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie forky)
case $role in root | sudo | user) ;; *) echo "--as root, sudo or user, not $role" >&2; exit 2 ;; esac

# ---- inside of the namespaces: one system, in $root -------------------------------------------

# Runs a command line in the system's clone as USER.
in_system()
{
	local user=$1 variable passed=()

	for variable in http_proxy https_proxy no_proxy OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; do
		[ -z "${!variable:-}" ] || passed+=("$variable=${!variable}")
	done
	chroot "$root" runuser -u "$user" -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LANG=C.UTF-8 TERM=dumb USER="$user" "${passed[@]}" bash -c "cd /srv/creditspread && $2"
}

build_system()
{
	local script=/usr/share/debootstrap/scripts

	[ -e "$root/usr/sbin/policy-rc.d" ] && return 0
	rm -rf --one-file-system "$root"
	if [ -e "$script/$suite" ]; then script=$script/$suite; else script=$script/sid; fi
	debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" "$root" "$mirror" "$script" || return 1
	# a mirror may keep a release beyond the days for which it was signed
	echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99servers"
	# no service starts: the packages' own cluster is of no use here
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
}

prepare_user()
{
	user=root
	[ "$role" != root ] || return 0
	user=analyst
	chroot "$root" id "$user" >/dev/null 2>&1 || chroot "$root" useradd -m "$user" || return 1
	chown -R --reference="$root/home/$user" "$root/srv/creditspread"
	if [ "$role" = sudo ]; then
		in_system root 'apt-get -q update && apt-get -q -y --no-install-recommends install sudo' || return 1
		echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
		return 0
	fi
	rm -f "$root/etc/sudoers.d/$user"
	in_system "$user" 'test/packages.sh run test' && return 0
	echo "This was expected: $user has no sudo. Now root installs them."
	in_system root 'test/packages.sh run test'
}

run_system()
{
	build_system || return 1
	mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/dev/shm" || return 1
	rm -rf "$root/srv/creditspread"
	git clone -q "$top" "$root/srv/creditspread" || return 1
	prepare_user || return 1
	in_system "$user" 'make demo' && in_system "$user" 'make test'
}

if [ -n "${SERVERS_ROOT:-}" ]; then
	root=$SERVERS_ROOT suite=${suites[0]}
	run_system 2>&1 | tee "$SERVERS_LOG"
	exit "${PIPESTATUS[0]}"
fi

# ---- outside ----------------------------------------------------------------------------------

[ "$(id -u)" = 0 ] || { echo "test/servers.sh: run it as root, which chroot needs" >&2; exit 1; }
for program in debootstrap unshare git; do
	command -v $program >/dev/null || { echo "test/servers.sh: $program is missing: apt-get install debootstrap git" >&2; exit 1; }
done
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1)
[ -n "$mirror" ] || { echo "test/servers.sh: no Debian source is known here: give --mirror URL" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/creditspread-servers.XXXXXX") || exit 1
# Without their first process the namespaces end, and all in them.
finish()
{
	[ -z "$guarded_child" ] || { kill -KILL -- "-$guarded_child"; wait "$guarded_child"; } 2>/dev/null
	rm -rf --one-file-system "$work"
}
trap finish EXIT
exit_on_signals
[ -z "$keep" ] || { mkdir -p "$keep" && keep=$(cd "$keep" && pwd -P) || exit 1; }

status=0
summary=()
for suite in "${suites[@]}"; do
	echo "== $suite, as $role"
	export SERVERS_ROOT=${keep:-$work}/$suite SERVERS_LOG=$work/log
	result=failed
	if guarded setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child \
		bash "$top/test/servers.sh" --as "$role" --mirror "$mirror" "$suite"; then result=passed; else status=1; fi
	counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$work/log" | tail -n 1)
	server=$(chroot "$SERVERS_ROOT" ls /usr/lib/postgresql 2>/dev/null | tail -n 1)
	summary+=("$result: $suite, PostgreSQL ${server:-?}, as $role: ${counts:-no tests run}")
	[ -n "$keep" ] || rm -rf --one-file-system "$SERVERS_ROOT"
done
printf '%s\n' "${summary[@]}"
exit $status
