// The assistant: asks over the socket, shows the answer as it comes, opens the source beside it.

import { Announcer } from "./announcer.js";
import { openings } from "./evidence.js";
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
const evidence = openings(byId("evidence"), byId("evidence-shade"));
const seen = new Set();
// The answer on its way: its article, its turn once the server has named it, and the last event that came.
let running = null;
let lastId = "0";

function ask(question, ignoring = []) {
  if (running || !question.trim()) return;
  byId("welcome")?.remove();
  const article = turns.blank(byId("turn-template"), question.trim());
  list.append(article);
  begin(article, null);
  running.ignoring = ignoring;
  turns.status(article, socket.ready ? words.sending : words.connecting);
  field.value = "";
  grown();
  transcript.scrollTop = transcript.scrollHeight;
  if (socket.ready) sendQuestion();
}

function sendQuestion() {
  const message = { type: "ask", conversation: main.dataset.conversation || null, question: turns.question(running.article) };
  message.scope = { collections: scope.chosen() };
  if (running.ignoring.length) message.ignoring = running.ignoring;
  running.sent = socket.send(message);
}

function begin(article, turn) {
  running = { article, turn, sent: false };
  lastId = "0";
  seen.clear();
  announcer.begin(words.started);
  buttons();
}

function finish() {
  turns.finish(running.article);
  announcer.end(words.complete);
  running = null;
  buttons();
}

function stop() {
  if (running?.turn) socket.send({ type: "stop", turn: running.turn });
}

function buttons() {
  stopButton.hidden = !running;
  sendButton.hidden = Boolean(running);
  sendButton.disabled = !field.value.trim();
  stopButton.disabled = Boolean(running && !running.turn);
}

const handlers = {
  asked(message) {
    if (!running || running.turn) return;
    running.turn = running.article.dataset.turn = message.turn;
    if (!main.dataset.conversation) named(message);
    buttons();
  },
  status: ({ text }, article) => turns.status(article, text),
  understood: ({ question, readings }, article) => turns.understood(article, question, readings),
  sources: ({ sources }, article) => turns.sources(article, sources),
  delta({ block, html }, article) {
    turns.block(article, block, html);
    announcer.heard(turns.answer(article).textContent);
  },
  figure: (figure, article) => turns.figure(article, figure.verdict, words[figure.verdict]),
  done(message, article) {
    turns.done(article, message);
    finish();
  },
  error(message, article) {
    const known = { hidden: words.refused };
    turns.trouble(article, message.text || known[message.code] || words.failed, message.partial ? words.partial : "", message.trace);
    finish();
  },
};

socket.addEventListener("message", ({ detail: message }) => {
  const mine = running && (message.turn === undefined || message.turn === running.turn || message.type === "asked");
  if (!mine || !handlers[message.type]) return;
  if (message.id) {
    if (seen.has(message.id)) return;
    seen.add(message.id);
    lastId = message.id;
  }
  const atEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 80;
  handlers[message.type](message, running.article);
  if (atEnd) transcript.scrollTop = transcript.scrollHeight;
});

socket.addEventListener("ready", () => {
  lost.hidden = true;
  if (!running) return;
  if (running.turn) socket.send({ type: "resume", turn: running.turn, after: lastId });
  else if (running.sent) handlers.error({ text: words.unsure }, running.article);
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
field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    ask(field.value);
  } else if (event.key === "ArrowUp" && !field.value) {
    const last = list.lastElementChild;
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
  if (reading) return ask(...turns.asked(reading.closest(".turn"), reading));
  const action = event.target.closest("[data-does]");
  if (!action) return;
  const article = action.closest(".turn");
  if (action.dataset.does === "again") ask(...turns.asked(article));
  if (action.dataset.does === "copy") turns.copy(article, action, words.copied);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open], :popover-open")) return;
  if (evidence.close()) return;
  if (running) stop();
  else if (isTyping(event)) event.target.blur();
});

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

for (const readings of list.querySelectorAll(".readings")) turns.named(readings);
const unfinished = list.querySelector('.turn[data-state="running"]');
if (unfinished) begin(unfinished, unfinished.dataset.turn);
transcript.scrollTop = transcript.scrollHeight;
buttons();
