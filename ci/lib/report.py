# SPDX-License-Identifier: MIT
"""What the lanes of ci/test have found: single results, how they are read from test programs, and how they are shown.

Not here: how anything is built or run (lanes.py).
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

# Characters that XML cannot carry; the output of a broken test may hold any.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@dataclass
class Check:
    """One thing that passed, failed or was skipped."""

    name: str
    outcome: str
    message: str = ""
    seconds: float = 0.0
    program: str = ""


CMOCKA_LINE = re.compile(r"^\[ +(RUN|OK|FAILED|SKIPPED|ERROR) +\] (.*?)\s*$")


def cmocka_checks(program, text):
    """The single tests of a cmocka program, from what it has printed. The last one has no result if it crashed."""
    checks = []
    running, lines = None, []

    def finish(outcome):
        checks.append(Check(running, outcome, "\n".join(lines).strip(), program=program))

    for line in text.splitlines():
        match = CMOCKA_LINE.match(line)
        word, name = match.groups() if match else (None, None)
        if word == "RUN":
            running, lines = name, []
        elif running is not None and word is not None and name == running:
            finish({"OK": PASSED, "SKIPPED": SKIPPED}.get(word, FAILED))
            running = None
        elif running is not None:
            lines.append(line)
    if running is not None:
        lines.append("the program ended in this test")
        finish(FAILED)
    return checks


def ctest_checks(junit_path):
    """The single tests behind ctest's JUnit file. A program that is not cmocka's counts as one test."""
    checks = []
    for case in ET.parse(junit_path).getroot().iter("testcase"):
        name = case.get("name")
        text = case.findtext("system-out") or ""
        passed = case.get("status") == "run"
        inner = cmocka_checks(name, text)
        if not inner:
            reason = "" if passed else ending_of(case) + "\n" + tail(text, 60)
            inner = [Check(name, PASSED if passed else FAILED, reason, float(case.get("time") or 0), name)]
        elif not passed and all(check.outcome != FAILED for check in inner):
            inner.append(Check(name + " (its exit)", FAILED, ending_of(case) + "\n" + tail(text, 60), program=name))
        checks += inner
    return checks


def ending_of(case):
    failure = case.find("failure")
    return (failure.get("message") or "failed") if failure is not None else "did not run"


def tail(text, count):
    lines = text.rstrip().splitlines()
    return "\n".join(lines[-count:])


TROUBLE = re.compile(r"(?i)\b(error|undefined reference|warning)\b.*:|undefined reference|CMake Error|ERROR: ")


def telling(text, count):
    """The lines from the first that names an error, else the last ones."""
    lines = text.rstrip().splitlines()
    first = next((number for number, line in enumerate(lines) if TROUBLE.search(line)), len(lines) - count)
    return "\n".join(lines[max(0, first) :][:count])


def count(checks, outcome):
    return sum(1 for check in checks if check.outcome == outcome)


def totals(checks):
    """The closing line."""
    line = f"{count(checks, PASSED)} passed, {count(checks, FAILED)} failed"
    skipped = count(checks, SKIPPED)
    return f"{line}, {skipped} skipped" if skipped else line


def write_junit(path, lane, checks, seconds):
    suite = ET.Element(
        "testsuite",
        name=lane,
        tests=str(len(checks)),
        failures=str(count(checks, FAILED)),
        skipped=str(count(checks, SKIPPED)),
        time=f"{seconds:.3f}",
    )
    for check in checks:
        classname = f"{lane}.{check.program}" if check.program else lane
        case = ET.SubElement(suite, "testcase", name=check.name, classname=classname, time=f"{check.seconds:.3f}")
        text = UNPRINTABLE.sub("?", check.message)
        if check.outcome == FAILED:
            ET.SubElement(case, "failure", message=text.splitlines()[0] if text else "failed").text = text
        elif check.outcome == SKIPPED:
            ET.SubElement(case, "skipped", message=text)
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


CONTRACT_NAME = re.compile(r"^(.*) \[(.*)\]$")
SHORT_STYLES = {"nonblocking + poll": "poll", "async inline": "inline", "async inline, one thread": "single"}
MARKS = {PASSED: "+", FAILED: "FAIL", SKIPPED: "skip"}


def contract_matrix(results):
    """The contract suite as a table: a row for each behaviour, a column for each backend and style.

    `results` is a list of (backend, checks); a program may name another backend, as contract_kqueue_async does. A cell
    fails when it failed in any lane of its backend.
    """
    cells, backends, styles, rows = {}, [], [], []
    for usual, checks in results:
        for check in checks:
            match = CONTRACT_NAME.match(check.name)
            if not match or not check.program.startswith("contract"):
                continue
            backend = "kqueue" if check.program.startswith("contract_kqueue") else usual
            row, style = match.group(1), SHORT_STYLES.get(match.group(2), match.group(2))
            for value, known in ((backend, backends), (style, styles), (row, rows)):
                if value not in known:
                    known.append(value)
            key = (row, backend, style)
            if cells.get(key) != FAILED:
                cells[key] = check.outcome
    if not rows:
        return []
    columns = [(backend, style) for backend in backends for style in styles]
    width = max(len(row) for row in rows)
    lines = [" " * width + "".join(f" {backend:>6}" for backend, _ in columns)]
    lines.append(" " * width + "".join(f" {style:>6}" for _, style in columns))
    for row in rows:
        marks = [MARKS.get(cells.get((row, *column)), ".") for column in columns]
        lines.append(row.ljust(width) + "".join(f" {mark:>6}" for mark in marks))
    return lines
