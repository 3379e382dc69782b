// The branches of a conversation on the page: cutting one off, showing another, editing a question in its place.

import { token } from "./page.js";

// Where an article stands in the list: itself, or the pair that it is one of.
const slot = (article) => article.closest(".pair") || article;

// The turn that comes before this one, or before a next one; of two side by side, the first is gone on with.
export function before(list, instead) {
  if (instead?.dataset.turn) return instead.dataset.parent || null;
  for (const pair of list.querySelectorAll(".pair")) pair.replaceWith(pair.querySelector(".turn"));
  const named = [...list.querySelectorAll(".turn")].filter((article) => article.dataset.turn && article !== instead);
  return named.at(-1)?.dataset.turn || null;
}

// Takes this and what follows off the page, and gives it.
export function cut(list, article) {
  const all = [...list.children];
  const removed = all.slice(all.indexOf(slot(article)));
  for (const one of removed) one.remove();
  return removed;
}

export function pair(template, articles) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector(".question-words").textContent = articles[0].querySelector(".question-words").textContent;
  element.append(...articles);
  return element;
}

export async function fetched(address) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (!answer?.ok) return null;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return [...holder.content.children];
}

// The arrow that was pressed, where it can be pressed again, else its neighbour.
export function focus(element, way) {
  const found = element.querySelector(`[data-way="${way}"]:enabled`) || element.querySelector("[data-way]:enabled");
  found?.focus({ preventScroll: true });
}

export function edit(template, article, send) {
  if (article.querySelector(".edit")) return;
  const heading = article.querySelector(".question");
  const form = template.content.firstElementChild.cloneNode(true);
  const field = form.querySelector("textarea");
  field.value = heading.querySelector(".question-words").textContent;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    closed(article);
    send(field.value);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  heading.hidden = true;
  heading.after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

export function closed(article) {
  article.querySelector(".edit")?.remove();
  article.querySelector(".question").hidden = false;
  article.querySelector("[data-does=edit]")?.focus({ preventScroll: true });
}
