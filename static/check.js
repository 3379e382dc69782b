// The page works by itself; this takes files and opens the sources beside the text.

import { openings } from "./evidence.js";
import { byId, token } from "./page.js";

const evidence = openings(byId("evidence"), byId("evidence-shade"));
const text = byId("text");
const [said, trouble] = ["file-said", "file-trouble"].map(byId);

// The server reads it and keeps nothing; its words come into the field, to be looked over.
async function take(file) {
  said.textContent = trouble.textContent = "";
  if (!file) return;
  const named = (words) => words.replace("{name}", file.name);
  said.textContent = named(text.dataset.reading);
  const body = new FormData();
  body.append("file", file);
  const answer = await fetch(text.dataset.reads, { method: "POST", headers: { "X-CSRFToken": token() }, body }).catch(() => null);
  const found = await answer?.json().catch(() => null);
  said.textContent = "";
  if (!found?.text) {
    trouble.textContent = found?.error || text.dataset.failed;
    return;
  }
  text.value = found.text;
  said.textContent = named(text.dataset.read);
  text.focus();
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
}

const chosen = byId("file");
function takeChosen() {
  take(chosen.files[0]);
  chosen.value = "";
}
chosen.addEventListener("change", takeChosen);
if (chosen.files.length) takeChosen(); // before this script was there

text.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  text.classList.add("over");
});
text.addEventListener("dragleave", () => text.classList.remove("over"));
text.addEventListener("drop", (event) => {
  text.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});

// A refusal has words of its own.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "checked" && [413, 503].includes(detail.xhr.status)) detail.shouldSwap = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) evidence.close();
});
