"""A server that lies, and keys of our own making, for answers the sandbox would never give."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID


class Liar:
    """A server that answers each request with the next prepared bytes, then hangs up. Remembers what it was sent."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._script: list[Callable[[socket.socket], None]] = []
        liar = self

        class _Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                liar.heard.append(_whole_request(self.request))
                liar._script.pop(0)(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def will_say(self, body: str | bytes, status: int = 200, headers: str = "") -> None:
        content = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n{headers}\r\n"
        self.will_send(head.encode() + content)

    def will_send(self, raw: bytes) -> None:
        self._script.append(lambda connection: connection.sendall(raw))

    def will_drip(self, raw: bytes, pause_s: float) -> None:
        self._script.append(lambda connection: _drip(connection, raw, pause_s))

    def will_say_late(self, raw: bytes, after_s: float) -> None:
        self._script.append(lambda connection: _late(connection, raw, after_s))

    def forget(self) -> None:
        self._script.clear()
        self.heard.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _drip(connection: socket.socket, raw: bytes, pause_s: float) -> None:
    try:
        for sign in raw:
            connection.sendall(bytes([sign]))
            threading.Event().wait(pause_s)
    except OSError:
        return  # The other side had enough, which is the point.


def _late(connection: socket.socket, raw: bytes, after_s: float) -> None:
    threading.Event().wait(after_s)
    try:
        connection.sendall(raw)
    except OSError:
        return  # The other side had enough, which is the point.


def _whole_request(connection: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    length = lengths[0] if lengths else 0  # a GET
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Key:
    """A person's key and certificate, made here, for answers the sandbox would never give."""

    def __init__(self, bits: int = 2048, address: str = "192.0.2.1") -> None:
        self.private = rsa.generate_private_key(65537, bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        moment = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(7)
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .sign(self.private, hashes.SHA256())
        )
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)

    def signs(self, digest: bytes) -> bytes:
        return self.private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
