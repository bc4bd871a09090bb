import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { WhatIfState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { analysisOf } from "../state/settings.ts";
import { assistant } from "../worker/clients.ts";
import { latest } from "./later.ts";

/** Sets variables from outside; an empty list sets none. */
export function setInterventions(settings: WhatIfState["settings"]): void {
  store.update(({ whatIf }) => ({ whatIf: { ...whatIf, settings } }));
  computeShifts();
}

/** Computes what the chosen interventions do in the finished fit. */
export const computeShifts = latest(async () => {
  const { finished, whatIf } = store.state;
  if (!finished?.inputs.data) return;
  const { inputs, result } = finished;
  const { settings } = whatIf;
  try {
    const shifts = await assistant.call("whatIf", {
      analysis: analysisOf(inputs.model, inputs.data!.text, inputs.settings),
      estimates: result.parameters.map(({ estimate }) => estimate),
      group: 0,
      settings,
    });
    store.update((state) => ({ whatIf: { ...state.whatIf, shifts, failure: undefined } }));
  } catch (error) {
    store.update((state) => ({ whatIf: { ...state.whatIf, shifts: [], failure: toFailure(error) } }));
  }
});
