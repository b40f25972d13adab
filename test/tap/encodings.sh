#!/bin/bash
# Values with names beyond ASCII are the same in databases of every encoding: by dump and restore, as
# text and in binary form, with their forecasts.  Those of release 0.1.0 still load.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"

# The databases of SQL_ASCII hold UTF-8, which a client of UTF-8 can write and read in all of them.
export PGCLIENTENCODING=UTF8

create() # NAME ENCODING
{
	query -d postgres -c "CREATE DATABASE \"$1\" ENCODING '$2' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
	[ $# -gt 2 ] || query -d "$1" -c 'CREATE EXTENSION creditspread'
}

# What must be the same everywhere; a text of the catalog among it.
signature="
	SELECT md5(string_agg(kind || value || encode(bytes, 'hex'), ',' ORDER BY kind COLLATE \"C\", bytes)) FROM (
		SELECT 'rnn' AS kind, m::text AS value, creditspread_internal.rnn_model_send(m) AS bytes FROM rnn
		UNION ALL SELECT 'transformer', m::text, creditspread_internal.transformer_model_send(m) FROM transformer
		UNION ALL SELECT 'ranking', m::text, creditspread_internal.graph_rank_model_send(m) FROM ranking
		UNION ALL SELECT 'graph', '', creditspread_internal.relation_graph_send(g) FROM graph
		UNION ALL SELECT 'artifact', '', artifact FROM creditspread.artifact WHERE artifact IS NOT NULL) q;
	SELECT model_info(m)->'options'->>'feature_names', relation_graph_entities(g), md5(g::text::relation_graph::text) = md5(g::text) FROM rnn, graph;
	SELECT string_agg(round(f::numeric, 8)::text, ',' ORDER BY t) FROM (SELECT t, (rnn_forecast(m, y, x) OVER (ORDER BY t)).forecast AS f FROM sample, rnn) q;
	SELECT string_agg(round(f::numeric, 8)::text, ',' ORDER BY t) FROM (SELECT t, (transformer_forecast(m, y, x) OVER (ORDER BY t)).forecast AS f FROM sample, transformer) q;
	SELECT string_agg(round(f::numeric, 8)::text, ',' ORDER BY t, town COLLATE \"C\")
	FROM (SELECT t, town, (graph_rank_forecast(m, town, t / 3, y, x) OVER ()).forecast AS f FROM sample, ranking) q;
	SELECT string_agg(model || ' ' || entity || ' ' || round(forecast::numeric, 8), ',' ORDER BY model, entity COLLATE \"C\", target_time) FROM creditspread.forecast_latest"

make_values()
{
	query -d "$1" <<-'END'
		CREATE TABLE sample AS
		SELECT g::bigint AS t, date '2020-01-01' + g / 3 AS day, sin(g * 0.7) + g * 0.05 AS y, ARRAY[cos(g * 0.3), (g % 7)::float8] AS x,
			(ARRAY['Köln', 'Zürich', 'Basel'])[g % 3 + 1] AS town
		FROM generate_series(1, 90) g;
		CREATE TABLE graph AS
		SELECT relation_graph(source, target, kind) AS g
		FROM (VALUES ('Köln', 'Zürich', 'für'), ('Zürich', 'Basel', 'für'), ('Basel', 'Köln', 'fus'), ('Köln', 'Basel', 'furs')) v (source, target, kind);
		CREATE TABLE rnn AS
		SELECT rnn_fit(t, y, x, rnn_options(units => '{2}', epochs => 1, ensemble => 1, feature_names => '{größe,"\\u00e9 \"\\\\\" x"}')) AS m FROM sample;
		CREATE TABLE transformer AS
		SELECT transformer_fit(t, y, x, transformer_options(layers => 1, width => 2, heads => 1, feed_forward => 2, epochs => 1, ensemble => 1,
			feature_names => '{größe,x}')) AS m FROM sample;
		CREATE TABLE ranking AS
		SELECT graph_rank_fit(town, t / 3, y, x, NULL, (SELECT g FROM graph),
			graph_rank_options(units => '{2}', epochs => 1, ensemble => 1, feature_names => '{größe,x}')) AS m FROM sample;
		CALL creditspread.train('städte', 'SELECT day AS "time", town AS entity, y, x[1] AS "größe" FROM public.sample', method => 'rnn',
			options => '{"units": [2], "epochs": 1, "ensemble": 1}');
		CALL creditspread.forecast('städte');
	END
}

for encoding in UTF8 LATIN1 SQL_ASCII; do
	create "from_$encoding" "$encoding" >/dev/null
done
made=$(make_values from_LATIN1)
same 'values are made in LATIN1' 'made:' "made:$made"
want=$(query -d from_LATIN1 -c "$signature")
same 'with their names' '["größe", "\\u00e9 \"\\\\\" x"]|{Basel,Köln,Zürich}|t' "$(sed -n 2p <<<"$want")"
same 'and a forecast for each town' 3 "$(grep -o 'städte [BKZ]' <<<"$want" | wc -l)"

# ---- dump and restore, through all in turn -------------------------------------------------------

before=from_LATIN1
for encoding in UTF8 SQL_ASCII LATIN2 EUC_JP LATIN1; do
	create "to_$encoding" "$encoding" empty >/dev/null
	pg_dump -d $before | query -d "to_$encoding" >"$TEST_TMP/out"
	same "$before -> to_$encoding, pg_dump and psql" "$want" "$(query -d "to_$encoding" -c "$signature")"
	before=to_$encoding
done
create restored UTF8 empty >/dev/null
pg_dump -Fc -f "$TEST_TMP/dump" -d from_LATIN1 && pg_restore -d restored "$TEST_TMP/dump"
same 'pg_restore into UTF8' "$want" "$(query -d restored -c "$signature")"

# ---- one model as one value ----------------------------------------------------------------------

latest="SELECT string_agg(concat_ws(' ', model, entity, horizon, forecast, lower, upper), ',' ORDER BY entity COLLATE \"C\", horizon) FROM creditspread.forecast_latest WHERE model = 'städte'"
want_latest=$(query -d from_LATIN1 -c "$latest")
exported=$(query -d from_LATIN1 -c "SELECT creditspread.export('städte')")
same 'a value in UTF-8 from a database of LATIN1' 1 "$(perl -ne 'print pack "H*", /^\\x(.*)/' <<<"$exported" | iconv -f UTF-8 -t UTF-8 | grep -c '"städte"')"
for encoding in UTF8 SQL_ASCII LATIN2; do
	create "import_$encoding" "$encoding" >/dev/null
	same "import into $encoding" 'städte' "$(query -d "import_$encoding" -c "SELECT creditspread.import('$exported')")"
	same 'with its forecasts' "$want_latest" "$(query -d "import_$encoding" -c "$latest")"
	query -d "import_$encoding" -c "CREATE TABLE public.sample AS SELECT date '2020-01-01' + g / 3 AS day, sin(g * 0.7) + g * 0.05 AS y, ARRAY[cos(g * 0.3), (g % 7)::float8] AS x,
		(ARRAY['Köln', 'Zürich', 'Basel'])[g % 3 + 1] AS town FROM generate_series(1, 90) g" -c "DELETE FROM creditspread.forecast" -c "CALL creditspread.forecast('städte')"
	same 'and forecasts on' "$want_latest" "$(query -d "import_$encoding" -c "$latest")"
	same 'exported again it imports everywhere' 'back' \
		"$(query -d from_LATIN1 -c "SELECT creditspread.import('$(query -d "import_$encoding" -c "SELECT creditspread.export('städte')")', 'back')" -c "CALL creditspread.drop('back')")"
done
query -d import_UTF8 -c "CREATE TABLE beyond AS SELECT date '2020-01-01' + g AS day, sin(g) AS y, '日本' AS name FROM generate_series(1, 30) g" \
	-c "CALL creditspread.train('beyond', 'SELECT day AS \"time\", y, name AS entity FROM beyond', 'random_walk')"
same 'a character that the encoding lacks' 'ERROR:  22P05: character with byte sequence 0xe6 0x97 0xa5 in encoding "UTF8" has no equivalent in encoding "LATIN1"' \
	"$(query -d from_LATIN1 -v VERBOSITY=verbose -c "SELECT creditspread.import('$(query -d import_UTF8 -c "SELECT creditspread.export('beyond')")')" | sed -n 1p)"

# ---- COPY ------------------------------------------------------------------------------------

for form in text binary; do
	for client in UTF8 LATIN1; do
		for table in rnn transformer ranking graph; do
			PGCLIENTENCODING=$client query -d from_LATIN1 -c "\\copy $table TO '$TEST_TMP/$table' (FORMAT $form)"
			query -d to_UTF8 -c "TRUNCATE $table"
			PGCLIENTENCODING=$client query -d to_UTF8 -c "\\copy $table FROM '$TEST_TMP/$table' (FORMAT $form)"
		done
		same "COPY from LATIN1 to UTF8, $form, a client of $client" "$want" "$(query -d to_UTF8 -c "$signature")"
	done
done

# ---- states --------------------------------------------------------------------------------------

aggregate="CREATE AGGREGATE pg_temp.state_of(text, bigint, float8, float8[], text, relation_graph, jsonb)
	(SFUNC = creditspread_internal.graph_rank_fit_transition, STYPE = creditspread_internal.creditspread_panel)"
state="SELECT pg_temp.state_of(town, t / 3, y, x, town, g, jsonb_build_object('feature_names', jsonb_build_array('größe', 'x'), 'epochs', 1))
	AS s FROM sample, graph"
states=$(for encoding in UTF8 LATIN1; do
	for client in UTF8 LATIN1; do query -d "to_$encoding" -c "$aggregate" -c "CREATE TEMPORARY TABLE state AS $state" -c "SET client_encoding = '$client'" -c "SELECT md5(s::text) FROM state"; done; done | sort -u | wc -l)
same 'the state of an aggregate is the same in all encodings, whatever the client' 1 "$states"

# ---- what an encoding lacks ----------------------------------------------------------------------

query -d to_UTF8 -c "CREATE TABLE rich AS SELECT rnn_fit(t, y, x, rnn_options(units => '{2}', epochs => 1, ensemble => 1, feature_names => '{€ 😀,x}')) AS m FROM sample" \
	-c "\\copy rich TO '$TEST_TMP/rich'"
query -d to_LATIN1 -c 'CREATE TABLE rich (m rnn_model)'
query -d to_SQL_ASCII -c 'CREATE TABLE rich (m rnn_model)' -c "\\copy rich FROM '$TEST_TMP/rich'"
same 'characters beyond the basic plane' "$(query -d to_UTF8 -c 'SELECT m, model_info(m) FROM rich')" "$(query -d to_SQL_ASCII -c 'SELECT m, model_info(m) FROM rich')"
same 'a character that the encoding lacks is an error that names it' 'ERROR:  22P05: character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"' \
	"$(query -d to_LATIN1 -v VERBOSITY=verbose -c "\\copy rich FROM '$TEST_TMP/rich'" | sed -n 1p)"
PGCLIENTENCODING=SQL_ASCII query -d to_SQL_ASCII -c "CREATE TABLE bytes AS SELECT t, y, x, E'gr\\xf6\\xdfe' AS name FROM sample"
same 'in SQL_ASCII, names that are no UTF-8 are refused' 'ERROR:  22021: "gr\xf6\xdfe" is not valid UTF-8' \
	"$(query -d to_SQL_ASCII -v VERBOSITY=verbose -c "SELECT rnn_fit(t, y, x, jsonb_build_object('epochs', 1, 'feature_names', jsonb_build_array(name, 'x'))) FROM bytes GROUP BY name" | sed -n 1p)"

# ---- pictures ------------------------------------------------------------------------------------

# All that a chart says in words; in UTF8 as it is, elsewhere in ASCII.
chart="SELECT line_chart(t, y, town || chr(7), chart_options(title => 'Straße <ö> ' || repeat('größe', 40), y_label => 'höhe')) || bar_chart('{Köln €,b}', '{größe,x}', '{{1,2},{3,4}}')
	|| creditspread_internal.xml_escape(repeat('ü', 3)) FROM sample"
ascii() { perl -CSD -pe 's/([^\x00-\x7f])/"&#" . ord($1) . ";"/ge'; }
want_chart=$(query -d to_UTF8 -c "$chart" | ascii | md5sum)
same 'a chart in SQL_ASCII is that of UTF8, in ASCII' "$want_chart" "$(query -d to_SQL_ASCII -c "$chart" | md5sum)"
same 'and of characters that XML allows' 0 "$(query -d to_SQL_ASCII -c "$chart" | LC_ALL=C grep -c -P '[^\n\x20-\x7e]')"
same 'a chart in LATIN1 likewise' "$(query -d to_UTF8 -c "${chart/€/}" | ascii | md5sum)" "$(query -d to_LATIN1 -c "${chart/€/}" | md5sum)"
same 'a title that is no UTF-8 is refused' 'ERROR:  22021: "gr\xf6\xdfe" is not valid UTF-8' \
	"$(query -d to_SQL_ASCII -v VERBOSITY=verbose -c "SELECT line_chart(t, y, 'x', chart_options(title => name)) FROM bytes GROUP BY name" | sed -n 1p)"
same 'and so is a name' 'ERROR:  22021: "gr\xf6\xdfe" is not valid UTF-8' \
	"$(query -d to_SQL_ASCII -v VERBOSITY=verbose -c "SELECT line_chart(t, y, name) FROM bytes" | sed -n 1p)"

# ---- values of release 0.1.0 ---------------------------------------------------------------------

# A file of COPY in binary form with one row of one column, from hexadecimal.
binary_file()
{
	perl -e 'print "PGCOPY\n\xff\r\n\0", pack("NNnN/a*n", 0, 0, 1, pack("H*", $ARGV[0]), 0xffff)' "$1"
}

old="$CREDITSPREAD_TOP/test/upgrade/values_0.1.0.csv"
for encoding in UTF8 LATIN1 SQL_ASCII; do
	query -d "from_$encoding" >"$TEST_TMP/old" <<-END
		CREATE TABLE old (origin text, type text, value text, binary_value text, forecast numeric);
		\\copy old FROM '$old' (FORMAT csv)
		CREATE TABLE sample_0 AS
		SELECT g::bigint AS t, sin(g * 0.7) + g * 0.05 AS y, ARRAY[cos(g * 0.3), (g % 7)::float8] AS x,
			(ARRAY['Köln', 'Zürich', 'Basel'])[g % 3 + 1] AS town FROM generate_series(1, 42) g;
	END
	for origin in UTF8 LATIN1 SQL_ASCII; do
		have=$(query -d "from_$encoding" <<-END
			SELECT md5(string_agg(v, ',')) FROM (SELECT value::rnn_model::text AS v FROM old WHERE origin = '$origin' AND type = 'rnn_model'
				UNION ALL SELECT value::transformer_model::text FROM old WHERE origin = '$origin' AND type = 'transformer_model'
				UNION ALL SELECT value::graph_rank_model::text FROM old WHERE origin = '$origin' AND type = 'graph_rank_model') q;
			SELECT round(f::numeric, 5) = o.forecast, (model_info(value::rnn_model)->'options'->'feature_names'->>0) = 'größe' FROM old o,
				LATERAL (SELECT t, (rnn_forecast(value::rnn_model, y, x) OVER (ORDER BY t)).forecast AS f FROM sample_0 ORDER BY t DESC LIMIT 1) q
			WHERE origin = '$origin' AND type = 'rnn_model';
			SELECT round(f::numeric, 5) = o.forecast FROM old o,
				LATERAL (SELECT t, (graph_rank_forecast(value::graph_rank_model, town, t / 3, y, x) OVER ()).forecast AS f FROM sample_0 ORDER BY t DESC LIMIT 1) q
			WHERE origin = '$origin' AND type = 'graph_rank_model';
			SELECT md5(encode(creditspread_internal.relation_graph_send(value::relation_graph), 'hex')) FROM old WHERE origin = '$origin' AND type = 'relation_graph';
		END
		)
		for type in rnn_model transformer_model graph_rank_model relation_graph; do
			binary_file "$(query -d "from_$encoding" -c "SELECT binary_value FROM old WHERE origin = '$origin' AND type = '$type'")" >"$TEST_TMP/binary"
			query -d "from_$encoding" -c "CREATE TEMPORARY TABLE one (v $type)" -c "\\copy one FROM '$TEST_TMP/binary' (FORMAT binary)" \
				-c "SELECT v::text = value::$type::text FROM one, old WHERE origin = '$origin' AND type = '$type'"
		done >"$TEST_TMP/binaries"
		same "the binary values of 0.1.0 from $origin are those of the text, in $encoding" 't t t t' "$(paste -sd ' ' "$TEST_TMP/binaries")"
		same "values of 0.1.0 from $origin load in $encoding, and are those of the present format" \
			"${first:=$have}" "$have"
	done
done
same 'their forecasts are those of 0.1.0' 't|t t' "$(sed -n 2,3p <<<"$first" | paste -sd ' ')"
echo "1..$number"
