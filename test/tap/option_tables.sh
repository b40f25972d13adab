#!/bin/bash
# Every table of options in a page is what the rows of src/postgres/options say, and every function of options has one.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
cd "$CREDITSPREAD_TOP" || exit 1

for page in $(grep -l '^<!-- options ' docs/*.md); do
	nothing "$page is as make pages writes it" "$(awk -f sql/options.awk -f docs/options.awk src/*/*/*.h \
		src/postgres/options/*.def "$page" 2>&1 | diff "$page" -)"
done
nothing 'every function of options has its table in a page' "$(comm -23 \
	<(sed -n 's/^--@ options [a-z_]* (\(.*\)) of .*/\1/p' sql/[0-9]*.sql | sort -u) \
	<(sed -n 's/^<!-- options \(.*\) -->$/\1/p' docs/*.md | sort -u))"
nothing 'every table of options has a function' "$(comm -23 \
	<(ls src/postgres/options | sed 's/\.def$//') \
	<(sed -n 's/^--@ options [a-z_]* (\([a-z_]*\).*/\1/p' sql/[0-9]*.sql | sort -u))"
echo "1..$number"
