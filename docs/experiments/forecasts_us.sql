-- CSV: date,oas_master,
--
-- What the catalog's methods forecast of four spread indices of the United States, beside the random walk: 1, 5 and 20
-- days ahead, each index with the other three, VIX, S&P 500, 10-year yield and oil as features. First the last 2,000
-- days of the first 80 %, on which auto, linear and the intervals were made; then the last 20 %, of which nothing was
-- chosen. Measures and tests: forecasts_scores.sql. Some two minutes.
\set series '{oas_master,oas_bbb,oas_aaa,oas_hy}'
\set others '{vix,sp500,dgs10,wti}'
\set features 'o1, o2, o3, o4, o5, o6, o7'
\ir forecasts_rows.sql

\set share 0.8
\set origins 2000
\ir forecasts_scores.sql

\set share 1
SELECT count(*) - floor(0.8 * count(*)) - 19 AS origins FROM day \gset
\ir forecasts_scores.sql
