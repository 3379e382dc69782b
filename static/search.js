// The search page works by itself; this opens the source of a result beside it.

import { openings } from "./evidence.js";
import { byId } from "./page.js";

const evidence = openings(byId("evidence"), byId("evidence-shade"));

// A click that asks for a new tab or window is the browser's.
document.addEventListener("click", (event) => {
  if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.target.closest("a[hx-get]")) event.stopPropagation();
}, { capture: true });

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  evidence.close();
});
