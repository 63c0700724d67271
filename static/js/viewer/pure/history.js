// Undo and redo; each step is a pair of functions.
export class History {
  #done = [];
  #undone = [];

  record(undo, redo) {
    this.#done.push({ undo, redo });
    this.#undone = [];
  }

  // Both methods return false if there is nothing to undo or redo. A step's own `undo` can record another step.
  undo() {
    return this.#step(this.#done, this.#undone, "undo");
  }

  redo() {
    return this.#step(this.#undone, this.#done, "redo");
  }

  #step(from, to, direction) {
    const step = from.pop();
    if (!step) return false;
    to.push(step);
    step[direction]();
    return true;
  }
}
