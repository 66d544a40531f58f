# SPDX-License-Identifier: MIT
"""The Winsock examples, in every pairing of a Windows build and a native one: one source, which knows nothing of sockpal,
by the real Winsock and by the Winsock face. What both programs print is compared with the transcripts of the tests.
"""

from demo_process import MIB, ROOT
from demo_table import Failure

TRANSCRIPTS = ROOT / "tests/winsock/examples"
SERVERS = ("blocking", "select", "poll", "event", "overlapped", "apc", "iocp")
BULK = 16 * MIB
FILE_BYTES = 300000


def expect_transcript(name, printed, ordered=True):
    lines = printed.replace("\r", "").splitlines()
    wanted = (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    if (lines if ordered else sorted(lines)) != wanted:
        raise Failure(f"{name} prints {printed[-300:].strip()!r}")


class Winsock:
    def __init__(self, builds, folder, table):
        # A build with the kqueue backend has the programs too, where there are any.
        self.builds = [build for build in builds if build.path("winsock/winsock_iocp_server")]
        self.folder, self.table = folder, table
        self.file = folder / "winsock-file"
        self.file.write_bytes(bytes((i * 2654435761 & 0xFFFFFFFF) >> 24 for i in range(FILE_BYTES)))

    def pair(self, server, client, programs, server_words=(), client_words=()):
        """Runs a server and a client. @return what each has printed, and the client's seconds"""
        names = [f"winsock/winsock_{program}" for program in programs]
        with server.serve(self.folder, names[0], *server_words) as process:
            printed, seconds = client.run(self.folder, names[1], "--port", process.port(), *client_words)
            process.finish(programs[0])
            return process.child.stdout.read().decode(errors="replace"), printed, seconds

    def in_turn(self, server, client, kind):
        words = ("--connections", 3, "--lines", 3, "--bulk", 1000000)
        served, received, _ = self.pair(server, client, (f"{kind}_server", "blocking_client"), ("--clients", 3), words)
        expect_transcript("echo_in_turn_server", served)
        expect_transcript("echo_in_turn_client", received)
        return "ok"

    def at_once(self, server, client):
        words = ("--connections", 9, "--lines", 20)
        served, received, _ = self.pair(server, client, ("iocp_server", "async_client"), ("--clients", 9), words)
        expect_transcript("echo_at_once_server", served, ordered=False)
        expect_transcript("echo_at_once_client", received)
        return "ok"

    def much(self, server, client):
        words = ("--lines", 1, "--bulk", BULK)
        _, received, seconds = self.pair(server, client, ("iocp_server", "blocking_client"), ("--clients", 1), words)
        if f"came back: {BULK} bytes" not in received:
            raise Failure(received[-200:].strip())
        return client.start.rate(seconds, 2 * BULK / MIB, "MiB/s")

    def sent_file(self, server, client):
        words = ("--file", self.file, "--clients", 1)
        served, received, _ = self.pair(server, client, ("file_server", "file_client"), words)
        expect_transcript("file_server", served)
        expect_transcript("file_client", received)
        return "ok"

    def datagrams(self, server, client):
        served, received, _ = self.pair(server, client, ("udp_server", "udp_client"), ("--datagrams", 4),
                                        ("--datagrams", 4))
        expect_transcript("udp_server", served)
        expect_transcript("udp_client", received)
        return "ok"

    def multicast(self, server, client):
        group = ("--group", "239.255.77.23")
        served, received, _ = self.pair(server, client, ("multicast_receiver", "multicast_sender"), group, group)
        expect_transcript("multicast_receiver", served)
        expect_transcript("multicast_sender", received)
        return "ok"

    def show_table(self, title, columns):
        self.table.head(title, "client", columns)
        for server in self.builds:
            for client in self.builds:
                row = self.table.row(server.system, client.system, columns)
                for column, action in columns.items():
                    row.cell(column, lambda: action(server, client))

    def show(self):
        if not self.builds:
            return
        self.show_table("Winsock, IOCP", {
            "in turn": lambda server, client: self.in_turn(server, client, "iocp"),
            "9 at once": self.at_once,
            "16 MiB": self.much,
            "TransmitFile": self.sent_file,
            "WSARecvMsg": self.datagrams,
            "multicast": self.multicast,
        })
        self.show_table("Winsock, others", {
            kind: lambda server, client, kind=kind: self.in_turn(server, client, kind)
            for kind in SERVERS if kind != "iocp"
        })
