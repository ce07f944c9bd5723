#!/usr/bin/env python3
"""What the line recognisers make of the LogHub samples.

    bench/ingest_micro/loghub.py build/bin/line_report DIR

DIR holds SYSTEM/SYSTEM_2k.log with SYSTEM_2k.log_structured.csv beside it (github.com/logpai/loghub).
Prints, for each system, the share of lines with a timestamp and a level, and how many agree with
the columns of the csv. Exits 1 if a system has under 99 % of its times right.
"""
import calendar
import csv
import pathlib
import re
import subprocess
import sys
import time

YEAR = 2020  # given to the systems whose lines have none
MONTHS = {name: i + 1 for i, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}
ALIASES = {"v": "trace", "d": "debug", "i": "info", "w": "warn", "e": "error", "f": "fatal"}


def epoch(year, month, day, clock):
    hour, minute, second = (int(part) for part in clock.split(":"))
    return calendar.timegm((int(year), int(month), int(day), hour, minute, second))


def wanted_time(system, row):
    """Unix seconds of a csv row, from the columns of its system; None where there are none."""
    if "Timestamp" in row:
        return int(row["Timestamp"])
    if system == "HPC":
        return int(row["Time"])
    if system == "Apache":
        _, month, day, clock, year = row["Time"].split()
        return epoch(year, MONTHS[month], day, clock)
    if system in ("Linux", "Mac"):
        return epoch(YEAR, MONTHS[row["Month"]], row["Date"], row["Time"])
    if system == "OpenSSH":
        return epoch(YEAR, MONTHS[row["Date"]], row["Day"], row["Time"])
    if system == "Proxifier":
        date, clock = row["Time"].split()
        month, day = date.split(".")
        return epoch(YEAR, month, day, clock)
    if system == "HealthApp":
        date, clock = row["Time"].split("-")
        return epoch(date[:4], date[4:6], date[6:], ":".join(clock.split(":")[:3]))
    if system == "Android":
        month, day = row["Date"].split("-")
        return epoch(YEAR, month, day, row["Time"][:8])
    if system == "HDFS":
        date, clock = row["Date"].zfill(6), row["Time"].zfill(6)
        return epoch("20" + date[:2], date[2:4], date[4:], ":".join(re.findall("..", clock)))
    if system == "Spark":
        year, month, day = row["Date"].split("/")
        return epoch("20" + year, month, day, row["Time"])
    year, month, day = row["Date"].split("-")
    return epoch(year, month, day, row["Time"][:8])


def wanted_level(system, row):
    if system == "Linux":  # its column Level holds the host
        return None
    level = row.get("Level")
    return ALIASES.get(level.lower(), level.lower()) if level else None


def read_record(line):
    stamp = re.search(r'^\{:timestamp #inst "([^"]*)"', line)
    level = re.search(r'^\{(?::timestamp #inst "[^"]*" )?:level "([^"]*)"', line)
    seconds = None
    if stamp:
        seconds = calendar.timegm(time.strptime(stamp[1][:19], "%Y-%m-%dT%H:%M:%S"))
    return seconds, level and level[1]


def check(tool, folder):
    system = folder.name
    log = folder / f"{system}_2k.log"
    run = subprocess.run([tool, log, str(YEAR), "UTC"], capture_output=True, text=True, check=True)
    records = [read_record(line) for line in run.stdout.splitlines()]
    with pathlib.Path(f"{log}_structured.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    times = sum(seconds is not None for seconds, _ in records)
    levels = sum(level is not None for _, level in records)
    same = len(records) == len(rows)
    right_times = sum(record[0] == wanted_time(system, row) for record, row in zip(records, rows))
    right_levels = sum(record[1] == wanted_level(system, row) for record, row in zip(records, rows))
    count = max(len(records), 1)
    print(f"{system:12} {len(records):6} records  timestamp {100 * times / count:6.2f} %  level "
          f"{100 * levels / count:6.2f} %  as in the csv: timestamp {100 * right_times / count:6.2f}"
          f" %  level {100 * right_levels / count:6.2f} %"
          f"{'' if same else '  OTHER NUMBER OF LINES: ' + str(len(rows))}")
    return same and right_times >= 0.99 * count


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folders = sorted(p for p in pathlib.Path(sys.argv[2]).iterdir() if p.is_dir())
    good = [check(sys.argv[1], folder) for folder in folders]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
