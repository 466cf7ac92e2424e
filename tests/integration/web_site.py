"""A web server on this machine for tests: a folder's files, and answers no good server gives."""

import contextlib
import http.server
import os
import socket
import ssl
import subprocess
import threading
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits until the client has thanked for the headers

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", **headers):
        """A whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data):
        """Bytes as they are, and no more after them."""
        self.close_connection = True
        self.wfile.write(data)

    def until_gone(self):
        """Says no more until the program has given up."""
        self.connection.recv(1)
        self.close_connection = True

    def answer(self):
        site = self.server.site
        path = urllib.parse.urlsplit(self.path).path
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        with site.lock:
            site.requests.append((self.command, self.path, dict(self.headers), self.body))
            number = sum(asked == self.path for _, asked, _, _ in site.requests)
        try:
            if path in site.answers:
                site.answers[path](self, number)
            else:
                self.serve(site.file(path))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the program had enough

    def serve(self, path):
        if path is None or not os.path.isfile(path):
            self.reply(404, b"not here")
            return
        with open(path, "rb") as file:
            self.reply(200, file.read())

    do_GET = do_POST = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_):
        pass  # a client that goes in the middle is what is tested


class Site:
    """Serves `folder` below `prefix`. `answers` are functions of the handler, and of how many times
    their path has been asked for, by path; they go before files."""

    def __init__(self, folder=None, prefix="/", certificate=None):
        self.folder, self.prefix, self.certificate = folder, prefix, certificate
        self.answers, self.requests, self.lock = {}, [], threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.site = self
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def file(self, path):
        if self.folder is None or not path.startswith(self.prefix):
            return None
        return os.path.join(self.folder, path[len(self.prefix):])

    def address(self, host="127.0.0.1"):
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}{self.prefix}"

    def asked(self):
        """The paths that were asked for, in order, from the prefix on."""
        return [path[len(self.prefix):] for _, path, _, _ in self.requests]

    def at(self, name, answer):
        """Answers for the file `name` below the prefix."""
        self.answers[self.prefix + name] = answer


@contextlib.contextmanager
def nobody():
    """An address where nobody listens, and meanwhile nobody else can."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def make_certificate(folder, name, subject):
    """A new key with a certificate that it signed itself, for a host as in "IP:127.0.0.1"."""
    path = os.path.join(folder, name)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=test", "-addext", f"subjectAltName={subject}", "-days", "2",
         "-keyout", path + ".key", "-out", path + ".crt"], check=True, capture_output=True)
    with open(path, "wb") as whole:
        for part in (".key", ".crt"):
            with open(path + part, "rb") as file:
                whole.write(file.read())
    return path
