// The assistant: asks over the socket, shows the answer as it comes, opens the source beside it.

import { Announcer } from "./announcer.js";
import * as branches from "./branches.js";
import { openings } from "./evidence.js";
import { Models } from "./models.js";
import { byId, isTyping } from "./page.js";
import { Scope } from "./scope.js";
import { Socket } from "./socket.js";
import * as turns from "./turn.js";

const [main, list, field, live] = ["main", "turns", "question", "live"].map(byId);
const [sendButton, stopButton, lost, transcript] = ["send", "stop", "lost", "transcript"].map(byId);
const words = byId("words").dataset;

const socket = new Socket("/ws/chat/");
const announcer = new Announcer(live);
const scope = new Scope(byId("scope"));
const models = new Models(byId("models"));
const free = byId("free");
const evidence = openings(byId("evidence"), byId("evidence-shade"));
const seen = new Set();
// The answers on their way: each its article, its turn once the server has named it, and the last event that came.
let running = [];
// What was asked and is not yet taken: the message, and the branch that it stands in for until then.
let asking = null;

function ask(question, { ignoring = [], instead = null } = {}) {
  if (running.length || !question.trim()) return;
  byId("welcome")?.remove();
  const after = branches.before(list, instead);
  const removed = instead ? branches.cut(list, instead) : [];
  const chosen = models.chosen();
  const grounded = !(instead ? "free" in instead.dataset : free?.checked);
  const articles = (chosen.length > 1 ? chosen : [null]).map(() => turns.blank(byId("turn-template"), question.trim()));
  list.append(...(articles.length > 1 ? [branches.pair(byId("pair-template"), articles)] : articles));
  asking = { question: question.trim(), ignoring, after, chosen, grounded, removed, sent: false };
  for (const article of articles) {
    begin(article, null);
    if (!grounded) article.dataset.free = "";
    turns.status(article, socket.ready ? words.sending : words.connecting);
  }
  if (!instead) field.value = "";
  grown();
  transcript.scrollTop = transcript.scrollHeight;
  if (socket.ready) sendQuestion();
}

function sendQuestion() {
  const conversation = main.dataset.conversation || null;
  const message = { type: "ask", conversation, question: asking.question, scope: { collections: scope.chosen() } };
  if (conversation) message.after = asking.after;
  if (!asking.grounded) message.grounded = false;
  if (asking.ignoring.length) message.ignoring = asking.ignoring;
  if (asking.chosen.length > 1) message.models = asking.chosen;
  else if (asking.chosen.length) message.model = asking.chosen[0];
  asking.sent = socket.send(message);
}

function begin(article, turn) {
  if (!running.length) announcer.begin(words.started);
  running.push({ article, turn, lastId: "0", seen: new Set() });
  buttons();
}

function finish(one) {
  turns.finish(one.article);
  running = running.filter((other) => other !== one);
  if (!running.length) announcer.end(words.complete);
  buttons();
}

function stop() {
  for (const { turn } of running) if (turn) socket.send({ type: "stop", turn });
}

function buttons() {
  const busy = running.length > 0;
  stopButton.hidden = !busy;
  sendButton.hidden = busy;
  sendButton.disabled = !field.value.trim();
  stopButton.disabled = busy && !running.some((one) => one.turn);
}

const handlers = {
  asked(message, one) {
    one.turn = one.article.dataset.turn = message.turn;
    turns.placed(one.article, message, words);
    if (!running.some((other) => !other.turn)) asking = null;
    if (!main.dataset.conversation) named(message);
    buttons();
  },
  status: ({ text }, { article }) => turns.status(article, text),
  understood: ({ question, readings }, { article }) => turns.understood(article, question, readings),
  sources: ({ sources }, { article }) => turns.sources(article, sources),
  delta({ block, html }, one) {
    turns.block(one.article, block, html);
    if (one === running[0]) announcer.heard(turns.answer(one.article).textContent);
  },
  figure: (figure, { article }) => turns.figure(article, figure.verdict, words[figure.verdict]),
  notice: ({ text }, { article }) => turns.notice(article, text),
  done(message, one) {
    turns.done(one.article, message);
    finish(one);
  },
  error(message, one) {
    const known = { hidden: words.refused };
    turns.trouble(one.article, message.text || known[message.code] || words.failed, message.partial ? words.partial : "", message.trace);
    finish(one);
  },
};

// A question that was not taken leaves what it was to stand in for where it was.
function declined(message) {
  const untaken = running.filter((one) => !one.turn);
  if (untaken.length) {
    const [{ article }] = untaken;
    (article.closest(".pair") || article).before(...asking.removed);
    asking = null;
  }
  for (const one of untaken.length ? untaken : running) handlers.error(message, one);
}

function heard(message) {
  if (message.type === "error" && message.turn === undefined) return declined(message);
  const mine = message.type === "asked" ? (one) => !one.turn : (one) => one.turn === message.turn;
  const one = running.find(mine);
  if (!one || !handlers[message.type]) return;
  // What comes from the record, after its end, has no place in the stream.
  if (message.id && message.id !== "0") {
    if (one.seen.has(message.id)) return;
    one.seen.add(message.id);
    one.lastId = message.id;
  }
  const atEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 80;
  handlers[message.type](message, one);
  if (atEnd) transcript.scrollTop = transcript.scrollHeight;
}

