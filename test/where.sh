#!/bin/bash
# Says where an SQL function, aggregate, procedure, view or type is written: its part of the script, the C files with the
# symbols that it calls, the mathematics that they include, its page. `make` has built the extension before.
#
#	test/where.sh NAME...		for instance: test/where.sh rnn_fit emd
#
# The symbols are looked up in the object files, since macros make many of them.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
script=build/creditspread--$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" creditspread.control).sql

# "part NAME" for each part that creates it, "symbol NAME" for each C function that it is made of
declarations()
{
	awk -v wanted="$1" '
		function is_wanted(name) { return name == wanted || name == "creditspread." wanted || name == "creditspread_internal." wanted }
		/^-- Part / { part = $3 }
		/^CREATE [A-Z]+ [a-z_."]+/ {
			name = $3; sub(/\(.*/, "", name); sub(/;$/, "", name)
			if (is_wanted(name) && !((part, name) in seen)) { seen[part, name]; print "part", part }
		}
		/^AS .MODULE_PATHNAME/ { split($0, quoted, "\047"); symbols[name] = symbols[name] " " quoted[4] }
		/FUNC = / && is_wanted(name) { gsub(/[,=]/, " "); for (i = 1; i <= NF; i++) if ($i ~ /^(S|FINAL)FUNC$/) called[$(i + 1)] }
		END {
			for (name in symbols) if (is_wanted(name) || name in called) {
				count = split(symbols[name], each, " ")
				for (i = 1; i <= count; i++) print "symbol", each[i]
			}
		}' "$script" | sort -u
}

where()
{
	local found symbols files

	found=$(declarations "$1")
	[ -n "$found" ] || { echo "$1: no such function, aggregate, procedure, view or type" >&2; return 1; }
	echo "$1"
	sed -n 's/^part \(.*\)/  sql\/\1.sql/p' <<<"$found"
	sed -n "s/^--@ options $1 (\([a-z_]*\).*/  src\/postgres\/options\/\1.def/p" sql/[0-9]*.sql
	symbols=$(sed -n 's/^symbol //p' <<<"$found")
	files=$(nm -A --defined-only build/module/postgres/*/*.o |
		awk -v symbols="$symbols" 'BEGIN { count = split(symbols, each, "\n"); for (i = 1; i <= count; i++) is[each[i]] }
			$NF in is { sub(/\.o:.*/, ".c", $1); sub(/^build\/module/, "src", $1); print $1 ": " $NF }' |
		while read -r file symbol; do [ ! -e "${file%:}" ] || echo "$file $symbol"; done) # not what has moved since
	[ -z "$symbols" ] || awk -F ': ' '{ of[$1] = of[$1] (of[$1] ? ", " : "") $2 } END { for (file in of) print "  " file ": " of[file] }' <<<"$files" | sort
	[ -z "$symbols" ] || sed 's/: .*//; s/^src/build\/module/; s/c$/d/' <<<"$files" | sort -u | xargs cat |
		grep -o 'src/numeric/[a-z_]*/[a-z_]*\.h' | grep -v numeric/base/ | sort -u | sed 's/^/  /'
	# the link around the name, in the tables of README.md
	awk -v name="$1" '/^\|/ {
			while (match($0, /\]\(docs\/[a-z_]+\.md\)/)) {
				if (substr($0, 1, RSTART) ~ "`" name "[`(]") print "  " substr($0, RSTART + 2, RLENGTH - 3)
				$0 = substr($0, RSTART + RLENGTH)
			}
		}' README.md | sort -u
}

status=0
[ $# -gt 0 ] || { echo "usage: test/where.sh NAME..." >&2; exit 2; }
for name in "$@"; do
	where "$name" || status=1
done
exit $status
