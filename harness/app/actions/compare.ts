import type { FinishedFit } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { notify } from "./notify.ts";

/** Puts a fit aside, under a name that no other has. */
export function keepFit(fit: FinishedFit): void {
  const { kept } = store.state;
  if (kept.some(({ result }) => result === fit.result)) {
    notify("This fit is kept already.");
    return;
  }
  const taken = new Set(kept.map(({ name }) => name));
  let number = kept.length + 1;
  while (taken.has(`Model ${number}`)) number++;
  const name = `Model ${number}`;
  store.update({ kept: [...kept, { ...fit, name }] });
  notify(`Kept as ${name}. Change the model and fit again to compare.`);
}

export function dropFit(name: string): void {
  store.update(({ kept }) => ({ kept: kept.filter((fit) => fit.name !== name) }));
}
