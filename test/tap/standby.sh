#!/bin/bash
# The catalog on a standby: all is read there, pictures too, and what runs on the primary is said to be running. A model with an
# encoder from files answers there once its folder is, too.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
number=0
holder=
trap '[ -z "$holder" ] || kill $holder 2>/dev/null; cluster_stop standby immediate' EXIT

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ] && [ -n "$2" ]; then
		echo "ok $number - $1"
	else
		printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' $number "$1" "$3" "$2"
	fi
}

export PGDATABASE=standby_source
query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@" 2>&1; }
psql -X -q -d postgres -c 'CREATE DATABASE standby_source'
query <<-'END'
	CREATE EXTENSION creditspread;
	CREATE ROLE standby_reader;
	CREATE TABLE series AS SELECT '2024-01-01'::date + g AS day, 2 + sin(g * g) + g * 0.01 AS y FROM generate_series(1, 90) g;
	CALL creditspread.train('spread', 'SELECT day AS "time", y FROM series', 'ar', '{1,2}');
	CALL creditspread.forecast('spread');
	CALL creditspread.backtest('spread', 20, 10);
	CALL creditspread.grant_reader('spread', 'standby_reader');
	CALL creditspread.train('dead', 'SELECT day AS "time", y FROM series', 'ar');
END
# an encoder that the primary alone has
encoders=$CLUSTER_ROOT/encoders
install -d -m 755 "$encoders" "$encoders/primary" "$encoders/primary/small" "$encoders/standby"
while read -r name content; do
	perl -e 'print pack "H*", $ARGV[0]' "$content" >"$encoders/primary/small/$name"
done < <(psql -X -q -At -F ' ' -f test/golden/bert.sql -c "SELECT name, content FROM golden_encoder_file WHERE encoder = 'lower'")
chmod -R a+rX "$encoders"
at_primary="SET creditspread.encoder_path = '$encoders/primary'"
query -c "$at_primary" -c "CREATE TABLE head AS SELECT entity_sentiment_fit(n, 'the bank ' || CASE n % 2 WHEN 0 THEN 'up' ELSE 'rate' END, 'bank', CASE n % 2 WHEN 0 THEN '{1,0,0}' ELSE '{0,0,1}' END::real[],
	entity_sentiment_options(encoder => 'small', layers => 1, epochs => 2, units => '{4}', ensemble => 1)) AS model FROM generate_series(1, 20) n"
asked="SELECT score FROM head, entity_sentiment(model, 'up, the bank', '{bank}')"
score=$(query -c "$at_primary" -c "$asked")
# a run at work, whose session holds the lock of its model, and one whose session is gone
psql -X -q -At -c "INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, status, pid, steps_total, steps_done)
	SELECT 1000 + p.id, p.id, 1, 'retrain', 'postgres', now(), 'running', pg_backend_pid(), 4, 1 FROM creditspread.pipeline p" \
	-c "SELECT creditspread_internal.take_model_lock(p.id) FROM creditspread.pipeline p WHERE p.name = 'spread'" -c 'SELECT pg_sleep(600)' >"$TEST_TMP/holder" 2>&1 &
holder=$!
for _ in $(seq 100); do
	[ "$(query -c 'SELECT count(*) FROM creditspread.progress')" = 1 ] && break
	sleep 0.1
done
log="SELECT string_agg(concat_ws(' ', model, kind, status), ', ' ORDER BY run_id) FROM creditspread.run_log WHERE run_id > 1000"
same 'on the primary, with and without a session' 'spread retrain running, dead retrain died' "$(query -c "$log")"

home=$CLUSTER_ROOT/standby
install -d -m 700 -o "$(as_server id -un)" "$home"
as_server "$(type -P pg_basebackup)" -h "$PGHOST" -U postgres -D "$home/data" -R -X stream -c fast >"$TEST_TMP/backup" 2>&1 || sed 's/^/# /' "$TEST_TMP/backup"
cluster_start standby "unix_socket_directories = '$home'" 'hot_standby = on' "shared_preload_libraries = ''" || echo '# the standby did not start'
primary=$PGHOST
PGHOST=$(cluster_socket standby)
same 'a standby' t "$(query -c 'SELECT pg_is_in_recovery()')"
same 'says that both run, as it cannot know' 'spread retrain running, dead retrain running' "$(query -c "$log")"
same 'and how far they are' '25 25' "$(query -c "SELECT string_agg(percent::text, ' ') FROM creditspread.progress")"
same 'a reader reads there' 'spread' "$(query -c 'SET ROLE standby_reader' -c "SELECT DISTINCT model FROM creditspread.forecast_latest UNION SELECT model FROM creditspread.accuracy UNION SELECT model FROM creditspread.freshness")"
same 'the owner sees the picture, from the query' t "$(query -c "SELECT creditspread.forecast_chart('spread') LIKE '<svg %'")"
same 'and the dashboard' t "$(query -c "SELECT creditspread.dashboard() LIKE '%running%'")"
same 'and the report' t "$(query -c "SELECT creditspread.report('spread') LIKE '%running%'")"
same 'a model can be exported' t "$(query -c "SELECT length(creditspread.export('spread')) > 1000")"
at_standby="SET creditspread.encoder_path = '$encoders/standby'"
same 'a model whose encoder is not there says so' 'ERROR:  entity_sentiment: there is no encoder "small"' "$(query -c "$at_standby" -c "$asked" | sed -n 1p)"
cp -r "$encoders/primary/small" "$encoders/standby"
same 'and answers as on the primary when it is' "$score" "$(query -c "$at_standby" -c "$asked")"
same 'nothing is written' 'ERROR:  25006' "$(query -v VERBOSITY=sqlstate -c "CALL creditspread.grant_reader('spread', 'postgres')" | sed -n 1p)"
kill $holder
holder=
query -h "$primary" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)'" >/dev/null
query -c 'SELECT pg_promote()' >/dev/null
same 'promoted, it knows that they died' 'spread retrain died, dead retrain died' "$(query -c "$log")"
same 'and works on' 'done' "$(query -c "CALL creditspread.forecast('spread')" -c 'SELECT status FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1' | tail -n 1)"
PGHOST=$primary
psql -X -q -d postgres -c 'DROP DATABASE standby_source WITH (FORCE)' -c 'DROP ROLE standby_reader' || true
echo "1..$number"
