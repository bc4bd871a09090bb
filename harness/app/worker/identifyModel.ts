import { identify, type IdentifyResult } from "../../../src/causal/identifiability/identify.ts";
import { localIdentifiability } from "../../../src/causal/identifiability/local.ts";
import { readModel, type ModelSettings } from "../../../src/embed/analysis.ts";
import type { TaskContext } from "../../../src/embed/rpc/protocol.ts";

export interface IdentificationInput {
  readonly text: string;
  readonly settings: ModelSettings;
  readonly groups: readonly string[];
}

export interface Identification {
  /** For every row of the model: whether its parameter is generically identified; null for rows without one. */
  readonly rows: readonly (boolean | null)[];
  readonly effects: IdentifyResult["effects"];
}

/** Which parameters and effects the covariances of the observed variables determine. */
export function identifyModel(input: IdentificationInput, { signal }: TaskContext): Identification {
  const model = readModel(input.text, input.settings, input.groups);
  const local = localIdentifiability(model);
  return {
    rows: model.rows.map(({ parameter }) => (parameter < 0 ? null : local.parameterIdentified(parameter))),
    effects: identify(model, { signal }).effects,
  };
}
