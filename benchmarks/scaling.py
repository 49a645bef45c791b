"""Work out from `benchmarks/class.json` what 10,000 students take, and write it into `docs/scaling.md`.

.venv/bin/python benchmarks/scaling.py           # fails if the page does not show what the figures give
.venv/bin/python benchmarks/scaling.py --write
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIGURES, PAGE = ROOT / "benchmarks" / "class.json", ROOT / "docs" / "scaling.md"
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
STUDENTS, CORES = 10_000, 32


def worked_out(figures: dict[str, Any]) -> dict[str, float]:
    """Return what a submission takes, and from it what 10,000 take.

    The processor time of nbgrader's pass is what is left of a whole class when the same command with one resubmission is taken away,
    and the grading itself.
    """
    rows = figures["rows"]
    warm, again, one = (rows[name] for name in ("warm", "again", "one"))
    n = warm["submissions"]
    notebooks = warm["notebooks"]
    grade = (notebooks["student_sum"] + notebooks["overhead_sum"]) / n
    write = max(0.0, (warm["measured"]["cpu"] - one["measured"]["cpu"]) / (n - 1) - grade)
    look = again["measured"]["cpu"] / n  # an upper bound: the start of the command is in it
    sizes = rows["jobs1"]["notebooks"]
    one_job = rows["jobs1"]["measured"]["peak"]
    # The larger of two estimates: a longer run has larger peaks.
    further = max(
        (row["measured"]["peak"] - one_job) / (row["jobs"] - 1)
        for row in (rows["jobs4"], warm)
        if row["jobs"] > 1
    )
    each = 3  # notebooks
    return {
        "grade": grade,
        "write": write,
        "look": look,
        "core_hours": STUDENTS * grade / 3600,
        "minutes_one": STUDENTS * grade / CORES / 60,
        "minutes_four": STUDENTS * grade / CORES / 4 / 60,
        "minutes_book": STUDENTS * (write + look) / 60,
        "memory_one": one_job,
        "memory_job": further,
        "gib_machine": CORES * one_job / 1024,
        "gib_local": (one_job + (CORES - 1) * further) / 1024,
        "mib_there": STUDENTS * each * sizes["kib_there"] / 1024,
        "mib_back": STUDENTS * each * sizes["kib_back"] / 1024,
        "mbit": STUDENTS
        * each
        * (sizes["kib_there"] + sizes["kib_back"])
        * 8
        / 1024
        / (STUDENTS * grade / CORES / 4),
    }


def page(figures: dict[str, Any]) -> str:
    """Return the part of the page that is made of figures."""
    w, m = worked_out(figures), figures["machine"]
    return "\n".join(
        [
            f"Measured on {m['cores']} cores ({m['processor']}, shared with other work), Python {m['python']}, torch {m['torch']}, data set {figures['dataset']}:",
            "",
            "| a submission (three notebooks, complete) | |",
            "|---|---|",
            f"| processor time of grading it (student's code included) | {w['grade']:.1f} s |",
            f"| processor time of nbgrader's pass, on the instructor's machine | {w['write']:.2f} s |",
            f"| processor time of seeing that nothing changed | {w['look']:.2f} s |",
            f"| memory of a run with one job (PSS of all processes) | {w['memory_one']:.0f} MiB |",
            f"| memory of each further job | {w['memory_job']:.0f} MiB |",
            "",
            f"| {STUDENTS:,} students | |",
            "|---|---|",
            f"| grading, in all | {w['core_hours']:.1f} core hours |",
            f"| on one machine with {CORES} cores, `--jobs {CORES}` | {w['minutes_one']:.0f} minutes, {w['gib_local']:.0f} GiB |",
            f"| on four such machines, `--scheduler` | {w['minutes_four']:.0f} minutes, {w['gib_machine']:.0f} GiB each ({CORES} workers that share nothing) |",
            f"| nbgrader's pass, afterwards, on one core | {w['minutes_book']:.0f} minutes |",
            f"| over the network, there and back | {w['mib_there']:.0f} and {w['mib_back']:.0f} MiB, {w['mbit']:.0f} Mbit/s while four machines grade |",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    text = PAGE.read_text()
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    wanted = text[:begin] + page(json.loads(FIGURES.read_text())) + text[end:]
    if arguments.write:
        PAGE.write_text(wanted)
    elif text != wanted:
        sys.exit(f"{PAGE} does not show what {FIGURES} gives. Run benchmarks/scaling.py --write.")


if __name__ == "__main__":
    main()
