#!/bin/bash
# The lock of a model: one session has it, over commits, until it releases it or a transaction of it fails, however that
# comes; nobody else can take it; and all roles see who has it.
set -u
number=0
createdb model_lock
export PGDATABASE=model_lock

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' $number "$1" "$3" "$2"
	fi
}

query() { psql -X -q -At -v VERBOSITY=verbose "$@" 2>&1; }

# A session of its own, to which commands are written; answer gives what it says to one.
coproc session { psql -X -q -At 2>&1; }
exec 3<&"${session[0]}" 4>&"${session[1]}"
say() { echo "$1" >&4; }
answer()
{
	local line

	say "$1"
	say '\echo done'
	while read -r line <&3 && [ "$line" != 'done' ]; do
		[[ $line == NOTICE* || $line == CONTEXT* ]] || echo "$line"
	done
}
lock() { echo "SELECT creditspread_internal.$1($2)"; }
take() { answer "$(lock take_model_lock 7);"; }
held() { answer "$(lock holds_model_lock 7);"; }
other() { query -c "$(lock "$1" "${2:-7}")"; }

# until_true CONDITION: after a minute something has gone wrong
until_true()
{
	local end=$((SECONDS + 60))

	while [ $SECONDS -lt $end ]; do
		[ "$(query -c "SELECT $1")" = t ] && return
		sleep 0.02
	done
	echo "# waited in vain for $1"
}

query -v ON_ERROR_STOP=1 <<-'END'
	SET client_min_messages = 'error';
	CREATE EXTENSION creditspread;
	CREATE TABLE IF NOT EXISTS creditspread.pipeline (id bigint);
	CREATE ROLE model_lock_other LOGIN;
	-- commits between its steps, as a run does
	CREATE PROCEDURE steps(last text) LANGUAGE plpgsql AS $$
	BEGIN
		ASSERT creditspread_internal.take_model_lock(7);
		COMMIT;
		ASSERT creditspread_internal.holds_model_lock(7);
		BEGIN
			PERFORM 1 / 0;
		EXCEPTION WHEN division_by_zero THEN
			ASSERT creditspread_internal.holds_model_lock(7), 'a subtransaction took it away';
		END;
		COMMIT;
		EXECUTE last;
		PERFORM creditspread_internal.release_model_lock(7);
	END $$;
END
pid=$(answer 'SELECT pg_backend_pid();')

same 'it is taken' t "$(take)"
same 'not twice' f "$(take)"
same 'and held after its transaction' t "$(held)"
same 'another session does not get it' f "$(other take_model_lock)"
same 'nor in a transaction' f "$(other take_model_lock_in_transaction)"
same 'nor can it release it' f "$(other release_model_lock)"
same 'nor does it hold it' f "$(other holds_model_lock)"
same 'another model is free' t "$(other take_model_lock 8)"
same 'also one whose number differs in high bits alone' t "$(other take_model_lock $((7 + (1 << 32))))"
same 'any role sees who has it' "$pid" "$(query -U model_lock_other -c "$(lock model_lock_holder 7)")"
same 'and that nobody has another' '' "$(other model_lock_holder 8)"
same 'advisory locks are others' t "$(query -U model_lock_other -c 'SELECT pg_try_advisory_lock(7)')"
same 'no role but those of the writers can take it' 42501 "$(query -U model_lock_other -c "$(lock take_model_lock 9)" | sed -n 's/^ERROR:  \(.....\):.*/\1/p')"
same 'nor release it' 42501 "$(query -U model_lock_other -c "$(lock release_model_lock 7)" | sed -n 's/^ERROR:  \(.....\):.*/\1/p')"
same 'nor take it in a transaction' 42501 "$(query -U model_lock_other -c "$(lock take_model_lock_in_transaction 9)" | sed -n 's/^ERROR:  \(.....\):.*/\1/p')"
answer 'SELECT pg_advisory_unlock_all(); DISCARD ALL;' >/dev/null
same 'DISCARD ALL leaves it' t "$(held)"
same 'it is released' t "$(answer "$(lock release_model_lock 7);")"
same 'once' f "$(answer "$(lock release_model_lock 7);")"
same 'then another session gets it' t "$(other take_model_lock)"
same 'whose end frees it' '' "$(other model_lock_holder)"

