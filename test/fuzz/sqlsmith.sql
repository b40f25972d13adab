-- sqlsmith knows what it finds in pg_proc: before pg_catalog in the search path, this view shows it the functions of the extension and
-- a few that make values for them.

CREATE SCHEMA sqlsmith;
CREATE VIEW sqlsmith.pg_proc AS
SELECT p.*
FROM pg_catalog.pg_proc p
WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'
		WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
	OR p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
		AND p.proname IN ('count', 'sum', 'max', 'sqrt', 'exp', 'abs', 'lower', 'md5', 'length', 'row_number', 'date', 'float8', 'int4', 'int8')
		AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes) t WHERE t::pg_catalog.regtype::text LIKE 'any%');

-- Nothing can be made of polymorphic ranges: they appear under the names of others.
CREATE VIEW sqlsmith.pg_type AS
SELECT t.oid, t.typnamespace, t.typdelim, t.typrelid, t.typelem, t.typarray, t.typtype,
	coalesce(CASE WHEN t.typname LIKE 'any%multirange' THEN 'int4multirange' WHEN t.typname LIKE 'any%range' THEN 'int4range' END, t.typname) AS typname
FROM pg_catalog.pg_type t;
