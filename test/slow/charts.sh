#!/bin/bash
# The charts and the report as they are seen: drawn to pictures by librsvg and Chromium, light and dark, which must
# show something, in the colours of their scheme, and nothing beyond their edges.
set -u
export PGDATABASE=creditspread
number=0

# ok NAME: the status before it decides
ok()
{
	local status=$?

	number=$((number + 1))
	[ $status -eq 0 ] && echo "ok $number - $1" || echo "not ok $number - $1"
}

# pixels FILE.png: its width, height, the share of pixels unlike the first one, its brightness, and how many
# pixels of the outermost lines are unlike it
pixels()
{
	pngtopam "$1" | pnmtoplainpnm | awk '
		NR == 1 { next }
		function pixel()
		{
			sum = rgb[0] + rgb[1] + rgb[2]
			if (seen == 0)
				base = sum
			if (sum - base > 24 || base - sum > 24) {
				marked++
				x = seen % w; y = int(seen / w)
				edge += x == 0 || y == 0 || x == w - 1 || y == h - 1
			}
			seen++
		}
		{ for (i = 1; i <= NF; i++) if (head < 3) size[head++] = $i; else { w = size[0]; h = size[1]; rgb[n % 3] = $i; if (++n % 3 == 0) pixel() } }
		END { printf "%d %d %.4f %d %d\n", w, h, marked / (w * h), base / 3, edge }'
}

psql -X -q -v ON_ERROR_STOP=1 >"$TEST_TMP/setup" 2>&1 <<'END'
CREATE TABLE monthly (month date, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8, gs7 float8,
	gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8);
\copy monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)
CALL creditspread.train('spread', query => $$SELECT month AS "time", baa - gs10 AS y FROM monthly$$, method => 'ar', horizons => '{1,6,12}');
CALL creditspread.forecast('spread');
CALL creditspread.backtest('spread', origins => 60, refit_every => 30);
END
ok 'a model is trained'

document() { psql -X -q -At -c "SELECT $2" >"$TEST_TMP/$1"; }
document line.svg "line_chart(month, y, s, chart_options(title => 'Yields', y_label => 'percent')) FROM monthly, LATERAL (VALUES ('Aaa', aaa), ('Baa', baa)) AS v (s, y)"
document bar.svg "bar_chart('{a,b}', '{x,y}', '{{1,-2},{3,4}}')"
document emd.svg "emd_chart(emd(array_agg(baa ORDER BY month))) FROM monthly"
document curve.svg "curve_chart(nelson_siegel_curve(4, -2, 1, 0.7), '{1,5,10}', '{2.9,3.6,3.9}')"
document forecast.svg "creditspread.forecast_chart('spread', history => 100)"
document accuracy.svg "creditspread.accuracy_chart('spread')"
document report.html "creditspread.report('spread')"

for chart in line bar emd curve forecast accuracy; do
	rsvg-convert "$TEST_TMP/$chart.svg" -o "$TEST_TMP/$chart.png" && read -r width _ marked light edge < <(pixels "$TEST_TMP/$chart.png") &&
		[ "$width" -eq 720 ] && [ "$light" -eq 255 ] && [ "$edge" -eq 0 ] && awk -v m="$marked" 'BEGIN { exit !(m > 0.01 && m < 0.5) }'
	ok "$chart is drawn on white by librsvg"
done

# preferredColorScheme: 0 dark, 1 light
for page in forecast.svg report.html; do
	for scheme in 0 1; do
		timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=960,1200 --user-data-dir="$TEST_TMP/browser" \
			--blink-settings=preferredColorScheme=$scheme --screenshot="$TEST_TMP/shot.png" "file://$TEST_TMP/$page" >"$TEST_TMP/log" 2>&1 &&
			read -r width _ marked light _ < <(pixels "$TEST_TMP/shot.png") && [ "$width" -eq 960 ] &&
			if [ $scheme -eq 0 ]; then [ "$light" -lt 60 ]; else [ "$light" -eq 255 ]; fi &&
			awk -v m="$marked" 'BEGIN { exit !(m > 0.005 && m < 0.5) }'
		ok "$page is drawn by Chromium, $([ $scheme -eq 0 ] && echo dark || echo light)"
	done
done
xmllint --noout "$TEST_TMP/report.html" "$TEST_TMP"/*.svg
ok 'all are well formed'
echo "1..$number"
