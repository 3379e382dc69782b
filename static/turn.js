// One question and its answer on the page. Each function takes the article and changes it; none keeps anything.

const part = (article, name) => article.querySelector(`.${name}`);

export function blank(template, question) {
  const article = template.content.querySelector("article").cloneNode(true);
  part(article, "question-words").textContent = question;
  return article;
}

// Where it stands in the conversation, once the server has said so.
export function placed(article, { parent, number, count, earlier, later, model }) {
  article.dataset.parent = parent;
  const row = part(article, "branch");
  row.hidden = count < 2;
  row.querySelector(".branch-place").textContent = `${number} / ${count}`;
  for (const [way, turn] of [["earlier", earlier], ["later", later]]) {
    const button = row.querySelector(`[data-way="${way}"]`);
    button.dataset.to = turn;
    button.disabled = !turn;
  }
  const writer = part(article, "writer");
  writer.textContent = model;
  writer.hidden = !model;
}

export const question = (article) => part(article, "question-words").textContent;
export const answer = (article) => part(article, "answer");

export function status(article, text) {
  part(article, "status").hidden = false;
  part(article, "status-words").textContent = text;
}

export function block(article, number, html) {
  const body = answer(article);
  while (body.children.length <= number) {
    const empty = document.createElement("div");
    empty.className = "block";
    body.append(empty);
  }
  body.children[number].innerHTML = html;
  window.htmx.process(body.children[number]);
}

// What was understood of the question: each part a button that asks again without it, or with it.
export function understood(article, whole, readings) {
  const list = part(article, "readings");
  list.dataset.whole = whole;
  part(article, "whole").hidden = whole === question(article);
  part(article, "whole-words").textContent = whole;
  list.replaceChildren(...readings.map(({ id, text, off }) => {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "reading" });
    button.dataset.reading = id;
    button.setAttribute("aria-pressed", !off);
    button.append(piece("one-line", text));
    entry.append(button);
    return entry;
  }));
  list.hidden = !readings.length;
  named(list);
}

// A button says in full what it does: its own words are no more than "FY2018".
export function named(list) {
  for (const button of list.querySelectorAll("[data-reading]")) {
    const words = button.getAttribute("aria-pressed") === "true" ? list.dataset.without : list.dataset.with;
    button.title = words.replace("{name}", button.textContent);
  }
}

// The question made whole and the readings that are taken off, with one of them turned around.
export function asked(article, turned = null) {
  const list = part(article, "readings");
  const buttons = [...list.querySelectorAll("[data-reading]")];
  const off = (button) => (button.getAttribute("aria-pressed") === "false") !== (button === turned);
  const ignoring = buttons.filter(off).map((button) => button.dataset.reading);
  const whole = turned || ignoring.length ? list.dataset.whole : "";
  return [whole || question(article), ignoring];
}

export function sources(article, found) {
  const row = part(article, "sources");
  const list = row.querySelector("ul");
  list.replaceChildren(...found.map((source) => sourceEntry(article.dataset.turn, source)));
  row.hidden = !found.length;
  window.htmx.process(list);
}

function sourceEntry(turn, source) {
  const entry = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "source", title: source.text.slice(0, 240) });
  button.dataset.marker = source.marker;
  button.setAttribute("hx-get", `/turns/${turn}/citations/${source.marker}/`);
  button.setAttribute("hx-target", "#evidence");
  button.append(
    piece("source-marker", source.marker),
    piece("source-name one-line", source.document),
    piece("source-place", source.label),
  );
  entry.append(button);
  return entry;
}

function piece(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

// Counts of figures by verdict, in the order in which the verdicts are explained.
export function figure(article, verdict, words) {
  const row = part(article, "verdicts");
  row.hidden = false;
  let count = row.querySelector(`.${verdict} b`);
  if (!count) {
    const entry = piece(`verdict ${verdict}`, "");
    count = document.createElement("b");
    count.textContent = "0";
    entry.append(count, ` ${words}`);
    row.append(entry);
  }
  count.textContent = Number(count.textContent) + 1;
}

export function done(article, message) {
  part(article, "stopped").hidden = !message.stopped;
  answer(article).classList.toggle("refused", message.refused);
  const mode = part(article, "mode");
  mode.textContent = message.how;
  article.dataset.state = message.stopped ? "stopped" : "done";
}

// What a guard rail did, each thing once.
export function notice(article, text) {
  const list = part(article, "notices");
  if ([...list.children].some((entry) => entry.textContent === text)) return;
  const entry = document.createElement("li");
  entry.textContent = text;
  list.append(entry);
  list.hidden = false;
}

export function trouble(article, text, partial, trace) {
  part(article, "trouble").hidden = false;
  part(article, "trace").hidden = !trace;
  part(article, "trace").querySelector("code").textContent = trace || "";
  part(article, "trouble-words").textContent = partial && partial !== text ? `${partial} ${text}` : text;
  article.dataset.state = "failed";
}

export function finish(article) {
  const reasons = article.querySelector("[data-does=why]");
  reasons.hidden = !article.dataset.turn;
  reasons.setAttribute("hx-get", `/turns/${article.dataset.turn}/why/`);
  window.htmx.process(reasons);
  const feedback = part(article, "feedback");
  feedback.hidden = !/^(done|stopped)$/.test(article.dataset.state);
  for (const button of feedback.querySelectorAll("[data-verdict]")) {
    button.id = `${button.dataset.verdict}-${article.dataset.turn}`;
    button.setAttribute("hx-post", `/turns/${article.dataset.turn}/feedback`);
  }
  window.htmx.process(feedback);
  part(article, "status").hidden = true;
  part(article, "actions").hidden = false;
}

export async function copy(article, button, copied) {
  await navigator.clipboard.writeText(answer(article).innerText.trim());
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = copied;
  setTimeout(() => { label.textContent = before; }, 1600);
}
