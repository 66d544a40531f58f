# SPDX-License-Identifier: MIT
"""Datagrams: udp_ping and udp_pong of every system with each other, and multicast_send with multicast_recv."""

import contextlib
import re
import socket
import struct

from demo_table import Failure, Skipped

GROUPS = {"IPv4": "239.255.77.9", "IPv6": "ff11::4d:9"}
PROBE_SECONDS = 1


class Datagrams:
    def __init__(self, builds, folder, table):
        self.builds, self.folder, self.table = builds, folder, table

    def show(self):
        self.show_ping()
        self.show_multicast()

    # ------------------------------------------------------------------------------------------------------- ping ---

    def ping(self, client, port, host, *arguments, expect=0):
        return client.run(self.folder, "udp_ping", host, port, *arguments, expect=expect)[0]

    def answered(self, server, client, host, size=64, count=20, interval_ms=2):
        """The text of a cell: the mean time of a round trip. Few large datagrams fit into a socket's buffer, so those
        take their time."""
        with server.serve(self.folder, "udp_pong", host, 0, "--count", count) as pong:
            printed = self.ping(client, pong.port(), host, "--count", count, "--interval", interval_ms, "--size", size)
            found = re.search(rf"{count} sent, {count} answered, 0 lost; .*: [\d.]+, ([\d.]+), [\d.]+ ms", printed)
            if not found:
                raise Failure(printed[-200:].strip())
            pong.finish("udp_pong")
            return f"{float(found[1]):.2f} ms"

    def lost(self, server, client):
        with server.serve(self.folder, "udp_pong", "127.0.0.1", 0, "--count", 9, "--drop", 3) as pong:
            printed = self.ping(client, pong.port(), "127.0.0.1", "--count", 9, "--interval", 1, "--timeout", 500,
                                expect=1)
            if "9 sent, 6 answered, 3 lost" not in printed:
                raise Failure(printed[-200:].strip())
            pong.finish("udp_pong")
            return "ok"

    def nobody(self, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
            gone.bind(("127.0.0.1", 0))
            port = gone.getsockname()[1]
        printed = self.ping(client, port, "127.0.0.1", "--count", 2, "--interval", 50, "--timeout", 500, expect=1)
        if "refused: nobody is there" in printed:
            return "ok"
        raise Failure(printed[-200:].strip())

    def show_ping(self):
        columns = {
            "IPv4": lambda server, client: self.answered(server, client, "127.0.0.1"),
            "IPv6": lambda server, client: self.answered(server, client, "::1"),
            "60000 bytes": lambda server, client: self.answered(server, client, "127.0.0.1", 60000, 5, 100),
            "some lost": self.lost,
            "nobody there": lambda _server, client: self.nobody(client),
        }
        self.table.head("udp_pong", "udp_ping", columns)
        for server in self.builds:
            if server.system == "kqueue":
                continue  # It makes synchronous calls alone, which wait without a port.
            for client in self.builds:
                row = self.table.row(server.system, client.system, columns)
                for column, action in columns.items():
                    row.cell(column, lambda: action(server, client))

    # -------------------------------------------------------------------------------------------------- multicast ---

    def carries(self, index, group):
        """Whether an interface of this machine brings datagrams to a group back, asked of the system itself."""
        family = socket.AF_INET6 if ":" in group else socket.AF_INET
        with contextlib.ExitStack() as stack:
            receiver, sender = (stack.enter_context(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(2))
            try:
                receiver.settimeout(PROBE_SECONDS)
                receiver.bind(("", 0))
                if family == socket.AF_INET6:
                    where = socket.inet_pton(family, group) + struct.pack("@I", index)
                    receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, where)
                    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
                else:
                    where = socket.inet_aton(group) + struct.pack("@ii", 0, index)
                    receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, where)
                    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("@iii", 0, 0, index))
                sender.sendto(b"x", (group, receiver.getsockname()[1]))
                return receiver.recv(1) == b"x"
            except OSError:
                return False

    def interface(self, group):
        """The loopback; or, of IPv6, any other interface, for Linux has no way to groups by its loopback. The group is
        this machine's own (interface-local scope): nothing that is sent to it ever leaves the machine."""
        names = [name for _, name in socket.if_nameindex()] if ":" in group else ["lo"]
        for name in sorted(names, key=lambda name: name != "lo"):
            if self.carries(socket.if_nametoindex(name), group):
                return name
        raise Skipped(f"no interface of this machine brings datagrams to {group} back")

    def heard(self, receiver, sender, group):
        index = socket.if_nametoindex(self.interface(group))
        with receiver.serve(self.folder, "multicast_recv", group, 0, "--interface", index, "--count", 3, "--timeout",
                            20000) as listener:
            port = listener.port()
            sender.run(self.folder, "multicast_send", group, port, "to all who hear", "--interface", index, "--ttl", 2,
                       "--count", 3, "--interval", 10)
            line = listener.line_from(listener.child.stdout, rb"from (.*): to all who hear").decode()
            listener.finish("multicast_recv")
        if f"to {group}" not in line or "ttl 2" not in line:
            raise Failure(f"the packet is said to be from {line}")
        return "ok"

    def show_multicast(self):
        self.table.head("multicast_recv", "multicast_send", GROUPS)
        builds = [build for build in self.builds if build.system != "kqueue"]
        for receiver in builds:
            for sender in builds:
                row = self.table.row(receiver.system, sender.system, GROUPS)
                for column, group in GROUPS.items():
                    row.cell(column, lambda: self.heard(receiver, sender, group))
