# shellcheck shell=bash
# The long computations of the extension, for test/tap/cancel.sh, which shows that each can be stopped, and
# test/bench/cancel.sh, which measures how soon.  Read by both, which have a function
#
#	stopped NAME STATEMENT MOMENT...	the moments in milliseconds
#
# stopping_tables ROWS makes the tables, one of them a state of ROWS rows; stopping_cases goes through all.

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# What a session loads once and keeps.
export warm="SELECT 'warm', length(m::text), length(creditspread_internal.rnn_model_send(m)) FROM small"

# The bytes that the session uses, as the server's memory contexts count them.
export memory="SELECT 'memory', sum(used_bytes) FROM pg_backend_memory_contexts"

stopping_tables()
{
	query -v rows="$1" <<'END'
	CREATE EXTENSION creditspread;
	-- the largest cases take a little over the default of 1 GB
	SELECT format('ALTER DATABASE %I SET creditspread.max_model_memory = ''2GB''', current_database()) \gexec
	CREATE TABLE series AS SELECT g AS t, sin(g * 0.7) + g * 0.002 AS y FROM generate_series(1, 40000) g;
	CREATE TABLE model AS SELECT rnn_fit(t, y, NULL, '{"units": [1024, 1024], "epochs": 1, "ensemble": 1, "look_back": 50}') AS m FROM series WHERE t < 80;
	CREATE TABLE small AS SELECT rnn_fit(t, y, NULL, '{"epochs": 1}') AS m FROM series WHERE t < 80;
	CREATE TABLE transformer AS SELECT transformer_fit(t, y, NULL, '{"width": 64, "look_back": 1000, "epochs": 1, "ensemble": 1}') AS m FROM series WHERE t < 1020;
	CREATE TABLE large AS SELECT rnn_fit(t, y, NULL, '{"units": [1024, 1024], "epochs": 1, "ensemble": 1, "look_back": 1}') AS m FROM series WHERE t < 40;
	-- 1,000 entities, each acted on by 20 others, or by all
	CREATE TABLE ring AS SELECT relation_graph(g, (g + n) % 1000, CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END) AS g FROM generate_series(0::bigint, 999) g, generate_series(1::bigint, 20) n;
	CREATE TABLE complete AS SELECT relation_graph(a, b, 'all'::text) AS g FROM generate_series(0::bigint, 999) a, generate_series(0::bigint, 999) b WHERE a <> b;
	CREATE TABLE ranking AS SELECT graph_rank_fit(t % 1000, t / 1000, y, NULL, NULL, g, '{"units": [64], "look_back": 16, "epochs": 1, "ensemble": 1}') AS m FROM series, complete WHERE t <= 25000;
	-- a state of rows in no order
	CREATE AGGREGATE state_of(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
	CREATE TABLE state (s creditspread_internal.creditspread_series);
	ALTER TABLE state ALTER s SET STORAGE external;
	INSERT INTO state SELECT state_of(g * 7919 % 5000011, g, NULL, '{"units": [1], "epochs": 1, "ensemble": 1, "batch_size": 8192}')
	FROM generate_series(1::bigint, :rows) g;
	CREATE TABLE signal AS SELECT array_agg(2 + sin(g * 0.7) + sin(g * 0.001 * g)) AS x FROM generate_series(1, 1000000) g;
	ALTER TABLE signal ALTER x SET STORAGE external;
END
}

fit() { echo "SELECT model_size(rnn_fit(t, y, ${2:-NULL}, '$1')) FROM series"; }
rank_fit() { echo "SELECT model_size(graph_rank_fit(t % 1000, t / 1000, y, NULL, NULL, g, '{\"units\": [64], \"look_back\": 16, \"epochs\": 1000, \"patience\": 0, \"ensemble\": 1, $2}')) FROM series, $1"; }

stopping_cases()
{
	defaults=$(fit '{"epochs": 100000, "patience": 0}')
	deep=$(fit '{"cell": "janet", "units": [1024, 1024, 1024, 1024, 1024, 1024, 1024], "ensemble": 1, "batch_size": 256}')
	forecast='SELECT count(f) FROM (SELECT rnn_forecast(m, y) OVER (ORDER BY t) AS f FROM series, model) q'
	horizons=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,10000
	stopped 'rnn_fit, defaults' "$defaults" 100 700
	stopped 'rnn_fit, 7 layers of 1024 units' "$deep" 100 250 400 700 2500
	stopped 'rnn_fit, lstm, 2 layers of 1024 units, batches of 512' \
		"$(fit '{"cell": "lstm", "units": [1024, 1024], "look_back": 20, "ensemble": 1, "batch_size": 512}')" 200 500 2000
	stopped 'rnn_fit, batches of 8192, look_back 1000' "$(fit '{"units": [4], "look_back": 1000, "ensemble": 1, "batch_size": 8192}')" 200 700 1500
	stopped 'rnn_fit, 1599 features' "$(fit '{"units": [64], "batch_size": 8192}' 'array_fill(y, ARRAY[1599])') WHERE t <= 4000" 100 300 600 1000
	stopped 'rnn_fit, 32 horizons, 100 members' "$(fit "{\"units\": [1], \"epochs\": 100, \"ensemble\": 100, \"horizons\": [$horizons]}")" 200 1000
	whole='"attention": true, "normalization": "switchable", "dropout": 0.2, "dense": [1024, 1024], "ensemble": 1'
	stopped 'rnn_fit, whole network, gru of 1024 units, batches of 512' "$(fit "{$whole, \"cell\": \"gru\", \"units\": [1024], \"look_back\": 20, \"batch_size\": 512}")" 200 500 1000
	stopped 'rnn_fit, attention over 1000 rows of 400 columns' "$(fit "{$whole, \"units\": [4], \"look_back\": 1000, \"batch_size\": 8}" 'array_fill(y, ARRAY[399])') WHERE t <= 3000" 200 500 1000
	stopped 'rnn_fit, whole network, batches of 8192 of one unit' "$(fit '{"attention": true, "normalization": "switchable", "dropout": 0.2, "dense": [1], "units": [1], "look_back": 1, "ensemble": 1, "batch_size": 8192, "epochs": 100000, "patience": 0}')" 200 500 1000
	stopped 'rnn_fit, a panel of 5,000 entities' "SELECT model_size(rnn_fit(t % 5000, t, y, NULL, '{\"epochs\": 100000, \"patience\": 0, \"look_back\": 2}')) FROM series" 200 500
	stopped 'rnn_importance, 10,000 repeats' "SELECT rnn_importance((SELECT m FROM small), t, y, NULL, '{\"repeats\": 10000}') FROM series" 200 500 1000
	stopped 'transformer_fit, defaults' "SELECT model_size(transformer_fit(t, y)) FROM series" 100 700
	stopped 'transformer_fit, 4 layers of 1024 features, batches of 64' \
		"SELECT model_size(transformer_fit(t, y, NULL, '{\"layers\": 4, \"width\": 1024, \"feed_forward\": 256, \"ensemble\": 1, \"batch_size\": 64}')) FROM series" 200 500 1000
	stopped 'transformer_fit, look_back 1000, 4 heads' \
		"SELECT model_size(transformer_fit(t, y, NULL, '{\"width\": 64, \"heads\": 4, \"look_back\": 1000, \"ensemble\": 1, \"batch_size\": 16, \"dropout\": 0.1}')) FROM series WHERE t <= 4000" 200 500 1000
	stopped 'transformer_forecast, look_back 1000' \
		'SELECT count(f) FROM (SELECT transformer_forecast(m, y) OVER (ORDER BY t) AS f FROM series, transformer) q' 300 700 1500
	stopped 'rnn_forecast in one call' "SELECT rnn_forecast(t, y, NULL, 32, '{\"epochs\": 100000, \"patience\": 0}') FROM series" 200 700
	stopped 'rnn_fit, sorting rows' 'SELECT model_size(creditspread_internal.rnn_fit_final(s)) FROM state' 100 200 300 500 700 900 1100
	stopped 'rnn_forecast, 2 layers of 1024 units' "$forecast" 150 500 1500
	stopped 'rnn_forecast, a million rows' \
		'SELECT count(f) FROM (SELECT rnn_forecast(m, sin(g)) OVER (ORDER BY g) AS f FROM generate_series(1, 1000000) g, small) q' 300 600 900 1500
	stopped 'text of a model of 25 MB' 'SELECT length(m::text) FROM large' 10 30 60 100
	stopped 'binary form of a model of 25 MB' 'SELECT length(creditspread_internal.rnn_model_send(m)) FROM large' 5 15 30
	stopped 'parameters of a model of 25 MB' 'SELECT count(*) FROM large, model_parameters(m)' 10 30 60

	stopped 'graph_rank_fit, 1,000 entities' "$(rank_fit ring '"batch_size": 4')" 500 1000 3000
	stopped 'graph_rank_fit, 1,000 entities, all related' "$(rank_fit complete '"batch_size": 1, "relation_form": "explicit", "relation_norm": "softmax"')" 500 1000 3000
	stopped 'graph_rank_forecast, 1,000 entities, all related' \
		'SELECT count(f) FROM (SELECT graph_rank_forecast(m, t % 1000, t / 1000, y) OVER () AS f FROM series, ranking) q' 300 700 1500
	stopped 'graph_rank_linkage, 1,000 entities, all related' 'SELECT cardinality(graph_rank_linkage(m, t % 1000, t / 1000, y, NULL)) FROM series, ranking' 300 700 1000

	# a million values, read from one array
	values='SELECT g::bigint AS t, v AS x FROM signal, unnest(x) WITH ORDINALITY u (v, g)'
	stopped 'emd' 'SELECT array_length(emd(x), 1) FROM signal' 200 700 1500
	stopped 'emd, trailing_rows' 'SELECT array_length(emd(x, trailing_rows => 2000), 1) FROM signal' 200 1000
	stopped 'eemd' 'SELECT array_length(eemd(x), 1) FROM signal' 200 1500
	stopped 'ceemdan' 'SELECT array_length(ceemdan(x[1:200000], 20), 1) FROM signal' 200 1500
	stopped 'wavelet_smooth, db10, level 14' "SELECT array_length(wavelet_smooth(x, 'db10', 14, 'soft'), 1) FROM signal" 20 50 90
	stopped 'wavelet_smooth, trailing_rows' 'SELECT array_length(wavelet_smooth(x, trailing_rows => 4096), 1) FROM signal' 100 1000
	stopped 'smoothing_spline' 'SELECT array_length(smoothing_spline(x), 1) FROM signal' 200 1000
	stopped 'stl_decompose' 'SELECT count(*) FROM signal, stl_decompose(x, 250, robust => true)' 200 1000
	stopped 'nelson_siegel_fit, 1,000,000 yields' "SELECT nelson_siegel_fit(t / 4e4, x) FROM ($values) s" 1500 2500
	stopped 'svensson_fit, 200,000 yields' "SELECT svensson_fit(t / 1e4, x) FROM ($values) s WHERE t <= 200000" 500 1500 3000
	stopped 'nelson_siegel_fit_bonds, 400,000 cash flows' \
		"SELECT nelson_siegel_fit_bonds(bond_price(c, nelson_siegel_curve(4, -2, 1, 0.3)), c) FROM generate_series(1, 500) t, LATERAL (SELECT bond_cashflows('2020-01-01', '2020-01-01'::date + 100 * t, 5, 12) AS c) q" 500 1500 3000
	stopped 'kalman_filter' 'SELECT count(*) FROM signal, kalman_filter(x, 0.9, 0.01, 0.1)' 100 400
	stopped 'kalman_smooth' 'SELECT count(*) FROM signal, kalman_smooth(x, 0.9, 0.01, 0.1)' 100 400
	stopped 'kalman_fit' "SELECT kalman_fit(t, x, kalman_options('ar1_plus_noise')) FROM ($values) s" 500 1000 2000
	stopped 'reflection_forecast' 'SELECT count(r) FROM (SELECT reflection_forecast(x, 2.0, 5000, 1) OVER (ORDER BY t) AS r FROM ('"$values"') s) q' 2000 4000
	stopped 'cir_fit' "SELECT cir_fit(t, x + 2) FROM ($values) s" 500 1000 2000
	stopped 'var_fit, 5 variables' "SELECT var_fit(t, ARRAY[x, sin(t), cos(t * 0.3), sin(t * 1.7), cos(t * 0.0001 * t)], var_options(lags => 12)) FROM ($values) s" 1500 2500
	stopped 'panel_regression' "SELECT panel_regression((t / 500000)::text, t, x, ARRAY[sin(t), cos(t * 0.3)]) FROM ($values) s" 1000 1500
	stopped 'dm_test, 1,000 lags' "SELECT dm_test(t, 0, x, sin(t), dm_options(horizon => 1000, variance => 'bartlett')) FROM ($values) s" 1000 2000
	stopped 'information_coefficient, spearman' \
		"SELECT information_coefficient(t, x, -x, information_coefficient_options(5000, correlation => 'spearman')) FROM ($values) s" 500 1000 2000
	stopped 'relation_graph, 4,000,000 relations' \
		"SELECT relation_graph(t % 100000, (t % 100000 + 1 + t / 100000) % 100000, 'k') FROM generate_series(1::bigint, 4000000) t" 500 1500 2500 3500
	stopped 'relation_graph, indirect relations' \
		"SELECT relation_graph(t % 2000, (t % 2000 + 1 + t / 2000) % 2000, 'k', relation_graph_options(indirect => '{k}')) FROM generate_series(1::bigint, 1000000) t" 500 1000 1500
	stopped 'rank_backtest' "SELECT rank_backtest(t % 100, 'g' || t % 10, t / 100, x, -x) FROM ($values) s" 400 800
	stopped 'rank_correlation, 100,000 entities a time' "SELECT rank_correlation(t / 100000, x, -x) FROM ($values) s" 300 500 700
	stopped 'line_chart' "SELECT length(line_chart(t, x, 'x')) FROM ($values) s" 200 500
	stopped 'emd_chart' "SELECT length(emd_chart(t, ARRAY[x, -x])) FROM ($values) s" 100 250
}
