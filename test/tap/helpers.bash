# shellcheck shell=bash
# What the shell tests share; read with . "$CREDITSPREAD_TOP/test/tap/helpers.bash".  At the end: echo "1..$number"
number=0

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@" 2>&1; }

# result STATUS NAME [HAVE [WANT]]: a line of TAP, with what there is when the status is not 0
result()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
		return
	fi
	echo "not ok $number - $2"
	[ $# -lt 3 ] || printf '#   have: %s\n' "${3//$'\n'/$'\n#         '}"
	[ $# -lt 4 ] || printf '#   want: %s\n' "${4//$'\n'/$'\n#         '}"
}

# same NAME EXPECTED ACTUAL: two texts, of which none is empty
same()
{
	local status=1

	[ "$2" != "$3" ] || [ -z "$2" ] || status=0
	result $status "$1" "$3" "$2"
}

# nothing NAME ACTUAL: there is nothing to say
nothing()
{
	local status=1

	[ -n "$2" ] || status=0
	result $status "$1" "$2"
}

# like NAME PATTERN TEXT: the text has a line like the pattern; with ! before the pattern, has none
like()
{
	local want=0 pattern=$2 status

	[ "${pattern:0:1}" != '!' ] || want=1 pattern=${pattern:1}
	grep -qE -- "$pattern" <<<"$3"
	status=$?
	result $((status != want)) "$1" "$3" "$2"
}
