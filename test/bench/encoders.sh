#!/bin/bash
# Encoders from files: processor seconds of a text by BERT-base beside PyTorch and its matrix products alone, of
# tuning, of 500 texts by one process and by two workers, and the memory of a process. Run by run.sh.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
export PGDATABASE=bench PGOPTIONS="-c creditspread.encoder_path=$folder -c client_min_messages=error"
query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
line() { printf '{"name": "%s", "seconds": %s, "peer": "%s"%s}\n' "$1" "$2" "$3" "${4:-}"; }

/usr/bin/python3 test/bench/encoders.py make "$folder/base" 12 768 12 || exit
query <<-END
	CREATE FUNCTION processor() RETURNS float8 LANGUAGE sql VOLATILE PARALLEL SAFE AS \$\$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9 \$\$;
	CREATE FUNCTION words(n int, first int DEFAULT 0) RETURNS text LANGUAGE sql IMMUTABLE AS \$\$ SELECT string_agg('w' || 4 + (first + i) % 900, ' ' ORDER BY i) FROM generate_series(0, n - 3) i \$\$;
	-- the median of five
	CREATE FUNCTION measured(statement text) RETURNS float8 LANGUAGE plpgsql AS \$\$
	DECLARE
		began float8;
		times float8[];
	BEGIN
		FOR run IN 0..5 LOOP
			began := processor();
			EXECUTE statement;
			times := times || processor() - began;
		END LOOP;
		RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times[2:]) t);
	END \$\$;
	-- the process, and its processor seconds
	CREATE FUNCTION embedding(source text) RETURNS float8[] LANGUAGE plpgsql VOLATILE PARALLEL SAFE AS \$\$
	DECLARE
		began float8 := processor();
	BEGIN
		PERFORM text_embedding('base', source);
		RETURN ARRAY[split_part(pg_read_file('/proc/self/stat'), ' ', 1)::float8, processor() - began];
	END \$\$;
	CREATE FUNCTION tuning(rounds int) RETURNS float8 LANGUAGE plpgsql AS \$\$
	DECLARE
		began float8 := processor();
	BEGIN
		PERFORM entity_sentiment_fit(n, text, 'w' || 4 + (n + 5) % 900, '{1,0,0}', entity_sentiment_options(encoder => 'base', layers => 2, epochs => rounds, ensemble => 1, validation_fraction => 0))
		FROM news WHERE n <= 8;
		RETURN processor() - began;
	END \$\$;
	CREATE TABLE news AS SELECT n, words(128, n) AS text FROM generate_series(1, ${TEXTS:-500}) n;
	ALTER TABLE news SET (parallel_workers = 2);
	VACUUM ANALYZE news;
END
query -c "SELECT text_encoder_info('base')" >/dev/null
for pieces in 128 512; do
	read -r torch products _ < <(/usr/bin/python3 test/bench/encoders.py peer "$folder/base" $pieces 2>/dev/null)
	line "text_embedding, BERT-base, $pieces pieces, processor seconds" "$(query -c "SELECT measured(\$\$SELECT text_embedding('base', words($pieces))\$\$)")" PyTorch \
		"${torch:+, \"peer_seconds\": $torch, \"limit\": $products}"
done
line 'entity_sentiment_fit, 2 upper layers of BERT-base, an epoch of 8 texts of 128 pieces, processor seconds' "$(query -c 'SELECT (tuning(4) - tuning(1)) / 3')" none
for workers in 0 2; do
	query -F ' ' <<-END
		SET max_parallel_workers_per_gather = $workers;
		SET parallel_leader_participation = off;
		SET parallel_setup_cost = 0;
		SET parallel_tuple_cost = 0;
		SET min_parallel_table_scan_size = 0;
		LOAD 'creditspread'; -- or workers do not know the setting
		SELECT format('{"name": "${TEXTS:-500} texts of 128 pieces by BERT-base, %s, the busiest of them, processor seconds", "seconds": %s, "peer": "%s processor seconds in all"}',
			CASE count(*) WHEN 1 THEN 'one process' ELSE count(*) || ' workers' END, round(max(seconds)::numeric, 1), round(sum(seconds)::numeric, 1))
		FROM (SELECT t[1] AS pid, sum(t[2]) AS seconds FROM (SELECT embedding(text) AS t FROM news) AS each GROUP BY 1) AS process;
	END
done
query <<-'END'
	SELECT text_embedding('base', words(512)) IS NULL;
	SELECT '# a process after a text of 512 pieces: ' || string_agg(l, ', ') FROM regexp_split_to_table(pg_read_file('/proc/self/status'), E'\n') l WHERE l ~ '^Rss';
	SELECT format('# the first call of a second process: %s processor seconds', round(s::numeric, 4)) FROM (SELECT processor() AS a, text_encoder_info('base') AS b, processor() AS c OFFSET 0) x, LATERAL (SELECT c - a AS s) y WHERE b IS NOT NULL;
END
