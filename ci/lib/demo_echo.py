# SPDX-License-Identifier: MIT
"""The echo programs in every pairing of mode and system, then with socat as client and as server, each with 1 byte,
64 KiB and 16 MiB. The kqueue backend carries asynchronous programs alone: synchronous calls wait without a port.
"""

import contextlib
import subprocess

from demo_process import CELL_SECONDS, MIB, Process, Start, expect_equal, payload, run
from demo_table import Failure

SIZES = {"1 B": 1, "64 KiB": 64 << 10, "16 MiB": 16 * MIB}
END_MARK = b"<EOF>"


def echo_text(start, seconds, size):
    """An echo goes both ways. A small one takes no time that could be seen beside the start of a program."""
    count = 2 * SIZES[size]
    return start.rate(seconds, count / MIB, "MiB/s") if count > MIB else "ok"


class Echo:
    def __init__(self, builds, folder, table):
        self.builds, self.folder, self.table = builds, folder, table
        self.socat_start = Start(["socat", "-V"])
        self.payloads = {}
        for name, size in SIZES.items():
            path = folder / f"payload-{size}"
            path.write_bytes(payload(size, size))
            marked = folder / f"marked-{size}"
            marked.write_bytes(path.read_bytes() + END_MARK)
            self.payloads[name] = path, marked

    def server(self, build, mode, count):
        process = build.serve(self.folder, f"echo_server_{mode}", "127.0.0.1", 0, "--count", count)
        return process, process.port

    def exchange_by_client(self, build, mode, port, size):
        path, _ = self.payloads[size]
        out = self.folder / "echo"
        out.unlink(missing_ok=True)
        _, seconds = build.run(self.folder, f"echo_client_{mode}", "127.0.0.1", port, "--file", path.name, "--out",
                               out.name)
        expect_equal(out, path)
        return echo_text(build.start, seconds, size)

    def exchange_by_socat(self, port, size):
        _, marked = self.payloads[size]
        out = self.folder / "echo"
        with marked.open("rb") as text, out.open("wb") as echo:
            _, seconds = run(["socat", "-t", str(CELL_SECONDS), "-", f"TCP4:127.0.0.1:{port}"], self.folder,
                             stdin=text, stdout=echo)
        expect_equal(out, marked)
        return echo_text(self.socat_start, seconds, size)

    def row(self, server_name, client_name, server, exchange):
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

    def show(self):
        self.table.head("server", "client", SIZES)
        programs = [(mode, build) for build in self.builds for mode in ("sync", "async")
                    if mode == "async" or build.system != "kqueue"]
        for mode, build in programs:
            for client_mode, client in programs:
                self.row(
                    f"{mode} {build.system}", f"{client_mode} {client.system}",
                    lambda count: self.server(build, mode, count),
                    lambda port, size: self.exchange_by_client(client, client_mode, port, size),
                )
            self.row(f"{mode} {build.system}", "socat", lambda count: self.server(build, mode, count),
                     self.exchange_by_socat)
        for mode, build in programs:
            self.row("socat, cat", f"{mode} {build.system}", self.socat_server,
                     lambda port, size: self.exchange_by_client(build, mode, port, size))
