# SPDX-License-Identifier: MIT
"""An nginx of its own for demo_matrix.py, on a free loopback port, which ends with the `with` statement.

It serves one folder in three ways: with the length of the body, in chunks, and until the connection ends. The last two
come from nginx' server-side includes, which do not know the length beforehand. Into another folder files may be put.
"""

import os
import shutil
import socket
import subprocess
import time

from demo_table import Failure

# How the body is delimited, and the header lines that must (True) or must not (False) show it.
KINDS = {
    "length": {b"content-length:": True, b"transfer-encoding:": False},
    "chunked": {b"content-length:": False, b"transfer-encoding: chunked": True},
    "until close": {b"content-length:": False, b"transfer-encoding:": False},
}

CONFIGURATION = """
daemon off;
worker_processes 1;
{user}
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type text/plain;
    client_max_body_size 0;
    server {{
        listen 127.0.0.1:{port};
        location /length/ {{ alias {documents}/; }}
        location /chunked/ {{ alias {documents}/; ssi on; ssi_types *; }}
        location /until-close/ {{ alias {documents}/; ssi on; ssi_types *; chunked_transfer_encoding off; }}
        location /uploads/ {{ alias {uploads}/; dav_methods PUT; }}
    }}
}}
"""


def executable():
    """Distributions keep nginx where only the administrator's PATH looks."""
    path = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise Failure("there is no nginx")
    return path


class Nginx:
    def __init__(self, folder, documents, seconds):
        self.folder, self.documents, self.seconds = folder, documents, seconds
        self.uploads = folder / "uploads"
        self.port = self.child = None

    def __enter__(self):
        self.uploads.mkdir(parents=True)
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            # nginx takes over listening sockets named in its environment, as it does when it is upgraded in flight. So
            # nobody else can take the port between its choice and its use.
            self.port = listener.getsockname()[1]
            configuration = self.folder / "nginx.conf"
            # Started by the administrator, its worker would become a user who may not read the folder.
            user = "user root;" if os.geteuid() == 0 else ""
            text = CONFIGURATION.format(
                folder=self.folder, documents=self.documents, uploads=self.uploads, port=self.port, user=user
            )
            configuration.write_text(text)
            with (self.folder / "log").open("wb") as log:
                self.child = subprocess.Popen(
                    [executable(), "-p", str(self.folder), "-c", str(configuration)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[listener.fileno()],
                    env={**os.environ, "NGINX": f"{listener.fileno()};"},
                )
        try:
            for kind in KINDS:
                self.check(kind)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(self.seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def url(self, kind, name):
        return f"http://127.0.0.1:{self.port}/{kind.replace(' ', '-')}/{name}"

    def check(self, kind):
        """Makes sure that nginx runs and delimits bodies as the kind says."""
        try:
            head = self.head(kind)
        except OSError as error:
            log = (self.folder / "log").read_text(errors="replace")
            raise Failure(f"nginx does not answer: {error} {log}") from None
        if not head.startswith(b"http/1.1 200 "):
            raise Failure(f"nginx does not serve its files: {head.decode(errors='replace')}")
        for line, wanted in KINDS[kind].items():
            if (b"\r\n" + line in head) != wanted:
                raise Failure(f"nginx does not serve {kind}: {head.decode(errors='replace')}")

    def head(self, kind):
        with socket.create_connection(("127.0.0.1", self.port), timeout=self.seconds) as connection:
            path = self.url(kind, "small-0").split(str(self.port), 1)[1]
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            answer, deadline = b"", time.monotonic() + self.seconds
            while time.monotonic() < deadline and (part := connection.recv(65536)):
                answer += part
        return answer.split(b"\r\n\r\n")[0].lower()
