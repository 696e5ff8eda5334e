"""A record system over HTTP: a real server over the world's records, and every way in which an answer can be bad."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from typing import Any

import pytest
from pytest_django import Settings

from muniment.core.errors import OurFault
from muniment.core.subject import Name, Subject
from muniment.sources import http
from muniment.sources.federate import federated_search
from muniment.sources.http import HttpSystem
from muniment.sources.protocol import SystemAnswer
from muniment.sources.registry import DEFAULT, record_systems
from muniment.sources.world.systems import WorldSystem
from muniment.store.models import Line, WorldRecord
from tests.sources.serving import KEY, give, over, served

SOMEBODY = Subject((Name("TESTPERSON", "ALPHA"),), ("1985-03-14",))


@pytest.fixture
def attach(settings: Settings) -> Callable[..., HttpSystem]:
    """Attach a system by setting alone."""

    def make(url: str, code: str = "EOIR", **more: Any) -> HttpSystem:
        settings.MUNIMENT_HTTP_SYSTEMS = {code: {"url": url, "key": KEY, "timeout": 2.0, **more}}
        settings.MUNIMENT_RECORD_SYSTEMS = {**DEFAULT, code: "muniment.sources.http.HttpSystem"}
        record_systems.cache_clear()
        system = record_systems()[code]
        record_systems.cache_clear()
        assert isinstance(system, HttpSystem)
        return system

    return make


def asked(system: HttpSystem, seconds: float = 5.0) -> SystemAnswer:
    """What the federated search says of the system."""
    [answer] = federated_search(SOMEBODY, {system.code: system}, {}, seconds, datetime.now(UTC))
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_system_over_http_answers_as_the_same_system_in_process(
    specimen_center: Line, attach: Callable[..., HttpSystem]
) -> None:
    now = datetime.now(UTC)
    held = list(WorldRecord.objects.order_by("id")[:400])
    assert held
    for code in sorted({row.system for row in held}):
        near = WorldSystem(code, now=lambda: now)
        ids = [row.record_id for row in held if row.system == code][:5]
        wanted = near.fetch(ids)
        with served(over(near)) as url:
            far = attach(url, code)
            assert sorted(far.fetch([*ids, "unknown"]), key=str) == sorted(wanted, key=str)
            assert far.search(wanted[0].subject) == near.search(wanted[0].subject)
            assert far.freshness() == near.freshness()


def record(**changes: Any) -> dict[str, Any]:
    """A record that is as it should be, but for the changes."""
    fact = {"id": "f1", "kind": "order", "record": "EOIR:E-1", "date": "2020-01-01"}
    subject = {"names": [{"family": "TESTPERSON", "given": "ALPHA"}]}
    pulled = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    return {"record_id": "E-1", "subject": subject, "pulled": pulled, "facts": [fact], **changes}


def answering(record: Any, **others: Any) -> Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]:
    """A server that finds E-1 and gives `record` for it; `others` replace what another path answers."""

    def answer(request: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        name = request.path.rsplit("/", 1)[1]
        read = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
        usual = {"search": {"record_ids": ["E-1"]}, "records": {"records": [record]}, "freshness": {"read": read}}
        given = others.get(name, usual[name])
        given(request) if callable(given) else give(request, given)

    return answer


def test_an_answer_that_keeps_the_promise_is_one(attach: Callable[..., HttpSystem]) -> None:
    with served(answering(record())) as url:
        answer = asked(attach(url))
    assert (answer.state, [each.key for each in answer.records], answer.fault) == ("answered", ["EOIR:E-1"], None)


def moved(request: BaseHTTPRequestHandler) -> None:
    """Elsewhere."""
    give(request, b"", 302, Location="/v1/elsewhere")


def endless(request: BaseHTTPRequestHandler) -> None:
    """More than anybody asked for."""
    give(request, b" " * (http.MOST_BYTES + 1))


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A byte now and then."""
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b" ")
        time.sleep(0.05)


def cut(request: BaseHTTPRequestHandler) -> None:
    """Half of what was promised."""
    give(request, b"{", **{"Content-Length": "500"})


