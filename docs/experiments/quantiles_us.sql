-- CSV: date,oas_master,
--
-- Quantiles of networks of four spread indices of the United States, with the other three, VIX, S&P 500, 10-year yield and oil.
-- Measures: quantiles_scores.sql. Some three minutes.
\set series '{oas_master,oas_bbb,oas_aaa,oas_hy}'
\set others '{vix,sp500,dgs10,wti}'
\set features 'x1, x2, x3, x4, x5, x6, x7'
\ir forecasts_rows.sql
\ir quantiles_scores.sql
