#!/bin/bash
# Runs a command beside a private PostgreSQL cluster that has this build of the extension, and
# removes the cluster at the end, however the end comes.
#
#   test/cluster.sh COMMAND [ARGUMENT...]		for instance: test/cluster.sh psql
#
# COMMAND finds PGHOST, PGPORT, PGUSER and PGDATABASE set (a database `creditspread` with the
# extension), the server's programs in PATH, CREDITSPREAD_TOP (the sources) and CLUSTER_ROOT.
set -u
CREDITSPREAD_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export CREDITSPREAD_TOP
. "$CREDITSPREAD_TOP/test/functions.sh"

finish()
{
	local status=$?

	trap '' HUP INT TERM
	guarded_end
	if [ $status -eq 0 ]; then
		cluster_remove_all fast
	else
		[ $status -lt 128 ] && [ -f "${CLUSTER_ROOT:-}/main/log" ] &&
			{ echo "The end of the server's log:"; tail -n 40 "$CLUSTER_ROOT/main/log"; } >&2
		cluster_remove_all "$([ $status -lt 128 ] && echo fast || echo immediate)"
	fi
	exit $status
}
trap finish EXIT
exit_on_signals

# Nothing of the caller's PostgreSQL settings may lead to another server or change results.
for variable in $(compgen -e | grep '^PG' | grep -vx PG_CONFIG); do
	unset "$variable"
done
unset LANGUAGE
export LC_ALL=C.UTF-8 PSQLRC=/dev/null PSQL_PAGER=cat
ulimit -c 0

cluster_root_create || exit 1
installation_create || exit 1
cluster_start main || exit 1
PGHOST=$(cluster_socket main)
export PGHOST PGPORT=5432 PGUSER=postgres PGDATABASE=creditspread
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION creditspread' || exit 1

cd "$CREDITSPREAD_TOP" || exit 1
if [ -t 0 ] && [ "${1:-}" = psql ]; then
	psql "${@:2}"	# a person at the terminal keeps it
else
	guarded "$@"
fi
