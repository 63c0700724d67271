// Undo and redo: each step knows both ways.
export class History {
  #done = [];
  #undone = [];

  record(undo, redo) {
    this.#done.push({ undo, redo });
    this.#undone = [];
  }

  // Both return false where nothing is left. A step that is undone may record a step of its own.
  undo() {
    return this.#step(this.#done, this.#undone, "undo");
  }

  redo() {
    return this.#step(this.#undone, this.#done, "redo");
  }

  #step(from, to, way) {
    const step = from.pop();
    if (!step) return false;
    to.push(step);
    step[way]();
    return true;
  }
}
