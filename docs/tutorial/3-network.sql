\echo
\echo '3. A recurrent network on the Baa spread, fitted on the first 85 % of the months'
\echo

-- What the network may know on each month: the changes of the curve's factors.
CREATE TABLE baa_input AS
SELECT row_number() OVER w AS month_number, month, spread,
	   ARRAY[(curve).level - lag((curve).level) OVER w,
			 (curve).slope - lag((curve).slope) OVER w,
			 (curve).curvature - lag((curve).curvature) OVER w] AS factor_changes
FROM baa_spread JOIN treasury_curve USING (month)
WINDOW w AS (ORDER BY month);
DELETE FROM baa_input WHERE month_number = 1;	-- has no change yet

SELECT floor(max(month_number) * 0.85)::int AS last_fitted FROM baa_input
\gset

CREATE TABLE baa_model AS
SELECT rnn_fit(month, spread, factor_changes, rnn_options(cell => 'janet')) AS model
FROM baa_input
WHERE month_number <= :last_fitted;

SELECT info #>> '{options,cell}' AS cell, info #>> '{training,first_time}' AS fitted_from,
	   info #>> '{training,last_time}' AS fitted_to, info ->> 'parameters' AS parameters,
	   round((info #>> '{training,validation_mae}')::numeric, 2) AS validation_mae,
	   round((info #>> '{training,random_walk_mae}')::numeric, 2) AS random_walk_mae
FROM (SELECT model_info(model) AS info FROM baa_model) AS described;
