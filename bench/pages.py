"""How long the server needs for the queue and for an inquiry. Run in the center's environment; prints JSON."""

from __future__ import annotations

import json
import statistics
import time
from itertools import islice

import django

django.setup()

from django.db.models import Max  # noqa: E402  tables can be imported only now
from django.test import Client  # noqa: E402

from muniment.store.models import Inquiry, Message, User  # noqa: E402

WAITING = 10_000
BATCH = 1_000


def fill_queue() -> None:
    """Copies of an inquiry that waits, until as many wait as are wanted."""
    model = Inquiry.objects.filter(state="waiting", kind="IAQ").first()
    assert model is not None
    missing = range(WAITING - Inquiry.objects.filter(state="waiting").count())
    copies = iter(missing)
    while part := list(islice(copies, BATCH)):
        messages = Message.objects.bulk_create(_message(model.message) for _ in part)
        Inquiry.objects.bulk_create(_inquiry(model, message) for message in messages)


def _message(model: Message) -> Message:
    values = {field.attname: getattr(model, field.attname) for field in Message._meta.fields if field.name != "id"}
    return Message(**values)


def _inquiry(model: Inquiry, message: Message) -> Inquiry:
    values = {field.attname: getattr(model, field.attname) for field in Inquiry._meta.fields if field.name != "id"}
    return Inquiry(**values | {"message_id": message.pk})


def milliseconds(client: Client, path: str, times: int) -> list[float]:
    """What the server needs for the page, each time; the first, which fills caches, does not count."""
    found = []
    for _ in range(times + 1):
        began = time.perf_counter()
        assert client.get(path).status_code == 200, path
        found.append((time.perf_counter() - began) * 1000)
    return found[1:]


def main() -> None:
    """Three medians of twenty each."""
    fill_queue()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="specialist14"))
    most = Inquiry.objects.filter(state="waiting").aggregate(most=Max("candidate_count"))["most"]
    inquiry = Inquiry.objects.filter(state="waiting", candidate_count=most).first()
    assert inquiry is not None
    paths = {"queue": "/queue/", "inquiry": f"/inquiries/{inquiry.pk}/"}
    print(
        json.dumps(
            {
                name: [statistics.median(milliseconds(client, path, 20)) for _ in range(3)]
                for name, path in paths.items()
            }
        )
    )


if __name__ == "__main__":
    main()
