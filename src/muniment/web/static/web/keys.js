// Keys and polite refreshing. Every key presses something that is on the page and works without this file.
"use strict";

const REFRESH = 10000; // milliseconds between looks at the queue
const IDLE = 25 * 60000; // without a key or a pointer this long, the page stops asking and the session may end
const PAUSE = 2000; // milliseconds in which the next sign of a class is expected
let active = Date.now();
let prefix = "";
let forget = 0;

const all = (selector) => [...document.querySelectorAll(selector)];
const typing = (element) => element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
const say = (text) => { document.getElementById("said").textContent = text; };

// Columns of the comparison: one is chosen, verdict keys speak of it.

const columns = () => (document.querySelector(".verdict") ? all(".compare thead [data-column]").map((head) => head.dataset.column) : []);
const chosen = () => document.querySelector(".compare thead .chosen")?.dataset.column;

function choose(column, aloud) {
  all(".compare [data-column]").forEach((cell) => cell.classList.toggle("chosen", cell.dataset.column === column));
  if (aloud) say(`record ${column} chosen`);
}

function chooseFirst() {
  if (!columns().length || chosen()) return;
  const open = document.querySelector(".compare thead [data-column]:not([data-judged])");
  choose(open ? open.dataset.column : columns()[0]);
}

function step(by) {
  const list = columns();
  const at = list.indexOf(chosen());
  if (list.length) choose(list[Math.min(list.length - 1, Math.max(0, at + by))], true);
}

const judge = (key) => document.querySelector(`.compare td[data-column="${chosen()}"] button[data-verdict="${key}"]`)?.click();

// Lines of the queue.

function move(by) {
  const links = all("a.open");
  const at = links.indexOf(document.activeElement);
  const to = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

function expedite() {
  const line = document.activeElement.closest("tr")?.querySelector("a[data-expedite]");
  (line || document.querySelector("[data-key=x]"))?.click();
}

// Classes: r, then what follows the R of the class, without a long pause.

function expect(text) {
  prefix = text;
  clearTimeout(forget);
  forget = setTimeout(() => { prefix = ""; }, PAUSE);
}

function chooseClass(key) {
  const wanted = (prefix + key).toUpperCase();
  const boxes = all("input[name=answer_class]").filter((box) => box.value.startsWith(wanted));
  const off = all("[data-off]").map((item) => item.dataset.off).filter((code) => code.startsWith(wanted));
  expect(boxes.length + off.length > 1 ? wanted : "");
  const exact = boxes.find((box) => box.value === wanted) || (boxes.length === 1 && !off.length ? boxes[0] : null);
  if (exact) {
    exact.focus();
    exact.click();
  } else if (off.includes(wanted)) say(`${wanted} is not supported by the records`);
}

// Keys.

const ACTS = {
  j: () => move(1), k: () => move(-1), "/": () => document.getElementById("find")?.focus(),
  g: () => document.querySelector("[data-key=g], .top nav a")?.click(),
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), s: () => judge("s"), d: () => judge("d"), c: () => judge("c"),
  x: () => expedite(),
  e: () => document.getElementById("text")?.focus(), r: () => expect("R"),
};

function press(event) {
  active = Date.now();
  const key = event.key;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    document.querySelector("[data-key='Ctrl+Enter']")?.click();
    return event.preventDefault();
  }
  if (key === "Escape" && typing(event.target)) return event.target.blur();
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
  if (key.startsWith("Arrow") && event.target.matches("input[type=radio]")) return;
  if (prefix && /^[0-9l]$/i.test(key)) { event.preventDefault(); return chooseClass(key); }
  expect("");
  const button = all("[data-key]").find((element) => element.dataset.key === key);
  if (/^[1-9]$/.test(key) && columns().includes(key)) { event.preventDefault(); return choose(key, true); }
  const act = ACTS[key] || (button && (() => button.click()));
  if (act) { event.preventDefault(); act(); }
}

// Refreshing: only while the page is seen and somebody is there; never steals focus, never swaps in a login page.

function look() {
  if (!document.hidden && Date.now() - active < IDLE) htmx.trigger(document.body, "look");
}

function lost(text) {
  const box = document.getElementById("lost");
  box.textContent = text;
  box.hidden = !text;
}

// A login that ended under a half-written text: the text stays, and after a login elsewhere the page can send again.

let ended = false;

const unsaved = () => all("textarea").some((field) => field.value !== field.defaultValue);

function loginEnded() {
  if (!unsaved()) return location.reload();
  ended = true;
  return lost("Your login has ended. What you typed is still here: log in again in another window, then save the draft.");
}

async function loggedInAgain() {
  ended = false;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
  if (fresh) all("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh.value; });
  lost("You are logged in again. What you typed is still here; save the draft.");
}

function beforeSwap(event) {
  const path = new URL(event.detail.xhr.responseURL || location.href).pathname;
  if (path.startsWith("/login/")) { event.detail.shouldSwap = false; loginEnded(); return; }
  if (ended) { event.detail.shouldSwap = false; loggedInAgain(); return; }
  if (event.detail.xhr.status >= 500) { event.detail.shouldSwap = false; lost("The center's program did not answer as it should. Times on this page may be old; reload it."); return; }
  lost("");
}

let waiting = document.getElementById("board")?.dataset.waiting;

function afterSwap() {
  chooseFirst();
  const now = document.getElementById("board")?.dataset.waiting;
  if (now !== undefined && waiting !== undefined && Number(now) > Number(waiting)) say(`${now} inquiries wait`);
  waiting = now;
}

document.addEventListener("keydown", press);
document.addEventListener("pointerdown", () => { active = Date.now(); });
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:afterSettle", afterSwap);
document.addEventListener("htmx:sendError", () => lost("The connection to the center is lost. What you see may be old; nothing you typed is gone."));
document.addEventListener("visibilitychange", look);
setInterval(look, Number(document.querySelector("[data-every]")?.dataset.every || REFRESH));
chooseFirst();
