#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example programs on real peers, as one table.

  demo_matrix.py [--linux BUILD] [--windows BUILD]

The four echo programs in every pairing of mode and system, then with socat as client and as server, each with 1 byte,
64 KiB and 16 MiB; and http_get of each system from an nginx of its own. What arrives is compared by SHA-256 with what was
sent. Windows programs run by ci/wine-run. Everything happens on 127.0.0.1 and free ports, in a temporary folder; a cell
that takes too long fails, and processes are ended by their own numbers. Ends with 1 when a cell fails.

A cell that goes well says "ok", or how fast it was where enough is moved to tell that from the start of a program:
only whole programs are timed, and what the client needs to start, measured beforehand, is subtracted.

Not here: building (ci/demo), and nginx and the table (demo_nginx.py, demo_table.py).
"""

import argparse
import contextlib
import hashlib
import pathlib
import random
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from demo_nginx import KINDS, Nginx
from demo_table import Failure, Table

CELL_SECONDS = 60
MIB = 1 << 20
SIZES = {"1 B": 1, "64 KiB": 64 << 10, "16 MiB": 16 * MIB}
MODES = ("sync", "async")
HTTP_SIZE = 32 * MIB
SMALL_FILES = 200
START_SAMPLES = 5
END_MARK = b"<EOF>"
LEGEND = """
ok: everything arrived unchanged (404: no file is left over). A number says besides how fast, wherever more than 1 MiB or
many files are moved: MiB/s of payload, which an echo moves there and back and which counts twice, or files/s. It is one
run of a whole client program, connecting included, less the median of its start. "ok" stands instead when the time is
within the spread of starting a program. It shows orders of magnitude; bench/measure compares."""
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
    """The example programs of one system."""

    def __init__(self, system, folder):
        self.system = system
        self.folder = pathlib.Path(folder).resolve()
        self.runner = [str(ROOT / "ci" / "wine-run")] if system == "windows" else []
        # Without arguments a program says how it is used and ends.
        self.start = Start(self.command("echo_client_sync"))

    def command(self, program, *arguments):
        name = program + (".exe" if self.system == "windows" else "")
        for folder in ("examples", "bin", "."):
            if (self.folder / folder / name).is_file():
                return [*self.runner, str(self.folder / folder / name), *map(str, arguments)]
        sys.exit(f"demo_matrix: there is no {name} in {self.folder}")


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

    def port_from(self, stream, pattern):
        """Reads lines until one tells the port."""
        seen, deadline = b"", time.monotonic() + CELL_SECONDS
        while time.monotonic() < deadline and select.select([stream], [], [], deadline - time.monotonic())[0]:
            part = stream.read1(4096)
            seen += part
            found = re.search(pattern, seen)
            if found:
                return int(found[1])
            if not part:
                break
        raise Failure(f"the server does not listen: {text_of(seen)} {self.error_text()}")

    def finish(self, name):
        try:
            code = self.child.wait(CELL_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name} does not end") from None
        if code != 0:
            raise Failure(f"{name} ended with {code}: {self.error_text()}")


def run(command, folder, expect=0, **streams):
    """Runs a client to its end. @return seconds"""
    begin = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=CELL_SECONDS, check=False, stderr=subprocess.PIPE,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **streams},
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"the client has not finished after {CELL_SECONDS} s") from None
    if done.returncode != expect:
        raise Failure(f"the client ended with {done.returncode}: {text_of(done.stderr)}")
    return time.monotonic() - begin


def echo_text(start, seconds, size):
    """An echo goes both ways. A small one takes no time that could be seen beside the start of a program."""
    count = 2 * SIZES[size]
    return start.rate(seconds, count / MIB, "MiB/s") if count > MIB else "ok"


class Demo:
    def __init__(self, builds, folder):
        self.builds = builds
        self.folder = folder
        self.table = Table()
        self.socat_start = Start(["socat", "-V"])
        self.payloads = {}
        for name, size in SIZES.items():
            path = folder / f"payload-{size}"
            path.write_bytes(payload(size, size))
            marked = folder / f"marked-{size}"
            marked.write_bytes(path.read_bytes() + END_MARK)
            self.payloads[name] = path, marked

    # ------------------------------------------------------------------------------------------------ the echo ---

    def server(self, build, mode, count):
        command = build.command(f"echo_server_{mode}", "127.0.0.1", 0, "--count", count)
        process = Process(command, self.folder, stdout=subprocess.PIPE)
        return process, lambda: process.port_from(process.child.stdout, rb"listening on 127\.0\.0\.1:(\d+)\s")

    def exchange_by_client(self, build, mode, port, size):
        path, _ = self.payloads[size]
        out = self.folder / "echo"
        out.unlink(missing_ok=True)
        command = build.command(f"echo_client_{mode}", "127.0.0.1", port, "--file", path.name, "--out", out.name)
        seconds = run(command, self.folder)
        if sha256(out) != sha256(path):
            raise Failure("the echo differs")
        return echo_text(build.start, seconds, size)

    def exchange_by_socat(self, port, size):
        _, marked = self.payloads[size]
        out = self.folder / "echo"
        with marked.open("rb") as text, out.open("wb") as echo:
            seconds = run(["socat", "-t", str(CELL_SECONDS), "-", f"TCP4:127.0.0.1:{port}"], self.folder,
                          stdin=text, stdout=echo)
        if sha256(out) != sha256(marked):
            raise Failure("the echo differs")
        return echo_text(self.socat_start, seconds, size)

    def echo_row(self, server_name, client_name, server, exchange):
        """One server for all sizes; when it has served the last one, it ends by itself and without complaint."""
        row = self.table.row(server_name, client_name, SIZES)
        with contextlib.ExitStack() as stack:
            try:
                process, port_of = server(len(SIZES))
                stack.enter_context(process)
                port = port_of()
            except Failure as failure:
                row.fail_all(failure)
                return
            for size in SIZES:
                row.cell(size, lambda: exchange(port, size))
            if not row.failed:
                row.check(lambda: process.finish("the server"))

    def socat_server(self, _count):
        """One connection per process: a server per size, chosen by the client through socat's own fork."""
        command = ["socat", "-d", "-d", "-t", str(CELL_SECONDS), "TCP4-LISTEN:0,bind=127.0.0.1,fork,max-children=1",
                   "EXEC:cat"]
        process = Process(command, self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        process.finish = lambda _name: None  # It listens until it is ended.
        return process, lambda: process.port_from(process.child.stderr, rb"listening on .*:(\d+)\s")

    def echo(self):
        self.table.head("server", "client", SIZES)
        programs = [(mode, build) for build in self.builds for mode in MODES]
        for mode, build in programs:
            for client_mode, client in programs:
                self.echo_row(
                    f"{mode} {build.system}", f"{client_mode} {client.system}",
                    lambda count: self.server(build, mode, count),
                    lambda port, size: self.exchange_by_client(client, client_mode, port, size),
                )
            self.echo_row(f"{mode} {build.system}", "socat", lambda count: self.server(build, mode, count),
                          self.exchange_by_socat)
        for mode, build in programs:
            self.echo_row("socat, cat", f"{mode} {build.system}", self.socat_server,
                          lambda port, size: self.exchange_by_client(build, mode, port, size))

    # ------------------------------------------------------------------------------------------------ the files ---

    def download(self, build, nginx, kind):
        out = self.folder / "download"
        out.unlink(missing_ok=True)
        seconds = run(build.command("http_get", nginx.url(kind, "large"), out.name), self.folder)
        if sha256(out) != sha256(nginx.documents / "large"):
            raise Failure("the file differs")
        return build.start.rate(seconds, HTTP_SIZE / MIB, "MiB/s")

    def download_all(self, build, nginx, sources):
        """Many files at once; sources are pairs of the kind and the name. @return seconds"""
        target = self.folder / "downloads"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        names = [f"{kind}-{name}" for kind, name in sources]
        arguments = [text for (kind, name), file in zip(sources, names) for text in (nginx.url(kind, name), file)]
        seconds = run(build.command("http_get", "--parallel", len(sources), *arguments), target)
        if sorted(path.name for path in target.iterdir()) != sorted(names):
            raise Failure("other files than asked for")
        for (_, name), file in zip(sources, names):
            if sha256(target / file) != sha256(nginx.documents / name):
                raise Failure(f"{file} differs")
        return seconds

    def download_large(self, build, nginx):
        seconds = self.download_all(build, nginx, [(kind, "large") for kind in KINDS])
        return build.start.rate(seconds, len(KINDS) * HTTP_SIZE / MIB, "MiB/s")

    def download_small(self, build, nginx, names):
        seconds = self.download_all(build, nginx, [("length", name) for name in names])
        return build.start.rate(seconds, len(names), "files/s")

    def download_missing(self, build, nginx):
        target = self.folder / "nothing"
        target.mkdir(exist_ok=True)
        run(build.command("http_get", nginx.url("length", "no-such-file"), "file"), target, expect=1)
        if any(target.iterdir()):
            raise Failure("a file is left over")
        return "ok"

    def http(self):
        at_once = f"{SMALL_FILES} files"
        columns = [*KINDS, "all three", at_once, "404"]
        small = [f"small-{i}" for i in range(SMALL_FILES)]
        documents = self.folder / "documents"
        documents.mkdir()
        (documents / "large").write_bytes(payload(HTTP_SIZE, "large"))
        for name in small:
            (documents / name).write_bytes(payload(4096 + len(name) * 100, name))
        self.table.head("server", "client", columns)
        with contextlib.ExitStack() as stack:
            try:
                nginx = stack.enter_context(Nginx(self.folder / "nginx", documents, CELL_SECONDS))
            except Failure as failure:
                self.table.row("nginx", "http_get", columns).fail_all(failure)
                return
            for build in self.builds:
                row = self.table.row("nginx", f"http_get {build.system}", columns)
                for kind in KINDS:
                    row.cell(kind, lambda: self.download(build, nginx, kind))
                row.cell("all three", lambda: self.download_large(build, nginx))
                row.cell(at_once, lambda: self.download_small(build, nginx, small))
                row.cell("404", lambda: self.download_missing(build, nginx))


def main():
    parser = argparse.ArgumentParser(description="The example programs on real peers, as one table.")
    parser.add_argument("--linux", metavar="BUILD")
    parser.add_argument("--windows", metavar="BUILD")
    options = parser.parse_args()
    builds = [Build(system, folder) for system, folder in vars(options).items() if folder]
    if not builds:
        parser.error("nothing to show")
    with tempfile.TemporaryDirectory(prefix="sockpal-demo-") as folder:
        demo = Demo(builds, pathlib.Path(folder))
        demo.echo()
        demo.http()
        print(LEGEND)
    sys.exit(demo.table.finish())


if __name__ == "__main__":
    main()
