-- Schema creditspread_internal: what users do not call. Functions that aggregates and types are made of, the states of
-- aggregates, helpers of the catalog.
--
-- Who uses an aggregate or a type needs to run its functions, so all roles may use the schema: each function in it is
-- safe to call with any arguments.

CREATE SCHEMA creditspread_internal;
COMMENT ON SCHEMA creditspread_internal IS
	'what extension creditspread is made of: functions and states of its aggregates, functions of its types, helpers of its catalog; not for calling';
GRANT USAGE ON SCHEMA creditspread_internal TO PUBLIC;
