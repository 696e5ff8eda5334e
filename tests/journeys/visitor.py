"""A person without JavaScript: follows links and fills in forms over real HTTP, as a text browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener


@dataclass
class Form:
    """A form of a page: where it goes and what it would send if nothing were typed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    pressed: bool = False
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif self.forms and (name := values.get("name")):
            self._control(tag, name, values)

    def _control(self, tag: str, name: str, values: dict[str, str]) -> None:
        form, kind = self.forms[-1], values.get("type", "text")
        if tag == "button" or kind == "submit":
            form.pressed = form.pressed or values.get("aria-pressed") == "true"
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
        elif kind in ("radio", "checkbox"):
            if "disabled" not in values:
                form.choices.setdefault(name, []).append(values.get("value", "on"))
            if "checked" in values:
                form.fields[name] = values.get("value", "on")
        elif tag == "input":
            form.fields[name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._area is not None:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            form = self.forms[-1]
            form.fields[self._area] = form.fields[self._area].removeprefix("\n")
            self._area = None


@dataclass
class Page:
    """What came back."""

    address: str
    status: int
    html: str

    def __post_init__(self) -> None:
        parser = _Forms()
        parser.feed(self.html)
        self.forms, self.links = parser.forms, parser.links
        self.text = " ".join(" ".join(parser.text).split())

    def form(self, ending: str) -> Form:
        """The first form whose address ends so."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(ending):
                return form
        raise LookupError(f"{self.address} has no form to …{ending}: {[form.action for form in self.forms]}")

    def has_form(self, ending: str) -> bool:
        """Whether such a form is there."""
        return any(form.action.split("?")[0].endswith(ending) for form in self.forms)


class Visitor:
    """One person's session."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(Request(urljoin(self.base, path)))

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        """Send the form with what was typed, and the button that was pressed."""
        data = dict(form.fields) | values
        action = urljoin(page.address, form.action or page.address)
        if form.method == "get":
            return self._open(Request(f"{action}?{urlencode(data)}"))
        request = Request(action, urlencode(data).encode(), headers={"Referer": page.address, "Origin": self.base})
        return self._open(request)

    def _open(self, request: Request) -> Page:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Page(answer.url, answer.status, answer.read().decode())
        except HTTPError as answer:
            return Page(request.full_url, answer.code, answer.read().decode(errors="replace"))

    def log_in(self, username: str, password: str) -> Page:
        """Through the login page, acknowledging the banner."""
        page = self.get("/login/")
        form = next(form for form in page.forms if "password" in form.fields)
        ticks = {name: values[0] for name, values in form.choices.items()}
        return self.submit(page, form, login=username, password=password, **ticks)
