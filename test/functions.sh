# shellcheck shell=bash
# Shared by the test scripts: running a command so that an interrupt ends all of it, private
# PostgreSQL clusters, and counting results.  Shell tests may source it to start a second cluster:
#
#	. "$CREDITSPREAD_TOP/test/functions.sh"
#	cluster_start second 'wal_level = logical'
#	psql -h "$(cluster_socket second)" ...
#	cluster_stop second

# ---- commands -------------------------------------------------------------------------------

guarded_child=

# Runs a command in a process group of its own; guarded_end, called from a trap, ends that group.
guarded()
{
	local status=0

	set -m
	"$@" </dev/null &
	guarded_child=$!
	set +m
	wait "$guarded_child" || status=$?
	guarded_child=
	return $status
}

guarded_end()
{
	[ -n "$guarded_child" ] || return 0
	kill -TERM -- "-$guarded_child" 2>/dev/null
	wait "$guarded_child" 2>/dev/null
	guarded_child=
}

# Every way to be interrupted ends in the EXIT trap, with the usual status.
exit_on_signals()
{
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# ---- results --------------------------------------------------------------------------------

# record NAME PASSED FAILED: one line to the reader, one to the file that is summed up at the end.
record()
{
	printf '  %-44s %5d passed %5d failed\n' "$1" "$2" "$3"
	[ -z "${TEST_RESULTS:-}" ] || echo "$2 $3 $1" >>"$TEST_RESULTS"
}

# Whether the test of a file is asked for: TEST_NAMES are names or patterns, none for all.
chosen()
{
	local name pattern patterns

	[ -n "${TEST_NAMES:-}" ] || return 0
	name=$(basename "${1%.*}")
	read -ra patterns <<<"$TEST_NAMES"
	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2053
		[[ ${name#test_} == $pattern ]] && return 0
	done
	return 1
}

# ---- clusters -------------------------------------------------------------------------------
# CLUSTER_ROOT is the temporary directory: install/ holds a copy of the server's programs, links to
# its files and this build of the extension, so that neither the system's installation nor a
# cluster of its own is touched; NAME/ holds the socket, the log and the data of cluster NAME.

# initdb and the server refuse to run as root.
as_server()
{
	if [ "$(id -u)" = 0 ]; then
		(cd "$CLUSTER_ROOT" && exec runuser -u postgres -- "$@")
	else
		(cd "$CLUSTER_ROOT" && exec "$@")
	fi
}

# A directory that the server's user can reach, with a path short enough for a socket.
cluster_root_create()
{
	local parent

	for parent in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		[ ${#parent} -le 60 ] || continue
		CLUSTER_ROOT=$(mktemp -d "$parent/creditspread.XXXXXX" 2>/dev/null) || continue
		chmod 755 "$CLUSTER_ROOT"
		as_server test -x "$CLUSTER_ROOT" 2>/dev/null && export CLUSTER_ROOT && return 0
		rm -rf "$CLUSTER_ROOT"
	done
	echo "no temporary directory that the server's user can use" >&2
	return 1
}

# PostgreSQL finds its files relative to its programs: copies of the programs use what lies beside
# them here.
installation_create()
{
	local config=${PG_CONFIG:-pg_config}
	local install=$CLUSTER_ROOT/install bin share lib

	bin=$("$config" --bindir) && share=$("$config" --sharedir) && lib=$("$config" --pkglibdir) || return 1
	mkdir -p "$install$bin" "$install$share/extension" "$install$lib"
	cp "$bin"/* "$install$bin"
	ln -s "$share"/* "$install$share" 2>/dev/null	# all but extension/, which is there
	ln -s "$share"/extension/* "$install$share/extension"
	ln -s "$lib"/* "$install$lib"
	rm -f "$install$share"/extension/creditspread* "$install$lib"/creditspread*
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u DATA make -s -j"$(nproc)" -C "$CREDITSPREAD_TOP" \
		PG_CONFIG="$config" DESTDIR="$install" install >"$CLUSTER_ROOT/install.log" 2>&1 ||
		{ cat "$CLUSTER_ROOT/install.log" >&2; return 1; }
	chmod -R a+rX "$install"
	export PATH="$install$bin:$PATH"
	export CLUSTER_PGXS_LIB="$install$lib"
}

cluster_socket()
{
	echo "$CLUSTER_ROOT/$1"
}

# cluster_start NAME [LINE...]: initializes (the first time) and starts a cluster; each LINE is added
# to its postgresql.conf.  It listens on its socket only and has an empty database `creditspread`,
# made before the start because pg_cron wants it from the first moment.
cluster_start()
{
	local home=$CLUSTER_ROOT/$1 owner
	shift

	if [ ! -d "$home" ]; then
		owner=$(as_server id -un)
		install -d -m 700 -o "$owner" "$home"
		as_server env TZ=UTC "$(type -P initdb)" -D "$home/data" -U postgres --auth=trust --no-sync \
			--encoding=UTF8 --locale=C.UTF-8 >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; return 1; }
		echo 'CREATE DATABASE creditspread' |
			as_server "$(type -P postgres)" --single -D "$home/data" postgres >>"$home/initdb.log" 2>&1
		cluster_configuration "$home" | as_server tee -a "$home/data/postgresql.conf" >/dev/null
	fi
	[ $# -eq 0 ] || printf '%s\n' "$@" | as_server tee -a "$home/data/postgresql.conf" >/dev/null
	as_server "$(type -P pg_ctl)" start -s -w -t 60 -D "$home/data" -l "$home/log" ||
		{ tail -n 40 "$home/log" >&2; return 1; }
}

cluster_configuration()
{
	cat <<-END
		listen_addresses = ''
		unix_socket_directories = '$1'
		port = 5432
		fsync = off
		synchronous_commit = off
		creditspread.progress = off
		full_page_writes = off
		shared_buffers = 64MB
		max_connections = 40
		max_worker_processes = 16
		max_parallel_workers = 8
		timezone = 'UTC'
		lc_messages = 'C'
		log_line_prefix = '%m [%p] %d '
	END
	if [ -e "$CLUSTER_PGXS_LIB/pg_cron.so" ]; then
		cat <<-END
			shared_preload_libraries = 'pg_cron'
			cron.database_name = 'creditspread'
			cron.use_background_workers = on
		END
	fi
}

# cluster_stop NAME [MODE]
cluster_stop()
{
	local pg_ctl data=$CLUSTER_ROOT/$1/data

	pg_ctl=$(type -P pg_ctl)
	as_server test -f "$data/postmaster.pid" 2>/dev/null || return 0
	as_server "$pg_ctl" stop -s -m "${2:-fast}" -t 20 -D "$data" 2>/dev/null ||
		as_server "$pg_ctl" stop -s -m immediate -t 20 -D "$data"
}

# Stops every cluster and removes all that was made.
cluster_remove_all()
{
	local data

	[ -n "${CLUSTER_ROOT:-}" ] && [ -d "$CLUSTER_ROOT" ] || return 0
	for data in "$CLUSTER_ROOT"/*/data; do
		[ -d "$data" ] && cluster_stop "$(basename "$(dirname "$data")")" "$1"
	done
	rm -rf "$CLUSTER_ROOT"
}
