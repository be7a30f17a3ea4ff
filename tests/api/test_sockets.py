"""The live connection over a real socket: who gets in, what is heard, who is thrown out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import socketio
import websocket
from flask import Flask

from backend.api.sockets import LOOK_EVERY_S
from backend.models import LoginSession, User
from backend.services.house import House
from backend.smoke import Line

from .conftest import PASSWORD, MovingClock, People, eventually


class Screen:
    """One browser tab with its session and its socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = requests.Session()
        self.http.headers["Origin"] = address
        options = {"suppress_origin": True, "class_": Line}
        self.socket = socketio.Client(reconnection=False, websocket_extra_options=options)
        self.heard: list[dict[str, Any]] = []
        self.socket.on("event", self.heard.append)
        self.csrf = ""

    def logs_in(self, username: str) -> None:
        words = {"username": username, "password": PASSWORD, "shared_device": False}
        response = self.http.post(f"{self.address}/api/session", json=words, timeout=10)
        assert response.status_code == 200, response.text
        self.csrf = response.json()["csrf_token"]

    def connects(self, origin: str | None = None, transport: str = "websocket") -> None:
        headers = {
            "Origin": origin or self.address,
            "Cookie": "; ".join(f"{c.name}={c.value}" for c in self.http.cookies),
        }
        self.socket.connect(self.address, headers=headers, transports=[transport], wait_timeout=10)

    def is_out(self) -> bool:
        return not self.socket.connected


@pytest.fixture
def screens(served: str, people: People) -> Iterator[list[Screen]]:
    opened = [Screen(served) for _ in range(3)]
    yield opened
    for screen in opened:
        screen.socket.disconnect()
        screen.http.close()


def test_a_change_knocks_at_every_screen_of_the_person_and_at_nobody_elses(
    house: House, screens: list[Screen], people: People
) -> None:
    mine, also_mine, other = screens
    for screen, somebody in ((mine, people.maker), (also_mine, people.maker), (other, people.chief)):
        screen.logs_in(somebody.username)
        screen.connects()

    house.knocker.knock(people.maker.user_id, {"type": "inbox.changed", "id": "1", "seq": 4})
    house.knocker.knock(people.chief.user_id, {"type": "inbox.changed", "id": "2", "seq": 9})

    assert eventually(lambda: mine.heard and also_mine.heard and other.heard)
    assert mine.heard == also_mine.heard == [{"type": "inbox.changed", "id": "1", "seq": 4}]
    assert other.heard == [{"type": "inbox.changed", "id": "2", "seq": 9}]


def test_without_a_session_nobody_gets_in(screens: list[Screen]) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        screens[0].connects()


def test_with_a_one_time_password_nobody_gets_in(screens: list[Screen], people: People, house: House) -> None:
    screens[0].logs_in(people.chief.username)
    with house.begin() as session:
        session.get_one(User, people.chief.user_id).must_change_password = True

    with pytest.raises(socketio.exceptions.ConnectionError):
        screens[0].connects()


@pytest.mark.parametrize("most_sockets", [1])
def test_where_there_is_no_room_left_a_screen_is_refused_until_another_leaves(
    screens: list[Screen], people: People
) -> None:
    first, second, _ = screens
    for screen in (first, second):
        screen.logs_in(people.maker.username)
    first.connects()

    with pytest.raises(socketio.exceptions.ConnectionError):
        second.connects()
    first.socket.disconnect()

    assert eventually(lambda: _gets_in(second))


def _gets_in(screen: Screen) -> bool:
    try:
        screen.connects()
    except socketio.exceptions.ConnectionError:
        return False
    return True


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "null",
        "http://localhost",
        "http://127.0.0.1",
        "file://",
        "{address}.evil.test",
        "{address}/",
        "https{rest}",
    ],
)
def test_another_origin_does_not_get_in_even_with_the_cookie(
    screens: list[Screen], people: People, origin: str, transport: str
) -> None:
    screen = screens[0]
    screen.logs_in(people.maker.username)
    wrong = origin.format(address=screen.address, rest=screen.address.removeprefix("http"))

    with pytest.raises(socketio.exceptions.ConnectionError):
        screen.connects(origin=wrong, transport=transport)


def test_a_handshake_that_names_no_origin_does_not_get_in(screens: list[Screen], people: People) -> None:
    screen = screens[0]
    screen.logs_in(people.maker.username)
    cookie = "; ".join(f"{c.name}={c.value}" for c in screen.http.cookies)
    address = screen.address.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"

    line = websocket.create_connection(address, cookie=cookie, suppress_origin=True, timeout=10)
    try:
        assert line.recv().startswith("0")
        line.send("40")
        assert line.recv().startswith("44")
    finally:
        line.close()


@pytest.mark.parametrize("event", ["join", "join_room", "enter_room", "event", "message", "subscribe"])
def test_a_client_that_says_anything_is_shown_the_door(
    screens: list[Screen], people: People, house: House, event: str
) -> None:
    rogue = screens[0]
    rogue.logs_in(people.maker.username)
    rogue.connects()

    rogue.socket.emit(event, {"room": f"user:{people.chief.user_id}"})

    assert eventually(rogue.is_out)
    house.knocker.knock(people.chief.user_id, {"type": "inbox.changed", "id": "1", "seq": 1})
    assert rogue.heard == []


def test_logging_out_closes_the_sockets_of_that_session_and_of_no_other(screens: list[Screen], people: People) -> None:
    leaving, staying, _ = screens
    for screen in (leaving, staying):
        screen.logs_in(people.maker.username)
        screen.connects()

    leaving.http.delete(f"{leaving.address}/api/session", headers={"X-CSRF-Token": leaving.csrf}, timeout=10)

    assert eventually(leaving.is_out)
    assert staying.socket.connected


def test_a_session_revoked_behind_our_back_loses_its_socket(
    screens: list[Screen], people: People, house: House
) -> None:
    screen = screens[0]
    screen.logs_in(people.maker.username)
    screen.connects()
    assert LOOK_EVERY_S < 5

    with house.begin() as session:
        session.query(LoginSession).update({"ended_at": house.clock.now()})

    assert eventually(screen.is_out)


def test_a_session_left_idle_loses_its_socket(screens: list[Screen], people: People, clock: MovingClock) -> None:
    screen = screens[0]
    screen.logs_in(people.maker.username)
    screen.connects()

    clock.ahead = timedelta(minutes=61)

    assert eventually(screen.is_out)


def test_the_socket_sets_no_cookie_of_its_own(screens: list[Screen], people: People, app: Flask) -> None:
    screen = screens[0]
    screen.logs_in(people.maker.username)
    response = screen.http.get(f"{screen.address}/socket.io/?EIO=4&transport=polling", timeout=10)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
