// Says an answer to a screen reader by whole sentences, never by tokens, and each once.

const SENTENCE_END = /[.!?](?=\s)|[。！？]/g;

export class Announcer {
  #region;
  #said = 0;
  #text = "";

  constructor(region) {
    this.#region = region;
  }

  begin(words) {
    this.#said = 0;
    this.#text = "";
    this.#region.textContent = words;
  }

  heard(text) {
    this.#text = text;
    let end = this.#said;
    for (const match of text.matchAll(SENTENCE_END)) end = Math.max(end, match.index + 1);
    this.#say(end);
  }

  end(words) {
    this.#say(this.#text.length);
    this.#region.append(` ${words}`);
  }

  #say(end) {
    const sentence = this.#text.slice(this.#said, end).trim();
    this.#said = Math.max(this.#said, end);
    if (sentence) this.#region.textContent = sentence;
  }
}
