#!/bin/bash
# Four months of evenings with the catalog, in three time zones over two changes of the clock: a run each business day,
# weekly retraining, corrected prices, a row that comes late, one that comes without its value, one that is withdrawn, a
# series that ends and one that begins, a process killed at work, and a parallel restore into another cluster in the middle.
#
# What day it is is said by the rows that the table holds.  Everything is compared with queries by hand over the raw data,
# which know when each row came, was corrected or withdrawn, and count the rows ahead themselves.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
cd "$CREDITSPREAD_TOP" || exit 1
trap 'cluster_stop spring immediate; cluster_stop summer immediate' EXIT
export PGDATABASE=creditspread

# until_true CONDITION: the time is that after which something must have gone wrong
until_true()
{
	local end=$((SECONDS + 300))

	while [ $SECONDS -lt $end ]; do
		[ "$(query -c "SELECT $1")" = t ] && return
		sleep 0.05
	done
	echo "# waited in vain for $1"
}

calls() { printf "CALL creditspread.$1('%s');\n" tokyo new_york berlin rival; }

# evening STEP DAY [retrain]: the rows of the day come in, the models are run, and what is said to people is written down
evening()
{
	echo "SELECT hand.release($1);"
	echo "INSERT INTO hand.evening (step, day, began) VALUES ($1, '$2', clock_timestamp());"
	[ $# -lt 3 ] || calls retrain
	calls forecast
	cat <<-END
		INSERT INTO hand.said SELECT $1, model, version, entity, origin, horizon, target_time, forecast, lower, upper, random_walk, revision
		FROM creditspread.forecast_latest WHERE made_at > (SELECT began FROM hand.evening WHERE step = $1);
		UPDATE hand.evening SET ended = clock_timestamp() WHERE step = $1;
	END
}

# evenings FROM TO: business days; steps are ten times the days since the first of February; on Fridays the models are trained anew
evenings()
{
	local day=$1 step

	while [[ ! $day > $2 ]]; do
		step=$((10 * $(date -u -d "$day" +%-j) - 320))
		case $(date -u -d "$day" +%u) in
			5) evening $step "$day" retrain ;;
			[1-4]) evening $step "$day" ;;
		esac
		day=$(date -u -d "$day + 1 day" +%F)
	done >"$TEST_TMP/evenings"
	psql -X -q -At -v ON_ERROR_STOP=1 -U desk -f "$TEST_TMP/evenings" >>"$TEST_TMP/out" 2>&1 || tail -n 5 "$TEST_TMP/out" | sed 's/^/# /'
}

cluster_start spring 'restart_after_crash = on' 'synchronous_commit = on' || exit 1
PGHOST=$(cluster_socket spring)
export PGHOST
query -c 'CREATE EXTENSION creditspread' -c 'CREATE ROLE desk LOGIN' -c 'CREATE SCHEMA hand AUTHORIZATION desk' -c 'CREATE SCHEMA market AUTHORIZATION desk'
query -U desk -f test/slow/months_data.sql

query -U desk -c 'SELECT hand.release(0)' -c "SET TimeZone = 'America/New_York'" \
	-c "CALL creditspread.train('new_york', 'SELECT entity, at AS \"time\", y FROM market.price WHERE place = ''new_york''', method => 'kalman', horizons => '{1,5}', ended_after => 10)" \
	-c "SET TimeZone = 'UTC'" \
	-c "CALL creditspread.train('tokyo', 'SELECT entity, at AS \"time\", y FROM market.price WHERE place = ''tokyo''', method => 'ar', horizons => '{1,5}', time_zone => 'Asia/Tokyo')" \
	-c "CALL creditspread.train('rival', 'SELECT entity, at AS \"time\", y FROM market.price WHERE place = ''tokyo''', method => 'mean', horizons => '{1,5}', time_zone => 'Asia/Tokyo')" \
	-c "CALL creditspread.train('berlin', 'SELECT entity, at AS \"time\", y FROM market.price WHERE place = ''berlin''', method => 'mean', horizons => '{1,5}', time_zone => 'Europe/Berlin', keep => 2)"

evenings 2026-02-02 2026-02-26

# ---- killed at work, on the Friday of the fourth week

