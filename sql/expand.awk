# Joins the parts of the script and writes out what they say once.
#
#	awk -f sql/options.awk -f sql/expand.awk HEADERS src/postgres/options/*.def sql/10-series.sql ...
#
# Lines of a part that begin with --@ are markers:
#
#	--@ each NAME: VALUE, ...       the lines up to --@ end once for each value, which stands for @NAME@ in them;
#	                                time and entity have values of their own, see below
#	--@ optional                    the lines up to --@ end first without what stands in [, ...], then with it, and so
#	                                on inward: f(x [, y [, z]]) gives f(x), f(x, y), f(x, y, z)
#	--@ each entity; each time; optional    blocks within each other with one --@ end
#	--@ type NAME (PROPERTY, ...)   a base type with its functions NAME_in, _out, _recv and _send in @internal@;
#	                                their C functions are creditspread_NAME_in and so on, SYMBOL_in under
#	                                --@ type NAME SYMBOL (PROPERTY, ...)
#	--@ transition SYMBOL           the transition function of the aggregate that follows, which is C function SYMBOL
#	--@ options NAME (TABLE [FAMILY]) of FUNCTIONS	the function NAME whose arguments are the options in
#									src/postgres/options/TABLE.def, see options.awk
#
# @internal@ is creditspread_internal, the schema of what users do not call.
# CREATE AGGREGATE is given SSPACE, the bytes that the planner reckons with for the state of a group, by the type of the state
# (see `space` below), unless the part does so itself.
# Functions NAME_transition, _combine, _final, _in, _out, _recv and _send are commented, unless the part does so itself.

BEGIN {
	values_of["time"] = "date, timestamp, timestamptz, bigint"
	values_of["entity"] = "text, bigint"
	value_of["internal"] = "creditspread_internal"
}

# How many groups' states fit into work_mem, and whether sorting the rows is better, the planner reckons by one number for all
# groups: it cannot know how many rows one has.  A series or panel counts as 1,000 rows (four years of days) of a time and three
# values or a name and two, a curve as 32 yields or bonds of 20 cash flows; texts as 1,000 of 256 bytes, features as 1,000 rows
# of 256; counts of classes, and sums of the products of ten values, as such.  docs/many_series.md says the same.
BEGIN {
	space["creditspread_series"] = 32768
	space["creditspread_panel"] = 65536
	space["creditspread_relations"] = 65536
	space["creditspread_labelled"] = 2097152
	space["creditspread_labelled_text"] = 262144
	space["creditspread_confusion"] = 1024
	space["principal_components_sums"] = 1024
	space["bond_set"] = 11264
	space["hazard_set"] = 11264
}

function with_space(s,    type)
{
	if (s !~ /SSPACE = / && match(s, /STYPE = [a-z_.]+,/)) {
		type = substr(s, RSTART + 8, RLENGTH - 9)
		sub(/^.*\./, "", type)
		if (type in space)
			s = substr(s, 1, RSTART + RLENGTH - 1) " SSPACE = " space[type] "," substr(s, RSTART + RLENGTH)
	}
	return s
}

function fail(n, message)
{
	printf "%s:%d: %s\n", file_of[n], line_of[n], message >"/dev/stderr"
	exit 1
}

{
	text[++lines] = $0
	file_of[lines] = FILENAME
	line_of[lines] = FNR
}

END {
	expand(1, lines)
	flush_comment("")
	if (aggregate_symbol != "")
		fail(aggregate_line, "no CREATE AGGREGATE follows --@ transition")
}

# The line of the --@ end that closes the block begun at line n; a block lies in one file.
function end_of(n,    i, depth)
{
	for (i = n; (i in text) && file_of[i] == file_of[n]; i++) {
		if (text[i] ~ /^--@ (each|optional)/)
			depth++
		else if (text[i] ~ /^--@ end$/ && --depth == 0)
			return i
	}
	fail(n, "no --@ end follows: " text[n])
}

