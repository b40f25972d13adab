-- The settings: what they refuse, and who may change them.

BEGIN;
SELECT plan(13);
LOAD 'creditspread';
CREATE ROLE ordinary;
CREATE ROLE trusted;

SELECT results_eq($$ SELECT name::text, context FROM pg_settings WHERE name LIKE 'creditspread.%' ORDER BY 1 $$,
	$$ VALUES ('creditspread.encoder_path', 'superuser'), ('creditspread.max_model_memory', 'superuser'), ('creditspread.notify', 'user'), ('creditspread.progress', 'user'), ('creditspread.threads', 'superuser') $$,
	'what spends the memory and the processors of the machine, or leads to its files, is set by administrators');

SET LOCAL creditspread.max_model_memory = '500MB';
GRANT SET ON PARAMETER creditspread.max_model_memory TO trusted;

SET LOCAL ROLE ordinary;
SELECT throws_ok('SET creditspread.max_model_memory = ''2GB''', '42501', NULL, 'an ordinary role does not raise the limit');
SELECT throws_ok('SET LOCAL creditspread.max_model_memory = ''64kB''', '42501', NULL, 'nor lowers it');
SELECT throws_ok('RESET creditspread.max_model_memory', '42501', NULL, 'nor resets it');
SELECT throws_ok($$SELECT set_config('creditspread.max_model_memory', '2GB', true)$$, '42501', NULL, 'nor sets it by set_config');
SELECT throws_ok('SET creditspread.threads = 1', '42501', NULL, 'nor sets the threads');
SELECT throws_ok('ALTER ROLE ordinary SET creditspread.max_model_memory = ''2GB''', '42501', NULL, 'nor for its sessions to come');
SELECT throws_ok($$CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql SET creditspread.max_model_memory = '2GB' AS 'SELECT 1'$$, '42501', NULL,
	'nor in a function');
SELECT lives_ok('SET LOCAL creditspread.progress = on', 'notices are anybody''s');
SELECT is(current_setting('creditspread.max_model_memory'), '500MB', 'the limit holds');

SET LOCAL ROLE trusted;
SELECT lives_ok('SET LOCAL creditspread.max_model_memory = ''2GB''', 'a role that was granted it does');
SELECT is(current_setting('creditspread.max_model_memory'), '2GB', 'and has it');
RESET ROLE;

SELECT throws_ok('SET creditspread.threads = 1025', '22023', NULL, 'too many threads are refused');
SELECT * FROM finish();
ROLLBACK;
