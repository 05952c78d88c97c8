#!/bin/bash
# A sweep in parts with GNU parallel: on one machine, or on several that share a folder (--sshloginfile).
#
#   ./parallel.sh sweep.toml parts 8
set -euo pipefail

sweep=$1 out=$2 parts=$3
mkdir -p "$out"
seq "$parts" | parallel --halt now,fail=1 \
    "${ECONOME:-econome}" sweep "$sweep" --shard "{}/$parts" --threads 1 --quiet --format parquet -o "$out/part-{}.parquet"
