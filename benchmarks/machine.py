"""What a figure is worth depends on where it was measured: every benchmark prints this."""

import os
import platform
import re
import statistics
from pathlib import Path

from benchmarks.statistics import quantile


def describe_machine(command: str) -> str:
    """Return the machine, the versions and the command, in two lines."""
    return (
        f"machine: {os.cpu_count()} cores, {_processor()}, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}\ncommand: {command}"
    )


def describe_hardware() -> str:
    """Return processor, cores, speed, memory and system, in one line."""
    kernel = ".".join(platform.release().split(".")[:2])
    speed = f" at {mhz / 1000:.1f} GHz" if (mhz := _mhz()) else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores{speed}, {memory:.0f} GB, "
        f"{platform.system()} {kernel}"
    )


def describe_times(name: str, seconds: list[float]) -> str:
    """Return one line of n, median, p95, min and max in milliseconds."""
    ms = [second * 1000 for second in seconds]
    median, p95 = statistics.median(ms), quantile(ms, 0.95)
    return (
        f"{name:<16} n={len(ms):<5} median {median:7.2f}  p95 {p95:7.2f}  "
        f"min {min(ms):7.2f}  max {max(ms):7.2f}"
    )


def _processor() -> str:
    return _cpuinfo("model name") or platform.machine()


def _mhz() -> float:
    return float(_cpuinfo("cpu MHz") or 0)


def _cpuinfo(name: str) -> str:
    """Return a value of the first processor, empty where the system has no such file."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = re.search(rf"^{name}\s*: (.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else ""
