"""The way to a provider: what it promises when the other side is slow, huge, elsewhere or not who it says it is."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography.hazmat.primitives import serialization

from backend.adapters.provider_kit.http import AnswerLost, NotSent, Reply, Transport, Way


@pytest.fixture(params=["ordinary calls", "polls"])
def transport(request: pytest.FixtureRequest) -> Callable[..., Way]:
    """Both ways keep the same promises."""

    def made(url: str, total_s: float = 20, ca_bundle: str | None = None) -> Way:
        way = Transport(url, connect_s=5, total_s=total_s, pool_size=2, ca_bundle=ca_bundle)
        return way if request.param == "ordinary calls" else way.polls

    return made


def test_an_answer_comes_with_its_status_and_bytes(liar, transport):
    liar.will_say("{}", 418)
    assert transport(liar.url).post_json("/a", {"x": "ệ"}) == Reply(418, b"{}")
    assert liar.heard[0].endswith(b'{"x": "\\u1ec7"}')


def test_a_form_keeps_every_character_of_a_password(liar, transport):
    liar.will_say("{}")
    transport(liar.url).post_form("/t", {"password": "Mật&=+ 1"})
    assert liar.heard[0].endswith(b"password=M%E1%BA%ADt%26%3D%2B+1")


def test_a_redirect_is_not_followed(liar, transport):
    liar.will_say("", 307, headers=f"Location: {liar.url}/elsewhere\r\n")
    assert transport(liar.url).post_json("/a", {}, "token") == Reply(307, b"")
    assert len(liar.heard) == 1


def test_a_cookie_of_one_person_does_not_travel_with_the_next(liar, transport):
    way = transport(liar.url)
    liar.will_say("{}", headers="Set-Cookie: person=first; Path=/\r\n")
    liar.will_say("{}")
    way.post_json("/a", {}, "first")
    way.post_json("/a", {}, "second")
    assert b"cookie" not in liar.heard[1].lower()


def test_an_answer_of_one_megabyte_is_read_and_one_byte_more_is_not(liar, transport):
    liar.will_say(b"x" * 1024 * 1024)
    liar.will_say(b"x" * (1024 * 1024 + 1))
    assert isinstance(transport(liar.url).post_json("/a", {}), Reply)
    assert transport(liar.url).post_json("/a", {}) == AnswerLost("too_large")


def test_a_chunked_answer_is_read_whole(liar, transport):
    liar.will_send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n3\r\na":\r\n2\r\n1}\r\n0\r\n\r\n')
    assert transport(liar.url).post_json("/a", {}) == Reply(200, b'{"a":1}')


UNUSUAL = {
    "names in lower case": (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", Reply(200, b"{}")),
    "no words after the status": (b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}", Reply(200, b"{}")),
    "the older version": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", Reply(200, b"{}")),
    "lines without a carriage return": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", Reply(200, b"{}")),
    "no length": (b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n{}", Reply(200, b"{}", "a/b")),
    "a word before the answer": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        Reply(200, b"{}"),
    ),
    "a status without a body": (b"HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n", Reply(204, b"")),
    "more than its length": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No", Reply(200, b"{}")),
    "less than its length": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", AnswerLost("IncompleteRead")),
    "a length and chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        Reply(200, b"{}"),
    ),
    "a folded line": (
        b"HTTP/1.1 200 OK\r\nX-A: b\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}",
        Reply(200, b"{}"),
    ),
    "no status": (b"Content-Length: 2\r\n\r\n{}", AnswerLost("BadStatusLine")),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_an_answer_of_an_unusual_form_means_the_same_on_every_way(liar, what, transport):
    said, meant = UNUSUAL[what]
    liar.will_send(said)
    heard = transport(liar.url).post_json("/a", {})
    assert type(heard) is type(meant)
    assert isinstance(heard, AnswerLost) or heard == meant


DRIPS = {
    "in the status line": b"HTTP/1.1 200 " + b"O" * 100 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "in the headers": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 100 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 98 + b"{}",
    "in the chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 20 + b"0\r\n\r\n",
}


@pytest.mark.fault("F16")
@pytest.mark.parametrize("where", DRIPS)
def test_a_drip_cannot_hold_a_thread_beyond_the_deadline(liar, where, transport):
    liar.will_drip(DRIPS[where], pause_s=0.05)
    assert isinstance(transport(liar.url, total_s=0.5).post_json("/a", {}), AnswerLost)


@pytest.mark.parametrize("where", DRIPS)
def test_a_drip_that_ends_in_time_is_an_answer(liar, where, transport):
    liar.will_drip(DRIPS[where], pause_s=0.0005)
    assert isinstance(transport(liar.url).post_json("/a", {}), Reply)


def test_a_whole_answer_that_comes_after_the_deadline_is_no_answer(liar, transport):
    liar.will_say_late(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", after_s=1.5)
    assert isinstance(transport(liar.url, total_s=0.3).post_json("/a", {}), AnswerLost)


@pytest.mark.fault("F13")
def test_silence_after_the_request_leaves_the_outcome_open(liar, transport):
    liar.will_drip(b"HT", pause_s=5)
    assert isinstance(transport(liar.url, total_s=0.3).post_json("/a", {}), AnswerLost)


@pytest.mark.fault("F12")
def test_a_port_nobody_listens_on_got_nothing(transport):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        assert isinstance(transport(url).post_json("/a", {}), NotSent)


def test_a_name_nobody_has_got_nothing(transport):
    assert isinstance(transport("http://nobody.invalid").post_json("/a", {}), NotSent)


def test_the_environment_cannot_send_us_through_a_proxy_or_change_the_token(liar, monkeypatch, tmp_path, transport):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    netrc.chmod(0o600)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delitem(os.environ, "no_proxy", raising=False)
    liar.will_say("{}")
    assert isinstance(transport(liar.url).post_json("/a", {}, "ours"), Reply)
    assert b"Authorization: Bearer ours" in liar.heard[0]


def test_a_connection_is_kept_for_the_next_call(transport):
    with _Keeper() as keeper:
        way = transport(keeper.url)
        assert [way.post_json("/a", {}), way.post_json("/b", {})] == [Reply(200, b"{}")] * 2
        assert keeper.connections == 1


def test_a_connection_the_server_closed_meanwhile_is_not_used_again(transport):
    with _Keeper(answers=1) as keeper:
        way = transport(keeper.url)
        first = way.post_json("/a", {})
        assert keeper.hung_up.wait(timeout=20)
        assert [first, way.post_json("/b", {})] == [Reply(200, b"{}")] * 2
        assert keeper.connections == 2


def test_many_threads_share_the_way_and_each_hears_its_own_answer(transport):
    with _Keeper() as keeper, ThreadPoolExecutor(8) as people:
        way = transport(keeper.url)
        answers = list(people.map(lambda n: way.post_json(f"/{n}", {}, f"token-{n}"), range(200)))
        assert answers == [Reply(200, b"{}")] * 200


class _Keeper:
    """A server that keeps a connection open for ``answers`` requests."""

    def __init__(self, answers: int = 1000) -> None:
        self.connections = 0
        self.hung_up = threading.Event()
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            for _ in range(self._answers):
                if not _one_request(connection):
                    break
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        self.hung_up.set()


def _one_request(connection: socket.socket) -> bool:
    heard = b""
    while not heard.endswith(b"\r\n\r\n{}"):
        part = connection.recv(65536)
        if not part:
            return False
        heard += part
    return True


class _Secured:
    """A TLS server with a certificate of its own making; ``certificate`` is that certificate's file."""

    def __init__(self, key: Any, folder: Path) -> None:
        self.heard = b""
        self.certificate = str(folder / "certificate.pem")
        Path(self.certificate).write_bytes(key.certificate.public_bytes(serialization.Encoding.PEM))
        secret = folder / "key.pem"
        secret.write_bytes(
            key.private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, secret)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with self._listener:
            connection, _ = self._listener.accept()
        try:
            with connection, self._context.wrap_socket(connection, server_side=True) as secured:
                # All of the request, the body's own record too: to close with bytes unread would reset the connection.
                while not self.heard.endswith(b"\r\n\r\n{}"):
                    self.heard += secured.recv(65536)
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        except OSError:
            return  # The client hung up in the handshake.

    def all_it_heard(self) -> bytes:
        self._thread.join(timeout=20)
        return self.heard


def test_a_server_with_a_certificate_of_its_own_making_gets_nothing(key, tmp_path, transport):
    stranger = _Secured(key, tmp_path)
    assert isinstance(transport(stranger.url).post_json("/a", {"secret": "s"}), NotSent)
    assert stranger.all_it_heard() == b""


def test_a_server_its_certificate_does_not_name_gets_nothing_even_when_trusted(key, tmp_path, transport):
    stranger = _Secured(key, tmp_path)
    answer = transport(stranger.url, ca_bundle=stranger.certificate).post_json("/a", {"secret": "s"})
    assert isinstance(answer, NotSent)
    assert stranger.all_it_heard() == b""


def test_a_named_server_under_the_pinned_ca_is_spoken_to(key, tmp_path, transport):
    server = _Secured(type(key)(address="127.0.0.1"), tmp_path)
    answer = transport(server.url, ca_bundle=server.certificate).post_json("/a", {})
    assert answer == Reply(200, b"{}")
    assert server.all_it_heard().startswith(b"POST /a HTTP/1.1")