query -U desk -c 'BEGIN' -c 'LOCK TABLE market.price' -c "SELECT pg_sleep(600)" >/dev/null 2>&1 &
holder=$!
until_true "EXISTS (SELECT FROM pg_locks WHERE relation = 'market.price'::regclass AND mode = 'AccessExclusiveLock' AND granted)"
query -U desk -c "CALL creditspread.retrain('tokyo')" >/dev/null 2>&1 &
client=$!
until_true "EXISTS (SELECT FROM pg_locks WHERE relation = 'market.price'::regclass AND NOT granted)"
like 'the run is seen by others' '^tokyo retrain$' "$(query -c 'SELECT model, kind FROM creditspread.progress' -F ' ')"
kill -9 "$(query -c "SELECT pid FROM creditspread.progress WHERE model = 'tokyo'")"
wait $client $holder 2>/dev/null
until_true true
same 'killed: the log says so, before anybody has called' 'died 5' "$(query -F ' ' -c "SELECT status, version FROM creditspread.run_log WHERE model = 'tokyo' AND kind = 'retrain' ORDER BY run_id DESC LIMIT 1")"
evenings 2026-02-27 2026-03-24

# ---- a rerun after the correction of the very last row: what was said first stays, what is said now is its revision

evening 511 2026-03-24 >"$TEST_TMP/evenings"
query -U desk -f "$TEST_TMP/evenings"
evenings 2026-03-25 2026-04-01

# ---- a parallel restore into another cluster, where the roles have other numbers

state="SELECT md5(string_agg(t, ' ' ORDER BY t)) FROM (
	SELECT (to_jsonb(p) - '{cluster,owner_oid,heir,heir_cluster}'::text[])::text FROM creditspread.pipeline p UNION ALL SELECT m::text FROM creditspread.model m
	UNION ALL SELECT a::text FROM creditspread.artifact a UNION ALL SELECT r::text FROM creditspread.run r UNION ALL SELECT s::text FROM creditspread.run_series s
	UNION ALL SELECT s::text FROM creditspread.series s UNION ALL SELECT f::text FROM creditspread.forecast f) AS rows (t)"
views="SELECT md5(string_agg(t, ' ' ORDER BY t)) FROM (SELECT (to_jsonb(o))::text FROM creditspread.model_overview o UNION ALL SELECT l::text FROM creditspread.forecast_latest l
	UNION ALL SELECT a::text FROM creditspread.accuracy_overall a UNION ALL SELECT v::text FROM creditspread.forecast_vs_actual v) AS rows (t)"
before=$(query -c "$state")
shown=$(query -U desk -c "$views")
pg_dump -Fd -j2 -f "$TEST_TMP/dump" || echo '# pg_dump failed'
cluster_stop spring fast
cluster_start summer || exit 1
PGHOST=$(cluster_socket summer)
query -c 'CREATE ROLE somebody' -c 'CREATE ROLE somebody_else' -c 'CREATE ROLE desk LOGIN'
nothing 'pg_restore -j2 says nothing' "$(pg_restore -j2 -d creditspread "$TEST_TMP/dump" 2>&1)"
same 'restored: every row' "$before" "$(query -c "$state")"
same 'restored: its owner sees what he saw' "$shown" "$(query -U desk -c "$views")"
evenings 2026-04-02 2026-05-29
calls update_actuals >"$TEST_TMP/evenings"
query -U desk -f "$TEST_TMP/evenings"

# ---- what is claimed, by hand

# none NAME QUERY: the query by hand finds no difference
none() { nothing "$1" "$(query -U desk -F ' ' -c "SELECT * FROM ($2) AS q LIMIT 5")"; }
# both A B: rows that only one of two queries has
both() { echo "(SELECT 'only by hand' AS q, * FROM ($1) a EXCEPT SELECT 'only by hand', * FROM ($2) b) UNION ALL (SELECT 'only in the catalog' AS q, * FROM ($2) b EXCEPT SELECT 'only in the catalog', * FROM ($1) a)"; }
query -U desk -f test/slow/months_hand.sql

none 'the table holds what the raw data say' "$(both 'SELECT entity, at, y FROM hand.known(10000)' 'SELECT entity, at, y FROM market.price')"
same 'no call failed but the one that was killed' '1 died' "$(query -U desk -F ' ' -c "SELECT count(*), status FROM creditspread.run_log WHERE status <> 'done' GROUP BY status")"
none 'a row in the log for each call' "$(both "SELECT * FROM hand.calls" "SELECT model, kind, count(*) FROM creditspread.run_log GROUP BY model, kind")"
none 'a forecast from the last row of each series that lives, every evening, and none besides' \
	"$(both 'SELECT * FROM hand.due' "SELECT DISTINCT model, entity, origin, horizon FROM creditspread.forecast_vs_actual WHERE source = 'forecast'")"
none 'made by the version of the last Friday' "$(both 'SELECT model, entity, origin, horizon, version FROM hand.served' "SELECT DISTINCT model, entity, origin, horizon, version FROM creditspread.forecast_vs_actual")"
none 'actual values and target times are those of the row h ahead, as the data say it now' \
	"$(both 'SELECT model, entity, origin, horizon, actual, target_time FROM hand.actual' "SELECT DISTINCT model, entity, origin, horizon, actual, CASE WHEN actual IS NOT NULL THEN target_time END FROM creditspread.forecast_vs_actual")"
