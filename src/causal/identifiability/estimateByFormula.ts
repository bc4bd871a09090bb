import { DataError, ModelError } from "../../errors.ts";
import type { Moments } from "../../data/moments.ts";
import type { Model } from "../../model/model.ts";
import { structureGraph } from "../graph/fromModel.ts";
import { exogenise } from "../operations/exogenise.ts";
import { certificateOf, type Certificate } from "./certificate.ts";
import { certifyModel } from "./certifyModel.ts";
import { effectByFormula } from "./effectByFormula.ts";
import { askedEffects } from "./effectQueries.ts";

/** An effect computed from its identifying formula. */
export interface FormulaEstimate {
  readonly kind: "direct" | "total";
  readonly estimate: number;
  readonly certificate: Certificate;
}

/**
 * Estimates effects ("X -> Y") from a sample covariance by their identifying formulas, without fitting the
 * model: consistent where the model holds, not efficient. A cheap check of a fit, or a starting value.
 * Throws ModelError where no formula is known or the model has several groups, DataError for missing variables.
 */
export function estimateByFormula(model: Model, query: string, moments: Moments): FormulaEstimate[] {
  const [structure, ...others] = model.structures;
  if (structure === undefined || others.length > 0) {
    throw new ModelError("Formulas are for one group.", "Pass a model of one group.");
  }
  const asked = askedEffects(model, [query]);
  const certified = certifyModel(model, exogenise(structureGraph(structure)), asked, 1);
  const places = certified.graph.names.map((name) => {
    const place = moments.names.indexOf(name);
    if (place < 0) throw new DataError(`The data have no variable ${name}.`, "Add its column.");
    return place;
  });
  const k = moments.names.length;
  const covariance = Float64Array.from(
    places.flatMap((i) => places.map((j) => moments.covariance[i * k + j]!)),
  );
  return asked.map((effect) => {
    const certificate = certificateOf(certified, effect);
    if (certificate === undefined) {
      throw new ModelError(
        `No formula is known for the ${effect.kind} effect ${effect.from} → ${effect.to}.`,
        "Ask `identify` whether it is identifiable at all, or fit the model.",
      );
    }
    const estimate = effect.exists ? effectByFormula(certified, effect, covariance) : 0;
    return { kind: effect.kind, estimate, certificate };
  });
}
