#!/bin/bash
# A session that sets creditspread.max_model_memory before the library is loaded gets no more than
# one that does so after.
set -u
number=0
export PGDATABASE=settings

query() { psql -X -q -At "$@"; }

query -d postgres -c "CREATE DATABASE $PGDATABASE" -c 'CREATE ROLE early LOGIN'
query -c 'CREATE EXTENSION creditspread'
for way in "SET creditspread.max_model_memory = '3GB'" "SELECT set_config('creditspread.max_model_memory', '3GB', false)"; do
	have=$(query -U early -c "$way" -c 'SELECT wavelet_smooth(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]::float8[]) IS NULL' \
		-c "SELECT current_setting('creditspread.max_model_memory')" 2>/dev/null | tail -n 1)
	echo "$([ "$have" = 1GB ] || echo 'not ')ok $((++number)) - $way before the library is loaded has no effect: $have"
done
have=$(PGOPTIONS="-c creditspread.max_model_memory=3GB" query -U early -c 'SELECT wavelet_smooth(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]::float8[]) IS NULL' \
	-c "SELECT current_setting('creditspread.max_model_memory')" 2>/dev/null | tail -n 1)
echo "$([ "$have" = 1GB ] || echo 'not ')ok $((++number)) - nor among the options of the connection: $have"
echo "1..$number"
