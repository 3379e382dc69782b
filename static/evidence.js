// The pane with the source: opens when htmx has filled it, shows the marked place, gives the focus back when it closes.

export function openings(pane, shade) {
  let opener = null;

  function expanded(on) {
    opener?.setAttribute("aria-expanded", on);
  }

  function close() {
    if (pane.hidden) return false;
    pane.hidden = shade.hidden = true;
    pane.replaceChildren();
    expanded(false);
    opener?.focus({ preventScroll: true });
    opener = null;
    return true;
  }

  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const from = detail.elt;
    if (detail.target !== pane || pane.contains(from)) return;
    expanded(false);
    opener = from;
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== pane) return;
    pane.hidden = shade.hidden = false;
    pane.querySelector("[data-does=widen]")?.setAttribute("aria-pressed", pane.classList.contains("wide"));
    expanded(true);
    pane.querySelector("h2")?.focus({ preventScroll: true });
    whenDrawn(pane.querySelector(".sheet img"), () => toMark(pane));
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.target !== pane) return;
    pane.replaceChildren(document.getElementById("withheld-template").content.cloneNode(true));
    pane.hidden = shade.hidden = false;
    pane.querySelector("h2").focus({ preventScroll: true });
  });
  pane.addEventListener("click", (event) => {
    if (event.target.closest("[data-does=close]")) close();
    const widen = event.target.closest("[data-does=widen]");
    if (!widen) return;
    widen.setAttribute("aria-pressed", pane.classList.toggle("wide"));
    toMark(pane);
  });
  shade.addEventListener("click", close);
  return { close };
}

function whenDrawn(image, then) {
  if (!image) return;
  const drawn = () => {
    image.closest(".sheet").classList.add("drawn");
    then();
  };
  if (image.complete && image.naturalWidth) drawn();
  else image.addEventListener("load", drawn, { once: true });
  image.addEventListener("error", () => image.closest(".sheet").classList.add("missing"), { once: true });
}

// The facts above the picture stay in view where the mark is in view with them.
function toMark(pane) {
  const mark = pane.querySelector(".marks .cell") || pane.querySelector(".marks rect");
  const body = pane.querySelector(".evidence-body");
  if (!mark) return;
  const place = mark.getBoundingClientRect();
  const view = body.getBoundingClientRect();
  if (place.bottom > view.bottom - 48) body.scrollBy(0, place.top - view.top - view.height / 3);
  if (place.right > view.right) body.scrollBy(place.right - view.right + 24, 0);
}
