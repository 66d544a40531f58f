# SPDX-License-Identifier: MIT
"""What else the examples do with TCP: tcp_proxy between programs of different systems, chat, port_scan, and tls_get with
a server of OpenSSL's.
"""

import contextlib
import re
import socket
import subprocess

from demo_process import CELL_SECONDS, MIB, Process, expect_equal, payload, run
from demo_table import Failure, Skipped

ECHO_SIZE = 16 * MIB
SCANNED = 1000


class Client:
    """A client of the chat server, by plain sockets."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=CELL_SECONDS)
        self.lines = self.socket.makefile("rb")

    def say(self, text):
        self.socket.sendall(text.encode())

    def expect(self, *texts):
        for text in texts:
            try:
                line = self.lines.readline().decode()
            except OSError as error:
                raise Failure(f"{error} instead of {text!r}") from None
            if line != text + "\n":
                raise Failure(f"{line!r} instead of {text!r}")

    def close(self):
        self.lines.close()
        self.socket.close()


class Tcp:
    def __init__(self, builds, folder, table):
        self.builds, self.folder, self.table = builds, folder, table
        self.text = folder / "echo-text"
        self.text.write_bytes(payload(ECHO_SIZE, "proxy"))

    def show(self):
        self.show_proxy()
        self.show_chat()
        self.show_scan()
        self.show_tls()

    # ------------------------------------------------------------------------------------------------------ proxy ---

    def echo_through(self, proxy, server, client):
        out = self.folder / "echo-through"
        out.unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            echo = stack.enter_context(server.serve(self.folder, "echo_server_async", "127.0.0.1", 0, "--once"))
            through = stack.enter_context(
                proxy.serve(self.folder, "tcp_proxy", "127.0.0.1:0", "127.0.0.1", echo.port(), "--count", 1))
            _, seconds = client.run(self.folder, "echo_client_async", "127.0.0.1", through.port(), "--file",
                                    self.text.name, "--out", out.name)
            expect_equal(out, self.text)
            echo.finish("echo_server_async")
            through.finish("tcp_proxy")
        return client.start.rate(seconds, 2 * ECHO_SIZE / MIB, "MiB/s")

    def show_proxy(self):
        systems = [build.system for build in self.builds]
        self.table.head("tcp_proxy, echo", "client", [f"to {system}" for system in systems])
        for proxy in self.builds:
            for client in self.builds:
                row = self.table.row(proxy.system, client.system, systems)
                for server in self.builds:
                    row.cell(server.system, lambda: self.echo_through(proxy, server, client))

    # ------------------------------------------------------------------------------------------------------- chat ---

    def chat(self, build, proxies, action):
        """Runs the action with a function that brings the next client, through one proxy after the other."""
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(build.serve(self.folder, "chat", "127.0.0.1", 0))
            port = server.port()
            ports = [
                stack.enter_context(proxy.serve(self.folder, "tcp_proxy", "127.0.0.1:0", "127.0.0.1", port)).port()
                for proxy in proxies
            ] or [port]
            clients = []

            def come():
                clients.append(Client(ports[len(clients) % len(ports)]))
                stack.callback(clients[-1].close)
                # The server counts who comes; the next may come when it has said so.
                server.line_from(server.child.stdout, rb"(client %d has come)" % len(clients))
                for client in clients[:-1]:
                    client.expect(f"client {len(clients)} has come")
                return clients[-1]

            return action(come)

    def talk(self, come):
        clients = [come() for _ in range(6)]
        for i, speaker in enumerate(clients):
            speaker.say("hel")
            speaker.say(f"lo\r\nfrom {i}\nand not ")
            for listener in clients:
                if listener is not speaker:
                    listener.expect(f"client {i + 1}: hello", f"client {i + 1}: from {i}")
        clients[0].close()
        for listener in clients[1:]:
            listener.expect("client 1 has left")
        return "ok"

    def slow(self, come):
        """One never reads; the others talk on, and learn that it has gone."""
        come()
        speaker, listener = come(), come()
        line = "x" * 900
        for _ in range(1000):
            speaker.say(100 * f"{line}\n")
            for _ in range(100):
                said = listener.lines.readline().decode().strip()
                if said == "client 1 was too slow":
                    return "ok"
                if said != f"client 2: {line}":
                    raise Failure(f"{said[:80]!r} is heard")
        raise Failure("the slow client is not dropped")

    def show_chat(self):
        columns = {"6 clients": ([], self.talk), "via proxies": (self.builds, self.talk), "a slow one": ([], self.slow)}
        self.table.head("chat", "clients", columns)
        for build in self.builds:
            row = self.table.row(build.system, "plain sockets", columns)
            for column, (proxies, action) in columns.items():
                row.cell(column, lambda: self.chat(build, proxies, action))

    # ------------------------------------------------------------------------------------------------------- scan ---

    def scan(self, build):
        with contextlib.ExitStack() as stack:
            listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(5)]
            ports = sorted(listener.getsockname()[1] for listener in listeners)
            start = max(1, min(ports[2] - SCANNED // 2, 65536 - SCANNED))
            wanted = [port for port in ports if start <= port < start + SCANNED]
            printed, seconds = build.run(self.folder, "port_scan", "127.0.0.1", f"{start}-{start + SCANNED - 1}",
                                         "--timeout", 20000)
        found = {int(port) for port in re.findall(r"^(\d+) open$", printed.replace("\r", ""), re.MULTILINE)}
        if not found.issuperset(wanted) or " 0 silent, 0 not known" not in printed:
            raise Failure(f"{wanted} should be open: {printed[-200:].strip()}")
        return build.start.rate(seconds, SCANNED, "ports/s")

    def show_scan(self):
        column = f"{SCANNED} ports"
        self.table.head("port_scan", "of", [column])
        for build in self.builds:
            self.table.row(build.system, "127.0.0.1", [column]).cell(column, lambda: self.scan(build))

    # -------------------------------------------------------------------------------------------------------- tls ---

    def certificate(self):
        """A key and a certificate for this run alone."""
        names = [self.folder / "tls-key.pem", self.folder / "tls-certificate.pem"]
        if not names[1].exists():
            run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                 "1", "-subj", "/CN=throw-away", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(names[0]),
                 "-out", str(names[1])], self.folder)
        return names

    def tls_get(self, build, version, host, expect):
        if build.path("tls_get") is None:
            raise Skipped("there is no OpenSSL for this system")
        key, certificate = self.certificate()
        out = self.folder / "tls-file"
        out.unlink(missing_ok=True)
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-key", str(key), "-cert", str(certificate),
                   f"-{version}", "-WWW"]
        with Process(command, self.folder, stdout=subprocess.PIPE) as server:
            port = server.port_from(server.child.stdout, rb"ACCEPT 127\.0\.0\.1:(\d+)\s")
            _, seconds = build.run(self.folder, "tls_get", f"https://{host}:{port}/{self.text.name}", out.name,
                                         "--ca", certificate, expect=expect)
        return out, seconds

    def tls_file(self, build, version):
        out, seconds = self.tls_get(build, version, "localhost", 0)
        expect_equal(out, self.text)
        return build.start.rate(seconds, ECHO_SIZE / MIB, "MiB/s")

    def tls_other(self, build):
        out, _ = self.tls_get(build, "tls1_3", "127.0.0.1", 1)
        if out.exists():
            raise Failure("a file has come from a server whose certificate names another host")
        return "ok"

    def show_tls(self):
        columns = {
            "TLS 1.3": lambda build: self.tls_file(build, "tls1_3"),
            "TLS 1.2": lambda build: self.tls_file(build, "tls1_2"),
            "another host": self.tls_other,
        }
        self.table.head("server", "client", columns)
        for build in self.builds:
            row = self.table.row("s_server", f"tls_get {build.system}", columns)
            for column, action in columns.items():
                row.cell(column, lambda: action(build))
