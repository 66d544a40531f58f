# SPDX-License-Identifier: MIT
"""Names and interfaces: resolve in both directions, and interfaces against what Python sees of this machine."""

import pathlib
import re
import socket

from demo_table import Failure


class Names:
    def __init__(self, builds, folder, table):
        self.builds, self.folder, self.table = builds, folder, table

    def resolve(self, build, *arguments, expect=0):
        return build.run(self.folder, "resolve", *arguments, expect=expect)[0].split()

    def forward(self, build):
        """The addresses in the order of the system's own look-up. Wine has hosts of its own."""
        found = self.resolve(build, "localhost", "80")
        if not set(found) & {"127.0.0.1:80", "[::1]:80"}:
            raise Failure(f"localhost is {found}")
        return "ok"

    def backward(self, build):
        found = self.resolve(build, "127.0.0.1", "80")
        if found != [socket.gethostbyaddr("127.0.0.1")[0], socket.getservbyport(80, "tcp")]:
            raise Failure(f"127.0.0.1, port 80 is {found}")
        return "ok"

    def refused(self, build):
        """Of a name that could exist, name servers would be asked, and those are not on this machine."""
        self.resolve(build, 300 * "x", expect=1)
        return "ok"

    def interfaces(self, build):
        printed, _ = build.run(self.folder, "interfaces")
        indices = {int(index) for index in re.findall(r"^ *(\d+)  ", printed, re.MULTILINE)}
        if indices != {index for index, _ in socket.if_nameindex()}:
            raise Failure(f"the interfaces are {sorted(indices)}")
        known = pathlib.Path("/sys/class/net/lo/mtu")
        if not known.exists():
            raise Failure("/sys is not mounted here, and nobody else knows the loopback's mtu")
        mtu = int(known.read_text(encoding="ascii"))
        if not re.search(rf"mtu {mtu}\b.*\n +up, running, loopback.*\n +127\.0\.0\.1/8", printed):
            raise Failure(f"there is no loopback: {printed[:200]}")
        return f"{len(indices)} found"

    def show(self):
        columns = {
            "host": self.forward,
            "address": self.backward,
            "too long": self.refused,
            "interfaces": self.interfaces,
        }
        self.table.head("resolve, interf.", "", columns)
        for build in self.builds:
            if build.system == "kqueue":
                continue  # Nothing waits on a port here.
            row = self.table.row(build.system, "this machine", columns)
            for column, action in columns.items():
                row.cell(column, lambda: action(build))
