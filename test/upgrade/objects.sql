-- All that the extension has in a database, one property a line: object, property, value, with tabs between.
\pset format unaligned
\pset tuples_only on
\pset fieldsep '\t'
SET search_path = pg_catalog;
CREATE TEMPORARY VIEW member AS
SELECT classid, objid, i.type, i.identity FROM pg_depend, pg_identify_object(classid, objid, objsubid) AS i
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'creditspread');
CREATE TEMPORARY VIEW relation AS
SELECT identity AS object, c.* FROM member JOIN pg_class AS c ON objid = c.oid AND classid = 'pg_class'::regclass;
CREATE TEMPORARY VIEW shape AS		-- relations and composite types
SELECT c.oid, identity AS object FROM member JOIN pg_type AS t ON objid = t.oid AND classid = 'pg_type'::regclass JOIN pg_class AS c ON c.oid = typrelid WHERE relkind = 'c'
UNION ALL SELECT oid, object FROM relation;

CREATE TEMPORARY VIEW property (object, property, value) AS
SELECT type || ' ' || identity, 'comment', coalesce(obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)), '(none)') FROM member
UNION ALL
SELECT identity, 'definition', pg_get_functiondef(p.oid) FROM member JOIN pg_proc AS p ON objid = p.oid AND classid = 'pg_proc'::regclass WHERE prokind <> 'a'
UNION ALL
SELECT identity, 'symbol', concat_ws(' ', probin, prosrc, prorows, procost, provariadic::regtype, proleakproof) FROM member JOIN pg_proc AS p ON objid = p.oid AND classid = 'pg_proc'::regclass WHERE prosqlbody IS NULL
UNION ALL
SELECT identity, 'arguments', pg_get_function_arguments(p.oid) || ' -> ' || pg_get_function_result(p.oid) FROM member JOIN pg_proc AS p ON objid = p.oid AND classid = 'pg_proc'::regclass WHERE prokind <> 'p'
UNION ALL
SELECT identity, 'rights', coalesce(proacl::text, '(default)') FROM member JOIN pg_proc AS p ON objid = p.oid AND classid = 'pg_proc'::regclass
UNION ALL
SELECT identity, 'aggregate', concat_ws(', ', aggkind, aggnumdirectargs, aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggfinalextra, aggfinalmodify, aggsortop, aggtranstype::regtype, aggtransspace, agginitval, proparallel, provolatile)
FROM member JOIN pg_aggregate ON objid = aggfnoid AND classid = 'pg_proc'::regclass JOIN pg_proc AS p ON p.oid = aggfnoid
UNION ALL
SELECT identity, 'type', concat_ws(', ', typlen, typbyval, typtype, typcategory, typispreferred, typdelim, typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze, typsubscript, typalign, typstorage, typdefault, typacl)
FROM member JOIN pg_type AS t ON objid = t.oid AND classid = 'pg_type'::regclass
UNION ALL
SELECT identity, 'domain', concat_ws(', ', typbasetype::regtype, typnotnull, (SELECT string_agg(pg_get_constraintdef(oid), ', ' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid))
FROM member JOIN pg_type AS t ON objid = t.oid AND classid = 'pg_type'::regclass WHERE typtype = 'd'
UNION ALL
SELECT identity, 'operator', concat_ws(', ', oprkind, oprcanmerge, oprcanhash, oprresult::regtype, oprcom::regoperator, oprnegate::regoperator, oprcode, oprrest, oprjoin)
FROM member JOIN pg_operator AS o ON objid = o.oid AND classid = 'pg_operator'::regclass
UNION ALL
SELECT identity, 'class', concat_ws(', ', opcdefault, opcintype::regtype, opckeytype::regtype,
	(SELECT string_agg(concat_ws(' ', amopstrategy, amopopr::regoperator), ', ' ORDER BY amopstrategy, amopopr::regoperator::text) FROM pg_amop WHERE amopfamily = opcfamily),
	(SELECT string_agg(concat_ws(' ', amprocnum, amproc::regprocedure), ', ' ORDER BY amprocnum, amproc::regprocedure::text) FROM pg_amproc WHERE amprocfamily = opcfamily))
FROM member JOIN pg_opclass AS o ON objid = o.oid AND classid = 'pg_opclass'::regclass
UNION ALL
SELECT identity, 'cast', concat_ws(', ', castfunc::regprocedure, castcontext, castmethod) FROM member JOIN pg_cast AS c ON objid = c.oid AND classid = 'pg_cast'::regclass
UNION ALL
SELECT identity, 'rights', coalesce(nspacl::text, '(default)') FROM member JOIN pg_namespace AS n ON objid = n.oid AND classid = 'pg_namespace'::regclass
UNION ALL
SELECT object, 'relation', concat_ws(', ', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions, relreplident, relacl) FROM relation
UNION ALL
SELECT object, 'view', pg_get_viewdef(oid) FROM relation WHERE relkind = 'v'
UNION ALL
SELECT object, 'columns', string_agg(attname, ', ' ORDER BY attnum) FROM shape JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped GROUP BY object
UNION ALL
SELECT object || '.' || attname, 'column', concat_ws(', ', format_type(atttypid, atttypmod), attnotnull, attstorage, attidentity, attgenerated, attcollation::regcollation, attacl,
	(SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum), col_description(attrelid, attnum))
FROM shape JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT object || ' ' || conname, 'constraint', pg_get_constraintdef(k.oid) || coalesce(' ' || obj_description(k.oid, 'pg_constraint'), '') FROM relation AS r JOIN pg_constraint AS k ON conrelid = r.oid AND contype <> 'n'
UNION ALL
SELECT object || ' ' || indexrelid::regclass, 'index', pg_get_indexdef(indexrelid) FROM relation JOIN pg_index ON indrelid = oid
UNION ALL
SELECT object || ' ' || polname, 'policy', concat_ws(', ', polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM relation AS r JOIN pg_policy ON polrelid = r.oid
UNION ALL
SELECT object || ' ' || tgname, 'trigger', pg_get_triggerdef(t.oid) FROM relation AS r JOIN pg_trigger AS t ON tgrelid = r.oid AND NOT tgisinternal
UNION ALL
SELECT object || ' ' || rulename, 'rule', pg_get_ruledef(w.oid) FROM relation AS r JOIN pg_rewrite AS w ON ev_class = r.oid AND rulename <> '_RETURN'
UNION ALL
SELECT object, 'sequence', concat_ws(', ', seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
	(SELECT refobjid::regclass || '.' || refobjsubid FROM pg_depend WHERE objid = seqrelid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')))
FROM relation JOIN pg_sequence ON seqrelid = oid
UNION ALL
SELECT 'extension', 'facts', concat_ws(', ', extversion, extrelocatable, extnamespace::regnamespace,
	(SELECT string_agg(concat_ws(' where ', t.oid::regclass, nullif(condition, '')), '; ' ORDER BY t.oid::regclass::text) FROM unnest(extconfig, extcondition) AS t (oid, condition)))
FROM pg_extension WHERE extname = 'creditspread'
UNION ALL
SELECT 'dumped rights of ' || identity, 'rights', initprivs::text FROM pg_init_privs AS p JOIN member ON (classid, objid) = (p.classoid, p.objoid) WHERE p.objsubid = 0;

SELECT object, property, translate(value, E'\n\t', '¶→') FROM property WHERE object !~ '_toast\.' ORDER BY 1, 2, 3;
SELECT 'method ' || name, 'row', translate(m::text, E'\n\t', '¶→') FROM creditspread.method AS m ORDER BY 1;
