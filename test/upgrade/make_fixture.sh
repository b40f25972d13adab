#!/bin/bash
# Writes test/upgrade/0.1.0.sql, the data of fixture.sql as 0.1.0 has them, given a folder with the sources
# of 0.1.0, built.
#
#	test/upgrade/make_fixture.sh FOLDER
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
top=$PWD
export top
# shellcheck disable=SC2016
"$1/test/cluster.sh" bash -c 'psql -X -q -f "$top/test/upgrade/fixture.sql" && pg_dump --data-only --no-owner' |
	grep -vE '^(--|SET |SELECT pg_catalog.set_config|\\(un)?restrict|$)' >test/upgrade/0.1.0.sql
