"""Who may open which page: every page, every role, in one table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from muniment.core.ledger import Event
from muniment.store.models import Delivery, LedgerEntry
from muniment.web.doors import OPEN, WATCHED
from tests.cast import Cast
from tests.web.scene import Waiting, resident
from tests.web.walk import look

pytestmark = pytest.mark.django_db

ANSWERING = {"sam", "sofia", "selma", "robot"}
VIEWING = ANSWERING | {"sven"}
EVERYBODY = VIEWING | {"ida", "aldo", "ada", "nobody"}

#: Page: who gets past its door. For a page that only takes forms, an empty one is sent.
PAGES = {
    "home": EVERYBODY,
    "keys": EVERYBODY,
    "entry": {"aldo"},  # the first entry of all, which is about no inquiry; others in test_lists
    "queue": VIEWING,
    "find": VIEWING,
    "inquiry": VIEWING,
    "judge": VIEWING,
    "sign": VIEWING,
    "idle": VIEWING,
    "expedite": VIEWING,
    "withdraw": VIEWING,
    "hand_over": ANSWERING,
    "supplement": ANSWERING,
    "claim": VIEWING,
    "reopen": VIEWING,
    "keep": VIEWING,
    "latest": VIEWING,
    "answered": VIEWING,
    "take_next": ANSWERING,
    "take": ANSWERING,
    "put_back": ANSWERING,
    "take_apart": ANSWERING,
    "answer": ANSWERING,
    "check": set(),  # only who has the inquiry in hand, see test_answering
    "take_back": ANSWERING,
    "protected": {"selma", "sven"},
    "disagree": {"selma", "sven"},
    "board": {"sven"},
    "board_list": {"sven"},
    "parked": {"sven"},
    "undelivered": {"sven"},
    "try_now": {"sven"},
    "told": {"sven"},
    "accounts": {"sven", "ada"},
    "account": {"sven", "ada"},
    "account_new": {"ada"},
    "account_propose": {"ada"},
    "account_disable": {"ada"},
    "account_reset": {"ada"},
    "account_change": set(),  # nothing is proposed here, see test_accounts
    "account_password": {"ada"},  # only takes a form: asked for otherwise, it is no page
    "password": EVERYBODY,
    "agencies": {"sven", "ada"},
    "agency": {"sven", "ada"},
    "agency_new": {"ada"},
    "agency_propose": {"ada"},
    "agency_suspend": {"sven", "ada"},
    "agency_raise": {"sven"},
    "agency_change": set(),  # nothing is proposed here, see test_agencies
    "stops": {"ida", "sven"},
    "finding": set(),  # nothing is stopped here, see test_stops
    "finding_agree": set(),
    "systems": {"sven", "ada"},
    "system_switch": {"sven"},
    "try_message": {"sven", "ada"},
    "ledger": {"aldo"},
    "export": {"aldo"},
}
#: Pages of their own for a step and its reason.
ACTS = {"claim", "expedite", "withdraw", "hand_over", "supplement", "reopen", "keep"}
FORMS = {
    *("take_next", "take", "put_back", "judge", "take_apart", "answer", "check", "take_back", "disagree"),
    *("protected", "try_now"),
}


def patterns(resolver: URLResolver) -> list[URLPattern]:
    """Every page of the program."""
    found = []
    for each in resolver.url_patterns:
        found += patterns(each) if isinstance(each, URLResolver) else [each]
    return found


def test_every_page_is_in_the_table_or_on_the_short_list_of_open_ones() -> None:
    names = {pattern.name for pattern in patterns(get_resolver())}
    assert names == set(PAGES) | OPEN | WATCHED


def test_every_view_behind_a_door_says_what_it_needs() -> None:
    unmarked = [
        p.name for p in patterns(get_resolver()) if p.name not in OPEN | WATCHED and not hasattr(p.callback, "door")
    ]
    assert unmarked == []


def place(name: str, inquiry_id: int) -> str:
    """The address of a page, about this inquiry where it is about one."""
    arguments = {
        "entry": [LedgerEntry.objects.order_by("pk").values_list("pk", flat=True)[0]],
        "board_list": ["late"],
        "finding": [1],
        "finding_agree": [1],
        "system_switch": ["CIS"],
        "try_now": [Delivery.objects.values_list("pk", flat=True)[0]],
        "told": [Delivery.objects.values_list("pk", flat=True)[0]],
        "account_change": [1],
        "account_password": [1],
        **{page: ["sam"] for page in ("account", "account_propose", "account_disable", "account_reset")},
        "agency_new": [],
        "agency_change": [1],
        **{page: ["ZZ0010100"] for page in ("agency", "agency_propose", "agency_suspend", "agency_raise")},
    }
    about = name in FORMS - {"take_next"} | ACTS | {"inquiry", "sign", "idle", "latest"}
    return reverse(name, args=arguments.get(name, [inquiry_id] if about else []))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_to_its_roles_and_is_absent_to_all_others(
    name: str, cast: Cast, at: Callable[[str], Client], waiting: Waiting
) -> None:
    path = place(name, waiting(None, resident()).pk)
    for who in cast.everybody():
        client = at(who)
        answer = client.post(path) if name in FORMS else client.get(path)
        assert (answer.status_code == 404) == (who not in PAGES[name]), f"{who} at {path}: {answer.status_code}"
        assert answer.status_code < 500


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_stranger_is_sent_to_the_login(name: str, waiting: Waiting, client: Client) -> None:
    path = place(name, waiting().pk)
    answer = client.post(path) if name in FORMS else client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_closed_door_is_written_down(cast: Cast, at: Callable[[str], Client]) -> None:
    at("sam").get("/ledger/")
    entry = LedgerEntry.objects.get(event=Event.ACCESS_DENIED)
    assert (entry.actor, entry.outcome) == (f"user:{cast.sam.pk}", "refused")


def test_absent_and_forbidden_look_the_same(at: Callable[[str], Client]) -> None:
    sam = at("sam")
    texts = {look(sam, path, 404).text for path in ("/ledger/", "/inquiries/999/", "/nowhere/")}
    assert len(texts) == 1


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_step_is_never_taken_by_following_a_link(name: str, at: Callable[[str], Client], waiting: Waiting) -> None:
    assert at(max(PAGES[name] or {"selma"})).get(place(name, waiting().pk)).status_code == 405


def test_a_disabled_account_opens_nothing(cast: Cast, at: Callable[[str], Client]) -> None:
    sam = at("sam")
    cast.sam.is_active = False
    cast.sam.save()
    assert sam.get("/queue/")["Location"].startswith("/login/")


@pytest.mark.parametrize(
    ("who", "first"),
    [("sam", "/queue/"), ("sven", "/queue/"), ("ida", "/stops/"), ("aldo", "/ledger/"), ("ada", "/agencies/")],
)
def test_home_is_the_first_page_of_the_role(who: str, first: str, at: Callable[[str], Client]) -> None:
    assert at(who).get("/")["Location"] == first
