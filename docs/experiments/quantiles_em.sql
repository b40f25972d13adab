-- CSV: date,BAMLC0A0CM,BAMLC0A1CAAA,
--
-- Quantiles of networks of Euro high yield and five emerging-market spread indices, each with the other five.
-- Measures: quantiles_scores.sql. Some four minutes.
\set series '{BAMLHE00EHYIOAS,BAMLEMCBPIOAS,BAMLEMEBCRPIEOAS,BAMLEMHBHYCRPIOAS,BAMLEMIBHGCRPIOAS,BAMLEMRACRPIASIAOAS}'
\set others '{}'
\set features 'x1, x2, x3, x4, x5'
\ir forecasts_rows.sql
\ir quantiles_scores.sql
