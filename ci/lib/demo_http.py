# SPDX-License-Identifier: MIT
"""HTTP: http_get from nginx, file_server with http_get and with curl, and tcp_proxy between curl and nginx."""

import contextlib
import shutil
import socket

from demo_nginx import KINDS, Nginx
from demo_process import CELL_SECONDS, MIB, Start, expect_equal, payload, run
from demo_table import Failure

HTTP_SIZE = 32 * MIB
SMALL_FILES = 200
CURL = ["curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(CELL_SECONDS)]


class Http:
    def __init__(self, builds, folder, table):
        self.builds, self.folder, self.table = builds, folder, table
        self.curl_start = Start([*CURL, "--version"])
        self.small = [f"small-{i}" for i in range(SMALL_FILES)]
        self.documents = folder / "documents"
        self.documents.mkdir()
        (self.documents / "large").write_bytes(payload(HTTP_SIZE, "large"))
        for name in self.small:
            (self.documents / name).write_bytes(payload(4096 + len(name) * 100, name))

    def show(self):
        with contextlib.ExitStack() as stack:
            try:
                nginx = stack.enter_context(Nginx(self.folder / "nginx", self.documents, CELL_SECONDS))
            except Failure as failure:
                self.table.head("server", "client", ["all"])
                self.table.row("nginx", "all", ["all"]).fail_all(failure)
                return
            self.show_http_get(nginx)
            self.show_proxy(nginx)
        self.show_file_server()

    # --------------------------------------------------------------------------------------------------- http_get ---

    def download(self, build, url):
        out = self.folder / "download"
        out.unlink(missing_ok=True)
        _, seconds = build.run(self.folder, "http_get", url, out.name)
        expect_equal(out, self.documents / "large")
        return build.start.rate(seconds, HTTP_SIZE / MIB, "MiB/s")

    def download_all(self, build, sources):
        """Many files at once; sources are triples of a URL, a name for the file, and the name of the document.
        @return seconds"""
        target = self.folder / "downloads"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        arguments = [text for url, name, _ in sources for text in (url, name)]
        _, seconds = build.run(target, "http_get", "--parallel", len(sources), *arguments)
        if sorted(path.name for path in target.iterdir()) != sorted(name for _, name, _ in sources):
            raise Failure("other files than asked for")
        for _, name, document in sources:
            expect_equal(target / name, self.documents / document)
        return seconds

    def download_large(self, build, nginx):
        sources = [(nginx.url(kind, "large"), kind, "large") for kind in KINDS]
        return build.start.rate(self.download_all(build, sources), len(KINDS) * HTTP_SIZE / MIB, "MiB/s")

    def download_small(self, build, url_of):
        seconds = self.download_all(build, [(url_of(name), name, name) for name in self.small])
        return build.start.rate(seconds, len(self.small), "files/s")

    def download_missing(self, build, url):
        target = self.folder / "nothing"
        target.mkdir(exist_ok=True)
        build.run(target, "http_get", url, "file", expect=1)
        if any(target.iterdir()):
            raise Failure("a file is left over")
        return "ok"

    def show_http_get(self, nginx):
        at_once = f"{SMALL_FILES} files"
        columns = [*KINDS, "all three", at_once, "404"]
        self.table.head("server", "client", columns)
        for build in self.builds:
            row = self.table.row("nginx", f"http_get {build.system}", columns)
            for kind in KINDS:
                row.cell(kind, lambda: self.download(build, nginx.url(kind, "large")))
            row.cell("all three", lambda: self.download_large(build, nginx))
            row.cell(at_once, lambda: self.download_small(build, lambda name: nginx.url("length", name)))
            row.cell("404", lambda: self.download_missing(build, nginx.url("length", "no-such-file")))

    # ------------------------------------------------------------------------------------------------ file_server ---

    def curl(self, *arguments, expect=0):
        return run([*CURL, *map(str, arguments)], self.folder, expect)

    def curl_large(self, base):
        out = self.folder / "curled"
        out.unlink(missing_ok=True)
        _, seconds = self.curl("--output", out, f"{base}/large")
        expect_equal(out, self.documents / "large")
        return self.curl_start.rate(seconds, HTTP_SIZE / MIB, "MiB/s")

    def curl_range(self, base):
        """In three pieces, the last one by resuming."""
        out = self.folder / "curled"
        large = (self.documents / "large").read_bytes()
        pieces = b""
        for bounds in ("0-9999999", "10000000-10000000"):
            self.curl("--output", out, "--range", bounds, f"{base}/large")
            pieces += out.read_bytes()
        if pieces != large[:10000001]:
            raise Failure("a range differs")
        out.write_bytes(pieces)
        self.curl("--output", out, "--continue-at", "-", f"{base}/large")
        expect_equal(out, self.documents / "large")
        return "ok"

    def curl_keep_alive(self, base):
        """Ten files, each by a HEAD and a GET, on one connection."""
        arguments = [word for name in self.small[:10] for word in ("--output", "/dev/null", f"{base}/{name}")]
        printed, _ = self.curl("--write-out", "%{http_code} %{num_connects}\n", *arguments)
        if printed.split() != ["200", "1"] + ["200", "0"] * 9:
            raise Failure(f"not one connection: {printed}")
        printed, _ = self.curl("--head", f"{base}/large")
        if f"content-length: {HTTP_SIZE}" not in printed.lower():
            raise Failure(f"HEAD: {printed}")
        return "ok"

    def curl_outside(self, base):
        """Whatever is asked for, nothing above the folder is served."""
        for path in ("../nginx/nginx.conf", "%2e%2e/nginx/nginx.conf", "..%2fnginx/nginx.conf", "..\\nginx\\nginx.conf",
                     "small-0/../../nginx/nginx.conf", "", ".", "/etc/passwd"):
            printed, _ = self.curl("--path-as-is", "--write-out", "\\n%{http_code}", f"{base}/{path}")
            if printed.split("\n")[-1] not in ("400", "403", "404"):
                raise Failure(f"{path}: {printed[-100:]}")
        return "ok"

    def show_file_server(self):
        at_once = f"{SMALL_FILES} files"
        columns = ["large", at_once, "404"]
        curl_columns = {"large": self.curl_large, "ranges": self.curl_range, "keep-alive": self.curl_keep_alive,
                        "../": self.curl_outside}
        self.table.head("file_server", "client", columns)
        for server in self.builds:
            for client in self.builds:
                row = self.table.row(server.system, f"http_get {client.system}", columns)
                with server.serve(self.folder, "file_server", self.documents, "127.0.0.1", 0) as process:
                    base = row.prepare(lambda: f"http://127.0.0.1:{process.port()}")
                    row.cell("large", lambda: self.download(client, f"{base}/large"))
                    row.cell(at_once, lambda: self.download_small(client, lambda name: f"{base}/{name}"))
                    row.cell("404", lambda: self.download_missing(client, f"{base}/no-such-file"))
        self.table.head("file_server", "client", curl_columns)
        for server in self.builds:
            row = self.table.row(server.system, "curl", curl_columns)
            with server.serve(self.folder, "file_server", self.documents, "127.0.0.1", 0) as process:
                base = row.prepare(lambda: f"http://127.0.0.1:{process.port()}")
                for column, action in curl_columns.items():
                    row.cell(column, lambda: action(base))

    # -------------------------------------------------------------------------------------------------- tcp_proxy ---

    def upload(self, base, nginx):
        target = nginx.uploads / "uploaded"
        target.unlink(missing_ok=True)
        _, seconds = self.curl("--upload-file", self.documents / "large", f"{base}/uploads/uploaded")
        expect_equal(target, self.documents / "large")
        return self.curl_start.rate(seconds, HTTP_SIZE / MIB, "MiB/s")

    def many(self, base):
        """By curl's parallel transfers, and so on as many connections as it likes."""
        target = self.folder / "curled-files"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        arguments = [word for name in self.small for word in ("--output", target / name, f"{base}/length/{name}")]
        _, seconds = self.curl("--parallel", "--parallel-max", "50", "--parallel-immediate", "--no-keepalive",
                               *arguments)
        for name in self.small:
            expect_equal(target / name, self.documents / name)
        return self.curl_start.rate(seconds, len(self.small), "files/s")

    def half_close(self, build):
        """socat ends its stream behind the request, and the answer comes all the same: from file_server, since nginx
        cuts an answer off whose client has ended its stream."""
        out, body, request = (self.folder / name for name in ("answer", "body", "request"))
        request.write_bytes(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(build.serve(self.folder, "file_server", self.documents, "127.0.0.1", 0))
            proxy = stack.enter_context(
                build.serve(self.folder, "tcp_proxy", "127.0.0.1:0", "127.0.0.1", server.port()))
            port = proxy.port()
            with request.open("rb") as text, out.open("wb") as answer:
                run(["socat", "-t", str(CELL_SECONDS), "-", f"TCP4:127.0.0.1:{port}"], self.folder, stdin=text,
                    stdout=answer)
        body.write_bytes(out.read_bytes().split(b"\r\n\r\n", 1)[1])
        expect_equal(body, self.documents / "large")
        return "ok"

    def refused(self, build):
        """Behind the proxy nobody listens: its client is reset, not left in the belief that all went well."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            closed = nobody.getsockname()[1]
            with build.serve(self.folder, "tcp_proxy", "127.0.0.1:0", "127.0.0.1", closed) as proxy:
                port = proxy.port()
                with socket.create_connection(("127.0.0.1", port), timeout=CELL_SECONDS) as client:
                    try:
                        if client.recv(1) == b"":
                            raise Failure("the stream ends as if all had gone well")
                    except ConnectionResetError:
                        return "ok"
        raise Failure("something arrives")

    def show_proxy(self, nginx):
        at_once = f"{SMALL_FILES} files"
        columns = ["download", "upload", at_once, "half-close", "nobody there"]
        self.table.head("tcp_proxy", "between", columns)
        for build in self.builds:
            row = self.table.row(build.system, "curl and nginx", columns)
            with build.serve(self.folder, "tcp_proxy", "127.0.0.1:0", "127.0.0.1", nginx.port) as proxy:
                base = row.prepare(lambda: f"http://127.0.0.1:{proxy.port()}")
                row.cell("download", lambda: self.curl_large(f"{base}/length"))
                row.cell("upload", lambda: self.upload(base, nginx))
                row.cell(at_once, lambda: self.many(base))
                row.cell("half-close", lambda: self.half_close(build))
                row.cell("nobody there", lambda: self.refused(build))