FUTURE = (datetime.now(UTC) + timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("given", "others", "fault"),
    [
        pytest.param(record(record_id="E-2"), {}, "which was not asked for", id="a wrong record"),
        pytest.param(record(pulled=FUTURE), {}, "was read in the future", id="a record of the future"),
        pytest.param(record(pulled="2020-01-01T00:00:00"), {}, "did not say in UTC", id="no time zone"),
        pytest.param(record(pulled="soon"), {}, "did not say in ISO 8601", id="no time"),
        pytest.param(record(facts=[{"id": "f1"}]), {}, "without id, kind or date", id="half a fact"),
        pytest.param(record(facts=7), {}, "without record_id, subject or facts", id="facts are a number"),
        pytest.param(record(subject=[]), {}, "without record_id, subject or facts", id="a subject is a list"),
        pytest.param("E-1", {}, "without record_id, subject or facts", id="a record is text"),
        pytest.param(None, {"freshness": {"read": FUTURE}, "records": {"records": []}}, "in the future", id="copy"),
        pytest.param(None, {"search": {}}, "no list of record_ids", id="no ids"),
        pytest.param(None, {"search": {"record_ids": [7]}}, "is no record id", id="an id is a number"),
        pytest.param(None, {"search": []}, "that is no object", id="no object"),
        pytest.param(None, {"search": b"<html>"}, "is no JSON", id="no JSON"),
        pytest.param(None, {"search": b"[" * 100_000}, "is no JSON", id="too deep"),
        pytest.param(None, {"search": moved}, "(302), which is not followed", id="redirect"),
        pytest.param(None, {"search": lambda r: give(r, {}, 500)}, "status 500", id="broken"),
        pytest.param(None, {"search": lambda r: give(r, {}, 403)}, "our key (403)", id="no key"),
        pytest.param(None, {"search": endless}, f"more than {http.MOST_BYTES} bytes", id="huge"),
        pytest.param(None, {"search": cut}, "is no JSON", id="cut"),
    ],
)
def test_a_bad_answer_is_a_named_fault(
    given: Any, others: dict[str, Any], fault: str, attach: Callable[..., HttpSystem]
) -> None:
    with served(answering(given, **others)) as url:
        answer = asked(attach(url))
    assert (answer.state, answer.records) == ("unreachable", ())
    assert answer.fault is not None
    assert answer.fault.startswith("EOIR: ")
    assert fault in answer.fault


@pytest.mark.parametrize("slow", [dripping, lambda _: time.sleep(1.5)], ids=["drips", "says nothing"])
def test_a_slow_answer_is_given_up_by_who_asked(slow: Any, attach: Callable[..., HttpSystem]) -> None:
    with served(answering(None, search=slow)) as url:
        began = time.monotonic()
        with pytest.raises(http.SourceFault, match=r"no answer in 0\.4 s"):
            attach(url, timeout=0.4).search(SOMEBODY)
        assert time.monotonic() - began < 1.2


def test_nobody_there_is_a_named_fault(attach: Callable[..., HttpSystem]) -> None:
    with served(answering(None)) as url:
        system = attach(url)
    assert asked(system).fault == "EOIR: cannot be asked: ConnectionRefusedError"


@pytest.mark.parametrize("url", ["", "http://records.example/v1", "ftp://127.0.0.1/", "records.example"])
def test_names_go_over_no_network_in_the_clear(url: str, settings: Settings) -> None:
    settings.MUNIMENT_HTTP_SYSTEMS = {"EOIR": {"url": url}}
    with pytest.raises(OurFault, match="begins with https"):
        HttpSystem("EOIR")


def test_the_description_asks_for_what_the_connector_asks() -> None:
    described = json.loads((files("muniment.sources") / "http.json").read_text(encoding="utf-8"))
    assert {(method, path) for path, item in described["paths"].items() for method in item} == {
        ("post", "/search"),
        ("post", "/records"),
        ("get", "/freshness"),
    }
    schemas = described["components"]["schemas"]
    assert set(schemas["Record"]["required"]) == set(record())
    assert set(schemas["Subject"]["properties"]) == set(http.to_json(SOMEBODY))
