-- The document of the dashboard.

CREATE FUNCTION creditspread_internal.dashboard_choice(chosen creditspread_internal.dashboard_model[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<form id="choice" hidden="hidden">\n<label>Model <select name="model"><option value="">all</option>'
		|| coalesce((SELECT string_agg(format('<option value="%s">%s</option>', m.place, creditspread_internal.dashboard_name(m.label)), '' ORDER BY m.place) FROM unnest(chosen) m WHERE m.place <= 200), '')
		|| E'</select></label>\n<label>Rows ahead <select name="ahead"><option value="">all</option>'
		|| coalesce((SELECT string_agg(format('<option>%s</option>', h.horizon), '' ORDER BY h.horizon) FROM (SELECT DISTINCT h AS horizon FROM unnest(chosen) m
			JOIN creditspread.model v ON v.pipeline_id = m.pipeline_id AND v.version = m.version, unnest(v.horizons) h ORDER BY h LIMIT 100) h), '')
		|| E'</select></label>\n<label>Series <input type="search" name="series" placeholder="part of a name" autocomplete="off"/></label>\n'
			'<label>Order of pictures <select name="order"><option value="o">most worth seeing</option><option value="v">largest expected move</option>'
			'<option value="g">best beside the random walk</option><option value="a">name</option></select></label>' || E'\n</form>\n'
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_choice(creditspread_internal.dashboard_model[]) IS 'what the reader may choose; without a script it is hidden';

CREATE FUNCTION creditspread_internal.dashboard_tiles(watched creditspread_internal.dashboard_series[], healths creditspread_internal.dashboard_health[],
	scores creditspread.leaderboard_total[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<ul class="tiles">\n' || string_agg(format(E'<li%s><a href="#%s"><b>%s</b>%s<small>%s</small></a></li>\n', CASE WHEN t.bad THEN ' class="bad"' ELSE '' END, t.link, t.figure, t.title, t.more), '' ORDER BY t.place) || E'</ul>\n'
	FROM (SELECT 1 AS place, 'see-surprises' AS link, false AS bad, creditspread_internal.dashboard_count((watched[1]).surprises::bigint) AS figure, 'surprises' AS title,
			format('of %s; %s by chance', creditspread_internal.dashboard_counted((watched[1]).outcomes::bigint, 'outcome'::text),
				creditspread_internal.dashboard_count(round(0.01 * coalesce((watched[1]).outcomes, 0))::bigint)) AS more
		UNION ALL
		SELECT 2, 'see-moves', false, creditspread_internal.dashboard_count((watched[1]).moves::bigint), 'moves beyond the interval', format('of %s: the last value lies outside', creditspread_internal.dashboard_counted((watched[1]).series::bigint, 'series'::text))
		UNION ALL
		SELECT 3, 'see-models', count(*) FILTER (WHERE h.status <> 'ok') > 0, creditspread_internal.dashboard_count((count(*) FILTER (WHERE h.status <> 'ok'))::bigint), 'models need a look', format('of %s', count(*)) FROM unnest(healths) h
		UNION ALL
		SELECT 4, 'see-accuracy', false, CASE WHEN count(s.relative_mae) > 0 THEN format('%s of %s', count(*) FILTER (WHERE s.relative_mae < 1), count(s.relative_mae)) ELSE '&#8211;' END, 'better than the random walk',
			format('%s beyond chance; by model, source and horizon', count(*) FILTER (WHERE s.dm_absolute_statistic < 0 AND s.dm_absolute_holm_p_value < 0.05)) FROM unnest(scores) s) t
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_tiles(creditspread_internal.dashboard_series[], creditspread_internal.dashboard_health[], creditspread.leaderboard_total[]) IS
	'the figures at the top of the dashboard';

CREATE FUNCTION creditspread_internal.dashboard_section(name text, title text, say text, body text, otherwise text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(E'<section id="see-%s" aria-labelledby="h-%s"><h2 id="h-%s">%s</h2>\n', name, name, name, title)
		|| coalesce('<p class="say">' || say || E'</p>\n' || body, '<p class="say">' || otherwise || E'</p>\n') || E'</section>\n'
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_section(text, text, text, text, text) IS 'a part of the dashboard; otherwise is said where there is no body';

CREATE FUNCTION creditspread.dashboard(models text[] DEFAULT NULL, entities text[] DEFAULT NULL, series integer DEFAULT 60, history integer DEFAULT 120, recent integer DEFAULT 10) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
	chosen creditspread_internal.dashboard_model[];
	watched creditspread_internal.dashboard_series[];
	moves creditspread_internal.dashboard_move[];
	healths creditspread_internal.dashboard_health[];
	scores creditspread.leaderboard_total[];
	all_series bigint;
	drawn bigint;
	latest timestamp;
	body text;
BEGIN
	PERFORM creditspread_internal.refuse(format('dashboard: %s is %s, must be from %s to %s', a.name, coalesce(a.value::text, 'NULL'), a.low, a.high), a.hint, '22023'::text)
	FROM (VALUES ('series', series, 0, 150, 'It is the number of series that are drawn.'), ('history', history, 2, 250, 'It is the number of values of the past that are drawn of each series.'),
		('recent', recent, 1, 100, 'It is the number of last outcomes of each series that are looked at.')) AS a (name, value, low, high, hint)
	WHERE a.value IS NULL OR a.value NOT BETWEEN a.low AND a.high;
	chosen := ARRAY(SELECT m FROM creditspread_internal.dashboard_models(models) m ORDER BY m.place);
	PERFORM creditspread_internal.refuse(format('there is no model "%s"', n), 'creditspread.model_overview lists the models; a reader needs creditspread.grant_reader.'::text, '42704'::text)
	FROM unnest(models) n WHERE n IS NULL OR NOT EXISTS (SELECT FROM unnest(chosen) m WHERE m.model = n);
	watched := ARRAY(SELECT w FROM creditspread_internal.dashboard_watch(chosen, entities, series, recent) w ORDER BY w.place);
	moves := ARRAY(SELECT l FROM creditspread_internal.dashboard_largest_moves(chosen, entities) l);
	healths := ARRAY(SELECT h FROM creditspread_internal.dashboard_healths(chosen) h ORDER BY h.place);
	scores := ARRAY(SELECT s FROM creditspread_internal.dashboard_scores(chosen) s);
	all_series := coalesce((watched[1]).series, 0);
	drawn := least(series, all_series);
	SELECT max(h.data_to) INTO latest FROM unnest(healths) h;
	body := format(E'<header><h1>Forecasts</h1>\n<p>%s of %s, data to %s; what role <bdi>%s</bdi> may read in database <bdi>%s</bdi> on %s UTC</p></header>\n',
			creditspread_internal.dashboard_counted(all_series::bigint, 'series'::text), creditspread_internal.dashboard_counted(cardinality(chosen)::bigint, 'model'::text), creditspread_internal.time_text(latest),
			creditspread_internal.dashboard_name(current_user::text), creditspread_internal.dashboard_name(current_database()::text), creditspread_internal.time_text(date_trunc('minute', timezone('UTC', now()))))
		|| E'<main>\n' || creditspread_internal.dashboard_tiles(watched, healths, scores) || creditspread_internal.dashboard_choice(chosen)
		|| E'<div class="two"><div>\n'
		|| creditspread_internal.dashboard_section('surprises'::text, 'Surprises'::text, format('Outcomes of the last %s of each series that were not to be expected (p at most 0.01), the largest of a series, least likely first. In the picture the forecast is the line, its interval the band, the outcome the dot; all rows have one scale, half widths of the interval; p by its Laplace distribution.', creditspread_internal.dashboard_counted(recent::bigint, 'row'::text)),
			creditspread_internal.dashboard_surprises(chosen, watched), CASE WHEN coalesce((watched[1]).outcomes, 0) = 0 THEN 'No forecast with an interval has an actual value yet; creditspread.backtest makes some of the past.' ELSE 'None: every outcome was to be expected.' END)
		|| creditspread_internal.dashboard_section('accuracy'::text, 'Accuracy beside the random walk'::text, 'Errors relative to those of the random walk on the same rows, each series in units of its own; bars to the left are smaller errors. p is that of the Diebold-Mariano test of absolute errors, adjusted for the number of tests (Holm). Inside: outcomes inside of the interval.'::text,
			creditspread_internal.dashboard_accuracy(chosen, scores), 'No forecast has an actual value yet; creditspread.backtest makes some of the past.'::text)
		|| E'</div><div>\n'
		|| creditspread_internal.dashboard_section('moves'::text, 'Largest expected moves'::text, 'Change that is forecast, by its size in half widths of the interval, at the horizon where it is largest, or that is chosen. In the picture the ring is the last value, beside the interval around the forecast: outside of the band, the interval does not hold the last value.'::text,
			creditspread_internal.dashboard_move_table(chosen, moves), 'No forecast with an interval differs from the last value.'::text)
		|| creditspread_internal.dashboard_section('models'::text, 'Models'::text, CASE WHEN cardinality(chosen) > 100 THEN format('The worst come first; 100 of %s.', creditspread_internal.dashboard_count(cardinality(chosen)::bigint)) ELSE 'The worst come first.' END,
			creditspread_internal.dashboard_health_table(chosen, healths), 'There are none that this role may read.'::text)
		|| E'</div></div>\n'
		|| creditspread_internal.dashboard_section('series'::text, 'Series'::text, format('Showing %s of %s%s. What is observed are the values kept with the forecasts.', creditspread_internal.dashboard_count(drawn::bigint), creditspread_internal.dashboard_counted(all_series::bigint, 'series'::text),
				CASE WHEN drawn < all_series THEN ': those of the largest surprises and expected moves. The others are drawn by dashboard(models =&gt; ..., entities =&gt; ...)' ELSE '' END),
			E'<ul class="key"><li><svg viewBox="0 0 260 120" aria-hidden="true"><path class="seen" d="M0 60H260" fill="none"/></svg>observed</li><li><svg viewBox="0 0 260 120" aria-hidden="true"><path class="said" d="M0 60H260" fill="none"/></svg>forecast</li>'
				'<li><svg viewBox="0 0 260 120" aria-hidden="true"><rect class="band" width="260" height="120"/></svg>interval, of the past at the shortest horizon</li><li><svg viewBox="0 0 260 120" aria-hidden="true"><path class="walk" d="M0 60H260" fill="none"/></svg>random walk</li>'
				'<li><svg viewBox="0 0 260 120" aria-hidden="true"><circle class="dot" cx="130" cy="60" r="38"/></svg>surprise</li></ul>' || E'\n<div class="cards" id="cards" data-list="1000">\n'
				|| creditspread_internal.dashboard_cards(chosen, watched, series, history) || E'</div>\n<p class="say" id="cards-none" hidden="hidden">None of those drawn fits the choice.</p>\n', 'No forecast is stored.'::text)
		|| E'</main>\n<footer><p>Numbers are in the unit of y. A surprise is an error that a Laplace distribution around the forecast, of the width of its interval, gives a chance of at most 0.01. Its outcomes are those at the shortest horizon, live as they were said first, or of a backtest where there is nothing live. Series that have ended are left out.</p></footer>\n';
	RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''sha256-%s''; script-src ''sha256-%s''; base-uri ''none''; form-action ''none''"/>\n'
		'<meta name="viewport" content="width=device-width, initial-scale=1"/>\n<meta name="color-scheme" content="light dark"/>\n<title>Forecasts</title>\n<style>%s</style>\n</head>\n<body>\n%s<script>%s</script>\n</body>\n</html>\n',
		encode(sha256(convert_to(creditspread_internal.dashboard_style(), 'UTF8')), 'base64'), encode(sha256(convert_to(creditspread_internal.dashboard_script(), 'UTF8')), 'base64'),
		creditspread_internal.dashboard_style(), body, creditspread_internal.dashboard_script());
END $$;
COMMENT ON FUNCTION creditspread.dashboard(text[], text[], integer, integer, integer) IS
	'all models that the caller may read as one HTML document that loads nothing: surprises, largest expected moves, accuracy beside the random walk, models that need a look, and small pictures of the series most worth seeing; models (NULL = all) and entities, the series (NULL = all), by their names; series, how many are drawn (0 to 150); history, values of the past in each picture (2 to 250); recent, last outcomes of each series that are looked at (1 to 100); of bounded size whatever is stored; errors: no such model 42704, numbers out of range 22023';
