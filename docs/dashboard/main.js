// The page: choices above, two charts and four tables below, all from the data that build.mjs put in.
import * as Plot from "@observablehq/plot";

const data = JSON.parse(document.getElementById("data").textContent);
for (const row of data.forecasts) row.target = new Date(row.target);

const form = document.getElementById("choice");
const name = (row) => `${row.owner}.${row.model}`;
const distinct = (rows, value) => [...new Set(rows.map(value))];
const figure = (value, digits = 3) => (value == null ? "" : value.toPrecision(digits));
const percent = (value) => (value == null ? "" : `${(100 * value).toFixed(1)} %`);
const time = (value) => (value == null ? "" : value.replace("T", " ").slice(0, 16));
const modelColor = "var(--model)", walkColor = "var(--walk)";

function element(tag, properties = {}, ...children) {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...children);
	return made;
}

function show(id, ...children) {
	document.getElementById(id).replaceChildren(...children);
}

// columns: [title, value of a row, whether a number, whether to warn]
function table(rows, columns) {
	if (rows.length === 0) return element("p", { className: "legend", textContent: "nothing yet" });
	const cell = (row) => ([, value, number, warn]) =>
		element("td", { className: `${number ? "number" : ""} ${warn?.(row) ? "bad" : ""}`, textContent: value(row) ?? "" });
	const head = columns.map(([title, , number]) => element("th", { className: number ? "number" : "", textContent: title }));
	return element("table", {}, element("thead", {}, element("tr", {}, ...head)),
		element("tbody", {}, ...rows.map((row) => element("tr", {}, ...columns.map(cell(row))))));
}

function legend(...entries) {
	const keys = entries.flatMap(([label, color]) => {
		const key = element("b");
		key.style.background = color;
		return [key, label];
	});
	return element("p", { className: "legend" }, ...keys);
}

// Offers the values and keeps what was chosen, if it is still there.
function offer(select, values, label = (value) => value) {
	const chosen = select.value;
	select.replaceChildren(...values.map((value) => element("option", { value, textContent: label(value) })));
	if (values.map(String).includes(chosen)) select.value = chosen;
}

function forecastChart(rows) {
	const known = rows.filter((row) => row.actual != null);
	const open = rows.filter((row) => row.actual == null);
	return Plot.plot({
		width: 1020, height: 360, marginLeft: 50, style: { background: "transparent", fontSize: "12px" },
		x: { type: "utc", label: null }, y: { grid: true, label: "y", nice: true, zero: false },
		marks: [
			Plot.areaY(known.filter((row) => row.lower != null), { x: "target", y1: "lower", y2: "upper", fill: modelColor, fillOpacity: 0.18 }),
			Plot.lineY(known, { x: "target", y: "actual", stroke: "currentColor", strokeWidth: 1.4 }),
			Plot.lineY(known, { x: "target", y: "forecast", stroke: modelColor, strokeWidth: 1.4 }),
			Plot.ruleX(open, { x: "target", y1: "lower", y2: "upper", stroke: modelColor, strokeOpacity: 0.5, strokeWidth: 3 }),
			Plot.dot(open, { x: "target", y: "forecast", fill: modelColor, r: 3 }),
			Plot.tip(rows, Plot.pointerX({ x: "target", y: "forecast", fill: "var(--card)",
				title: (row) => `${time(row.target.toISOString())}\nforecast ${figure(row.forecast, 5)}\n`
					+ `interval ${figure(row.lower, 5)} to ${figure(row.upper, 5)}\nactual ${figure(row.actual, 5) || "not known yet"}` })),
		],
	});
}

function accuracyChart(rows) {
	const bars = rows.flatMap((row) => [
		{ horizon: row.horizon, who: "model", mae: row.mae }, { horizon: row.horizon, who: "random walk", mae: row.random_walk_mae }]);
	return Plot.plot({
		width: 400, height: 260, marginLeft: 50, marginBottom: 40, style: { background: "transparent", fontSize: "12px" },
		x: { axis: null }, fx: { label: "rows ahead" }, y: { grid: true, label: "mean absolute error" },
		marks: [
			Plot.barY(bars, { fx: "horizon", x: "who", y: "mae", fill: (bar) => (bar.who === "model" ? modelColor : walkColor), tip: true }),
			Plot.ruleY([0]),
		],
	});
}

