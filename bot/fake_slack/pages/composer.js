// The composer: completes commands and shows their usage, as Slack does.
"use strict";

const composer = {
  line: document.getElementById("line"),
  list: document.getElementById("completion"),
  usage: document.getElementById("usage"),
  at: -1,

  options() {
    return this.list ? [...this.list.children].filter((option) => !option.hidden) : [];
  },

  // As tall as what is in it, as Slack's own.
  fit() {
    this.line.style.height = "auto";
    this.line.style.height = `${this.line.scrollHeight + this.line.offsetHeight - this.line.clientHeight}px`;
  },

  typed() {
    this.fit();
    const known = [...(this.list?.children || [])];
    const [command, ...rest] = this.line.value.split(" ");
    const starts = this.line.value.startsWith("/") && rest.length === 0;
    for (const option of known) option.hidden = !(starts && option.dataset.command.startsWith(command));
    this.show(starts && this.options().length > 0);
    const whole = known.find((option) => option.dataset.command === command);
    this.usage.hidden = !(whole && rest.length > 0 && whole.dataset.hint);
    this.usage.textContent = whole ? `${command} ${whole.dataset.hint}` : "";
  },

  show(open) {
    if (!this.list) return;
    this.list.hidden = !open;
    this.choose(-1);
  },

  choose(place) {
    const options = this.options();
    this.at = options.length ? (place + options.length + 1) % (options.length + 1) : -1;
    if (place === -1 || this.at === options.length) this.at = -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.at)));
    const chosen = options[this.at];
    if (chosen) this.line.setAttribute("aria-activedescendant", chosen.id);
    else this.line.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  },

  take(option) {
    this.put(`${option.dataset.command} `);
  },

  put(text) {
    this.line.value = text;
    this.line.focus();
    this.typed();
  },

  key(event) {
    if (this.list.hidden || !this.options().length) return this.sends(event);
    const options = this.options();
    if (event.key === "ArrowDown") this.choose(this.at + 1);
    else if (event.key === "ArrowUp") this.choose(this.at === -1 ? options.length - 1 : this.at - 1);
    else if (event.key === "Escape") this.show(false);
    else if (event.key === "Tab" && !event.shiftKey && options.length) this.take(options[Math.max(this.at, 0)]);
    else if (event.key === "Enter" && this.at >= 0) this.take(options[this.at]);
    else return this.sends(event);
    event.preventDefault();
  },

  // Enter sends; with Shift it begins a new line.
  sends(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.line.form.requestSubmit();
  },
};

if (composer.line) {
  composer.line.addEventListener("input", () => composer.typed());
  composer.line.addEventListener("keydown", (event) => composer.key(event));
  composer.line.addEventListener("blur", () => composer.show(false));
  composer.list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // keep the focus in the composer
    const option = event.target.closest("[role=option]");
    if (option) composer.take(option);
  });
}
