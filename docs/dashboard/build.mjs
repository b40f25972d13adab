// Reads the views of schema creditspread through psql (PGHOST, PGDATABASE and the like say where) and
// writes dist/index.html, one page with its data, script and style in it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// A timestamp of the catalog has no time zone: it is shown as it is, which JavaScript calls UTC.
const queries = {
	models: `SELECT owner, model, version, method, active, status, trained_at, data_to, rows, entities, failed, mae,
			random_walk_mae, gain FROM creditspread.model_overview ORDER BY owner, model, version DESC`,
	freshness: `SELECT owner, model, version, trained_at, max(forecast_at) AS forecast_at, max(last_origin) AS last_origin, max(last_actual) AS last_actual,
			count(*) AS series, count(*) FILTER (WHERE ended) AS ended, count(*) FILTER (WHERE stale) AS stale
		FROM creditspread.freshness GROUP BY owner, model, version, trained_at ORDER BY owner, model`,
	// versions: over the life of the model, all together
	accuracy: `SELECT owner, model, version, NULL::integer AS versions, source, entity, horizon, n, mae, random_walk_mae, coverage, level,
			dm_absolute_p_value, better_by_absolutes, dm_squared_p_value, better_by_squares FROM creditspread.accuracy WHERE source = 'backtest'
		UNION ALL SELECT owner, model, NULL, versions, source, entity, horizon, n, mae, random_walk_mae, coverage, level,
			dm_absolute_p_value, better_by_absolutes, dm_squared_p_value, better_by_squares FROM creditspread.accuracy_overall
		ORDER BY owner, model, version, source, entity, horizon`,
	// the last 500 targets of each series: what was said first from each origin, and of backtests the newest version's
	forecasts: `SELECT owner, model, version, source, entity, horizon, replace(target_time::text, ' ', 'T') || 'Z' AS target,
			forecast, lower, upper, random_walk, actual
		FROM (SELECT *, row_number() OVER (PARTITION BY owner, model, source, entity, horizon ORDER BY target_time DESC) AS place
			FROM (SELECT DISTINCT ON (owner, model, source, entity, horizon, origin) *
				FROM creditspread.forecast_vs_actual WHERE revision = 0
				ORDER BY owner, model, source, entity, horizon, origin, CASE source WHEN 'forecast' THEN made_at END, version DESC) AS said) AS numbered
		WHERE place <= 500 ORDER BY owner, model, source, entity, horizon, target_time`,
	runs: `SELECT owner, model, version, kind, started, status, message, seconds, series_done, series_failed
		FROM creditspread.run_log ORDER BY run_id DESC LIMIT 12`,
};

function rows(query) {
	const options = ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", "SET TimeZone = 'UTC'"];
	const text = execFileSync("psql", [...options, "-c", `SELECT coalesce(json_agg(q), '[]') FROM (${query}) AS q`],
		{ encoding: "utf8", maxBuffer: 1 << 30 });
	return JSON.parse(text);
}

const data = { made: new Date().toISOString() };
for (const [name, query] of Object.entries(queries)) data[name] = rows(query);

const script = buildSync({ entryPoints: [here("main.js")], bundle: true, minify: true, write: false, format: "iife" });
const parts = {
	style: readFileSync(here("style.css"), "utf8"),
	data: JSON.stringify(data).replaceAll("<", "\\u003c"),
	script: script.outputFiles[0].text.replaceAll("</script", "<\\/script"),
};
const page = readFileSync(here("index.html"), "utf8").replace(/<!-- (style|data|script) -->/g, (_, part) => parts[part]);
mkdirSync(here("dist"), { recursive: true });
writeFileSync(here("dist/index.html"), page);
console.log(`dist/index.html: ${data.forecasts.length} forecasts of ${data.freshness.length} models`);
