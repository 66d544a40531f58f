#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example programs on real peers, as one table.

  demo_matrix.py [--linux BUILD] [--windows BUILD]

The four echo programs in every pairing of mode and system, then with socat as client and as server, each with 1 byte,
64 KiB and 16 MiB; and http_get of each system from an nginx of its own. What arrives is compared by SHA-256 with what was
sent. Windows programs run by ci/wine-run. Everything happens on 127.0.0.1 and free ports, in a temporary folder; a cell
that takes too long fails, and processes are ended by their own numbers. Ends with 1 when a cell fails.

Times do not count what the client needs to start, which is measured beforehand.

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
END_MARK = b"<EOF>"
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


class Build:
    """The example programs of one system."""

    def __init__(self, system, folder):
        self.system = system
        self.folder = pathlib.Path(folder).resolve()
        self.runner = [str(ROOT / "ci" / "wine-run")] if system == "windows" else []
        self.start_seconds = 0.0

    def command(self, program, *arguments):
        name = program + (".exe" if self.system == "windows" else "")
        for folder in ("examples", "bin", "."):
            if (self.folder / folder / name).is_file():
                return [*self.runner, str(self.folder / folder / name), *map(str, arguments)]
        sys.exit(f"demo_matrix: there is no {name} in {self.folder}")

    def measure_start(self):
        """A program without arguments says how it is used and ends: what is left is the cost of starting it."""
        command = self.command("echo_client_sync")
        times = []
        for _ in range(3):
            begin = time.monotonic()
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=CELL_SECONDS, check=False)
            times.append(time.monotonic() - begin)
        self.start_seconds = min(times)


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


class Demo:
    def __init__(self, builds, folder):
        self.builds = builds
        self.folder = folder
        self.table = Table()
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
        seconds = run(command, self.folder) - build.start_seconds
        if sha256(out) != sha256(path):
            raise Failure("the echo differs")
        return seconds

    def exchange_by_socat(self, port, size):
        _, marked = self.payloads[size]
        out = self.folder / "echo"
        with marked.open("rb") as text, out.open("wb") as echo:
            seconds = run(["socat", "-t", str(CELL_SECONDS), "-", f"TCP4:127.0.0.1:{port}"], self.folder,
                          stdin=text, stdout=echo)
        if sha256(out) != sha256(marked):
            raise Failure("the echo differs")
        return seconds

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
            for size, count in SIZES.items():
                row.cell(size, lambda: (exchange(port, size), 2 * count))
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
        return seconds - build.start_seconds, HTTP_SIZE

    def download_all(self, build, nginx, sources):
        """Many files at once; sources are pairs of the kind and the name."""
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
        return seconds - build.start_seconds, sum((nginx.documents / name).stat().st_size for _, name in sources)

    def download_missing(self, build, nginx):
        target = self.folder / "nothing"
        target.mkdir(exist_ok=True)
        seconds = run(build.command("http_get", nginx.url("length", "no-such-file"), "file"), target, expect=1)
        if any(target.iterdir()):
            raise Failure("a file is left over")
        return seconds - build.start_seconds, 0

    def http(self):
        at_once = f"{SMALL_FILES} files"
        columns = [*KINDS, "all three", at_once, "404"]
        small = [("length", f"small-{i}") for i in range(SMALL_FILES)]
        documents = self.folder / "documents"
        documents.mkdir()
        (documents / "large").write_bytes(payload(HTTP_SIZE, "large"))
        for _, name in small:
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
                row.cell("all three", lambda: self.download_all(build, nginx, [(kind, "large") for kind in KINDS]))
                row.cell(at_once, lambda: self.download_all(build, nginx, small))
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
        for build in builds:
            build.measure_start()
        demo = Demo(builds, pathlib.Path(folder))
        demo.echo()
        demo.http()
    sys.exit(demo.table.finish())


if __name__ == "__main__":
    main()
