// Which language model answers: one, or two whose answers stand side by side. Nothing to choose where there is one.

export class Models {
  #root;
  #boxes = [];

  constructor(root) {
    this.#root = root;
    if (!root) return;
    this.#boxes = [...root.querySelectorAll("input[name=model]")];
    root.addEventListener("change", ({ target }) => this.#changed(target));
    this.#show();
  }

  chosen() {
    return this.#boxes.filter((box) => box.checked).map((box) => Number(box.value));
  }

  // At least one and at most two: the last to be chosen stays.
  #changed(box) {
    const others = this.#boxes.filter((other) => other.checked && other !== box);
    if (!box.checked && !others.length) box.checked = true;
    if (box.checked && others.length > 1) others[0].checked = false;
    this.#show();
  }

  #show() {
    const names = this.#boxes.filter((box) => box.checked).map((box) => box.dataset.name);
    this.#root.querySelector("#model-words").textContent = names.join(" + ");
  }
}
