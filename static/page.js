// What the modules of a page ask of it. Nothing happens when this is loaded.

export const byId = (id) => document.getElementById(id);

export const token = () => document.body.dataset.csrf;

export const isTyping = (event) =>
  event.isComposing || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
