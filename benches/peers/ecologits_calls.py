"""Requests a second by EcoLogits, beside scenarios a second of a sweep, in one run.

    python ecologits_calls.py ECONOME

ECONOME is the path of the program (a release build). EcoLogits answers one request at a time: model, output tokens,
latency and electricity of one call, five indicators. econome computes a sweep over PUE, carbon intensity and terminals'
time of a deployment of the same model, with all formulas (sizing, idle capacity, manufacture), and keeps the best one; its
time is that of the whole process, start and reading included.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

SCENARIO = """
name = "Chat"
[use]
requests_per_year = 1e7
[inference]
model = "gpt-4o-mini"
input_tokens = 500
output_tokens = 300
[site]
facility = "scaleway-dc5"
[terminal]
terminal = "laptop"
"""
CALLS = 3_000
REPEATS = 5
AXES = {"site.pue": "1.05..1.6:lin{n}", "override.grid.carbon_intensity": "20..600 gCO2e/kWh:lin{n}",
        "terminal.active_time": "10..60 s:lin{n}"}
SIZES = [22, 100, 215]


def ecologits():
    """Calls a second."""
    import logging

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    from ecologits.tracers.utils import llm_impacts

    def rate():
        start = time.perf_counter()
        for call in range(CALLS):
            llm_impacts("openai", "gpt-4o-mini", 300 + call % 7, 5.0, "FRA")
        return CALLS / (time.perf_counter() - start)

    return statistics.median(rate() for _ in range(REPEATS))


def econome(program, scenario, values):
    """Seconds of a sweep of `values` to the power of three scenarios."""
    axes = [part for key, text in AXES.items() for part in ("-P", f"{key}={text.format(n=values)}")]
    command = [program, "sweep", scenario, *axes, "--results", "carbon_g,energy_wh,water_l,primary_energy_mj,abiotic_kgsbeq",
               "--top", "1", "--quiet"]

    def seconds():
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start

    return statistics.median(seconds() for _ in range(REPEATS))


def main():
    program = sys.argv[1]
    calls = ecologits()
    print(f"EcoLogits  {calls:12,.0f} calls/s")
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "chat.toml"
        scenario.write_text(SCENARIO)
        for values in SIZES:
            rate = values**3 / econome(program, str(scenario), values)
            print(f"econome    {rate:12,.0f} scenarios/s of {values**3:,}; ratio {rate / calls:8,.0f}")


if __name__ == "__main__":
    main()
