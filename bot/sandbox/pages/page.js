// The page's own behaviour: sends what a person does, asks for news, keeps what is half typed.
"use strict";

const state = { version: document.body.dataset.version, parts: {} };
const TITLE = 60; // the height of the place's title, which stays on top of what scrolls
const byId = (id) => document.getElementById(id);

async function send(name, body) {
  const answer = await fetch(`/page/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: document.body.dataset.as, at: document.body.dataset.at, ...body }),
  });
  const seen = await answer.json();
  await refresh();
  // After the refresh, which may have put another form on the screen.
  const notice = document.querySelector(".modal .notice") || byId("notice");
  notice.textContent = seen.problem || seen.notice || "";
  return seen;
}

function valueOf(field) {
  if (field.tagName === "FIELDSET") {
    const picked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
    return field.dataset.kind === "checkboxes" ? picked : picked[0] ?? null;
  }
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
  return field.value === "" ? null : field.value;
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
    } else if (field.multiple) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
  }
}

function placeOf(node) {
  const view = node.closest("[data-view]");
  if (view) return { view: view.dataset.view };
  const message = node.closest("[data-ts]");
  return message ? { channel: message.dataset.channel, ts: message.dataset.ts } : {};
}

function swap(name, html) {
  if (state.parts[name] === html) return;
  const part = byId(name);
  const old = part.querySelector("form.modal");
  const kept = old ? { view: old.dataset.view, values: typedIn(old) } : null;
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 60;
  const had = document.activeElement?.id;
  const top = part.scrollTop;
  state.parts[name] = html;
  part.innerHTML = html;
  const now = part.querySelector("form.modal");
  if (now && kept && kept.view === now.dataset.view) restore(now, kept.values);
  else if (now) now.querySelector("[data-field], button")?.focus();
  if (had && part.contains(byId(had))) byId(had).focus();
  if (name !== "place") return;
  if (atEnd && document.body.dataset.at !== "home") toLast();
  else part.scrollTop = top;
}

// The end of the conversation, but a message that is taller than the window from its beginning.
function toLast() {
  const place = byId("place");
  place.scrollTop = place.scrollHeight;
  const last = place.querySelector(".message:last-child");
  if (last && last.offsetHeight > place.clientHeight - TITLE) toTop(last);
}

function toTop(message) {
  byId("place").scrollTop = message.offsetTop - TITLE;
}

async function refresh() {
  const { as, at } = document.body.dataset;
  const query = new URLSearchParams({ as, at, since: state.version });
  const answer = await fetch(`/page/news?${query}`);
  if (answer.status !== 200) return;
  const news = await answer.json();
  state.version = news.version;
  for (const name of ["sidebar", "place", "modal"]) swap(name, news[name]);
}

function act(node, value) {
  const form = node.closest("form.modal");
  return send("click", {
    ...placeOf(node), block: node.dataset.block, action: node.dataset.action, value,
    values: form ? typedIn(form) : {},
  });
}

document.addEventListener("click", (event) => {
  const node = event.target.closest("button");
  if (!node) return;
  if (node.dataset.command) {
    const line = byId("line");
    line.value = `${node.dataset.command} ${line.value.replace(/^\/\S*\s*/, "")}`;
    line.focus();
  } else if (node.dataset.shortcut) send("shortcut", { callback_id: node.dataset.shortcut, ...placeOf(node) });
  else if ("close" in node.dataset) send("close", placeOf(node));
  else if (node.dataset.kind === "button") {
    if (node.dataset.confirm && !window.confirm(node.dataset.confirm)) return;
    // As in Slack: the link opens, and the bot hears of the click.
    if (/^https?:/.test(node.dataset.url || "")) window.open(node.dataset.url, "_blank", "noopener");
    act(node, null);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "who") {
    const { at } = document.body.dataset;
    location.search = new URLSearchParams({ as: event.target.value, at: at === "home" || at.startsWith("C") ? at : "" });
    return;
  }
  const node = event.target.closest("[data-acts]");
  if (node && node.tagName !== "BUTTON") act(node, valueOf(node));
});

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
  const seen = await send("suggest", { ...placeOf(node), action: node.dataset.action, text: node.value });
  const list = byId(node.getAttribute("list"));
  list?.replaceChildren(...(seen.options || []).map((option) => new Option(option.label, option.label)));
}

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form.modal");
  if (event.key === "Escape" && form) send("close", { view: form.dataset.view });
});

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === "composer") {
    const line = byId("line");
    const text = line.value.trim();
    if (!text) return;
    line.value = "";
    await send("say", { text });
    toLast();
    return;
  }
  const seen = await send("submit", { view: form.dataset.view, values: typedIn(form) });
  for (const field of document.querySelectorAll("form.modal [data-input]")) {
    field.querySelector(".error").textContent = (seen.errors || {})[field.dataset.input] || "";
  }
});

if (byId("new")) toTop(byId("new"));
else if (document.body.dataset.at !== "home") toLast();
if (document.body.dataset.at === "home" && document.body.dataset.as) send("home", {});
setInterval(() => refresh().catch(() => {}), 1000);
