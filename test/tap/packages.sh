#!/bin/bash
# What test/packages.sh installs or says, by the release: apt, dpkg and the caller's rights are played by stubs.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
stubs=$TEST_TMP/stubs
mkdir -p "$stubs"

# stub NAME BODY
stub()
{
	printf '#!/bin/bash\n%s\n' "$2" >"$stubs/$1"
	chmod 755 "$stubs/$1"
}
stub dpkg-query 'for name in make git $INSTALLED; do echo "installed, $name, "; done'
stub apt-cache 'case $1 in depends) echo "  Depends: postgresql-$RELEASE" ;; policy) [[ " $LACKING " == *" $2 "* ]] || echo "  Candidate: 1" ;; esac'
stub apt-get 'echo "apt-get ${*: -1}: $*"'
stub id 'echo "$CALLER"'
stub sudo '[ "$MAY_SUDO" = yes ] && if [ "$1" = -n ]; then exit 0; else echo "by sudo"; exec "$@"; fi'

# packages PURPOSES [VARIABLE=VALUE...]: what it says, and its status
packages()
{
	(
		unset PG_CONFIG PACKAGES
		export PATH=$stubs:$PATH INSTALLED='' LACKING='' CALLER=0 MAY_SUDO=no RELEASE=17 "${@:2}"
		# shellcheck disable=SC2086
		"$CREDITSPREAD_TOP/test/packages.sh" $1 2>&1 </dev/null
		echo "status $?"
	)
}

out=$(packages 'run test')
like 'root: the packages of the server that the release has' '^apt-get.* install .* postgresql-17 postgresql-server-dev-17 .*postgresql-17-pgtap .*postgresql-17-cron$' "$out"
like 'and it works' '^status 0$' "$out"
like 'not by sudo' '!^by sudo$' "$out"
out=$(packages run CALLER=1000 MAY_SUDO=yes)
like 'a user with sudo' '^by sudo$' "$out"
like 'installs the same' '^apt-get.* install .* postgresql-17 ' "$out"
out=$(packages run CALLER=1000)
like 'a user without: what root has to do' '^Run as root: apt-get update && apt-get install --no-install-recommends gcc .* postgresql-17 postgresql-server-dev-17 .*postgresql-17-cron$' "$out"
like 'and the failure' '^status 1$' "$out"
like 'without trying' '!^apt-get' "$out"

out=$(packages run RELEASE=18 LACKING=postgresql-18-cron)
like 'a package that is not needed is left out' '^There is no package postgresql-18-cron' "$out"
like 'the others come' '^apt-get.* install .*postgresql-18 ' "$out"
like 'alone' '!^apt-get.* install .*cron' "$out"
like 'nor is a user told to install it' '!Run as root.*cron' "$(packages run RELEASE=18 LACKING=postgresql-18-cron CALLER=1000)"
out=$(packages 'run test' RELEASE=18 LACKING=postgresql-18-pgtap)
like 'one that is needed ends it' '^The package lists of this system do not have: postgresql-18-pgtap$' "$out"
like 'with nothing installed' '!^apt-get.* install ' "$out"
like 'a server that is too old' '^PostgreSQL 13 is too old: creditspread needs 15 or newer\.$' "$(packages run RELEASE=13)"

like 'the server that is installed goes before the newest' '^apt-get.* install .* postgresql-server-dev-16 ' "$(packages run INSTALLED='postgresql-15 postgresql-16')"
like 'and the one of PG_CONFIG before both' '^apt-get.* install .* postgresql-server-dev-15 ' \
	"$(packages run INSTALLED='postgresql-15 postgresql-16' PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config)"
like 'none beside a server from elsewhere' '!^apt-get.* install .*postgresql-' "$(packages run PG_CONFIG=/usr/local/pgsql/bin/pg_config)"
all='gcc libc6-dev pkg-config postgresql-17 postgresql-server-dev-17 libopenblas-serial-dev libgsl-dev libutf8proc-dev'
like 'nothing is missing' '^status 0$' "$(packages run INSTALLED="$all postgresql-17-cron" CALLER=1000)"
like 'nor changed' '!apt-get' "$(packages run INSTALLED="$all postgresql-17-cron")"
out=$(packages run INSTALLED="$all" CALLER=1000)
like 'a user goes on without what is not needed' '^status 0$' "$out"
like 'and is told' '^postgresql-17-cron is not installed' "$out"
echo "1..$number"
