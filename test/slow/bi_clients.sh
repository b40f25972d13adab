#!/bin/bash
# The views of the catalog through psycopg2, JDBC and psqlODBC, as a BI tool reads them: every column arrives as
# number, text, boolean, date or timestamp, with the values that psql shows.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
cd "$CREDITSPREAD_TOP" || exit 1
number=0
holder=
trap '[ -z "$holder" ] || kill $holder; cluster_stop tcp immediate' EXIT

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ] && [ -n "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		diff <(echo "$2") <(echo "$3") | head -n 20 | sed 's/^/# /'
	fi
}

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@" 2>&1; }

# JDBC knows no local sockets: a cluster that listens on the loopback address, at a free port
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cluster_start tcp "listen_addresses = '127.0.0.1'" "port = $port" || echo '# the cluster did not start'
PGHOST=$(cluster_socket tcp)
export PGHOST PGPORT=$port PGDATABASE=creditspread
query -c 'CREATE EXTENSION creditspread'
query -f test/slow/sample.sql | sed 's/^/# /'

# a run at work, for the view progress: its session holds the lock of the model
query -c "INSERT INTO creditspread.run (id, pipeline_id, kind, caller, started, status, pid, series_total, series_done)
	SELECT nextval('creditspread.run_id_seq'), id, 'retrain', 'postgres', now(), 'running', pg_backend_pid(), 4, 1 FROM creditspread.pipeline
	WHERE name = 'baa' AND creditspread_internal.take_model_lock(id)" -c 'SELECT pg_sleep(600)' >/dev/null &
holder=$!
for _ in $(seq 50); do
	[ "$(query -c 'SELECT count(*) FROM creditspread.progress')" = 1 ] && break
	sleep 0.1
done

export PGUSER=bi_reader
views=$(query -c "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'creditspread'::regnamespace")

# What the clients must show, by psql alone. What is counted from now on differs from call to call: only NULL or not.
clock='model_age|data_age|forecast_age|seconds|seconds_left'
steady() { awk -F'|' -v OFS='|' -v clock="^($clock):" '$2 ~ /^[a-z_]+:/ { split($0, name) } !($2 ~ /^[a-z_]+:/) { for (i in name) if (name[i] ~ clock && $i != "\\N") $i = "some" } 1' | LC_ALL=C sort; }
expected()
{
	local view

	for view in $views; do
		query -v view="$view" <<-'END'
			SELECT :'view' || '|' || string_agg(attname || ':' || CASE WHEN atttypid IN ('int4'::regtype, 'int8'::regtype, 'float8'::regtype) THEN 'number'
					WHEN atttypid = 'text'::regtype THEN 'text' WHEN atttypid = 'bool'::regtype THEN 'boolean' WHEN atttypid = 'date'::regtype THEN 'date'
					WHEN atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype) THEN 'timestamp' ELSE format_type(atttypid, atttypmod) END, '|' ORDER BY attnum)
			FROM pg_attribute WHERE attrelid = ('creditspread.' || :'view')::regclass AND attnum > 0;
			SELECT format('SELECT concat_ws(''|'', %L, %s) FROM creditspread.%I', :'view',
				string_agg(format(CASE atttypid WHEN 'float8'::regtype THEN 'coalesce(encode(float8send(%I), ''hex''), ''\N'')'
					WHEN 'timestamp'::regtype THEN 'coalesce(to_char(%I, ''YYYY-MM-DD HH24:MI:SS.US''), ''\N'')'
					WHEN 'timestamptz'::regtype THEN 'coalesce(to_char(%I, ''YYYY-MM-DD HH24:MI:SS.US''), ''\N'')'
					ELSE 'coalesce(%I::text, ''\N'')' END, attname), ', ' ORDER BY attnum), :'view')
			FROM pg_attribute WHERE attrelid = ('creditspread.' || :'view')::regclass AND attnum > 0 \gexec
		END
	done
}

want=$(expected | steady)
same 'every view has rows' "$(tr ' ' '\n' <<<"$views" | LC_ALL=C sort)" "$(grep -v '^[a-z_]*|[a-z_]*:' <<<"$want" | cut -d'|' -f1 | LC_ALL=C sort -u)"
same 'no NaN, no infinity' 0 "$(grep -cE '\|[7f]ff' <<<"$want")"
same 'number, text, boolean, date and timestamp alone' 'boolean date number text timestamp' \
	"$(grep '^[a-z_]*|[a-z_]*:' <<<"$want" | tr '|' '\n' | sed -n 's/.*://p' | sort -u | xargs)"

# shellcheck disable=SC2086
{
	same 'psycopg2' "$want" "$(/usr/bin/python3 test/slow/clients/psycopg2_client.py "host=127.0.0.1 port=$port dbname=creditspread user=bi_reader" $views 2>&1 | steady)"
	same 'JDBC' "$want" "$(java -cp /usr/share/java/postgresql.jar test/slow/clients/JdbcClient.java \
		"jdbc:postgresql://127.0.0.1:$port/creditspread?user=bi_reader" $views 2>&1 | steady)"
	same 'psqlODBC' "$want" "$(/usr/bin/python3 test/slow/clients/odbc_client.py \
		"Driver=psqlodbcw.so;Server=127.0.0.1;Port=$port;Database=creditspread;UID=bi_reader;BoolsAsChar=0" $views 2>&1 | steady)"
}

echo "1..$number"
