import { intervene, type Intervention } from "../../../src/causal/effects/intervene.ts";
import { pathEffect } from "../../../src/causal/effects/pathEffects.ts";
import { implied, type WeightedModel } from "../../../src/causal/weighted.ts";
import { readAnalysis, type Analysis } from "../../../src/embed/analysis.ts";
import { bindSample } from "../../../src/fit/bindSample.ts";
import type { Model } from "../../../src/model/model.ts";

export interface WhatIfInput {
  readonly analysis: Analysis;
  /** The estimates of all rows of the model, in their order. */
  readonly estimates: readonly number[];
  /** 0-based. */
  readonly group: number;
  /** Variables that are set, in standard deviations from their mean. */
  readonly settings: readonly { readonly variable: string; readonly deviations: number }[];
}

/** What setting variables does to another one; all relative to the mean without it. */
export interface VariableShift {
  readonly name: string;
  readonly observed: boolean;
  readonly isSet: boolean;
  /** The first variable that is set, whose effects these are. */
  readonly cause: string | undefined;
  /** Standard deviations before and after. */
  readonly deviation: number;
  readonly deviationAfter: number;
  /** Change of the mean, in the variable's units. */
  readonly shift: number;
  /** Effects of `cause`; NaN where nothing is set, and for itself. */
  readonly direct: number;
  readonly indirect: number;
  readonly total: number;
}

/** Sets variables from outside (do-operator) in a fitted model and tells what becomes of all others. */
export function whatIf({ analysis, estimates, group, settings }: WhatIfInput): VariableShift[] {
  const weighted = weightedModel(analysis, estimates, group);
  const before = implied(weighted);
  const { variables } = weighted.structure;
  const p = variables.length;
  const deviation = (covariance: Float64Array, at: number): number => Math.sqrt(covariance[at * p + at]!);
  const indexOf = (name: string): number => variables.findIndex((variable) => variable.name === name);
  const interventions = settings.map(({ variable, deviations }): Intervention => {
    const at = indexOf(variable);
    return { variable, mean: before.mean[at]! + deviations * deviation(before.covariance, at) };
  });
  const after = implied(intervene(weighted, interventions));
  const cause = settings[0]?.variable;
  return variables.map(({ name, observed }, at) => ({
    name,
    observed,
    isSet: settings.some(({ variable }) => variable === name),
    cause,
    deviation: deviation(before.covariance, at),
    deviationAfter: deviation(after.covariance, at),
    shift: after.mean[at]! - before.mean[at]!,
    direct: effect(weighted, cause, name, "direct"),
    indirect: effect(weighted, cause, name, "indirect"),
    total: effect(weighted, cause, name, "total"),
  }));
}

function effect(
  weighted: WeightedModel,
  from: string | undefined,
  to: string,
  kind: "direct" | "indirect" | "total",
): number {
  return from === undefined || from === to ? NaN : pathEffect(weighted, { from, to, kind }).estimate;
}

let kept: { readonly key: string; readonly model: Model } | undefined;

/** The fitted model of an analysis. It is read once for all positions of a slider. */
function weightedModel(analysis: Analysis, estimates: readonly number[], group: number): WeightedModel {
  const key = JSON.stringify(analysis);
  if (kept?.key !== key) {
    const { model, data } = readAnalysis(analysis);
    kept = {
      key,
      model: bindSample(
        model,
        data.groups.map(({ moments }) => moments),
      ),
    };
  }
  const { model } = kept;
  const theta = new Float64Array(model.parameters.length);
  model.rows.forEach(({ parameter }, row) => {
    if (parameter >= 0) theta[parameter] = estimates[row]!;
  });
  return { structure: model.structures[group]!, theta };
}
