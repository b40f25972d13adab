-- What all kinds of runs do with the methods: fit, validate, forecast, intervals.

CREATE FUNCTION creditspread_internal.is_of_environment(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT left(code, 2) = ANY ('{08,25,40,53,57,58,F0,XX}') OR code = '55P03' $$;
COMMENT ON FUNCTION creditspread_internal.is_of_environment(text) IS
	'whether an error says nothing of the series at work: connection, transaction, resources, locks, a cancel, the system, an internal error';

-- ---- the steps of units: fit, validate, forecast -----------------------------------------------------------------
--
-- They work on the units of creditspread_block from one number to another.  How many rows a unit has no planner knows: they are
-- found by LATERAL subqueries, which go by the index, the rows and the forecasts of a method are planned by themselves (OFFSET 0), and
-- whatever else is joined or grouped is hashed, in the order in which it comes: sums have the same digits each time.

CREATE FUNCTION creditspread_internal.step_columns(m creditspread.model, OUT number text, OUT step text, OUT simple boolean, OUT by_time boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN simple THEN 'entity_number' ELSE 'unit_number' END, CASE WHEN simple THEN 'place' ELSE 'step' END, simple, by_time
	FROM (SELECT k.unit IN ('series', 'series or panel') AND NOT m.pool AS simple, k.unit IN ('panel', 'curve') AS by_time
		FROM creditspread.method k WHERE k.name = m.method) kind
$$;
COMMENT ON FUNCTION creditspread_internal.step_columns(creditspread.model) IS
	'by which columns of creditspread_rows the steps of a unit are found; simple: each series is a unit; by_time: a forecast takes the rows of all series at a time';

-- Of all methods the catalog itself makes the intervals at several levels, by validation, and their lower bound.
CREATE FUNCTION creditspread_internal.method_options(m creditspread.model) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT m.options - '{interval_levels,lower_bound}'::text[] || CASE WHEN m.options ? 'interval_levels' THEN jsonb_build_object('interval_level', m.level) ELSE '{}' END
$$;
COMMENT ON FUNCTION creditspread_internal.method_options(creditspread.model) IS 'the options of a model that its method is given';

-- Quantiles that a network forecasts are bounds of intervals: those of the orders a and 1 - a of the one at level 1 - 2 a.
CREATE FUNCTION creditspread_internal.quantile_level(quantile_order double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round((1 - 2 * quantile_order)::numeric, 12)::float8;
COMMENT ON FUNCTION creditspread_internal.quantile_level(double precision) IS
	'the level of the interval that the quantile of an order is the lower bound of; less than 0: the upper bound of that at the level without its sign; 0: the median';

CREATE FUNCTION creditspread_internal.quantile_orders(options jsonb) RETURNS SETOF double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT o::float8 FROM jsonb_path_query(options, 'lax $.quantiles[*] ? (@.type() == "number" && @ > 0 && @ < 1)') AS o
$$;
COMMENT ON FUNCTION creditspread_internal.quantile_orders(jsonb) IS 'the orders of the quantiles of a model, as its options have them';

CREATE FUNCTION creditspread_internal.has_quantiles(m creditspread.model) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM creditspread_internal.quantile_orders(m.options)) AND k.forecast ~ E'\\mquantiles\\M' FROM creditspread.method k WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.has_quantiles(creditspread.model) IS 'whether the forecasts of a model have quantiles of their own';

CREATE FUNCTION creditspread_internal.interval_levels(options jsonb, level double precision) RETURNS double precision[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT array_agg(DISTINCT q.value ORDER BY q.value) FROM (SELECT l::float8 FROM jsonb_array_elements_text(options -> 'interval_levels') AS l
		UNION ALL SELECT abs(creditspread_internal.quantile_level(o)) FROM creditspread_internal.quantile_orders(options) AS o
		UNION ALL SELECT level WHERE options ?| '{interval_levels,quantiles}') AS q (value) WHERE q.value <> 0
$$;
COMMENT ON FUNCTION creditspread_internal.interval_levels(jsonb, double precision) IS 'the levels of the intervals of a model, ascending, its level among them; NULL where it has only that';

CREATE FUNCTION creditspread_internal.by_validation(m creditspread.model) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT k.intervals = 'validation' OR m.options ? 'interval_levels' FROM creditspread.method k WHERE k.name = m.method $$;
COMMENT ON FUNCTION creditspread_internal.by_validation(creditspread.model) IS 'whether the intervals of a model come from its errors in validation';

-- TRUNCATE makes new files, which costs more than to look.
CREATE FUNCTION creditspread_internal.empty_tables(names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	name text;
	has_rows boolean;
BEGIN
	FOREACH name IN ARRAY names LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM pg_temp.%I)', name) INTO has_rows;
		IF has_rows THEN
			EXECUTE format('TRUNCATE pg_temp.%I', name);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.empty_tables(text[]) IS 'empties those of some temporary tables that have rows';

CREATE FUNCTION creditspread_internal.fit_query(m creditspread.model) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('WITH s AS (SELECT b.unit, r.* FROM generate_series($7, $8) AS g JOIN pg_temp.creditspread_block b ON b.number = g, '
		'LATERAL (SELECT r.entity, r."time", r.y, %s, r.maturity, r."group" FROM pg_temp.creditspread_rows r '
		'WHERE r.%s = b.number AND r.%s BETWEEN b.fit_from AND b.fit_to OFFSET 0) r OFFSET 0) SELECT * FROM (%s) AS fitted (unit, artifact)',
		creditspread_internal.row_features(m), c.number, c.step, k.fit)
	FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.fit_query(creditspread.model) IS
	'the query for the fits of units on the steps from fit_from to fit_to';

CREATE FUNCTION creditspread_internal.fit_part(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
DECLARE
	m creditspread.model := state.model;
BEGIN
	EXECUTE format('INSERT INTO pg_temp.creditspread_parts (number, method, artifact) SELECT b.number, %L, a.artifact FROM (%s) AS a '
		'JOIN pg_temp.creditspread_block b ON b.unit = a.unit WHERE a.artifact IS NOT NULL', m.method, creditspread_internal.fit_query(m))
	USING creditspread_internal.method_options(m), m.horizons, m.level, creditspread_internal.method_features(m), m.pool, m.search_path, from_unit, to_unit;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fit_part(creditspread_internal.run_state, integer, integer) IS
	'fits units by one of the methods that are combined; the artifacts are put into creditspread_parts';

CREATE FUNCTION creditspread_internal.fit_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
DECLARE
	m creditspread.model := state.model;
	member creditspread.model;
BEGIN
	IF creditspread_internal.is_combination(m) THEN
		FOR member IN SELECT * FROM creditspread_internal.members(m) LOOP
			state.model := member;
			PERFORM creditspread_internal.try_units('fit_part'::text, state, from_unit, to_unit, false);
		END LOOP;
		PERFORM creditspread_internal.put_together(m, from_unit, to_unit);
	ELSE
		EXECUTE format('UPDATE pg_temp.creditspread_block v SET artifact = a.artifact FROM (%s) AS a WHERE v.unit = a.unit AND v.number BETWEEN $7 AND $8',
			creditspread_internal.fit_query(m))
		USING creditspread_internal.method_options(m), m.horizons, m.level, creditspread_internal.method_features(m), m.pool, m.search_path, from_unit, to_unit;
	END IF;
	IF from_unit = to_unit AND EXISTS (SELECT FROM pg_temp.creditspread_block b WHERE b.number = from_unit AND b.artifact IS NULL) THEN
		RAISE EXCEPTION '%: %', m.method, CASE m.options ->> 'on_error' WHEN 'null' THEN 'the fit is NULL' ELSE 'no row to fit' END USING ERRCODE = '22023',
			HINT = CASE m.options ->> 'on_error' WHEN 'null' THEN 'Without option on_error the error says what is wrong with the rows of the series.' ELSE 'Look at the rows of the series.' END;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fit_block(creditspread_internal.run_state, integer, integer) IS
	'fits units on the steps from fit_from to fit_to; the artifacts are put into creditspread_block; of a combination those of its methods that can be fitted';

-- A forecast looks at so many rows before its own as the method needs; for methods that see all series at a time, at the rows of all.
-- They begin with a row that lacks nothing: what is missing later is carried from it.
CREATE FUNCTION creditspread_internal.member_query(m creditspread.model, fits text, steps text, with_scale boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('WITH b AS MATERIALIZED (SELECT q.number, q.unit, %7$s FROM generate_series($7, $8) AS g JOIN pg_temp.creditspread_block q ON q.number = g), '
		'a AS MATERIALIZED (%1$s), n (unit, rows) AS MATERIALIZED (%2$s), %3$s, f AS MATERIALIZED (%4$s), '
		'o AS MATERIALIZED (SELECT b.unit, b.to_step, r.* FROM b, LATERAL (SELECT r.entity, r."time", r.entity_number, r.place, r.y FROM pg_temp.creditspread_rows r '
		'WHERE r.%5$s = b.number AND r.%6$s BETWEEN b.from_step AND b.to_step AND r.y IS NOT NULL OFFSET 0) r)%8$s '
		'SELECT f.unit, f.entity, o.entity_number, o."time" AS origin, o.place, f.horizon, f.forecast, f.lower, f.upper, o.y AS random_walk, o.to_step, %9$s '
		'FROM f JOIN o ON o.unit = f.unit AND o.entity = f.entity AND o."time" = f."time"%10$s WHERE f.forecast IS NOT NULL',
		fits, coalesce(k.rows_needed, 'SELECT NULL::text AS unit, NULL::integer AS rows WHERE false'),
		CASE WHEN c.simple THEN 'e AS (SELECT q.number AS entity_number, q.number, q.unit, q.to_step, q.from_step AS place FROM b q), '
			ELSE 'e AS MATERIALIZED (SELECT r.*, b.number, b.unit, b.to_step FROM b, LATERAL (SELECT r.entity_number, min(r.place) AS place FROM pg_temp.creditspread_rows r '
				'WHERE r.unit_number = b.number AND r.step BETWEEN b.from_step AND b.to_step GROUP BY 1) r), ' END
			|| 'l AS MATERIALIZED (SELECT e.entity_number, e.number, e.unit, e.to_step, (SELECT coalesce(max(w.place), 1) FROM pg_temp.creditspread_rows w '
				'WHERE w.entity_number = e.entity_number AND w.place <= e.place - coalesce(n.rows, e.place) + 1 AND w.y IS NOT NULL '
				'AND array_position(w.features, NULL) IS NULL) AS place FROM e LEFT JOIN n ON n.unit = e.unit), '
			|| CASE WHEN NOT c.by_time THEN '' ELSE 'g AS MATERIALIZED (SELECT l.number, l.unit, l.to_step, min(r.step) AS step FROM l, '
				'LATERAL (SELECT r.step FROM pg_temp.creditspread_rows r WHERE r.entity_number = l.entity_number AND r.place = l.place OFFSET 0) r GROUP BY 1, 2, 3), ' END
			|| format('s AS (SELECT k.unit, r.* FROM %s AS k, LATERAL (SELECT r.entity, r."time", r.y, %s, r.maturity, r."group" FROM %s r WHERE %s OFFSET 0) r OFFSET 0)',
				CASE WHEN c.by_time THEN 'g' ELSE 'l' END, creditspread_internal.row_features(m), coalesce('(' || creditspread_internal.known_rows(m, c.simple) || ')', 'pg_temp.creditspread_rows'),
				CASE WHEN creditspread_internal.known_rows(m, c.simple) IS NOT NULL THEN 'true' WHEN c.simple THEN 'r.entity_number = k.entity_number AND r.place BETWEEN k.place AND k.to_step'
					WHEN c.by_time THEN 'r.unit_number = k.number AND r.step BETWEEN k.step AND k.to_step'
					ELSE 'r.entity_number = k.entity_number AND r.place >= k.place AND r.step <= k.to_step' END),
			regexp_replace(k.forecast, E'\\$1(?!\\d)', replace(quote_literal(creditspread_internal.method_options(m)), E'\\', E'\\\\') || '::jsonb', 'g'), c.number, c.step, steps,
		CASE WHEN with_scale THEN ', v AS MATERIALIZED (SELECT l.entity_number, l.origin + t.n - q.before - 1 AS place, t.horizon, t.volatility, t.scale '
			'FROM (SELECT o.entity_number, min(o.place) AS origin, max(o.place) AS last FROM o GROUP BY o.entity_number) l, '
			'LATERAL (SELECT array_agg(r.y) AS y, (count(*) FILTER (WHERE r.place < l.origin))::integer AS before FROM (SELECT r.place, r.y FROM pg_temp.creditspread_rows r '
			'WHERE r.entity_number = l.entity_number AND r.place BETWEEN l.origin - 200 - (SELECT max(h) FROM unnest($2) AS h) AND l.last ORDER BY r.place OFFSET 0) r) q, '
			'creditspread_internal.error_scales(q.y, $2, q.before + 1, ' || (NOT c.simple)::text || ') AS t)' END,
		CASE WHEN with_scale THEN 'v.volatility, v.scale' ELSE 'NULL::float8 AS volatility, NULL::float8 AS scale' END
			|| CASE WHEN creditspread_internal.has_quantiles(m) THEN ', f.quantiles' ELSE '' END,
		CASE WHEN with_scale THEN ' JOIN v ON v.entity_number = o.entity_number AND v.place = o.place AND v.horizon = f.horizon' END)
	FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.member_query(creditspread.model, text, text, boolean) IS
	'the query for the forecasts made on steps of units, given as from_step and to_step, beside y and, if asked for, volatility and scale of errors of their rows: a template of a method over the fits of a query (unit, artifact); no forecast knows a later row';

-- Where a method has no forecast the others share its weight; where none has, it is the random walk, which always is one of them.
CREATE FUNCTION creditspread_internal.forecast_query(m creditspread.model, fits text, steps text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN NOT combined THEN creditspread_internal.member_query(m, fits, steps, creditspread_internal.by_validation(m))
		ELSE (SELECT format('SELECT q.unit, q.entity, q.entity_number, q.origin, q.place, q.horizon, CASE WHEN sum(q.weight) > 0 THEN sum(q.weight * q.forecast) / sum(q.weight) '
				'ELSE q.random_walk END AS forecast, NULL::float8 AS lower, NULL::float8 AS upper, q.random_walk, q.to_step, max(q.volatility) AS volatility, max(q.scale) AS scale FROM (%s) AS q '
				'GROUP BY q.unit, q.entity, q.entity_number, q.origin, q.place, q.horizon, q.random_walk, q.to_step',
			string_agg(format('SELECT f.*, coalesce((t.told #>> ARRAY[''weights'', f.horizon::text, %1$L])::float8, 0) AS weight FROM (%2$s) AS f JOIN (%3$s) AS t ON t.unit = f.unit', n.method,
				creditspread_internal.member_query(n, format('SELECT p.unit, decode(p.told -> ''parts'' ->> %1$L, ''base64'') AS artifact FROM (%2$s) AS p WHERE p.told -> ''parts'' ? %1$L',
					n.method, told), steps, true), told), ' UNION ALL '))
			FROM creditspread_internal.members(m) n) END
	FROM creditspread_internal.is_combination(m) combined,
		format('SELECT c.unit, convert_from(c.artifact, ''UTF8'')::jsonb AS told FROM (%s) AS c OFFSET 0', fits) told
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_query(creditspread.model, text, text) IS
	'the query for the forecasts of the method of a model, see member_query; those of a combination are the means of its methods'' by their weights';

CREATE FUNCTION creditspread_internal.interval_query(m creditspread.model) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN quantiles THEN format('SELECT q.number, q.unit, q.entity, q.entity_number, q.origin, q.place, q.horizon, q.forecast, q.random_walk, '
			'(q.i).lower AS lower, (q.i).upper AS upper, (q.i).bounds AS bounds FROM (SELECT p.*, creditspread_internal.quantile_intervals(p.quantiles, p.lower, p.upper, '
			'%L::float8[], %L::float8[], %L::float8, %L::float8) AS i FROM (%s) AS p OFFSET 0) AS q',
		ARRAY(SELECT creditspread_internal.quantile_level(o) FROM creditspread_internal.quantile_orders(m.options) AS o),
		creditspread_internal.interval_levels(m.options, m.level), m.level, m.options ->> 'lower_bound', plain)
	WHEN m.options ?| '{interval_levels,lower_bound}' THEN format('SELECT q.number, q.unit, q.entity, q.entity_number, q.origin, q.place, q.horizon, q.forecast, q.random_walk, '
			'(q.i).lower AS lower, (q.i).upper AS upper, (q.i).bounds AS bounds FROM (SELECT p.*, creditspread_internal.intervals(p.forecast, p.scale, p.width, p.lower, p.upper, '
			'%L::float8[], %L::float8, %L::float8) AS i FROM (%s) AS p OFFSET 0) AS q',
		creditspread_internal.interval_levels(m.options, m.level), m.level, m.options ->> 'lower_bound', plain) ELSE plain END
	FROM creditspread_internal.has_quantiles(m) AS quantiles, format('SELECT w.number, f.unit, f.entity, f.entity_number, f.origin, f.place, f.horizon, f.forecast, f.random_walk, f.scale, w.widths -> f.horizon::text AS width, %s'
			'coalesce(creditspread_internal.bound(f.forecast, f.scale, w.widths -> f.horizon::text, ''lower''), f.lower) AS lower, '
			'coalesce(creditspread_internal.bound(f.forecast, f.scale, w.widths -> f.horizon::text, ''upper''), f.upper) AS upper, NULL::creditspread_internal.level_bounds AS bounds '
			'FROM (%s) AS f JOIN pg_temp.creditspread_block w ON w.unit = f.unit', CASE WHEN quantiles THEN 'f.quantiles, ' ELSE '' END,
		creditspread_internal.forecast_query(m, 'SELECT v.unit, v.artifact FROM pg_temp.creditspread_block v WHERE v.number BETWEEN $7 AND $8'::text, 'q.from_step, q.to_step'::text)) AS plain
$$;
COMMENT ON FUNCTION creditspread_internal.interval_query(creditspread.model) IS
	'the query for the forecasts of a model with their intervals, by the fits of the block at work: bounds are those of its interval_levels, else NULL';

-- Validation of methods that have none of their own.
CREATE FUNCTION creditspread_internal.validate_fold(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
DECLARE
	m creditspread.model := state.model;
BEGIN
	EXECUTE (SELECT format('WITH t AS MATERIALIZED (SELECT r.* FROM generate_series($7, $8) AS g JOIN pg_temp.creditspread_block b ON b.number = g, '
			'LATERAL (SELECT r.entity_number, r.place, r.y FROM pg_temp.creditspread_rows r WHERE r.%2$s = b.number AND r.%3$s BETWEEN b.cut_from AND %4$s AND r.y IS NOT NULL OFFSET 0) r) '
			'INSERT INTO pg_temp.creditspread_errors SELECT b.number, b.fold, %1$L, f.entity_number, f.place, f.horizon, f.forecast - t.y, f.random_walk - t.y, f.volatility, f.scale '
			'FROM (%5$s) AS f JOIN pg_temp.creditspread_block b ON b.unit = f.unit JOIN t ON t.entity_number = f.entity_number AND t.place = f.place + f.horizon',
		m.method, c.number, c.step, CASE WHEN c.simple THEN format('least(b.fit_to, b.cut_to + %s)', (SELECT max(h) FROM unnest(m.horizons) h)) ELSE 'b.fit_to' END,
		creditspread_internal.member_query(m, format('WITH s AS (SELECT b.unit, r.* FROM b, LATERAL (SELECT r.entity, r."time", r.y, %s, r.maturity, r."group" '
			'FROM pg_temp.creditspread_rows r WHERE r.%s = b.number AND r.%s BETWEEN b.fit_from AND b.from_step OFFSET 0) r OFFSET 0) '
			'SELECT * FROM (%s) AS fitted', creditspread_internal.row_features(m), c.number, c.step, k.fit), 'q.fit_from, q.cut_from AS from_step, q.cut_to AS to_step'::text, true))
		FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method)
	USING creditspread_internal.method_options(m), m.horizons, m.level, creditspread_internal.method_features(m), m.pool, m.search_path, from_unit, to_unit;
END
$$;
COMMENT ON FUNCTION creditspread_internal.validate_fold(creditspread_internal.run_state, integer, integer) IS
	'errors of the forecasts made on the steps cut_from to cut_to by a fit of one method to those up to cut_from';

CREATE FUNCTION creditspread_internal.validate_units(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
	member creditspread.model;
	cuts double precision[] := '{0.55,0.7,0.85,1}';
BEGIN
	PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_errors']::text[]);
	FOR part IN 1..3 LOOP
		UPDATE pg_temp.creditspread_block b SET fold = part, cut_from = b.fit_from - 1 + ceil(cuts[part] * (b.fit_to - b.fit_from + 1))::integer,
			cut_to = CASE WHEN part < 3 THEN b.fit_from - 2 + ceil(cuts[part + 1] * (b.fit_to - b.fit_from + 1))::integer ELSE b.fit_to END;
		FOR member IN SELECT * FROM creditspread_internal.members(m) LOOP
			state.model := member;
			PERFORM creditspread_internal.try_units('validate_fold'::text, state, from_unit, to_unit, false);
		END LOOP;
	END LOOP;
	state.model := m;
	PERFORM creditspread_internal.try_units('judge_block'::text, state, from_unit, to_unit, false);
END
$$;
COMMENT ON FUNCTION creditspread_internal.validate_units(creditspread_internal.run_state, integer, integer) IS
	'forecasts the last 45 % of the steps of units in three parts, each by fits to the steps before it, and judges the errors';

-- As linear_fit has it: each side by itself, errors whose targets overlap counted once; with fewer errors the same width for both sides.
CREATE FUNCTION creditspread_internal.conformal_bounds(errors double precision[], horizon integer, level double precision, OUT lower double precision, OUT upper double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN n * side <= n THEN least(errors[n + 1 - place], 0) ELSE -width END, CASE WHEN n * side <= n THEN greatest(errors[place], 0) ELSE width END
	FROM (SELECT n, (1 + horizon / n) * (1 + level) / 2 AS side, greatest(1, ceil(n * (1 + horizon / n) * (1 + level) / 2 * (1 - 1e-12)))::integer AS place,
			(SELECT array_agg(abs(e) ORDER BY abs(e)) FROM unnest(errors) e)[ceil(CASE WHEN (n + horizon) * level <= n THEN (n + horizon) * level ELSE (n + 1) * level END * (1 - 1e-12))::integer] AS width
		FROM (SELECT cardinality(errors)::float8 AS n) AS counted WHERE n > 0) AS ranks
$$;
COMMENT ON FUNCTION creditspread_internal.conformal_bounds(double precision[], integer, double precision) IS
	'the conformal bounds of an error, given the errors before it, ascending; NULL where they are too few for the level';

CREATE FUNCTION creditspread_internal.bound(forecast double precision, scale double precision, width jsonb, side text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(width) WHEN 'object' THEN forecast + scale * (width ->> side)::float8
	WHEN 'number' THEN CASE side WHEN 'lower' THEN forecast - width::float8 ELSE forecast + width::float8 END END;
COMMENT ON FUNCTION creditspread_internal.bound(double precision, double precision, jsonb, text) IS
	'a bound of a forecast: so many times the scale of its error from it, and by fits of 0.1.0 so much';

-- A level whose errors are too few has no bounds, that of the model then those of the method; the wider encloses the narrower.
CREATE FUNCTION creditspread_internal.intervals(forecast double precision, scale double precision, width jsonb, own_lower double precision, own_upper double precision,
	levels double precision[], level double precision, floor double precision, OUT lower double precision, OUT upper double precision, OUT bounds creditspread_internal.level_bounds)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	least_lower double precision;
	greatest_upper double precision;
	below double precision;
	above double precision;
BEGIN
	lower := own_lower;
	upper := own_upper;
	FOR i IN 1..coalesce(cardinality(levels), 0) LOOP
		below := CASE WHEN levels[i] = level THEN own_lower ELSE forecast + scale * (width -> 'lowers' ->> (i - 1))::float8 END;
		above := CASE WHEN levels[i] = level THEN own_upper ELSE forecast + scale * (width -> 'uppers' ->> (i - 1))::float8 END;
		least_lower := least(least_lower, below);
		greatest_upper := greatest(greatest_upper, above);
		bounds.lowers[i] := CASE WHEN below IS NOT NULL THEN greatest(least_lower, floor) END;
		bounds.uppers[i] := CASE WHEN above IS NOT NULL THEN greatest(greatest_upper, floor) END;
		IF levels[i] = level THEN
			lower := least_lower;
			upper := greatest_upper;
		END IF;
	END LOOP;
	lower := CASE WHEN own_lower IS NOT NULL THEN greatest(lower, floor) END;
	upper := CASE WHEN own_upper IS NOT NULL THEN greatest(upper, floor) END;
END
$$;
COMMENT ON FUNCTION creditspread_internal.intervals(double precision, double precision, jsonb, double precision, double precision, double precision[], double precision, double precision) IS
	'the bounds of the interval of a forecast and of those at further levels, none below the floor';

-- Quantiles do not cross: only the interval at the level of the model, where it is not one of theirs, is widened.
CREATE FUNCTION creditspread_internal.quantile_intervals(quantiles double precision[], own_lower double precision, own_upper double precision, sides double precision[],
	levels double precision[], level double precision, floor double precision, OUT lower double precision, OUT upper double precision, OUT bounds creditspread_internal.level_bounds)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	value double precision[] := ARRAY(SELECT unnest(quantiles));
	own boolean := NOT (level = ANY (sides) AND -level = ANY (sides)) OR quantiles IS NULL;
	least_lower double precision;
	greatest_upper double precision;
BEGIN
	FOR i IN 1..cardinality(levels) LOOP
		lower := CASE WHEN own AND levels[i] = level THEN own_lower ELSE value[array_position(sides, levels[i])] END;
		upper := CASE WHEN own AND levels[i] = level THEN own_upper ELSE value[array_position(sides, -levels[i])] END;
		least_lower := least(least_lower, lower);
		greatest_upper := greatest(greatest_upper, upper);
		bounds.lowers[i] := CASE WHEN lower IS NOT NULL THEN greatest(least_lower, floor) END;
		bounds.uppers[i] := CASE WHEN upper IS NOT NULL THEN greatest(greatest_upper, floor) END;
	END LOOP;
	lower := bounds.lowers[array_position(levels, level)];
	upper := bounds.uppers[array_position(levels, level)];
END
$$;
COMMENT ON FUNCTION creditspread_internal.quantile_intervals(double precision[], double precision, double precision, double precision[], double precision[], double precision, double precision) IS
	'the bounds of the intervals of a forecast, given its quantiles, whose sides are the levels of quantile_level, and its own interval, which stands at the level of the model where no two quantiles do; none below the floor';

CREATE FUNCTION creditspread_internal.judge_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
	levels double precision[] := creditspread_internal.interval_levels(m.options, m.level);
BEGIN
	IF creditspread_internal.is_combination(m) THEN
		PERFORM creditspread_internal.combine_errors(m, from_unit, to_unit);
		PERFORM creditspread_internal.put_together(m, from_unit, to_unit);
	END IF;
	UPDATE pg_temp.creditspread_block f SET measures = q.measures
	FROM (SELECT e.number, jsonb_build_object('n', count(*), 'mae', avg(abs(e.error)), 'rmse', sqrt(avg(creditspread_internal.square(e.error))),
			'random_walk_mae', avg(abs(e.walk_error)), 'random_walk_rmse', sqrt(avg(creditspread_internal.square(e.walk_error)))) AS measures
		FROM pg_temp.creditspread_errors e WHERE e.number BETWEEN from_unit AND to_unit AND e.method = m.method AND e.fold = 3 GROUP BY e.number) q
	WHERE f.number = q.number;
	UPDATE pg_temp.creditspread_block f SET widths = q.widths
	FROM (SELECT c.number, jsonb_object_agg(c.horizon, c.widths) AS widths
		FROM (SELECT b.number, b.horizon, jsonb_build_object('lower', max(b.lower) FILTER (WHERE b.level = m.level), 'upper', max(b.upper) FILTER (WHERE b.level = m.level))
				|| CASE WHEN levels IS NULL THEN '{}' ELSE jsonb_build_object('lowers', jsonb_agg(b.lower ORDER BY b.level), 'uppers', jsonb_agg(b.upper ORDER BY b.level)) END AS widths
			FROM (SELECT e.number, e.horizon, l.level, CASE WHEN c.lower IS NOT NULL THEN min(c.lower) OVER w END AS lower, CASE WHEN c.upper IS NOT NULL THEN max(c.upper) OVER w END AS upper
				FROM (SELECT e.number, e.horizon, array_agg(-e.error / e.scale ORDER BY -e.error / e.scale) AS errors FROM pg_temp.creditspread_errors e
					WHERE e.number BETWEEN from_unit AND to_unit AND e.method = m.method AND e.scale > 0 GROUP BY e.number, e.horizon) e,
					unnest(coalesce(levels, ARRAY[m.level])) AS l (level), creditspread_internal.conformal_bounds(e.errors, e.horizon, l.level) c
				WINDOW w AS (PARTITION BY e.number, e.horizon ORDER BY l.level)) b GROUP BY b.number, b.horizon) c GROUP BY c.number) q
	WHERE f.number = q.number;
END
$$;
COMMENT ON FUNCTION creditspread_internal.judge_block(creditspread_internal.run_state, integer, integer) IS
	'of the errors in validation: their means over the last 15 % of the steps, and for each horizon the quantiles in scales; a combination is put together by them';

-- A fit knows its columns by numbers: features[2], or y[3] where it takes y and the features together.
CREATE FUNCTION creditspread_internal.name_column(message text, features text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(replace(message, found.token, CASE found.place WHEN 0 THEN 'y' ELSE 'feature "' || features[found.place] || '"' END), message)
	FROM (SELECT t.token, substring(t.token FROM E'\\d+')::integer - CASE WHEN t.token LIKE 'y%' THEN 1 ELSE 0 END AS place
		FROM (SELECT substring(message FROM E'\\m(?:features|y)\\[[1-9]\\d{0,3}\\]')) AS t (token)) AS found
$$;
COMMENT ON FUNCTION creditspread_internal.name_column(text, text[]) IS 'a message of a fit, with the name of the column in the place of its number';

-- On an error the units are halved until the one that fails is alone, so that one subtransaction serves many.
CREATE FUNCTION creditspread_internal.try_units(work text, state creditspread_internal.run_state, from_unit integer, to_unit integer, must boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	half integer := (from_unit + to_unit) / 2;
	error_code text;
	error_message text;
	error_hint text;
BEGIN
	BEGIN
		EXECUTE format('SELECT creditspread_internal.%I($1, $2, $3)', work) USING state, from_unit, to_unit;
		RETURN;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS error_message = MESSAGE_TEXT, error_code = RETURNED_SQLSTATE, error_hint = PG_EXCEPTION_HINT;
		IF creditspread_internal.is_of_environment(error_code) OR NOT must AND error_code LIKE '42%' THEN
			RAISE;
		END IF;
	END;
	error_message := creditspread_internal.name_column(error_message, creditspread_internal.method_features(state.model));
	IF from_unit >= to_unit THEN
		UPDATE pg_temp.creditspread_units u SET code = error_code, message = error_message, hint = nullif(error_hint, '') WHERE u.number = from_unit AND must;
		IF work = 'fit_part' THEN
			INSERT INTO pg_temp.creditspread_parts (number, method, message) VALUES (from_unit, (state.model).method, error_message);
		END IF;
	ELSE
		PERFORM creditspread_internal.try_units(work, state, from_unit, half, must);
		PERFORM creditspread_internal.try_units(work, state, half + 1, to_unit, must);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.try_units(text, creditspread_internal.run_state, integer, integer, boolean) IS
	'does a piece of work for the units from one number to another; those that fail keep their error, if they must not; errors of the environment go on';