socket.addEventListener("message", ({ detail }) => heard(detail));
socket.addEventListener("ready", () => {
  lost.hidden = true;
  for (const { turn, lastId } of running) if (turn) socket.send({ type: "resume", turn, after: lastId });
  if (!asking) return;
  if (asking.sent) declined({ text: words.unsure });
  else sendQuestion();
});
socket.addEventListener("lost", () => { lost.hidden = false; });
socket.addEventListener("signedout", () => {
  const link = document.createElement("a");
  link.href = `/sign-in?next=${encodeURIComponent(window.location.pathname)}`;
  link.textContent = words.signIn;
  lost.replaceChildren(words.signedOut, " ", link);
  lost.hidden = false;
});

// The conversation has come into being: give it its address, its title, and its place in the list.
function named({ conversation, title }) {
  main.dataset.conversation = conversation;
  window.history.pushState(null, "", `/c/${conversation}/`);
  byId("title").textContent = title;
  document.title = `${title} · Shiori`;
  const form = byId("delete-form");
  form.action = `/c/${conversation}/delete`;
  form.dataset.name = title;
  form.hidden = false;
  const entry = byId("entry-template").content.firstElementChild.cloneNode(true);
  const link = entry.querySelector("a");
  link.href = `/c/${conversation}/`;
  link.setAttribute("aria-current", "page");
  link.firstElementChild.textContent = title;
  byId("no-conversations")?.remove();
  todaysList().prepend(entry);
}

function todaysList() {
  let day = byId("today");
  if (!day) {
    day = document.createElement("section");
    day.id = "today";
    day.className = "side-day";
    const heading = document.createElement("h2");
    heading.className = "side-group";
    heading.textContent = words.today;
    const entries = document.createElement("ul");
    entries.className = "side-list";
    day.append(heading, entries);
    byId("conversations").prepend(day);
  }
  return day.querySelector("ul");
}

// --- asking ---

function grown() {
  if (!CSS.supports("field-sizing", "content")) {
    field.rows = Math.min(10, field.value.split("\n").length);
  }
  buttons();
}

field.addEventListener("input", grown);
free?.addEventListener("change", () => {
  byId("composer").classList.toggle("freely", free.checked);
  field.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    ask(field.value);
  } else if (event.key === "ArrowUp" && !field.value) {
    const last = [...list.querySelectorAll(".turn")].at(-1);
    if (!last) return;
    event.preventDefault();
    field.value = turns.question(last);
    field.setSelectionRange(field.value.length, field.value.length);
    grown();
  }
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(field.value);
});
stopButton.addEventListener("click", stop);

document.addEventListener("click", (event) => {
  const starter = event.target.closest("[data-ask]");
  if (starter) return ask(starter.dataset.ask);
  const reading = event.target.closest("[data-reading]");
  const action = event.target.closest("[data-does]");
  const article = (reading || action)?.closest(".turn");
  if (reading) return again(article, reading);
  const does = article && acts[action.dataset.does];
  if (does) does(article, action);
});

function again(article, reading = null) {
  const [question, ignoring] = turns.asked(article, reading);
  ask(question, { ignoring, instead: article });
}

const acts = {
  again: (article) => again(article),
  copy: (article, button) => turns.copy(article, button, words.copied),
  edit: (article) => branches.edit(byId("edit-template"), article, (question) => ask(question, { instead: article })),
  cancel: (article) => branches.closed(article),
  branch: (article, button) => show(article, `/turns/${button.dataset.to}/branch`, button.dataset.way),
  keep: (article) => show(article.closest(".pair") || article, `/turns/${article.dataset.turn}/keep`, "later"),
};

// Another branch from here on, as the server has it.
async function show(from, address, way) {
  if (running.length) return;
  const came = await branches.fetched(address);
  if (!came || running.length) return;
  branches.cut(list, from);
  list.append(...came);
  for (const article of came) window.htmx.process(article);
  arrived();
  branches.focus(came[0], way);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open], :popover-open")) return;
  if (event.target.closest(".edit")) return branches.closed(event.target.closest(".turn"));
  if (evidence.close()) return;
  if (running.length) stop();
  else if (isTyping(event)) event.target.blur();
});

// The reasons open below the buttons, which may stand at the lower edge.
list.addEventListener("htmx:afterSettle", ({ target }) => target.querySelector(".feedback-why[open]")?.scrollIntoView({ block: "nearest" }));

transcript.addEventListener("scroll", () => main.classList.toggle("scrolled", transcript.scrollTop > 4), { passive: true });
window.addEventListener("popstate", () => window.location.reload());

// --- the list of conversations ---

byId("search").addEventListener("input", ({ target }) => {
  const wanted = target.value.trim().toLocaleLowerCase();
  let found = 0;
  for (const day of document.querySelectorAll(".side-day")) {
    let shown = 0;
    for (const entry of day.querySelectorAll("li")) {
      entry.hidden = !entry.textContent.toLocaleLowerCase().includes(wanted);
      shown += !entry.hidden;
    }
    day.hidden = !shown;
    found += shown;
  }
  byId("none-found").hidden = Boolean(found) || !wanted;
});

// --- what was there when the page came ---

function arrived() {
  for (const readings of list.querySelectorAll(".readings")) turns.named(readings);
  for (const article of list.querySelectorAll('.turn[data-state="running"]')) begin(article, article.dataset.turn);
  for (const { turn, lastId } of socket.ready ? running : []) socket.send({ type: "resume", turn, after: lastId });
}

arrived();
transcript.scrollTop = transcript.scrollHeight;
buttons();
