// Page behaviour: send user actions, poll for updates, keep unfinished input.
"use strict";

const state = { version: document.body.dataset.version, moving: false };
const TITLE = 60; // height of the sticky title
const CALM = 1000; // milliseconds between two polls
const MOVING = 250;
const byId = (id) => document.getElementById(id);
const isHome = () => document.body.dataset.at === "home";
const isMine = (at) => /^(home|mail|calendar|C.*)$/.test(at); // a place that everybody has

// -- user actions

async function send(name, body) {
  const answer = await fetch(`/page/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: document.body.dataset.as, at: document.body.dataset.at, ...body }),
  });
  const seen = await answer.json();
  await refresh();
  // After the refresh, which may have replaced the form.
  const notice = document.querySelector(".modal .notice") || byId("notice");
  notice.textContent = seen.problem || seen.notice || "";
  return seen;
}

function valueOf(field) {
  if (field.tagName === "FIELDSET") {
    const picked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
    return "many" in field.dataset ? picked : picked[0] ?? null;
  }
  if (field.type === "file") return field.dataset.file ? [JSON.parse(field.dataset.file)] : null;
  return field.value === "" ? null : field.value;
}

// Slack uploads a file as soon as it is chosen. The form then holds the file object.
async function upload(field) {
  const [file] = field.files;
  delete field.dataset.file;
  if (!file) return;
  const reader = new FileReader();
  const read = new Promise((done) => { reader.onload = () => done(reader.result); });
  reader.readAsDataURL(file);
  const data = String(await read).split(",")[1] || "";
  const seen = await send("upload", { name: file.name, data });
  if (seen.file) field.dataset.file = JSON.stringify(seen.file);
}

function typedIn(root) {
  const values = {};
  for (const field of root.querySelectorAll("[data-field]")) {
    values[`${field.dataset.block}/${field.dataset.action}`] = valueOf(field);
  }
  return values;
}

function restore(root, values) {
  for (const field of root.querySelectorAll("[data-field]")) {
    const value = values[`${field.dataset.block}/${field.dataset.action}`];
    if (value === undefined || value === null) continue;
    if (field.tagName === "FIELDSET") {
      for (const box of field.querySelectorAll("input")) box.checked = [value].flat().includes(box.value);
    } else if (field.type === "file") field.dataset.file = JSON.stringify(value[0]);
    else field.value = value;
  }
}

function placeOf(node) {
  const view = node.closest("[data-view]");
  if (view) return { view: view.dataset.view };
  const message = node.closest("[data-ts]");
  return message ? { channel: message.dataset.channel, ts: message.dataset.ts } : {};
}

function act(node, value) {
  const form = node.closest(".modal");
  return send("click", {
    ...placeOf(node), block: node.dataset.block, action: node.dataset.action, value,
    values: form ? typedIn(form) : {},
  });
}

// Slack's confirmation dialog.
function sure(asked) {
  const box = byId("sure");
  box.querySelector("h1").textContent = asked.title;
  box.querySelector("p").textContent = asked.text;
  for (const button of box.querySelectorAll("button")) button.textContent = asked[button.value];
  box.returnValue = "no";
  box.showModal();
  return new Promise((done) => box.addEventListener("close", () => done(box.returnValue === "yes"), { once: true }));
}

async function press(node) {
  if (node.dataset.confirm && !(await sure(JSON.parse(node.dataset.confirm)))) return;
  // As in Slack, the link opens and the bot receives the click.
  if (/^https?:/.test(node.dataset.url || "")) window.open(node.dataset.url, "_blank", "noopener");
  act(node, null);
}

// Put a line of the tour into the composer.
function type(text) {
  if (composer.line) composer.put(text);
  else {
    const channel = document.querySelector('nav a[href*="at=C"]');
    location.href = `${channel.href}&type=${encodeURIComponent(text)}`;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.hash === "#last" && link.search === location.search) { // it leads to where one is
    event.preventDefault();
    return toLast();
  }
  const node = event.target.closest("button");
  if (!node) return;
  const { shortcut, move, story, type: line, kind, cancel } = node.dataset;
  if (node.closest("#sure")) byId("sure").close(node.value);
  else if (line) type(line);
  else if (story) send("story", { do: story });
  else if (move !== undefined) send("move", { move });
  else if (cancel) send("cancel", { key: cancel });
  else if ("well" in node.dataset) send("trouble", {});
  else if (shortcut) send("shortcut", { callback_id: shortcut, ...placeOf(node) });
  else if ("close" in node.dataset) send("close", placeOf(node));
  else if (kind === "button") press(node);
});

document.addEventListener("change", (event) => {
  if (event.target.id === "who") {
    const { at } = document.body.dataset;
    location.search = new URLSearchParams({ as: event.target.value, at: isMine(at) ? at : "" });
    return;
  }
  if (event.target.id === "phone") return void send("phone", { on: event.target.checked });
  if (event.target.type === "file") return void (state.uploads = upload(event.target));
  const node = event.target.closest("[data-acts]");
  if (!node || node.tagName === "BUTTON") return;
  act(node, valueOf(node));
  if (node.dataset.kind === "overflow") node.value = ""; // an action menu keeps no selection
});

// Outside Slack: what was written stays, and what came of it is brought into view.
async function write(form) {
  const seen = await send(form.id, Object.fromEntries(new FormData(form)));
  if (!seen.problem) byId("pane").scrollIntoView({ block: matchMedia("(max-width: 44rem)").matches ? "start" : "nearest" });
}

let pause;
for (const kind of ["input", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const node = event.target.closest("[data-suggests]");
    if (!node) return;
    clearTimeout(pause);
    pause = setTimeout(() => suggest(node), 200);
  });
}

async function suggest(node) {
  if (!node.isConnected) return; // the form was submitted or closed meanwhile
  const seen = await send("suggest", { ...placeOf(node), action: node.dataset.action, text: node.value });
  const list = byId(node.getAttribute("list"));
  list?.replaceChildren(...(seen.options || []).map((option) => new Option(option.label, option.label)));
}

// Escape closes a form through the server, because the bot may want view_closed.
document.addEventListener("cancel", (event) => {
  if (event.target.id === "sure") return;
  event.preventDefault();
  send("close", { view: event.target.dataset.view });
}, true);

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === "trouble") return send("trouble", { kind: byId("kind").value });
  if (form.id === "composer") {
    const text = composer.line.value.trim();
    if (!text) return;
    composer.put("");
    await send("say", { text });
    return toLast();
  }
  if (form.id === "letter" || form.id === "meeting") return write(form);
  await state.uploads;
  const seen = await send("submit", { view: form.dataset.view, values: typedIn(form) });
  let first;
  for (const field of document.querySelectorAll(".modal [data-input]")) {
    const error = (seen.errors || {})[field.dataset.input] || "";
    field.querySelector(".error").textContent = error;
    const input = field.querySelector("[data-field]");
    input?.setAttribute("aria-invalid", String(Boolean(error)));
    if (error && !first) first = input;
  }
  first?.focus();
});

// -- updates

async function refresh() {
  const { as, at } = document.body.dataset;
  const query = new URLSearchParams({ as, at, since: state.version });
  if (new URLSearchParams(location.search).has("all")) query.set("all", "");
  const answer = await fetch(`/page/news?${query}`);
  if (answer.status !== 200) return;
  const news = await answer.json();
  state.version = news.version;
  state.moving = news.moving;
  if (byId("halt")) byId("halt").hidden = !news.moving;
  for (const name of ["sidebar", "story", "clock", "troubles"]) swap(byId(name), news[name]);
  swapPlace(news.place);
  swapModal(news.modal);
}

const shown = new WeakMap();

// Replace the HTML of a part if it changed. Elements that remain keep the focus.
function swap(part, html) {
  if (!part || shown.get(part) === html) return false;
  const had = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  shown.set(part, html);
  part.innerHTML = html;
  if (had) (part.querySelector(had) || part.querySelector("button, a") || part).focus({ preventScroll: true });
  return true;
}

function nameOf(node) {
  const { block, action, move, story, shortcut } = node.dataset;
  if (action) return `[data-block="${CSS.escape(block)}"][data-action="${CSS.escape(action)}"]`;
  if (shortcut) return `[data-shortcut="${CSS.escape(shortcut)}"]`;
  if (story) return `[data-story="${story}"]`;
  if (move !== undefined) return `[data-move="${move}"]`;
  return node.id ? `#${CSS.escape(node.id)}` : node.tagName.toLowerCase();
}

// Re-render only changed messages, so that unfinished input in the others stays.
function swapPlace(html) {
  if (byId("pane")) return swap(byId("pane"), html);
  const place = byId("place");
  const old = place.querySelector(".messages");
  const now = new DOMParser().parseFromString(html, "text/html").querySelector(".messages");
  if (isHome() || !old || !now) return swap(place, html);
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
  const before = new Map([...old.children].map((item) => [item.dataset.ts, item]));
  let heard = "";
  const items = [...now.children].map((item) => {
    const was = before.get(item.dataset.ts);
    if (was && (shown.get(was) ?? was.outerHTML) === item.outerHTML) return was;
    if (!was && item.dataset.channel) heard = item.innerText || item.textContent;
    shown.set(item, item.outerHTML);
    return item;
  });
  const had = old.contains(document.activeElement) ? document.activeElement : null;
  const [ts, name] = had ? [had.closest("li").dataset.ts, nameOf(had)] : [];
  if (items.length === old.children.length && items.every((item, n) => item === old.children[n])) return false;
  old.replaceChildren(...items);
  if (had && !document.contains(document.activeElement?.closest(".message"))) {
    const again = old.querySelector(`[data-ts="${ts}"]`);
    (again?.querySelector(name) || again || place).focus({ preventScroll: true });
  }
  if (heard) byId("heard").textContent = heard.replace(/\s+/g, " ").trim().slice(0, 300);
  if (atEnd) toLast();
  return true;
}

function swapModal(html) {
  const part = byId("modal");
  const old = part.querySelector(".modal");
  const kept = old ? { view: old.dataset.view, values: typedIn(old) } : null;
  const back = old ? null : document.activeElement;
  if (!swap(part, html)) return;
  const now = part.querySelector(".modal");
  if (!now) return void (state.back?.isConnected ? state.back : composer.line)?.focus();
  if (!old) state.back = back;
  now.showModal();
  if (kept && kept.view === now.dataset.view) restore(now, kept.values);
  else now.querySelector("[data-field], button")?.focus();
}

// Scroll to the end, or to the start of a last message that is taller than the window.
function toLast() {
  const place = byId("place");
  place.scrollTop = place.scrollHeight;
  const last = place.querySelector(".message:last-child");
  if (last && last.offsetHeight > place.clientHeight - TITLE) toTop(last);
}

function toTop(message) {
  byId("place").scrollTop = message.offsetTop - TITLE;
}

async function watch() {
  await refresh().catch(() => {});
  setTimeout(watch, state.moving ? MOVING : CALM);
}

if (window.matchMedia("(min-width: 70rem)").matches) byId("tools").open = true;
document.querySelector(".modal")?.showModal();
if (byId("new") && location.hash !== "#last") toTop(byId("new"));
else if (!isHome() && !byId("pane")) toLast();
if (isHome() && document.body.dataset.as) send("home", {});
const asked = new URLSearchParams(location.search).get("type");
if (asked && composer.line) composer.put(asked);
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
setTimeout(watch, CALM);
