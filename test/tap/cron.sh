#!/bin/bash
# An analyst schedules retraining and evening forecasts with pg_cron: real runs at the next full minute, one of them
# of a model whose query has broken.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
[ -e "$CLUSTER_PGXS_LIB/pg_cron.so" ] || { echo '1..0 # SKIP pg_cron is not installed'; exit; }
export PGDATABASE=creditspread

finish()
{
	query -c "SELECT cron.unschedule(jobid) FROM cron.job" -c 'DROP EXTENSION pg_cron' -c 'TRUNCATE creditspread.pipeline, creditspread.run, creditspread.run_series,
		creditspread.model, creditspread.artifact, creditspread.forecast, creditspread.series, creditspread.reader' -c 'DROP OWNED BY cron_analyst' -c 'DROP ROLE cron_analyst' >/dev/null
}
trap finish EXIT

analyst() { query -U cron_analyst "$@"; }

query -c 'CREATE EXTENSION pg_cron' -c 'CREATE ROLE cron_analyst LOGIN' -c 'CREATE SCHEMA cron_analyst AUTHORIZATION cron_analyst' \
	-c 'GRANT USAGE ON SCHEMA cron TO cron_analyst'
analyst <<'END' | sed 's/^/# /'
CREATE TABLE quote (day date PRIMARY KEY, spread float8, vix float8);
INSERT INTO quote
SELECT '2024-01-01'::date + t, 1.5 + 0.3 * sin(t * 0.05) + 0.05 * sin(t * t), 20 + 5 * cos(t * 0.03) + sin(t * t * 0.7) FROM generate_series(0, 399) AS t;
CREATE VIEW quoted AS SELECT * FROM quote;
CALL creditspread.train('weekly', 'SELECT day AS "time", spread AS y FROM quote', method => 'ar', horizons => '{1,5}');
CALL creditspread.train('evening', 'SELECT day AS "time", spread AS y FROM quote', method => 'ar', horizons => '{1,5}');
CALL creditspread.train('broken', 'SELECT day AS "time", spread AS y, vix FROM quoted', method => 'rnn', horizons => '{1}',
	options => rnn_options(units => '{2}', epochs => 2, ensemble => 1));
CALL creditspread.forecast('broken');
-- the day goes on: a new quote comes in, and a column goes
INSERT INTO quote VALUES ('2025-02-04', 1.7, 21);
DROP VIEW quoted;
CREATE VIEW quoted AS SELECT day, spread FROM quote;
SELECT cron.schedule('retrain weekly', '* * * * *', $$CALL creditspread.retrain('weekly')$$);
SELECT cron.schedule('forecast evening', '* * * * *', $$CALL creditspread.forecast('evening')$$);
SELECT cron.schedule('retrain broken', '* * * * *', $$CALL creditspread.retrain('broken')$$);
END

# Each job once, then no more of them.
details="FROM cron.job_run_details JOIN cron.job USING (jobid) WHERE job.username = 'cron_analyst'"
for _ in $(seq 600); do
	sleep 0.5
	[ "$(query -c "SELECT count(DISTINCT jobid) $details AND status IN ('succeeded', 'failed')")" = 3 ] && break
done
same 'the jobs ran, as the analyst, and cron tells how they ended' "forecast evening|cron_analyst|succeeded
retrain broken|cron_analyst|failed
retrain weekly|cron_analyst|succeeded" "$(analyst -c "SELECT jobname, job_run_details.username, status $details ORDER BY jobname")"
same 'cron keeps the error of the one that failed' t \
	"$(analyst -c "SELECT return_message LIKE '%vix%' $details AND jobname = 'retrain broken'")"
health="SELECT model, next_run_kind, next_run > now() AND next_run <= now() + interval '1 minute' FROM creditspread.health ORDER BY model"
same 'health says when the next ones are' 'broken|retrain|t
evening|forecast|t
weekly|retrain|t' "$(analyst -c "$health")"
same 'to superusers, too' 'broken|retrain|t
evening|forecast|t
weekly|retrain|t' "$(query -c "$health")"
like 'and which model is not well' '^broken[|]error[|]retrain failed ' "$(analyst -c "SELECT model, status, reasons FROM creditspread.health WHERE model = 'broken'")"
analyst -c "SELECT cron.unschedule(jobname) FROM cron.job" >/dev/null
same 'none where no job is left' 3 "$(analyst -c "SELECT count(*) FROM creditspread.health WHERE next_run IS NULL")"

same 'retrained: the new version is active and knows the new quote' '1|f|2025-02-03
2|t|2025-02-04' "$(analyst -c "SELECT version, active, data_to::date FROM creditspread.model_overview WHERE model = 'weekly' ORDER BY version")"
same 'the evening forecasts stand there, made on the new quote' '1|2025-02-04|2025-02-05|t
5|2025-02-04|2025-02-09|t' "$(analyst -c "SELECT horizon, origin_date, target_date, lower < forecast AND forecast < upper
	FROM creditspread.forecast_latest WHERE model = 'evening' ORDER BY horizon")"
same 'the run log has each of them' 'broken|retrain|failed|42703|t
evening|forecast|done||t
weekly|retrain|done||t' "$(analyst -c "SELECT model, kind, status, code, ended > started FROM creditspread.run_log
	WHERE kind <> 'train' AND (model, kind) <> ('broken', 'forecast') ORDER BY model")"
same 'the broken one: its old version is still the active one' 1 \
	"$(analyst -c "SELECT version FROM creditspread.model_overview WHERE model = 'broken' AND active")"
same 'its forecasts are still there' '2025-02-03|1' \
	"$(analyst -c "SELECT origin_date, version FROM creditspread.forecast_latest WHERE model = 'broken'")"
same 'with the column back, the old version serves' '2025-02-04|1' \
	"$(analyst -c 'CREATE OR REPLACE VIEW quoted AS SELECT * FROM quote' -c "CALL creditspread.forecast('broken')" \
		-c "SELECT origin_date, version FROM creditspread.forecast_latest WHERE model = 'broken'")"
same 'and the next retraining works' '1|ready|f
3|ready|t' "$(analyst -c "CALL creditspread.retrain('broken')" \
	-c "SELECT version, status, active FROM creditspread.model_overview WHERE model = 'broken' ORDER BY version")"

echo "1..$number"
