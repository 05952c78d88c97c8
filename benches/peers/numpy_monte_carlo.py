"""The Monte Carlo of one scenario written in numpy, timed against econome in one run.

    python numpy_monte_carlo.py

The numbers of the scenario (tests/data/chat.toml) and their intervals are taken from econome's own report, so that both
compute the same model; the script first checks that the quantiles agree. Each side draws its columns (Latin hypercube:
normal scores in a random order), applies the formulas, and takes the 5th, 50th and 95th percentile of six indicators and
of the energy of four parts. Start of either program is left out, and so are numpy's normal scores; econome's time is that
of the criterion benchmark `whole`, on all cores.
"""

import json
import pathlib
import statistics
import subprocess
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "tests" / "data" / "chat.toml"
SAMPLES = [10_000, 200_000]
REPEATS = 31
YEAR = 365 * 24 * 3600.0
KWH = 3.6e6
Z95 = 1.6448536269514726
PERCENTILES = [5, 50, 95]
# Agreement of quantiles: those of 10,000 draws and more scatter by less.
TOLERANCE = 0.03


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def econome(*arguments):
    return cargo("run", "--release", "--quiet", "--", *arguments)


def benchmarked(samples):
    """Seconds that econome takes, by its benchmark."""
    cargo("bench", "--bench", "monte_carlo", "--", f"whole/{samples}")
    target = json.loads(cargo("metadata", "--format-version", "1", "--no-deps"))["target_directory"]
    path = pathlib.Path(target) / "criterion" / "whole" / str(samples) / "new" / "estimates.json"
    return json.loads(path.read_text())["median"]["point_estimate"] * 1e-9


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
    """Percentiles of six indicators and of the energy of four parts, per request."""
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

    device_primary, host_primary = draw("accelerator.embodied_primary_energy"), draw("server.embodied_primary_energy")
    device_abiotic, host_abiotic = draw("accelerator.embodied_abiotic"), draw("server.embodied_abiotic")
    results = {
        "energy_wh": site * 1000,
        "carbon_g": site * intensity + device_carbon + host_carbon,
        "water_l": site * draw("grid.water") + it * wue,
        "primary_energy_mj": site * draw("grid.primary_energy") + used * (device_primary + per_server * host_primary),
        "abiotic_kgsbeq": site * draw("grid.abiotic") + used * (device_abiotic + per_server * host_abiotic),
        "cost_eur": site * draw("grid.electricity_price"),
    }
    for part in (accelerators, hosts, idle, cooling):
        np.percentile(part, PERCENTILES)
    return {name: np.percentile(result, PERCENTILES) for name, result in results.items()}


def explained(symbol, occurrence):
    """A value that `explain` prints, by its place among those of this name."""
    lines = econome("explain", str(SCENARIO)).splitlines()
    values = [line.split("=")[1] for line in lines if line.startswith(f"    {symbol} = ")]
    return number(values[occurrence])


def check(found, report):
    for name, quantiles in found.items():
        expected = [report["per_unit"][name][quantile] for quantile in ("p05", "p50", "p95")]
        assert np.allclose(quantiles, expected, rtol=TOLERANCE), f"{name}: {quantiles} is not {expected}"


def main():
    report = json.loads(econome("estimate", str(SCENARIO), "--format", "json", "--quiet"))
    inputs = Inputs(report)
    idle, tdp = inputs.value("accelerator.idle_power"), inputs.value("accelerator.tdp")
    share = (explained("P", 0) - idle) / (tdp - idle)
    times = explained("t_request", 0), explained("t_request", 1)
    normal, generator = statistics.NormalDist(), np.random.default_rng(1)
    print("draws      numpy    econome   ratio")
    for samples in SAMPLES:
        scores = np.array([normal.inv_cdf((rank + 0.5) / samples) for rank in range(samples)])
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            found = model(inputs, *times, share, scores, generator)
            seconds.append(time.perf_counter() - start)
        check(found, report)
        numpy, ours = statistics.median(seconds), benchmarked(samples)
        print(f"{samples:<7} {numpy * 1e3:6.2f} ms  {ours * 1e3:6.2f} ms  {numpy / ours:6.1f}")


if __name__ == "__main__":
    main()
