# Prints a page with its tables of options as src/postgres/options/NAME.def has them: what stands between the lines
#
#	<!-- options NAME [FAMILY] -->
#	<!-- end -->
#
#	awk -f sql/options.awk -f docs/options.awk src/*/*/*.h src/postgres/*.h src/postgres/options/*.def docs/PAGE.md

/^<!-- options [a-z_]+( [a-z_]+)? -->$/ {
	print
	made = options_page_table($3, $4 == "-->" ? "" : $4)
	if (made == "") {
		printf "%s:%d: no such options\n", FILENAME, FNR >"/dev/stderr"
		exit 1
	}
	printf "%s", made
	inside = 1
	next
}

/^<!-- end -->$/ {
	inside = 0
}

!inside
