"""Observations a second by Impact Framework, beside scenarios a second of a sweep, in one run.

    python impact_framework.py IF_RUN ECONOME

IF_RUN is the program `if-run` of the npm package @grnsft/if. Each observation takes a power and a time to energy, energy
to that of the site, and that to carbon: three multiplications by the built-in plugin. econome computes as many scenarios
over the same three numbers (power of the host, PUE, carbon intensity) with all its formulas, and writes every row as CSV.
Both times are those of whole processes.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

OBSERVATIONS = [1_000, 8_000]
REPEATS = 3
SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data" / "chat.toml"

HEAD = """name: carbon of a server
initialize:
  plugins:
    energy:
      method: Multiply
      path: builtin
      config: {input-parameters: [power, hours], output-parameter: energy}
    site:
      method: Multiply
      path: builtin
      config: {input-parameters: [energy, pue], output-parameter: site-energy}
    carbon:
      method: Multiply
      path: builtin
      config: {input-parameters: [site-energy, intensity], output-parameter: carbon}
tree:
  children:
    server:
      pipeline:
        compute: [energy, site, carbon]
      inputs:
"""


def manifest(count):
    rows = (
        f"        - {{timestamp: 2024-01-01T00:00:00Z, duration: 3600, power: {0.3 + row % 20 / 50}, hours: 1, "
        f"pue: {1.1 + row // 20 % 20 / 100}, intensity: {20 + row // 400}}}\n"
        for row in range(count)
    )
    return HEAD + "".join(rows)


def seconds(command):
    def once():
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start

    return statistics.median(once() for _ in range(REPEATS))


def main():
    if_run, program = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for count in OBSERVATIONS:
            written = folder / "manifest.yml"
            written.write_text(manifest(count))
            theirs = seconds([if_run, "-m", str(written), "-o", str(folder / "out")])
            axes = ["override.server.host_power=300..700 W:lin20", "site.pue=1.1..1.3:lin20",
                    f"override.grid.carbon_intensity=20..40 gCO2e/kWh:lin{count // 400 or 1}"]
            axes = axes if count >= 400 else axes[:2]
            ours = seconds([program, "sweep", str(SCENARIO), *(part for axis in axes for part in ("-P", axis)),
                            "--quiet", "--format", "csv", "-o", str(folder / "out.csv")])
            rows = len((folder / "out.csv").read_text().splitlines()) - 1
            rates = count / theirs, rows / ours
            print(f"{count:6} observations {theirs:7.2f} s   {rows:6} scenarios {ours:7.3f} s   ratio of rates "
                  f"{rates[1] / rates[0]:7.1f}")


if __name__ == "__main__":
    main()
