// The library: files dropped anywhere are uploaded, what is being read shows how far it is, rows follow by themselves.

import { byId, isTyping, token } from "./page.js";
import { Socket } from "./socket.js";
import { Uploads } from "./uploads.js";

const page = byId("main");
const words = byId("words").dataset;
const live = byId("live");
const UNFINISHED = ["queued", "working", "indexing", "waiting"];

const moving = () => [...document.querySelectorAll("[data-version][data-state]")].filter((e) => UNFINISHED.includes(e.dataset.state));
let socket = null;

// --- progress ---

function watch() {
  const versions = moving().map((element) => Number(element.dataset.version));
  if (!versions.length) return;
  if (!socket) open();
  else socket.send({ type: "watch", versions });
}

function open() {
  socket = new Socket("/ws/progress/");
  const lost = byId("lost");
  socket.addEventListener("ready", () => {
    if (lost) lost.hidden = true;
    watch();
  });
  socket.addEventListener("lost", () => { if (lost) lost.hidden = false; });
  socket.addEventListener("message", ({ detail }) => detail.type === "progress" && progressed(detail));
}

function progressed(message) {
  const element = document.querySelector(`[data-version="${message.version}"][data-state]`);
  if (!element) return;
  const settled = element.dataset.state !== message.state && !UNFINISHED.includes(message.state);
  element.dataset.state = message.state;
  element.querySelector(".state-words").textContent = message.words;
  const bar = element.querySelector("progress");
  if (bar && message.total && message.state === "working") {
    bar.max = message.total;
    bar.value = message.done;
  } else bar?.removeAttribute("value");
  const speed = element.querySelector(".speed");
  if (speed) speed.textContent = speedWords(message);
  const state = element.querySelector(".state");
  state.className = `state ${message.state}`;
  if (settled) settle(element, message);
}

function speedWords({ rate, left_s: left, part }) {
  if (!rate) return "";
  const pace = (part === "page" ? words.pagesASecond : words.partsASecond).replace("{rate}", rate);
  if (left === null || left === undefined) return pace;
  const time = left < 90 ? words.secondsLeft.replace("{count}", left) : words.minutesLeft.replace("{count}", Math.round(left / 60));
  return `${pace} · ${time}`;
}

function settle(element, { state }) {
  const said = { ready: words.ready, failed: words.failed }[state];
  if (said) live.textContent = said.replace("{name}", element.dataset.name);
  if ("reload" in element.dataset) window.location.reload();
  else refresh(element.dataset.document);
}

// --- rows ---

async function refresh(id) {
  const answer = await fetch(`/documents/${id}/row`, { headers: { "X-Requested-With": "fetch" } });
  const old = byId(`document-${id}`);
  if (answer.redirected) return window.location.reload(); // to the sign-in
  if (!answer.ok) return gone(old);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const row = holder.content.querySelector("tr");
  if (old) old.replaceWith(row);
  else {
    document.querySelector("#documents tbody").prepend(row);
    recount();
  }
  byId("documents").hidden = false;
  byId("empty")?.remove();
  watch();
}

function gone(row) {
  row?.remove();
  recount();
}

function recount() {
  if (byId("count")) window.htmx.ajax("GET", window.location.href, { target: "#count", select: "#count", swap: "outerHTML" });
}

// Retry, cancel and delete go by themselves; the row then shows what has become of it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("step" in form.dataset) || event.defaultPrevented) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const row = form.closest("[data-document]");
  if (form.dataset.step === "away" && answer.ok) window.location.assign(form.dataset.to);
  else if (form.dataset.step === "gone" && answer.ok) gone(row);
  else if (row) await refresh(row.dataset.document);
});

// --- uploads ---

if (page.dataset.drops) {
  const uploads = new Uploads({ list: byId("uploads"), words, token: token(), taken });
  const files = byId("files");
  byId("choose-files").addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    given([...files.files]);
    files.value = "";
  });

  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const shown = (on) => { byId("drop").hidden = !on; };
  window.addEventListener("dragenter", (event) => carriesFiles(event) && shown(++depth > 0));
  window.addEventListener("dragleave", (event) => carriesFiles(event) && shown(--depth > 0));
  window.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    shown(false);
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
    for (const folder of folders) uploads.refuse(folder.webkitGetAsEntry().name, words.folder);
    given(items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile()));
  });

  function given(chosen) {
    if (!chosen.length) return;
    if (page.dataset.drops !== "choose") return uploads.add(page.dataset.drops, chosen);
    const dialog = byId("choose-dialog");
    byId("choose-names").textContent = chosen.map((file) => file.name).join(", ");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") uploads.add(byId("choose-collection").value, chosen);
    }, { once: true });
  }

  function taken(collection, entry) {
    if (page.dataset.drops === "choose") window.location.assign(`/library/${collection}/`);
    else refresh(entry.document_id);
  }
}

// --- the pages of a document ---

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (rel) document.querySelector(`a[rel="${rel}"]`)?.click();
});

watch();
