"""What a figure is worth depends on where it was measured: every benchmark prints this."""

import os
import platform
import statistics
from pathlib import Path


def describe_machine(command: str) -> str:
    """Return the machine, the versions and the command, in two lines."""
    processor = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        processor = models[0].split(":", 1)[1].strip() if models else processor
    return (
        f"machine: {os.cpu_count()} cores, {processor}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}\ncommand: {command}"
    )


def find_p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def describe_times(name: str, seconds: list[float]) -> str:
    """Return one line of n, median, p95, min and max in milliseconds."""
    ms = [second * 1000 for second in seconds]
    return (
        f"{name:<16} n={len(ms):<5} median {statistics.median(ms):7.2f}  p95 {find_p95(ms):7.2f}  "
        f"min {min(ms):7.2f}  max {max(ms):7.2f}"
    )
