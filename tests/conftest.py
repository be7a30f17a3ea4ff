"""Shared by all tests: servers that live as long as this pytest process, and a demo world per test on both
databases.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.nursery import Nursery
from tests.support.servers import Instance, PostgreSQL, Redis, Sandbox
from tests.support.world import Template, World, make_template, world_from

BOTH = ("sqlite", "postgresql")


LONGEST_ID = 80


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A whole file is no name; and one that is made anew in every process would be another name in each."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_ID else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's long walks first: the many short tests then fill what is left of every process."""
    items.sort(key=lambda item: "tests/e2e/" not in item.nodeid)


def pytest_collection_finish() -> None:
    """What is read now stays to the end: nothing of it is looked through again for rubbish."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One throw-away cluster for this pytest process."""
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sandbox_ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox CA for this pytest process."""
    server = Sandbox(tmp_path_factory.mktemp("sandbox-ca"))
    yield server
    server.close()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The same test runs on both databases."""
    return str(request.param)


@pytest.fixture(scope="session")
def template_of(
    sandbox_ca: Sandbox, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Template]:
    """The seeded world by kind of database, made at first use."""

    @cache
    def template(kind: str) -> Template:
        server = request.getfixturevalue("postgresql") if kind == "postgresql" else None
        return make_template(kind, tmp_path_factory.mktemp(f"template-{kind}"), sandbox_ca, server)

    return template


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes are forked that have imported the code already."""
    made = Nursery()
    yield made
    made.close()


FoundedOn = Callable[..., Instance]


@pytest.fixture(scope="session")
def founded_on(
    sandbox_ca: Sandbox, template_of: Callable[[str], Template], nursery: Nursery, request: pytest.FixtureRequest
) -> FoundedOn:
    """An installation by kind of database and folder, seeded like any other: a copy, with processes from the nursery.

    What is saved is waiting, not reality; ``tests/e2e/test_smoke.py`` migrates and seeds by the commands of operators.
    """

    def founded(kind: str, folder: Path, redis_url: str | None = None) -> Instance:
        template = template_of(kind)
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        if kind == "sqlite":
            url = f"sqlite:///{folder}/kkb.sqlite3"
        else:
            url = request.getfixturevalue("postgresql").create(template.database.rpartition("/")[2])
        return Instance(folder, sandbox_ca, url, redis_url, nursery.process)

    return founded


@pytest.fixture
def world(
    database: str,
    template_of: Callable[[str], Template],
    sandbox_ca: Sandbox,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    """The demo world in this process, over a database of its own."""
    server = request.getfixturevalue("postgresql") if database == "postgresql" else None
    with world_from(template_of(database), tmp_path, sandbox_ca, server) as made:
        yield made
    sandbox_ca.forgets()
