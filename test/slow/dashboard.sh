#!/bin/bash
# The dashboard: built as its README says and opened in headless Chromium, on a light and on a dark screen.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
cd "$CREDITSPREAD_TOP" || exit 1
export PGDATABASE=dashboard
number=0

# ok NAME COMMAND...
ok()
{
	local name=$1 output
	shift

	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		printf 'not ok %d - %s\n#   %s\n' $number "$name" "${output//$'\n'/$'\n#   '}"
	fi
}

# same NAME EXPECTED ACTUAL
same() { ok "$1" bash -c "[ '$3' = '$2' ] || { echo 'have $3, want $2'; exit 1; }"; }

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# browse ARGUMENT...: Chromium keeps to this page and this machine
browse()
{
	HOME=$TEST_TMP timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$TEST_TMP/chromium" --enable-logging=stderr \
		"$@" "file://$page" 2>"$TEST_TMP/browser.log"
	grep CONSOLE "$TEST_TMP/browser.log" >>"$TEST_TMP/console.log"
}

psql -X -q -d postgres -c 'CREATE DATABASE dashboard'
query -c 'CREATE EXTENSION creditspread' && query -f test/slow/sample.sql 2>/dev/null

cp -r docs/dashboard "$TEST_TMP/source" && cd "$TEST_TMP/source" && rm -rf node_modules dist || exit 1
ok 'the lock file names no registry' bash -c '! grep -nE "resolved|https?:" package-lock.json'
ok 'npm ci' npm ci
export PGUSER=bi_reader
ok 'npm run build, as a role that may only read' npm run build
page=$TEST_TMP/source/dist/index.html
ok 'the page loads nothing' bash -c "! grep -nE '(src|href)=\"' '$page'"

touch "$TEST_TMP/console.log"
browse --dump-dom | sed '/application\/json/,$d' >"$TEST_TMP/dom"
# marks LABEL TAG: how many shapes a mark of Observable Plot has drawn
marks() { tr -d '\n' <"$TEST_TMP/dom" | grep -oP "<g aria-label=\"$1\".*?</g>" | grep -o "<$2 " | wc -l; }
same 'one interval' 1 "$(marks area path)"
same 'two lines, forecast and actual' 2 "$(marks line path)"
same 'the forecasts that are open' "$(query -c "SELECT count(*) FROM creditspread.forecast_latest WHERE model = 'baa' AND horizon = 1 AND actual IS NULL")" \
	"$(marks dot circle)"
same 'a bar for the model and one for the random walk at each horizon' 6 \
	"$(grep -o '<rect [^>]*fill="var(--\(model\|walk\))"' "$TEST_TMP/dom" | wc -l)"
same 'a row for each version' "$(query -c "SELECT count(*) FROM creditspread.model_overview WHERE model = 'baa'")" \
	"$(sed -n '/id="versions"/,$p' "$TEST_TMP/dom" | sed 's/id="runs".*//' | grep -o '<tr>' | sed 1d | wc -l)"
ok 'no word of the console' bash -c "! grep . '$TEST_TMP/console.log'"

# picture NAME SCHEME (1 light, 0 dark): many colours, and none that covers nearly all
for scheme in 1 0; do
	browse --blink-settings=preferredColorScheme=$scheme --window-size=1100,1650 --screenshot="$TEST_TMP/screen_$scheme.png" >/dev/null
done
ok 'the pictures are light and dark, and not blank' /usr/bin/python3 - "$TEST_TMP" <<'END'
import sys
from PIL import Image

for scheme, light in ("1", True), ("0", False):
    picture = Image.open(f"{sys.argv[1]}/screen_{scheme}.png").convert("RGB")
    colors = sorted(picture.getcolors(1 << 24), reverse=True)
    assert picture.size == (1100, 1650), picture.size
    assert len(colors) > 200 and colors[0][0] < 0.9 * 1100 * 1650, colors[:3]
    assert (sum(colors[0][1]) > 3 * 128) == light, colors[0]
END
ok 'no word of the console' bash -c "! grep . '$TEST_TMP/console.log'"

psql -X -q -U postgres -d postgres -c 'DROP DATABASE dashboard'
echo "1..$number"
