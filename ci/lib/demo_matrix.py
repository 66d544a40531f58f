#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example programs on real peers, as one table.

  demo_matrix.py [--linux BUILD] [--kqueue BUILD] [--windows BUILD]

Every example of every system, with those of the other systems and with programs of others: socat, nginx, curl, OpenSSL.
What arrives is compared by SHA-256 with what was sent. Windows programs run by ci/wine-run; kqueue is a build for Linux
with the kqueue backend over its test double, and shows what uses a port. Everything happens on the loopback (multicast of
IPv6: within the machine) and free ports, in a temporary folder; a cell that takes too long fails, and processes are ended
by their own numbers. Ends with 1 when a cell fails.

A cell that goes well says "ok", or how fast it was where enough is moved to tell that from the start of a program:
only whole programs are timed, and what the client needs to start, measured beforehand, is subtracted.

Not here: building (ci/demo), the tables by subject (demo_echo.py, demo_http.py, demo_datagrams.py, demo_tcp.py,
demo_names.py, demo_winsock.py), and what they share (demo_process.py, demo_nginx.py, demo_table.py).
"""

import argparse
import pathlib
import sys
import tempfile

from demo_datagrams import Datagrams
from demo_echo import Echo
from demo_http import Http
from demo_names import Names
from demo_process import Build
from demo_table import Table
from demo_tcp import Tcp
from demo_winsock import Winsock

LEGEND = """
ok: everything arrived unchanged (404: no file is left over). A number says besides how fast, wherever more than 1 MiB
or many files are moved: MiB/s of payload, which an echo moves there and back and which counts twice, files/s or
ports/s. It is one run of a whole client program, connecting included, less the median of its start; ms is the mean of
its round trips. "ok" stands instead when the time is within the spread of starting a program. It shows orders of
magnitude; bench/measure compares."""
ENVIRONMENT = {"kqueue": {"SOCKPAL_BACKEND": "kqueue"}}


def main():
    parser = argparse.ArgumentParser(description="The example programs on real peers, as one table.")
    parser.add_argument("--linux", metavar="BUILD")
    parser.add_argument("--kqueue", metavar="BUILD")
    parser.add_argument("--windows", metavar="BUILD")
    parser.add_argument("--only", metavar="TABLE", help="echo, http, datagrams, tcp, names or winsock")
    options = vars(parser.parse_args())
    only = options.pop("only")
    builds = [Build(system, folder, ENVIRONMENT.get(system)) for system, folder in options.items() if folder]
    if not builds:
        parser.error("nothing to show")
    table = Table()
    with tempfile.TemporaryDirectory(prefix="sockpal-demo-") as folder:
        for subject in (Echo, Http, Datagrams, Tcp, Names, Winsock):
            if only in (None, subject.__name__.lower()):
                subject(builds, pathlib.Path(folder), table).show()
        print(LEGEND)
    sys.exit(table.finish())


if __name__ == "__main__":
    main()
