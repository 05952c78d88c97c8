#!/bin/bash
# Runs the examples of this folder on one machine: the tasks of the array one after the other, GNU parallel where it is
# installed, and DuckDB (a Python with the package duckdb) to put the parts together. Compares with the sweep in one piece.
#
#   ECONOME=target/release/econome PYTHON=python3 ./check.sh
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export ECONOME=${ECONOME:-econome}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$ECONOME" sweep "$here/sweep.toml" --quiet --format parquet -o whole.parquet
tasks=5
for task in $(seq "$tasks"); do
    SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=$tasks SLURM_CPUS_PER_TASK=2 \
        SWEEP=$here/sweep.toml OUT=parts bash "$here/sweep.slurm"
done
if command -v parallel >/dev/null; then
    "$here/parallel.sh" "$here/sweep.toml" parallel-parts 3
else
    cp -r parts parallel-parts
    echo "GNU parallel is not installed: left out"
fi

"${PYTHON:-python3}" - "$here/merge.sql" <<'PYTHON'
import pathlib
import sys

import duckdb

statements = pathlib.Path(sys.argv[1]).read_text().split(";")
for statement in filter(str.strip, statements):
    result = duckdb.sql(statement)
best = result.fetchall()
rows = lambda files: duckdb.sql(f"SELECT * FROM read_parquet({files!r}) ORDER BY scenario").fetchall()
whole = rows("whole.parquet")
for merged in ["sweep.parquet", "parallel-parts/*.parquet"]:
    assert rows(merged) == whole, f"{merged} is not the whole sweep"
assert len(best) == len({row[3] for row in whole}) > 1
print(f"{len(whole)} rows, the same in parts and in one piece; best of {len(best)} grids found")
PYTHON