none 'the first value known stays' "$(both 'SELECT model, entity, origin, horizon, version, first_actual FROM hand.first_actual' \
	"SELECT DISTINCT model, entity, origin, horizon, version, first_actual FROM creditspread.forecast_vs_actual WHERE revision = 0")"
none 'so does the evening of which it was known' "SELECT f.model, f.entity, f.origin, f.horizon, h.step, f.first_known_at, e.began FROM hand.first_actual h JOIN hand.evening e USING (step)
	JOIN creditspread.forecast_vs_actual f USING (model, entity, origin, horizon, version) WHERE f.revision = 0 AND NOT f.first_known_at BETWEEN e.began AND e.ended"
same 'values were corrected after they were known' t "$(query -U desk -c "SELECT count(*) > 100 FROM creditspread.forecast_vs_actual WHERE actual <> first_actual")"
none 'the random walk is the value of the origin, as it was then' "SELECT s.* FROM hand.said s JOIN hand.known_then k ON k.step = s.step AND k.entity = s.entity AND timezone('UTC', k.at) = s.origin
	WHERE s.random_walk IS DISTINCT FROM k.y"
none 'the mean is that of the rows of the last training' 'SELECT * FROM hand.mean_said WHERE abs(forecast - mean) > 1e-12 * abs(mean) OR mean IS NULL'
same 'means were compared' t "$(query -U desk -c 'SELECT count(*) > 1000 FROM hand.mean_said')"
none 'a forecast is for the business day h ahead, at the same time on the clock' 'SELECT * FROM hand.expected WHERE target_time <> expected'
same 'clocks were changed under them' 2 "$(query -U desk -c "SELECT count(DISTINCT place) FROM hand.expected WHERE extract(epoch FROM (target_time - origin))::integer % 86400 <> 0")"
none 'what was said on a day is still known' "$(both "SELECT step, model, version, entity, origin, horizon, forecast, lower, upper, random_walk FROM hand.said" \
	"SELECT e.step, f.model, f.version, f.entity, f.origin, f.horizon, f.forecast, f.lower, f.upper, f.random_walk FROM hand.evening e JOIN creditspread.forecast_vs_actual f ON f.made_at BETWEEN e.began AND e.ended")"
same 'a rerun after a correction added revisions' 'rival 1 777 0, rival 5 777 0, tokyo 1 777 0, tokyo 5 777 0' "$(query -U desk -c "
	SELECT string_agg(concat_ws(' ', f.model, f.horizon, f.random_walk, s.random_walk - r.corrected_y), ', ' ORDER BY f.model, f.horizon)
	FROM creditspread.forecast_vs_actual f JOIN creditspread.forecast_vs_actual s USING (model, version, entity, origin, horizon), hand.row r
	WHERE f.entity = 'T1' AND f.revision = 0 AND s.revision = 1 AND r.corrected = 511 AND f.origin = timezone('UTC', r.at)")"
same 'the series that ended, and no other, is said to have' 'new_york N3' "$(query -U desk -F ' ' -c 'SELECT model, entity FROM creditspread.freshness WHERE ended')"
same 'the series that began had no fit until Friday' '4' "$(query -U desk -c "SELECT count(*) FROM creditspread.run r JOIN creditspread.run_series s ON s.run_id = r.id WHERE s.entity = 'B4' AND s.status = 'failed' AND s.code = '55000'")"
none 'accuracy' 'SELECT * FROM hand.differs(0)'
none 'accuracy against the values known first' 'SELECT * FROM hand.differs(1)'
none 'accuracy over the life of a model' 'SELECT * FROM hand.differs(2)'
same 'tests exist over the life of a model, at every horizon, and in no version' 't t' "$(query -U desk -F ' ' -c \
	"SELECT bool_and(n > 50 AND dm_squared_p_value IS NOT NULL AND dm_absolute_p_value IS NOT NULL) FROM creditspread.accuracy_overall WHERE entity NOT IN ('N3', 'B4')" -c \
	"SELECT bool_and(dm_squared_statistic IS NULL) FROM creditspread.accuracy WHERE n < 10" | paste -sd ' ')"
none 'two models of the same data' 'SELECT * FROM hand.compared'
nothing 'no server process died but the one' "$(grep -hE 'PANIC|terminated by signal' "$CLUSTER_ROOT"/{spring,summer}/log | grep -v 'signal 9')"
echo "1..$number"
