// A socket that comes back by itself. It says that it is lost only when that has lasted three seconds.

const SLOWEST = 8000;
const PATIENCE = 3000;
const BEAT = 25000;
const SILENCE = 10000;
const SIGNED_OUT = 4401;

export class Socket extends EventTarget {
  #path;
  #socket = null;
  #tries = 0;
  #lost = 0;
  #beat = 0;
  #silence = 0;
  #closed = false;

  constructor(path) {
    super();
    this.#path = path;
    this.#open();
    window.addEventListener("online", () => this.#open());
    window.addEventListener("pagehide", () => this.#leave());
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.#closed = false;
      this.#open();
    });
  }

  get ready() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (!this.ready) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open() {
    if (this.#closed || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${window.location.host}${this.#path}`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#tries = 0;
      clearTimeout(this.#lost);
      this.#lost = 0;
      clearInterval(this.#beat);
      this.#beat = setInterval(() => this.#ping(), BEAT);
      this.dispatchEvent(new Event("ready"));
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(this.#silence);
      const message = JSON.parse(data);
      if (message.type !== "pong") this.dispatchEvent(new CustomEvent("message", { detail: message }));
    };
    socket.onclose = ({ code }) => this.#ended(socket, code);
  }

  #ended(socket, code) {
    if (socket !== this.#socket || this.#closed) return;
    clearInterval(this.#beat);
    clearTimeout(this.#silence);
    this.dispatchEvent(new CustomEvent("ended", { detail: { code } }));
    if (code === SIGNED_OUT) return this.dispatchEvent(new Event("signedout"));
    this.#lost ||= setTimeout(() => this.#missed(), PATIENCE);
    const wait = Math.min(SLOWEST, 250 * 2 ** this.#tries++);
    setTimeout(() => this.#open(), wait * (0.75 + Math.random() / 2));
  }

  #ping() {
    if (!this.send({ type: "ping" })) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#dead(), SILENCE);
  }

  // A refused handshake looks like a lost line: whether the session has ended shows in where a page leads.
  async #missed() {
    this.dispatchEvent(new Event("lost"));
    try {
      const page = await fetch("/library/", { method: "HEAD", redirect: "manual" });
      if (page.type === "opaqueredirect") this.dispatchEvent(new Event("signedout"));
    } catch {
      // No answer at all: the line is lost, and trying goes on.
    }
  }

  // A line that was cut takes no part in closing, so its end is not waited for.
  #dead() {
    const socket = this.#socket;
    socket.onclose = socket.onmessage = null;
    socket.close();
    this.#socket = null;
    this.#ended(null, 1006);
  }

  #leave() {
    this.#closed = true;
    if (this.ready) this.#socket.close();
  }
}
