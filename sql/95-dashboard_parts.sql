-- The pieces of the dashboard: its style and script, which hold no data, and numbers, names and marks as it shows them.
--
-- Style and script are named by their hashes in the Content-Security-Policy of the document, so nothing else that came into it by a
-- name would be obeyed.  Neither has a "less than" or an "and" sign, so that the document is XML, too; no tag has a style of its own.

CREATE FUNCTION creditspread_internal.dashboard_style() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $style$
:root{color-scheme:light dark;--page:#f7f8fa;--card:#fff;--text:#1b2430;--faint:#566171;--line:#dce1e8;--grid:#e9edf2;--model:#005f9e;--band:#005f9e24;--walk:#8a939f;--bad:#a63c00;--mark:#d55e00}
@media (prefers-color-scheme:dark){:root{--page:#11151a;--card:#191e25;--text:#e5e9ee;--faint:#a2adba;--line:#333c47;--grid:#262d36;--model:#6bb9ee;--band:#6bb9ee2e;--walk:#8d97a4;--bad:#ffab7a;--mark:#f08a4b}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0 auto;padding:20px 24px 40px;max-width:1400px;background:var(--page);color:var(--text);font:14px/1.45 system-ui,"Segoe UI","Helvetica Neue","DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1{margin:0;font-size:24px;font-weight:650;letter-spacing:-.01em}h2{margin:0 0 2px;font-size:16px;font-weight:650}
p{margin:0}header p,.say,small{color:var(--faint)}.say{margin:0 0 8px;font-size:13px;max-width:90ch}small{display:block;font-size:12px}
a{color:inherit}:focus-visible{outline:2px solid var(--model);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:16px 0;padding:0;list-style:none}
.tiles a{display:block;height:100%;padding:12px 14px;border:1px solid var(--line);border-radius:6px;background:var(--card);text-decoration:none}.tiles a:hover{border-color:var(--model)}
.tiles b{display:block;font-size:24px;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums}.tiles .bad b{color:var(--bad)}
form{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;margin:0 -24px 16px;padding:8px 24px;background:var(--page);border-bottom:1px solid var(--line)}
label{color:var(--faint);font-size:13px}select,input{margin-left:4px;padding:3px 6px;max-width:240px;border:1px solid var(--walk);border-radius:4px;background:var(--card);color:var(--text);font:inherit}
.two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));column-gap:16px;align-items:start}
section{margin:0 0 16px;padding:14px 16px;border:1px solid var(--line);border-radius:6px;background:var(--card);scroll-margin-top:56px;min-width:0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 8px;border-bottom:1px solid var(--grid);text-align:left;vertical-align:top}th{padding-top:2px;border-color:var(--line);color:var(--faint);font-size:12px;font-weight:500;vertical-align:bottom}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}tbody tr:last-child td{border-bottom:0}
.number{text-align:right;white-space:nowrap}.day{white-space:nowrap}.s{font-weight:550}td:first-child{min-width:7.5em}.card td:first-child{min-width:0}.bad{color:var(--bad)}td.bad{font-weight:550;white-space:nowrap}
html:not(.js) tbody.top tr:nth-child(n+13),html:not(.js) .also{display:none}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:12px}
.card{display:flex;flex-direction:column;margin:0;padding:10px 12px;border:1px solid var(--line);border-radius:6px;min-width:0}.card figcaption{flex:1}
.card table{font-size:11.5px}.card th{font-size:11px}.card th,.card td{padding:1px 4px}.card table .on td{font-weight:600}
svg{display:block;overflow:visible}.card svg{width:100%;height:auto;margin:6px 0 4px}.mark{width:132px;height:16px}
text{fill:var(--faint);font-size:96px}text.f{fill:var(--model);font-weight:600}
.grid{stroke:var(--grid);stroke-width:10}.now{stroke:var(--walk);stroke-width:8;stroke-dasharray:20 30}.band{fill:var(--band)}
polyline{fill:none;stroke-linejoin:round;stroke-linecap:round}.seen{stroke:var(--text);stroke-width:13}.said{stroke:var(--model);stroke-width:20}.walk{stroke:var(--walk);stroke-width:13;stroke-dasharray:40 30}
.dot{fill:var(--mark);stroke:var(--card);stroke-width:8}.point{fill:var(--model)}
.mark .rail{stroke:var(--line);stroke-width:1}.mark .range{fill:var(--band)}.mark .middle{stroke:var(--model);stroke-width:2}.mark .dot{stroke-width:1}.mark .last{fill:var(--card);stroke:var(--text);stroke-width:1.5}.mark .gain{fill:var(--model)}.mark .loss{fill:var(--mark)}
.key{display:flex;flex-wrap:wrap;gap:2px 16px;margin:0 0 10px;padding:0;list-style:none;color:var(--faint);font-size:12px}.key li{display:flex;align-items:center;gap:6px}.key svg{width:26px;height:12px;flex:none}
footer{color:var(--faint);font-size:12px;max-width:110ch}footer p{margin:0 0 6px}
@media (max-width:1100px){.two{grid-template-columns:minmax(0,1fr)}}
@media (max-width:640px){body{padding:14px 12px 32px}form{position:static;margin:0 0 14px;padding:8px 0}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.tiles b{font-size:20px}section{padding:12px}th,td{padding:5px 4px}table{font-size:13px}td small{font-size:11.5px}.extra{display:none}}
@media print{:root{--page:#fff;--card:#fff;--text:#000;--faint:#444;--line:#bbb;--grid:#ddd;--model:#005f9e;--band:#005f9e24;--walk:#777;--bad:#a63c00;--mark:#d55e00}
body{padding:0;max-width:none;font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}form{display:none}.cards{grid-template-columns:repeat(3,minmax(0,1fr))}.two{display:block}section{border:0;padding:0 0 12px}.card,tr,.tiles{break-inside:avoid}h2,.say{break-after:avoid}.wide{overflow:visible}}
$style$::text;
COMMENT ON FUNCTION creditspread_internal.dashboard_style() IS 'style of creditspread.dashboard';

CREATE FUNCTION creditspread_internal.dashboard_script() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $script$
"use strict";
(function () {
	var form = document.getElementById("choice");
	var lists = Array.from(document.querySelectorAll("[data-list]"));
	var cards = document.getElementById("cards");

	function holds(item, model, ahead, words) {
		var name = item.querySelector(".s");
		return [
			model === "" || item.dataset.m === model,
			ahead === "" ? item.dataset.also === undefined : item.dataset.h === undefined || item.dataset.h === ahead,
			words === "" || name === null || name.textContent.toLowerCase().includes(words)
		].every(Boolean);
	}

	function show() {
		var model = form.elements.model.value, ahead = form.elements.ahead.value;
		var words = form.elements.series.value.trim().toLowerCase();
		lists.forEach(function (list) {
			var most = Number(list.dataset.list), fitting = 0;
			Array.from(list.children).forEach(function (item) {
				var fits = holds(item, model, ahead, words);
				fitting += fits ? 1 : 0;
				item.hidden = fits ? fitting > most : true;
			});
			var none = document.getElementById(list.id + "-none");
			if (none) none.hidden = fitting > 0;
		});
		if (cards) Array.from(cards.querySelectorAll("[data-h]")).forEach(function (part) {
			part.hidden = ahead === "" ? false : part.dataset.h !== ahead;
		});
	}

	function sort() {
		var key = form.elements.order.value;
		if (cards) Array.from(cards.children).sort(function (a, b) {
			return Number(a.dataset[key]) - Number(b.dataset[key]) || Number(a.dataset.o) - Number(b.dataset.o);
		}).forEach(function (card) { cards.append(card); });
	}

	document.documentElement.classList.add("js");
	form.hidden = false;
	form.addEventListener("submit", function (event) { event.preventDefault(); });
	form.addEventListener("input", function (event) {
		if (event.target.name === "order") sort();
		show();
	});
	form.addEventListener("reset", function () { setTimeout(function () { sort(); show(); }); });
	sort();
	show();
})();
$script$::text;
COMMENT ON FUNCTION creditspread_internal.dashboard_script() IS 'script of creditspread.dashboard: it hides and orders what the document shows without it';

CREATE FUNCTION creditspread_internal.dashboard_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.xml_escape(CASE WHEN length(name) > 60 THEN left(name, 40) || ' ... ' || right(name, 15) ELSE name END)
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_name(text) IS 'a name of any length as text of HTML or of an attribute, at most 60 characters of it';

CREATE FUNCTION creditspread_internal.dashboard_number(value double precision, resolution double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN greatest(abs(value), resolution) < 1e-5 AND value <> 0 THEN replace(btrim(to_char(value, '9.99EEEE')), '-', '&#8722;')
		ELSE creditspread_internal.number_text(value, CASE WHEN resolution BETWEEN 1e-7 AND 1e9 THEN greatest(0, 1 - floor(log(resolution))::integer)
			WHEN abs(value) BETWEEN 1e-5 AND 1e9 THEN greatest(0, 3 - floor(log(abs(value)))::integer) ELSE 0 END) END
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_number(double precision, double precision) IS
	'a number with as many decimals as a difference of the size of resolution needs; by its own size without one';

CREATE FUNCTION creditspread_internal.dashboard_signed(value double precision, resolution double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN value > 0 THEN '+' ELSE '' END || creditspread_internal.dashboard_number(value, resolution) $$;
COMMENT ON FUNCTION creditspread_internal.dashboard_signed(double precision, double precision) IS 'a change with its sign';

CREATE FUNCTION creditspread_internal.dashboard_count(n bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT btrim(to_char(coalesce(n, 0), '999,999,999,999,990')) $$;
COMMENT ON FUNCTION creditspread_internal.dashboard_count(bigint) IS 'a number of things';

CREATE FUNCTION creditspread_internal.dashboard_counted(n bigint, noun text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT creditspread_internal.dashboard_count(n) || ' ' || noun || CASE WHEN coalesce(n, 0) <> 1 AND noun <> 'series' THEN 's' ELSE '' END $$;
COMMENT ON FUNCTION creditspread_internal.dashboard_counted(bigint, text) IS 'a number of things with their name';

CREATE FUNCTION creditspread_internal.dashboard_p(p double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN p IS NULL THEN '&#8211;' WHEN p < 0.0001 THEN '&lt;&#160;0.0001' ELSE round(p::numeric, 4)::text END $$;
COMMENT ON FUNCTION creditspread_internal.dashboard_p(double precision) IS 'a p-value';

CREATE FUNCTION creditspread_internal.dashboard_percent(share double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN share IS NULL THEN '&#8211;' WHEN abs(share) > 1e7 THEN CASE WHEN share > 0 THEN '&gt; ' ELSE '&lt; &#8722;' END || '1000000000&#160;%'
		ELSE CASE WHEN round((100 * share)::numeric, 1) > 0 THEN '+' ELSE '' END || replace(round((100 * share)::numeric, 1)::text, '-', '&#8722;') || '&#160;%' END
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_percent(double precision) IS 'a relative change in percent, with its sign';

-- Half widths from the forecast, on one scale in all rows of a table; a value beyond it stands at the end, as an arrow.
CREATE FUNCTION creditspread_internal.dashboard_mark(dot double precision, kind text, half_width double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN dot IS NULL THEN '' ELSE format('<svg class="mark" viewBox="0 0 132 16" aria-hidden="true"><path class="rail" d="M2 8H130"/><rect class="range" x="%s" y="2" width="%s" height="12"/>'
			'<path class="middle" d="M66 2V14"/>', 66 - half_width, 2 * half_width)
		|| CASE WHEN abs(dot) * half_width > 60 THEN format('<path class="%s" d="M%s 3L%s 8L%s 13Z"/>', kind, 66 + sign(dot) * 54, 66 + sign(dot) * 64, 66 + sign(dot) * 54)
			ELSE format('<circle class="%s" cx="%s" cy="8" r="4"/>', kind, round((66 + half_width * dot)::numeric, 1)) END || '</svg>' END
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_mark(double precision, text, double precision) IS
	'a value beside its interval as a small picture: so many half widths of the interval from the forecast; kind of the dot: dot, last; half_width, of the interval in the picture';

CREATE FUNCTION creditspread_internal.dashboard_bar(relative double precision, most double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN relative IS NULL THEN '' ELSE format('<svg class="mark" viewBox="0 0 132 16" aria-hidden="true"><path class="rail" d="M2 8H130"/><path class="rail" d="M66 0V16"/><rect class="%s" x="%s" y="3" width="%s" height="10"/></svg>',
		CASE WHEN relative < 1 THEN 'gain' ELSE 'loss' END, round((66 + least(0, w))::numeric, 1), round(abs(w)::numeric, 1)) END
	FROM (SELECT 64 * greatest(-1, least(1, (relative - 1) / coalesce(most, 1))) AS w) q
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_bar(double precision, double precision) IS
	'an error over that of the random walk as a bar from 1, to the left when it is smaller; most is the difference that fills the picture';