function draw() {
	const models = distinct(data.models, name);
	offer(form.model, models);
	const ofModel = (row) => name(row) === form.model.value;
	const forecasts = data.forecasts.filter(ofModel);
	offer(form.entity, distinct(forecasts, (row) => row.entity), (value) => value || "(single)");
	const ofSeries = forecasts.filter((row) => row.entity === form.entity.value);
	const count = (source) => ofSeries.filter((row) => row.source === source).length;
	offer(form.source, distinct(ofSeries, (row) => row.source).sort((a, b) => count(b) - count(a)));
	offer(form.horizon, distinct(ofSeries, (row) => row.horizon).sort((a, b) => a - b));
	// what is still open is shown beside a backtest, too
	const shown = ofSeries.filter((row) => String(row.horizon) === form.horizon.value
		&& (row.source === form.source.value || row.actual == null)).sort((a, b) => a.target - b.target);

	const versions = data.models.filter(ofModel);
	const active = versions.find((row) => row.active);
	const scores = data.accuracy.filter((row) => ofModel(row) && row.entity === form.entity.value && row.source === form.source.value);
	// of backtests the newest version's; live forecasts come over the life of the model
	const newest = scores.filter((row) => row.version == null || row.version === Math.max(...scores.map((score) => score.version)));
	const life = newest.reduce((most, row) => Math.max(most, row.versions ?? 0), 0);
	const fact = (label, value, bad) => element("div", { className: bad ? "bad" : "" }, element("span", { textContent: label }), value);
	const fresh = data.freshness.find(ofModel);
	show("facts", fact("active version", active ? `${active.version} (${active.method})` : "none", !active),
		fact("trained", time(active?.trained_at)), fact("last origin", time(fresh?.last_origin)),
		fact("state", fresh?.stale ? `${fresh.stale} of ${fresh.series} series stale` : "fresh", fresh?.stale > 0),
		fact("validation error", figure(active?.mae)), fact("random walk's", figure(active?.random_walk_mae)));

	show("forecast", forecastChart(shown),
		legend(["forecast", modelColor], ["actual", "var(--text)"]));
	show("accuracy", accuracyChart(newest), legend([life > 0 ? `model, ${life} versions` : "model", modelColor], ["random walk", walkColor]));
	show("tests", table(newest, [["rows ahead", (row) => row.horizon, true], ["n", (row) => row.n, true],
		["gain", (row) => percent(1 - row.mae / row.random_walk_mae), true, (row) => row.mae > row.random_walk_mae],
		["inside interval", (row) => percent(row.coverage), true], ["aim", (row) => percent(row.level), true],
		["p, absolute errors", (row) => figure(row.dm_absolute_p_value), true], ["better", (row) => row.better_by_absolutes?.replace("_", " ")],
		["p, squared errors", (row) => figure(row.dm_squared_p_value), true], ["better", (row) => row.better_by_squares?.replace("_", " ")]]));
	show("versions", table(versions, [["version", (row) => row.version, true], ["method", (row) => row.method],
		["active", (row) => (row.active ? "yes" : "")], ["status", (row) => row.status, false, (row) => row.status === "failed"],
		["trained", (row) => time(row.trained_at)], ["rows", (row) => row.rows, true], ["series", (row) => row.entities, true],
		["failed", (row) => row.failed, true, (row) => row.failed > 0], ["validation error", (row) => figure(row.mae), true],
		["random walk's", (row) => figure(row.random_walk_mae), true], ["gain", (row) => percent(row.gain), true]]));
}

show("made", `from the catalog's views on ${time(data.made)} UTC`);
show("freshness", table(data.freshness, [["model", name], ["version", (row) => row.version, true], ["trained", (row) => time(row.trained_at)],
	["last forecast", (row) => time(row.forecast_at)], ["last origin", (row) => time(row.last_origin)],
	["last known actual", (row) => time(row.last_actual)], ["series", (row) => row.series, true], ["ended", (row) => row.ended, true],
	["stale", (row) => row.stale, true, (row) => row.stale > 0]]));
show("runs", table(data.runs, [["model", name], ["run", (row) => row.kind], ["version", (row) => row.version, true],
	["started", (row) => time(row.started)], ["seconds", (row) => row.seconds?.toFixed(1), true],
	["series", (row) => row.series_done, true], ["failed", (row) => row.series_failed, true, (row) => row.series_failed > 0],
	["status", (row) => row.status, false, (row) => row.status === "failed" || row.status === "died"], ["", (row) => row.message]]));
form.addEventListener("change", draw);
draw();
