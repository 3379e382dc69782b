// The page works by itself; this takes files and opens the sources beside the text.

import { openings } from "./evidence.js";
import { byId } from "./page.js";

const evidence = openings(byId("evidence"), byId("evidence-shade"));
const text = byId("text");
const trouble = byId("file-trouble");

async function take(file) {
  trouble.textContent = "";
  if (!file) return;
  if (!file.type.startsWith("text/") && !/\.(txt|md)$/i.test(file.name)) {
    trouble.textContent = text.dataset.notText;
    return;
  }
  const words = await file.text();
  if (words.length > text.maxLength) trouble.textContent = text.dataset.tooLong;
  else text.value = words;
}

byId("file").addEventListener("change", ({ target }) => {
  take(target.files[0]);
  target.value = "";
});

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
