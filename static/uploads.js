// Files on their way to the server: two at a time, each with its own bar, its own sentence when refused, and Try again.

const AT_ONCE = 2;

export class Uploads {
  #list;
  #words;
  #token;
  #taken;
  #waiting = [];
  #running = 0;

  constructor({ list, words, token, taken }) {
    this.#list = list;
    this.#words = words;
    this.#token = token;
    this.#taken = taken;
  }

  add(collection, files) {
    for (const file of files) {
      const entry = this.#entry(file.name);
      this.#waiting.push({ collection, file, entry });
    }
    this.#next();
  }

  refuse(name, why) {
    this.#failed(this.#entry(name), why, null);
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length) {
      this.#running += 1;
      this.#send(this.#waiting.shift());
    }
  }

  #send(job) {
    const { collection, file, entry } = job;
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", `/library/${collection}/upload`);
    request.setRequestHeader("X-CSRFToken", this.#token);
    request.responseType = "json";
    entry.words.textContent = this.#words.uploading;
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (!lengthComputable) return;
      entry.bar.max = total;
      entry.bar.value = loaded;
    };
    request.onload = () => this.#answered(job, request);
    request.onerror = request.onabort = () => this.#failed(entry, this.#words.broken, job);
    request.onloadend = () => {
      this.#running -= 1;
      this.#next();
    };
    request.send(body);
  }

  #answered(job, { status, response }) {
    const result = response?.files?.[0];
    if (status === 413) return this.#failed(job.entry, this.#words.noRoom, null);
    if (!result) return this.#failed(job.entry, response?.error || this.#words.refused, job);
    if (result.error) return this.#failed(job.entry, result.error, job);
    this.#taken(job.collection, result);
    if (result.notice) this.#noted(job.entry, result.notice);
    else this.#remove(job.entry);
  }

  #entry(name) {
    const row = document.createElement("li");
    const title = document.createElement("span");
    title.className = "one-line";
    title.textContent = name;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", name);
    const words = document.createElement("span");
    words.className = "muted small";
    words.textContent = this.#words.waits;
    row.append(title, bar, words);
    this.#list.querySelector("ul").append(row);
    this.#list.hidden = false;
    return { row, title, bar, words };
  }

  #failed(entry, why, again) {
    this.#said(entry, why, "why");
    if (!again) return;
    const retry = button(this.#words.retry, () => {
      this.#remove(entry);
      this.add(again.collection, [again.file]);
    });
    entry.row.querySelector(".buttons").prepend(retry);
  }

  #noted(entry, what) {
    this.#said(entry, what, "muted");
  }

  #said(entry, sentence, kind) {
    const text = document.createElement("span");
    const said = document.createElement("span");
    said.className = `${kind} small`;
    said.textContent = sentence;
    text.append(entry.title.textContent, document.createElement("br"), said);
    const buttons = document.createElement("span");
    buttons.className = "buttons";
    buttons.append(button(this.#words.dismiss, () => this.#remove(entry)));
    entry.row.className = "failed";
    entry.row.setAttribute("role", "alert");
    entry.row.replaceChildren(text, buttons);
  }

  #remove(entry) {
    entry.row.remove();
    this.#list.hidden = !this.#list.querySelector("li");
  }
}

function button(words, does) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = words;
  made.addEventListener("click", does);
  return made;
}
