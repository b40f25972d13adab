# Builds an upgrade script from its template, in which each statement that stands in a part is only named.
#
#	awk -f sql/upgrade.awk build/creditspread--VERSION.sql sql/creditspread--OLD--VERSION.sql.in
#
# Lines of the template that begin with --@ are markers:
#
#	--@ create PART [[KIND] NAME]	the statements of a part (or those for NAME, of a KIND such as function; NAME may
#									end in *) as they are, with their comments
#	--@ replace PART [[KIND] NAME]	the same with CREATE OR REPLACE: for what exists already, and what is new beside it
#	--@ comment PART [[KIND] NAME]	the comments alone
#
# All parts up to the one that sets search_path must be named above the template's own line that does, all others below.

function fail(message)
{
	printf "%s:%d: %s\n", FILENAME, FNR, message >"/dev/stderr"
	exit 1
}

FNR == 1 {
	template = NR > 1
	bound = 0
}

# ---- the script: statements with their part and name ---------------------------------------------------------------

!template && /^-- Part [^ ]+$/ {
	part = $3
	next
}

!template {
	if (statement == "" && (/^ *$/ || /^--/ || /^\\/))
		next
	statement = statement $0 "\n"
	quotes($0)
	if ($0 == "BEGIN ATOMIC")
		atomic = 1
	if (tag == "" && /;$/ && (!atomic || $0 == "END;")) {
		take(statement)
		statement = ""
		atomic = 0
	}
	next
}

# What $tag$ is open after a line.
function quotes(s,    found)
{
	while (match(s, /\$[a-z]*\$/)) {
		found = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH)
		if (tag == "")
			tag = found
		else if (tag == found)
			tag = ""
	}
}

function take(s,    first, kind, name)
{
	if (s ~ /^SET LOCAL search_path/) {
		bound = 1
		return
	}
	first = s
	sub(/\n.*/, "", first)
	kind = name = ""
	if (match(first, /^(CREATE|COMMENT ON) (OR REPLACE )?[A-Z]+( CLASS| FAMILY)? /)) {
		kind = substr(first, 1, RLENGTH - 1)
		name = substr(first, RLENGTH + 1)
		sub(/[ (;].*/, "", name)
		if (kind == "COMMENT ON COLUMN")
			sub(/\.[^.]*$/, "", name)
	}
	count++
	text[count] = s
	kind_of[count] = kind
	name_of[count] = name
	part_of[count] = part
	is_bound[part] = bound
}

# ---- the template --------------------------------------------------------------------------------------------------

/^SET LOCAL search_path = pg_catalog, pg_temp;/ {
	bound = 1
}

!/^--@/ {
	print
	next
}

/^--@ (create|replace|comment) [0-9]+-[a-z_]+( [a-z]+)?( [a-z_.]*[a-z_*])?$/ {
	put($2, $3, NF > 4 ? $4 : "", NF > 3 ? $NF : "*")
	next
}

{
	fail("unknown marker: " $0)
}

function put(how, part, kind, name,    i, s, found)
{
	if ((part in is_bound) && bound != is_bound[part])
		fail(part " belongs " (is_bound[part] ? "below" : "above") " the line SET LOCAL search_path")
	for (i = 1; i <= count; i++) {
		if (part_of[i] != part || !is_called(name_of[i], name))
			continue
		if (kind != "" && kind_of[i] !~ ("^(CREATE|COMMENT ON) " toupper(kind) "$"))
			continue
		s = text[i]
		if (how == "comment" && kind_of[i] !~ /^COMMENT/)
			continue
		if (how == "replace" && kind_of[i] !~ /^COMMENT/ && s !~ /^REVOKE /) {
			if (kind_of[i] !~ /^CREATE (FUNCTION|AGGREGATE|PROCEDURE|VIEW)$/)
				fail(part " has what cannot be replaced: " substr(s, 1, 60))
			sub(/^CREATE/, "CREATE OR REPLACE", s)
		}
		if (kind_of[i] !~ /^COMMENT/ && found)
			print ""
		printf "%s", s
		found = 1
	}
	if (!found)
		fail("no such statement: " $0)
}

function is_called(name, wanted)
{
	if (wanted ~ /\*$/)
		return substr(name, 1, length(wanted) - 1) == substr(wanted, 1, length(wanted) - 1)
	return name == wanted
}
