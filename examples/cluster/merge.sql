-- The parts of a sweep, put together by DuckDB in the order of the scenarios:
--
--   duckdb < merge.sql        (or duckdb.sql(...) from Python), in the folder that holds parts/
COPY (SELECT * FROM read_parquet('parts/*.parquet') ORDER BY scenario) TO 'sweep.parquet' (FORMAT parquet);

-- What a reviewer asks first: the best of each grid.
SELECT * FROM 'sweep.parquet' QUALIFY row_number() OVER (PARTITION BY "site.grid" ORDER BY carbon_g) = 1;
