# The tables of options, src/postgres/options/NAME.def, as SQL functions with named arguments, as their comments and as
# tables of pages.  Read before the files of another script that uses them:
#
#	awk -f sql/options.awk -f sql/expand.awk src/*/*/*.h src/postgres/options/*.def sql/10-series.sql ...
#
# What a row says is written in src/postgres/options.h; the headers give the constants that bounds name.

FILENAME ~ /\.h$/ {
	if ($1 == "#define" && $3 ~ /^[0-9]/)
		constant[$2] = $3
	next
}

FILENAME ~ /\.def$/ {
	if (/^OPTION\(/ || row != "")
		row = row $0
	if (row != "" && closing(row, 7) == length(row)) {
		take_row(file_name(FILENAME), row)
		row = ""
	}
	next
}

function fail_option(message)
{
	printf "%s:%d: %s\n", FILENAME, FNR, message >"/dev/stderr"
	exit 1
}

function file_name(path)
{
	sub(/^.*\//, "", path)
	sub(/\.def$/, "", path)
	return path
}

# The place of the parenthesis that closes the one at `at`, 0 = not closed; what stands in quotes does not count.
function closing(s, at,    depth, quoted, c)
{
	for (; at <= length(s); at++) {
		c = substr(s, at, 1)
		if (c == "\"")
			quoted = !quoted
		else if (!quoted && c == "(")
			depth++
		else if (!quoted && c == ")" && --depth == 0)
			return at
	}
	return 0
}

# Splits at the commas outside quotes and parentheses.
function split_arguments(s, list,    at, depth, quoted, c, count, start)
{
	start = 1
	for (at = 1; at <= length(s) + 1; at++) {
		c = substr(s, at, 1)
		if (c == "\"")
			quoted = !quoted
		else if (!quoted && (c == "(" || c == ")"))
			depth += c == "(" ? 1 : -1
		else if (at > length(s) || (c == "," && !quoted && !depth)) {
			list[++count] = substr(s, start, at - start)
			gsub(/^[ \t]+|[ \t]+$/, "", list[count])
			start = at + 1
		}
	}
	return count
}

function unquoted(s)
{
	if (s !~ /^"[^"]*"$/)
		fail_option("not a text: " s)
	return substr(s, 2, length(s) - 2)
}

function take_row(table, s,    part, n, at, end, of)
{
	if (split_arguments(substr(s, 8, length(s) - 8), part) != 4)
		fail_option("OPTION has four arguments: " s)
	n = ++options
	option_table[n] = table
	option_name[n] = part[1]
	sub(/^.*\./, "", option_name[n])
	option_kind[n] = part[2]
	sub(/\(.*/, "", option_kind[n])
	option_bounds[n] = option_kind[n] == part[2] ? "" : substr(part[2], length(option_kind[n]) + 2, length(part[2]) - length(option_kind[n]) - 2)
	option_help[n] = unquoted(part[4])
	if (part[3] ~ /^"/) {
		option_default[n, ++option_families[n]] = unquoted(part[3])
		option_family[n, 1] = "every"
		return
	}
	for (s = part[3]; s != ""; s = substr(s, end + 1)) {
		sub(/^[ \t]+/, "", s)
		if (s !~ /^OF\(/ || !(end = closing(s, 3)) || split_arguments(substr(s, 4, end - 4), of) != 2)
			fail_option("neither \"a default\" nor OF(family, \"a default\"): " s)
		option_default[n, ++option_families[n]] = unquoted(of[2])
		option_family[n, option_families[n]] = of[1]
	}
}

# The default of option n in a family ("" = any), or nothing when it is not one of that family.  A family such as
# graph_rank_recurrent belongs to graph_rank.
function default_in(n, family,    i)
{
	for (i = 1; i <= option_families[n]; i++)
		if (family == "" || option_family[n, i] == "every" || index(option_family[n, i] "_", family "_") == 1)
			return option_default[n, i]
	return ""
}

# The numbers of a family's options into list; returns how many there are.
function options_of(table, family, list,    n, count, named)
{
	split("", named)
	for (n = 1; n <= options; n++) {
		if (option_table[n] != table || default_in(n, family) == "")
			continue
		if (option_name[n] in named)
			fail_option(table ": " option_name[n] " stands twice" sentence(" in ", family))
		named[option_name[n]] = list[++count] = n
	}
	return count
}

function sql_type(n, family)
{
	if (option_kind[n] == "MODEL")
		return family "_model"
	if (!(option_kind[n] in type_of_kind))
		fail_option("no such kind: " option_kind[n])
	return type_of_kind[option_kind[n]]
}

BEGIN {
	type_of_kind["INT"] = "integer"
	type_of_kind["SEED"] = "bigint"
	type_of_kind["DOUBLE"] = type_of_kind["OPTIONAL"] = "double precision"
	type_of_kind["CHOICE"] = type_of_kind["PRESET"] = type_of_kind["TEXT"] = "text"
	type_of_kind["INT_ARRAY"] = type_of_kind["INT_LIST"] = "integer[]"
	type_of_kind["DOUBLE_LIST"] = "double precision[]"
	type_of_kind["TEXT_LIST"] = "text[]"
	type_of_kind["BOOL"] = type_of_kind["FLAG"] = "boolean"
}

function number(s,    less)
{
	if (match(s, / - [0-9]+$/)) {
		less = substr(s, RSTART + 3)
		return number(substr(s, 1, RSTART - 1)) - less
	}
	if (s ~ /^-?[0-9]/)
		return s
	if (!(s in constant))
		fail_option("no #define of a number in a header: " s)
	return constant[s]
}

# The values that option n may have, choices between `quote`; nothing where the type says it all.
function values_of_option(n, quote,    part, count, i, list)
{
	count = split_arguments(option_bounds[n], part)
	if (option_kind[n] ~ /^(CHOICE|PRESET)$/) {
		for (i = 1; i <= count; i++)
			list = list (i == 1 ? "" : i == count ? " or " : ", ") (quote == "" ? "" : "`" quote) unquoted(part[i]) (quote == "" ? "" : quote "`")
		return list
	}
	if (option_kind[n] == "SEED")
		return "0 to 2^53 - 1"
	if (option_kind[n] == "TEXT_LIST")
		return "up to " number(part[1])
	if (option_kind[n] ~ /^(INT_ARRAY|(INT|DOUBLE)_LIST)$/)
		return (option_kind[n] == "INT_ARRAY" ? "1 to " : "up to ") number(part[3]) " of " number(part[1]) " to " number(part[2])
	return count > 1 ? number(part[1]) " to " number(part[2]) : ""
}

# ---- SQL --------------------------------------------------------------------------------------------------------

# The statements that make and comment the function `name` of the options of `users`.
function options_statements(name, table, family, users,    list, count, i, n, s, types, pairs, line, last_break, model, about)
{
	count = options_of(table, family, list)
	if (!count)
		return ""
	s = "CREATE FUNCTION " name "(\n"
	for (i = 1; i <= count; i++) {
		n = list[i]
		s = s "\t" option_name[n] " " sql_type(n, family) " DEFAULT NULL" (i < count ? "," : "") "\n"
		types = types (i == 1 ? "" : ", ") sql_type(n, family)
		about = about (i == 1 ? "" : "; ") option_name[n] sentence(", ", values_of_option(n, "")) ": " option_help[n] in_parentheses(default_in(n, family))
		if (option_kind[n] == "MODEL") {
			model = option_name[n]
			continue
		}
		line = "'" option_name[n] "', " option_name[n]
		pairs = pairs (i == 1 ? "" : length(pairs) - last_break > 90 ? ",\n\t\t" : ", ") line
		if (match(pairs, /\n[^\n]*$/))
			last_break = RSTART
	}
	s = s ") RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE\nBEGIN ATOMIC\n"
	s = s "\tSELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(\n\t\t" pairs "))"
	if (model != "")
		s = s "\n\t\t|| CASE WHEN " model " IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('" model "', " model "::text::jsonb) END"
	gsub(/'/, "''", about)
	return s ";\nEND;\nCOMMENT ON FUNCTION " name "(" types ") IS\n\t'options of " users ", NULL = default: " about "';\n"
}

function sentence(before, s)
{
	return s == "" ? "" : before s
}

function in_parentheses(s)
{
	return " " (s ~ /^\(/ ? s : "(" s ")")
}

# ---- pages ------------------------------------------------------------------------------------------------------

function options_page_table(table, family,    list, count, i, n, s)
{
	count = options_of(table, family, list)
	if (!count)
		return ""
	s = "| option | type | default | values | meaning |\n|---|---|---|---|---|\n"
	for (i = 1; i <= count; i++) {
		n = list[i]
		s = s "| " option_name[n] " | " sql_type(n, family) " | " page_default(n, default_in(n, family)) " |" \
			sentence(" ", page_text(values_of_option(n, "'"))) " | " page_text(option_help[n]) " |\n"
	}
	return s
}

function page_default(n, s)
{
	if (s ~ /^\(/)
		return substr(s, 2, length(s) - 2)
	return option_kind[n] == "CHOICE" ? "`'" s "'`" : s ~ /^\{/ ? "`" s "`" : s
}

function page_text(s)
{
	gsub(/\|/, "\\|", s)
	return s
}