take >/dev/null
answer 'SELECT 1 / 0;' >/dev/null
same 'an error releases it' "f" "$(held)"
take >/dev/null
answer 'BEGIN; ROLLBACK;' >/dev/null
same 'a ROLLBACK releases it' "f" "$(held)"
until_true 'creditspread_internal.model_lock_holder(7) IS NULL'	# the other session is gone
answer 'BEGIN;' >/dev/null
take >/dev/null
answer 'ROLLBACK;' >/dev/null
same 'also in the transaction that took it' "f" "$(held)"
take >/dev/null
answer 'BEGIN; SAVEPOINT s; SELECT 1 / 0; ROLLBACK TO s; COMMIT;' >/dev/null
same 'a savepoint does not' t "$(held)"
answer 'SELECT nothing;' >/dev/null

same 'a run ends without it' "" "$(answer "CALL steps('SELECT 1');")"
same 'released' f "$(held)"
answer "CALL steps('SELECT 1 / 0');" >/dev/null
same 'a run that fails between its steps releases it' f "$(held)"
answer 'SET statement_timeout = 1;' >/dev/null
answer "CALL steps('SELECT pg_sleep(60)');" >/dev/null
answer 'SET statement_timeout = 0;' >/dev/null
same 'a timeout releases it' f "$(held)"
say "CALL steps('SELECT pg_sleep(600)');"
until_true "EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid AND wait_event = 'PgSleep')"
same 'a run at work holds it' "$pid" "$(other model_lock_holder)"
query -c "SELECT pg_cancel_backend($pid)" >/dev/null
same 'a cancel releases it' f "$(held | tail -1)"
same 'for all' t "$(other take_model_lock)"
until_true 'creditspread_internal.model_lock_holder(7) IS NULL'	# the other session has ended

answer 'BEGIN;' >/dev/null
same 'in a transaction it is taken' t "$(answer "$(lock take_model_lock_in_transaction 7);")"
same 'and again' t "$(answer "$(lock take_model_lock_in_transaction 7);")"
same 'its holder is seen' "$pid" "$(other model_lock_holder)"
same 'a run of the session may follow' t "$(take)"
same 'during which nothing else is done' f "$(answer "$(lock take_model_lock_in_transaction 7);")"
answer 'COMMIT;' >/dev/null
same 'the run keeps it' t "$(held)"
answer "$(lock release_model_lock 7);" >/dev/null
answer "BEGIN; $(lock take_model_lock_in_transaction 7);" >/dev/null
answer 'COMMIT;' >/dev/null
same 'a commit frees what was taken for a transaction' f "$(held)"

for i in $(seq 1 20); do answer "$(lock take_model_lock "$i");"; done | sort | uniq -c | tr -d ' ' >"$TEST_TMP/many"
same 'many at once' 20t "$(cat "$TEST_TMP/many")"
answer 'SELECT 1 / 0;' >/dev/null
same 'all are released' 0 "$(query -c "SELECT count(creditspread_internal.model_lock_holder(i)) FROM generate_series(1, 20) AS i")"

take >/dev/null
answer "SELECT creditspread_internal.hold_cancel(true); SET statement_timeout = '1s';" >/dev/null
same 'a cancel waits no longer than for the statement that asked for it' 'canceling statement due to statement timeout' \
	"$(answer 'SELECT pg_sleep(20);' | sed -n 's/^ERROR:  //p')"
answer 'SET statement_timeout = 0;' >/dev/null
take >/dev/null
say 'SELECT creditspread_internal.hold_cancel(true), pg_sleep(600);'
until_true "EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid AND wait_event = 'PgSleep')"
query -c "SELECT pg_terminate_backend($pid, 60000)" >/dev/null
same 'the end of the process frees it, even of one that lets a cancel wait' t "$(other take_model_lock)"
same 'a number that no model has' 22023 "$(other take_model_lock -1 | sed -n 's/^ERROR:  \(.....\):.*/\1/p')"
same 'as there are none so large' 22023 "$(other take_model_lock $((1 << 48)) | sed -n 's/^ERROR:  \(.....\):.*/\1/p')"
same 'but this' t "$(other take_model_lock $(((1 << 48) - 1)))"
query -d postgres -c 'DROP DATABASE model_lock' -c 'DROP ROLE model_lock_other'
echo "1..$number"
