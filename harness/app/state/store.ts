/** Holds the state of the page. Every change makes a new object, so a view may compare by identity. */
export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<(state: State, previous: State) => void>();

  constructor(initial: State) {
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  update(change: Partial<State> | ((state: State) => Partial<State>)): void {
    const previous = this.#state;
    this.#state = { ...previous, ...(typeof change === "function" ? change(previous) : change) };
    for (const listener of this.#listeners) listener(this.#state, previous);
  }

  /** Calls the listener after every change; returns how to stop that. */
  subscribe(listener: (state: State, previous: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
