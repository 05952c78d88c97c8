"""The Monte Carlo of one scenario written in numpy, timed against econome in one run.

    python numpy_monte_carlo.py ECONOME [SAMPLES [REPEATS]]

ECONOME is the path of the program. The numbers of the scenario (tests/data/chat.toml) and their intervals are taken from
its own report, so that both compute the same model; the script first checks that the quantiles agree. Each side draws
its columns (Latin hypercube: the same normal scores in a random order), applies the formulas, and takes the 5th, 50th
and 95th percentile of six indicators and ten lines. numpy's imports and its normal scores are left out of its time;
econome's time is that of the whole process: start, profiles, scenario, draws and report.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data" / "chat.toml"
YEAR = 365 * 24 * 3600.0
KWH = 3.6e6
Z95 = 1.6448536269514726
PERCENTILES = [5, 50, 95]
# Agreement of quantiles: those of 10,000 draws and more scatter by less.
TOLERANCE = 0.03


def econome(program, samples):
    """The report of econome, and the wall time of the whole process."""
    command = [program, "estimate", str(SCENARIO), "--format", "json", "--samples", str(samples), "--quiet"]
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    return json.loads(done.stdout), time.perf_counter() - start


def number(text):
    return float(text.split()[0])


class Inputs:
    """The numbers of the scenario, and the columns of those that are uncertain."""

    def __init__(self, report):
        self.found = {one["key"]: one for one in report["inputs"]}

    def value(self, key):
        return number(self.found[key]["value"])

    def draw(self, key, scores, generator):
        one = self.found[key]
        value, low, high = number(one["value"]), number(one["low"]), number(one["high"])
        below, above = np.log(value / low) / Z95, np.log(high / value) / Z95
        shuffled = generator.permutation(scores)
        return value * np.exp(np.where(shuffled < 0, below, above) * shuffled)


def model(inputs, time_per_request, time_at_peak, power_share, scores, generator):
    """Percentiles of six indicators and ten lines, per request."""
    draw = lambda key: inputs.draw(key, scores, generator)
    value = inputs.value
    units, per_server = value("units_per_year"), 1 / value("server.accelerators")
    error, idle_power, host_power = draw("stack.model_error"), draw("accelerator.idle_power"), draw("server.host_power")
    pue, wue, intensity = draw("site.pue"), draw("site.wue"), draw("grid.carbon_intensity")
    lifetime = draw("server.lifetime")

    busy = units * time_per_request * error
    replicas = np.ceil(value("use.peak_factor") * units * time_at_peak / YEAR * error)
    powered = np.maximum(replicas * YEAR, busy)
    power = idle_power + (value("accelerator.tdp") - idle_power) * power_share
    host = host_power * per_server
    accelerators = busy * power / units / KWH
    hosts = busy * host / units / KWH
    idle = (powered - busy) * (idle_power + host) / units / KWH
    it = accelerators + hosts + idle
    cooling = (pue - 1) * it
    site = it + cooling
    used = powered / lifetime / units
    device_carbon = used * draw("accelerator.embodied_carbon")
    host_carbon = used * per_server * draw("server.embodied_carbon")

    use = [line * intensity for line in (accelerators, hosts, idle, cooling)]
    device_primary, host_primary = draw("accelerator.embodied_primary_energy"), draw("server.embodied_primary_energy")
    device_abiotic, host_abiotic = draw("accelerator.embodied_abiotic"), draw("server.embodied_abiotic")
    results = {
        "energy_wh": site * 1000,
        "carbon_g": sum(use) + device_carbon + host_carbon,
        "water_l": site * draw("grid.water") + it * wue,
        "primary_energy_mj": site * draw("grid.primary_energy") + used * (device_primary + per_server * host_primary),
        "abiotic_kgsbeq": site * draw("grid.abiotic") + used * (device_abiotic + per_server * host_abiotic),
        "cost_eur": site * draw("grid.electricity_price"),
    }
    lines = [accelerators, hosts, idle, cooling, *use, device_carbon, host_carbon]
    for line in lines:
        np.percentile(line, PERCENTILES)
    return {name: np.percentile(result, PERCENTILES) for name, result in results.items()}


def explained(program, symbol, occurrence):
    """A value that `explain` prints, by its place among those of this name."""
    done = subprocess.run([program, "explain", str(SCENARIO)], check=True, capture_output=True, text=True)
    values = [line.split("=")[1] for line in done.stdout.splitlines() if line.startswith(f"    {symbol} = ")]
    return number(values[occurrence])


def main():
    program = sys.argv[1]
    samples = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    report, _ = econome(program, samples)
    inputs = Inputs(report)
    times = explained(program, "t_request", 0), explained(program, "t_request", 1)
    idle, tdp = inputs.value("accelerator.idle_power"), inputs.value("accelerator.tdp")
    share = (explained(program, "P", 0) - idle) / (tdp - idle)
    normal = statistics.NormalDist()
    scores = np.array([normal.inv_cdf((rank + 0.5) / samples) for rank in range(samples)])
    generator = np.random.default_rng(1)

    ours, theirs = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        found = model(inputs, *times, share, scores, generator)
        theirs.append(time.perf_counter() - start)
        report, seconds = econome(program, samples)
        ours.append(seconds)
    for name, quantiles in found.items():
        expected = [report["per_unit"][name][quantile] for quantile in ("p05", "p50", "p95")]
        assert np.allclose(quantiles, expected, rtol=TOLERANCE), f"{name}: {quantiles} is not {expected}"
    print(f"{samples} draws, the same quantiles within {TOLERANCE:.0%}; median of {repeats} runs")
    print(f"numpy   {statistics.median(theirs):8.4f} s")
    print(f"econome {statistics.median(ours):8.4f} s, whole process")
    print(f"ratio   {statistics.median(theirs) / statistics.median(ours):8.1f}")


if __name__ == "__main__":
    main()
