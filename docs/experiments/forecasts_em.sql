-- CSV: date,BAMLC0A0CM,BAMLC0A1CAAA,
--
-- What the catalog's methods forecast of Euro high yield and five emerging-market spread indices, beside the random
-- walk: 1, 5 and 20 days ahead, each index with the other five as features, on the days on which all have a value.
-- First the last 1,500 days of the first 80 %, on which auto, linear and the intervals were made; then the last 20 %,
-- of which nothing was chosen. Measures and tests: forecasts_scores.sql. Some two minutes.
\set series '{BAMLHE00EHYIOAS,BAMLEMCBPIOAS,BAMLEMEBCRPIEOAS,BAMLEMHBHYCRPIOAS,BAMLEMIBHGCRPIOAS,BAMLEMRACRPIASIAOAS}'
\set others '{}'
\set features 'o1, o2, o3, o4, o5'
\ir forecasts_rows.sql

\set share 0.8
\set origins 1500
\ir forecasts_scores.sql

\set share 1
SELECT count(*) - floor(0.8 * count(*)) - 19 AS origins FROM day \gset
\ir forecasts_scores.sql