function expand(from, to,    n, end)
{
	for (n = from; n <= to; n++) {
		if (line_of[n] == 1)
			emit("\n-- Part " part_name(file_of[n]) "\n\n")
		if (text[n] !~ /^--@/)
			line(n, with_space(written(n, text[n])))
		else if (text[n] ~ /^--@ (each|optional)/) {
			end = end_of(n)
			block(n, end, substr(text[n], 5))
			n = end
		} else if (text[n] ~ /^--@ type [a-z_.@]+( [a-z_]+)? \(.+\)$/)
			type(n, written(n, substr(text[n], 10)))
		else if (text[n] ~ /^--@ transition [a-z_@]+$/) {
			aggregate_symbol = written(n, substr(text[n], 16))
			aggregate_line = n
		} else if (text[n] ~ /^--@ options [a-z_]+ \([a-z_]+( [a-z_]+)?\) of .+$/)
			options_function(n, substr(text[n], 13))
		else
			fail(n, text[n] == "--@ end" ? "nothing is open to end" : "unknown marker: " text[n])
	}
}

function part_name(file)
{
	sub(/^.*\//, "", file)
	sub(/\.sql$/, "", file)
	return file
}

# The lines between n and end, under markers like "each entity; each time; optional".
function block(n, end, markers,    first, rest)
{
	if (markers == "") {
		expand(n + 1, end - 1)
		return
	}
	first = markers
	sub(/; .*/, "", first)
	rest = substr(markers, length(first) + 3)
	if (first ~ /^each [a-z_]+(: .+)?$/)
		each(n, end, substr(first, 6), rest)
	else if (first == "optional")
		optional(n, end, rest)
	else
		fail(n, "unknown marker: " text[n])
}

function each(n, end, name, rest,    list, values, count, i)
{
	if (index(name, ": ")) {
		list = substr(name, index(name, ": ") + 2)
		sub(/: .*/, "", name)
	} else if (name in values_of)
		list = values_of[name]
	else
		fail(n, "no values of @" name "@: " text[n])
	if (name in value_of)
		fail(n, "@" name "@ is taken by a block around this one")
	count = split(list, values, /, */)
	for (i = 1; i <= count; i++) {
		if (i > 1)
			emit("\n")
		value_of[name] = values[i]
		block(n, end, rest)
	}
	delete value_of[name]
}

function optional(n, end, rest,    i, last)
{
	if (level != "")
		fail(n, "a block of optional parts inside another")
	for (i = n + 1; i < end; i++) {
		chosen(i, text[i], 0)
		if (deepest > last)
			last = deepest
	}
	if (!last)
		fail(n, "no part in [, ...] before --@ end")
	for (i = 0; i <= last; i++) {
		if (i)
			emit("\n")
		level = i
		block(n, end, rest)
	}
	level = ""
}

# A line as the blocks around it want it.
function written(n, s,    name)
{
	for (name in value_of)
		gsub("@" name "@", value_of[name], s)
	if (match(s, /@[a-z_]+@/) && substr(s, RSTART, RLENGTH) != "@extschema@")
		fail(n, "nothing to put for " substr(s, RSTART, RLENGTH))
	return level == "" ? s : chosen(n, s, level)
}

# A line with its optional parts down to a level; deepest becomes the level of the deepest. In open, "o" is a part and
# "a" another bracket that is open.
function chosen(n, s, down_to,    at, c, open, last, depth, out)
{
	deepest = 0
	for (at = 1; at <= length(s); at++) {
		c = substr(s, at, 1)
		last = ""
		if (c == "[") {
			last = substr(s, at, 3) == "[, " ? "o" : "a"
			open = open last
		} else if (c == "]") {
			last = substr(open, length(open))
			open = substr(open, 1, length(open) - 1)
		}
		if (last == "o") {
			depth += c == "[" ? 1 : -1
			if (depth > deepest)
				deepest = depth
			sub(/ $/, "", out)
		} else if (depth <= down_to)
			out = out c
	}
	if (open ~ /o/)
		fail(n, "a [, ...] that is not closed")
	return out
}

# ---- what is made -----------------------------------------------------------------------------------------------

function line(n, s)
{
	if (aggregate_symbol != "") {
		if (s !~ /^CREATE AGGREGATE /)
			fail(n, "no CREATE AGGREGATE follows --@ transition")
		held = s
		symbol = aggregate_symbol
		aggregate_symbol = ""
		return
	}
	if (held != "") {
		held = held "\n" s
		if (s !~ /;$/)
			return
		transition(n, held, symbol)
		emit(held "\n")
		held = ""
		return
	}
	statement(n, s)
}

# The transition function of an aggregate: SFUNC (STYPE, the types of the arguments) returns STYPE.
function transition(n, aggregate, symbol,    list, types, count, i, state)
{
	list = arguments(n, aggregate)
	count = split(list, types, /, */)
	state = property(n, aggregate, "STYPE")
	list = state
	for (i = 1; i <= count; i++) {
		if (types[i] !~ /^("[a-z]+"|[a-z_]+) [a-z]/)
			fail(n, "an argument of the aggregate has no name: " types[i])
		sub(/^[^ ]+ /, "", types[i])
		list = list ", " types[i]
	}
	c_function(n, property(n, aggregate, "SFUNC"), list, state, symbol, "IMMUTABLE")
}

function property(n, aggregate, name,    s)
{
	if (!match(aggregate, name " = [a-z_.]+"))
		fail(n, "the aggregate has no " name)
	s = substr(aggregate, RSTART, RLENGTH)
	sub(/.* = /, "", s)
	return s
}

function c_function(n, name, list, result, symbol, kind)
{
	statement(n, "CREATE FUNCTION " name "(" list ") RETURNS " result)
	statement(n, "AS 'MODULE_PATHNAME', '" symbol "' LANGUAGE C " kind " PARALLEL SAFE;")
	flush_comment("")
	emit("\n")
}

function type(n, s,    words, name, plain, symbol)
{
	split(s, words, " ")
	name = plain = words[1]
	sub(/^.*\./, "", plain)
	symbol = words[2]
	if (symbol ~ /^\(/) {
		symbol = plain
		sub(/^(creditspread_)?/, "creditspread_", symbol)
	}
	plain = value_of["internal"] "." plain
	emit("CREATE TYPE " name ";\n\n")
	c_function(n, plain "_in", "cstring", name, symbol "_in", "IMMUTABLE STRICT")
	c_function(n, plain "_out", name, "cstring", symbol "_out", "IMMUTABLE STRICT")
	c_function(n, plain "_recv", "internal", name, symbol "_recv", "IMMUTABLE STRICT")
	c_function(n, plain "_send", name, "bytea", symbol "_send", "IMMUTABLE STRICT")
	sub(/^[^(]*\(/, "", s)
	emit("CREATE TYPE " name " (INPUT = " plain "_in, OUTPUT = " plain "_out, RECEIVE = " plain "_recv,\n\tSEND = " plain "_send, " s ";\n")
}

function options_function(n, s,    words, users, made)
{
	users = s
	sub(/^[^)]*\) of /, "", users)
	gsub(/[()]/, "", s)
	split(s, words, " ")
	made = options_statements(words[1], words[2], words[3] == "of" ? "" : words[3], users)
	if (made == "")
		fail(n, "no such options: " text[n])
	flush_comment("")
	emit(made)
}

# ---- comments of support functions ------------------------------------------------------------------------------

BEGIN {
	role["transition"] = "transition function of "
	role["combine"] = "combine function of "
	role["final"] = "final function of "
	role["in"] = "input function of type "
	role["out"] = "output function of type "
	role["recv"] = "binary input function of type "
	role["send"] = "binary output function of type "
}

# A line of SQL.  What ends the statement of a support function makes its comment, which waits for the next line: the
# part may have one of its own.
function statement(n, s,    name)
{
	flush_comment(s)
	if (match(s, /^CREATE FUNCTION [a-z_.]+_(transition|combine|final|in|out|recv|send)\(/)) {
		support = substr(s, 17, RLENGTH - 17)
		support_types = arguments(n, s)
	}
	emit(s "\n")
	if (support != "" && s ~ /;$/) {
		name = support
		sub(/^.*\./, "", name)
		match(name, /_[a-z]+$/)
		comment_start = "COMMENT ON FUNCTION " support "("
		comment = comment_start support_types ") IS '" described(substr(name, 1, RSTART - 1), substr(name, RSTART + 1)) "';"
		support = ""
	}
}

function described(name, suffix)
{
	if (suffix ~ /^(transition|final)$/ && sub(/_panel$/, "", name))
		name = name " on a panel"
	return role[suffix] name
}

function flush_comment(next_line)
{
	if (comment != "" && substr(next_line, 1, length(comment_start)) != comment_start)
		emit(comment "\n")
	comment = ""
}

# What stands between the first parenthesis and the one that closes it.
function arguments(n, s,    at, depth, start)
{
	start = index(s, "(")
	for (at = start; at <= length(s); at++) {
		if (substr(s, at, 1) == "(")
			depth++
		else if (substr(s, at, 1) == ")" && --depth == 0)
			return substr(s, start + 1, at - start - 1)
	}
	fail(n, "the arguments must end in the same line: " s)
}

function emit(s)
{
	printf "%s", s
}
