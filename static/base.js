// What every page shares: the menu on a phone, dialogs, questions before deleting, and the keys.

import { byId, isTyping } from "./page.js";

function toggle(id, open) {
  const panel = byId(id);
  panel.classList.toggle("open", open);
  for (const button of document.querySelectorAll(`[data-opens="${id}"]`)) button.setAttribute("aria-expanded", open);
  const first = open ? panel : document.querySelector(`[data-opens="${id}"]`);
  (open ? first.querySelector("a, button, input") : first)?.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-opens], [data-closes], [data-opens-dialog]");
  if (!target) return;
  if (target.dataset.opensDialog) byId(target.dataset.opensDialog).showModal();
  else if (target.dataset.opens) toggle(target.dataset.opens, true);
  else toggle(target.dataset.closes, false);
});

// A form with data-asks shows that dialog first and goes on when it is confirmed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = form.dataset.asks && byId(form.dataset.asks);
  if (!dialog || form.dataset.confirmed) return;
  event.preventDefault();
  const name = dialog.querySelector("[data-name]");
  if (name) name.textContent = form.dataset.name;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    // The row that holds the form may have been drawn anew meanwhile.
    const now = form.isConnected ? form : document.querySelector(`form[action="${form.getAttribute("action")}"]`);
    if (!now) return;
    now.dataset.confirmed = "yes";
    now.requestSubmit();
  }, { once: true });
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const search = byId("search");
    if (!search) return window.location.assign("/#search");
    if (byId("side").contains(search)) byId("side").classList.add("open");
    search.focus();
    search.select();
    return;
  }
  if (event.key === "Escape" && byId("side").classList.contains("open")) return toggle("side", false);
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") byId("help").showModal();
  if (event.key === "/") {
    const field = document.querySelector("[data-slash]");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});

if (window.location.hash === "#search") byId("search")?.focus();
