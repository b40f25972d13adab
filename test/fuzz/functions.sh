# shellcheck shell=bash
# Shared by run.sh and plain.sh, which have sourced test/functions.sh and know $work, a scratch
# directory, $seed and $status.

# build_module FLAGS: the fuzzing module, into the installation of the private cluster.
build_module()
{
	cp -r test/fuzz "$work/module"
	env -u MAKEFLAGS -u MFLAGS make -s -C "$work/module" FUZZ_CFLAGS="$1" && cp "$work/module/fuzz_model.so" "$CLUSTER_PGXS_LIB"
}

# After the end of a server process the server starts again.
query()
{
	local attempt

	for attempt in {1..100}; do
		psql -X -q -c '' >/dev/null 2>&1 && break
		sleep 0.2
	done
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# The end of a server process is in the log, with the sanitizer's report before it and the statement
# after it.
show_crash()
{
	grep -anE -A40 'ERROR: AddressSanitizer|runtime error:' "$CLUSTER_ROOT/main/log" | head -n 80
	grep -aE -A1 'terminated by signal|exited with exit code|PANIC:|fuzz: ' "$CLUSTER_ROOT/main/log" | cut -c1-4000 | tail -n 20
}

# failed NAME <FILE: a failure and what to show of it; not at the end of a pipe, where the status is lost.
failed()
{
	record "fuzz $1" 0 1
	cat
	status=1
}

# run_calls NAME COUNT MEGABYTES: so many calls of all functions in one session, whose process may grow
# by so much after the first fifth of them.
run_calls()
{
	local made faults growth

	: >"$work/outcomes"
	if ! query -v seed="$seed" -v count="$2" >"$work/outcomes" 2>"$work/errors" <<-'END'; then
		SELECT format('SELECT fuzz_calls(%s, %s, %s)', :seed, i, least(i + 999, :count)) ||
			CASE WHEN i / 1000 = :count / 5000 OR i + 999 >= :count THEN '|| fuzz_memory()' ELSE '' END
		FROM generate_series(1, :count, 1000) i \gexec
	END
		failed "calls, $1" < <(cut -c1-2000 "$work/errors"; show_crash)
		return
	fi
	[ "${VERBOSE:-}" = '' ] || sort -t "$(printf '\t')" -k1 "$work/outcomes"
	made=$(awk -F'\t' '$1 ~ /^call / { n += $2 } END { print n + 0 }' "$work/outcomes")
	growth=$(awk -F'\t' '$1 == "memory" { if (n++ == 0) first = $2; last = $2 } END { printf "%d", (last - first) / 1048576 }' "$work/outcomes")
	faults=$(grep -aE 'fuzz_calls: |WARNING:.*(leak|still active|not closed)' "$CLUSTER_ROOT/main/log" | cut -c1-4000)
	if [ "$made" -ne "$2" ] || [ "$growth" -gt "$3" ] || [ -n "$faults" ]; then
		failed "calls, $1" <<<"$made calls made, $growth MB more memory at their end"$'\n'"$faults"
	else
		record "fuzz calls, $1: $2" 1 0
	fi
}
