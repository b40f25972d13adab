-- How well classes were told: classification_measures, classification_classes, classification_confusion.

CREATE TYPE classification_result AS (
	n bigint,
	accuracy double precision,
	macro_precision double precision,
	macro_recall double precision,
	macro_f1 double precision,
	classes text[],
	"precision" double precision[],
	recall double precision[],
	f1 double precision[],
	confusion bigint[]
);
COMMENT ON TYPE classification_result IS 'what classification_measures returns';
COMMENT ON COLUMN classification_result.n IS 'number of rows';
COMMENT ON COLUMN classification_result.accuracy IS 'share of the rows whose class was predicted, 0 to 1';
COMMENT ON COLUMN classification_result.macro_precision IS 'mean of precision over the classes, 0 for a class that was never predicted';
COMMENT ON COLUMN classification_result.macro_recall IS 'mean of recall over the classes, 0 for a class that never occurred';
COMMENT ON COLUMN classification_result.macro_f1 IS 'mean of f1 over the classes';
COMMENT ON COLUMN classification_result.classes IS 'the classes, actual or predicted, in the order of their characters';
COMMENT ON COLUMN classification_result."precision" IS 'of each class: share of the rows with this prediction that are of this class; NULL if it was never predicted';
COMMENT ON COLUMN classification_result.recall IS 'of each class: share of its rows that were predicted so; NULL if it never occurred';
COMMENT ON COLUMN classification_result.f1 IS 'of each class: harmonic mean of precision and recall, 2 right / (actual + predicted)';
COMMENT ON COLUMN classification_result.confusion IS 'numbers of rows: a row for each actual class, a column for each predicted one';

--@ type @internal@.creditspread_confusion creditspread_confusion (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_confusion IS 'state of classification_measures: how often each pair of classes occurred';

CREATE FUNCTION @internal@.classification_measures_combine(@internal@.creditspread_confusion, @internal@.creditspread_confusion) RETURNS @internal@.creditspread_confusion
AS 'MODULE_PATHNAME', 'creditspread_confusion_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.classification_measures_transition(@internal@.creditspread_confusion, text, text) RETURNS @internal@.creditspread_confusion
AS 'MODULE_PATHNAME', 'creditspread_classification_measures_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.classification_measures_final(@internal@.creditspread_confusion) RETURNS classification_result
AS 'MODULE_PATHNAME', 'creditspread_classification_measures_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE classification_measures(actual text, predicted text) (
	SFUNC = @internal@.classification_measures_transition, STYPE = @internal@.creditspread_confusion, FINALFUNC = @internal@.classification_measures_final,
	COMBINEFUNC = @internal@.classification_measures_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE classification_measures(text, text) IS
	'accuracy, precision, recall and F1 of predicted classes, and how often each was taken for which; rows with a NULL are left out, none left: NULL; errors: more than 100 classes';

CREATE FUNCTION classification_classes(result classification_result, OUT class text, OUT n bigint, OUT "precision" double precision, OUT recall double precision, OUT f1 double precision)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 3
BEGIN ATOMIC
	SELECT c.class, (SELECT pg_catalog.sum((result).confusion[c.number][j])::bigint FROM pg_catalog.generate_subscripts((result).classes, 1) AS j), c."precision", c.recall, c.f1
	FROM ROWS FROM (pg_catalog.unnest((result).classes), pg_catalog.unnest((result)."precision"), pg_catalog.unnest((result).recall),
		pg_catalog.unnest((result).f1)) WITH ORDINALITY AS c (class, "precision", recall, f1, number)
	ORDER BY c.number;
END;
COMMENT ON FUNCTION classification_classes(classification_result) IS 'the classes of a result as rows: class, number of rows of it, precision, recall, f1';

CREATE FUNCTION classification_confusion(result classification_result, OUT actual text, OUT predicted text, OUT n bigint)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 9
BEGIN ATOMIC
	SELECT (result).classes[i], (result).classes[j], (result).confusion[i][j]
	FROM pg_catalog.generate_subscripts((result).classes, 1) AS i, pg_catalog.generate_subscripts((result).classes, 1) AS j ORDER BY i, j;
END;
COMMENT ON FUNCTION classification_confusion(classification_result) IS 'the confusion of a result as rows: actual class, predicted class, number of rows';
