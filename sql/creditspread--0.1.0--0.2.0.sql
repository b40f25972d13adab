\echo Use "ALTER EXTENSION creditspread UPDATE TO '0.2.0'" to load this file. \quit

-- From 0.1.0 to 0.2.0: what the parts of the script changed, in their order.
