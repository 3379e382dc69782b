// Which collections a question searches: checkboxes in a list, chips for those chosen. None chosen means all.

export class Scope {
  #root;
  #boxes;

  constructor(root) {
    this.#root = root;
    this.#boxes = [...root.querySelectorAll("input[name=collection]")];
    root.addEventListener("change", () => this.#show());
    root.querySelector("#chips")?.addEventListener("click", (event) => {
      const id = event.target.closest("button")?.dataset.id;
      const box = this.#boxes.find((b) => b.value === id);
      if (!box) return;
      box.checked = false;
      this.#show();
    });
    if (this.#boxes.length) this.#show();
  }

  chosen() {
    return this.#boxes.filter((box) => box.checked).map((box) => Number(box.value));
  }

  #show() {
    const chosen = this.#boxes.filter((box) => box.checked);
    this.#root.querySelector(".scope-button").classList.toggle("narrowed", chosen.length > 0);
    this.#root.querySelector("#scope-words").hidden = chosen.length > 0;
    this.#root.querySelector("#chips").replaceChildren(...chosen.map(chip));
  }
}

function chip(box) {
  const span = document.createElement("span");
  span.className = "chip";
  span.textContent = box.dataset.name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.dataset.id = box.value;
  remove.setAttribute("aria-label", `${box.closest(".popover").dataset.remove} ${box.dataset.name}`);
  remove.textContent = "×";
  span.append(remove);
  return span;
}
