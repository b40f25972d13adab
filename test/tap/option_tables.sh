#!/bin/bash
# Every table of options in a page is what the rows of src/postgres/options say, and every function of options has one.
set -u
cd "$CREDITSPREAD_TOP" || exit 1
number=0

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' $number "$1" "${3//$'\n'/$'\n#         '}" "${2//$'\n'/$'\n#         '}"
	fi
}

for page in $(grep -l '^<!-- options ' docs/*.md); do
	same "$page is as make pages writes it" '' "$(awk -f sql/options.awk -f docs/options.awk src/*/*/*.h \
		src/postgres/options/*.def "$page" 2>&1 | diff "$page" -)"
done
same 'every function of options has its table in a page' '' "$(comm -23 \
	<(sed -n 's/^--@ options [a-z_]* (\(.*\)) of .*/\1/p' sql/[0-9]*.sql | sort -u) \
	<(sed -n 's/^<!-- options \(.*\) -->$/\1/p' docs/*.md | sort -u))"
same 'every table of options has a function' '' "$(comm -23 \
	<(ls src/postgres/options | sed 's/\.def$//') \
	<(sed -n 's/^--@ options [a-z_]* (\([a-z_]*\).*/\1/p' sql/[0-9]*.sql | sort -u))"
echo "1..$number"
