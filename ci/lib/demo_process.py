# SPDX-License-Identifier: MIT
"""What every table of demo_matrix.py stands on: the example programs of one build, other programs that run beside them,
clients that run to their end and are timed, and the bytes that are moved.
"""

import hashlib
import os
import pathlib
import random
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time

from demo_table import Failure

CELL_SECONDS = 60
MIB = 1 << 20
START_SAMPLES = 5
ROOT = pathlib.Path(__file__).resolve().parents[2]


def sha256(path):
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise Failure(f"{path.name} has not been written") from None


def payload(size, seed):
    """Text that is the same in every run and cannot contain the end mark."""
    return random.Random(seed).randbytes((size + 1) // 2).hex()[:size].encode()


def text_of(output):
    """What a program has printed, short enough for the list of failures."""
    return output[-500:].decode(errors="replace").strip()


class Start:
    """What it costs to start a program, and how far that varies."""

    def __init__(self, command):
        times = []
        for _ in range(START_SAMPLES):
            begin = time.monotonic()
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=CELL_SECONDS, check=False)
            times.append(time.monotonic() - begin)
        self.seconds = statistics.median(times)
        self.spread = max(times) - min(times)

    def rate(self, seconds, amount, unit):
        """The text of a cell, for a program that ran so long and moved so much."""
        net = seconds - self.seconds
        return f"{amount / net:.0f} {unit}" if net > self.spread else "ok"


class Build:
    """The example programs of one system, or of one of its backends."""

    def __init__(self, system, folder, environment=None):
        self.system = system
        self.folder = pathlib.Path(folder).resolve()
        self.environment = {**os.environ, **(environment or {})}
        self.suffix = ".exe" if system == "windows" else ""
        self.runner = [str(ROOT / "ci" / "wine-run")] if system == "windows" else []
        # Without arguments a program says how it is used and ends.
        self.start = Start(self.command("echo_client_sync"))

    def path(self, program):
        """Where a program is, or nothing: some are not built for every system."""
        places = [self.folder / folder / (program + self.suffix) for folder in ("examples", "bin", ".")]
        return next((place for place in places if place.is_file()), None)

    def command(self, program, *arguments):
        path = self.path(program)
        if path is None:
            sys.exit(f"demo_matrix: there is no {program} in {self.folder}")
        return [*self.runner, str(path), *map(str, arguments)]

    def serve(self, folder, program, *arguments):
        """Starts one of the servers."""
        return Process(self.command(program, *arguments), folder, stdout=subprocess.PIPE, env=self.environment)

    def run(self, folder, program, *arguments, expect=0):
        """Runs a client to its end. @return what it has printed, and the seconds"""
        return run(self.command(program, *arguments), folder, expect, env=self.environment)


class Process:
    """A program that runs beside the demonstration, and certainly ends with it."""

    def __init__(self, command, folder, **streams):
        self.errors = tempfile.TemporaryFile(dir=folder)
        streams.setdefault("stderr", self.errors)
        self.child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, **streams)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        for stream in (self.child.stdout, self.child.stderr, self.errors):
            if stream:
                stream.close()

    def error_text(self):
        self.errors.seek(0)
        return text_of(self.errors.read())

    def line_from(self, stream, pattern):
        """Reads what is printed until the pattern is found. @return its first group"""
        seen, deadline = b"", time.monotonic() + CELL_SECONDS
        while time.monotonic() < deadline and select.select([stream], [], [], deadline - time.monotonic())[0]:
            part = stream.read1(4096)
            seen += part
            found = re.search(pattern, seen)
            if found:
                return found[1]
            if not part:
                break
        raise Failure(f"the server does not listen: {text_of(seen)} {self.error_text()}")

    def port_from(self, stream, pattern):
        return int(self.line_from(stream, pattern))

    def port(self):
        """The port of a server of ours, which says where it listens."""
        return self.port_from(self.child.stdout, rb"listening on .*:(\d+)\s")

    def finish(self, name):
        try:
            code = self.child.wait(CELL_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name} does not end") from None
        if code != 0:
            raise Failure(f"{name} ended with {code}: {self.error_text()}")


def run(command, folder, expect=0, **streams):
    """Runs a client to its end. @return what it has printed, and the seconds"""
    begin = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=CELL_SECONDS, check=False, stderr=subprocess.PIPE,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams},
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"the client has not finished after {CELL_SECONDS} s") from None
    seconds = time.monotonic() - begin
    printed = (done.stdout or b"").decode(errors="replace")
    if done.returncode != expect:
        raise Failure(f"the client ended with {done.returncode}: {text_of(done.stderr)} {printed[-300:].strip()}")
    return printed, seconds


def expect_equal(path, source):
    if sha256(path) != sha256(source):
        raise Failure(f"{path.name} differs from {source.name}")
