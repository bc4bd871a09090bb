import { readDagitty } from "../../../src/causal/graph/dagitty.ts";
import { readModel, type ModelSettings } from "../../../src/embed/analysis.ts";
import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import type { Model } from "../../../src/model/model.ts";
import { observedNames } from "../../../src/model/model.ts";
import { detectFormat, type ModelFormat } from "../../../src/model/parseModel.ts";
import { diagramOf, type Diagram } from "../../../src/presentation/diagram/diagram.ts";
import { layoutDiagram, layoutFromPositions } from "../../../src/presentation/diagram/layout.ts";
import type { Positions } from "../../../src/presentation/diagram/arrange.ts";

export interface CheckInput {
  readonly text: string;
  readonly settings: ModelSettings;
  /** Labels of the groups of the data; `[""]` for one group. */
  readonly groups: readonly string[];
  /** The group whose diagram is wanted, 1-based. */
  readonly shown: number;
  /** Width over height of the frame that the diagram is drawn for; as on a page unless said. */
  readonly aspect?: number;
}

/** What the page shows of a model while it is typed. */
export type ModelCheck =
  | {
      readonly status: "ok";
      readonly format: ModelFormat;
      readonly observed: readonly string[];
      readonly latent: readonly string[];
      readonly parameters: number;
      /** Moments minus parameters, before what covariates take away. */
      readonly degreesOfFreedom: number;
      readonly warnings: readonly string[];
      readonly groups: readonly string[];
      readonly diagram: Diagram;
      readonly positions: Positions;
    }
  | { readonly status: "empty" }
  | { readonly status: "error"; readonly format: ModelFormat; readonly error: Failure };

/** Reads a model text and lays out its diagram; what is wrong with it comes back as a value. */
export function checkModel({ text, settings, groups, shown, aspect }: CheckInput): ModelCheck {
  if (text.replaceAll(/[#!].*$/gm, "").trim() === "") return { status: "empty" };
  const format = detectFormat(text);
  try {
    const model = readModel(text, settings, groups);
    const diagram = diagramOf(model, Math.min(shown, model.structures.length));
    const stated = format === "dagitty" ? readDagitty(text).positions : new Map<string, [number, number]>();
    const observed = [...new Set(model.structures.flatMap(observedNames))];
    return {
      status: "ok",
      format,
      observed,
      latent: diagram.nodes.flatMap(({ name, latent }) => (latent ? [name] : [])),
      parameters: model.parameters.length,
      degreesOfFreedom: moments(model) - model.parameters.length,
      warnings: model.warnings ?? [],
      groups: model.structures.map(({ label }) => label),
      diagram,
      positions: layoutFromPositions(diagram, stated) ?? layoutDiagram(diagram, aspect),
    };
  } catch (error) {
    return { status: "error", format, error: toFailure(error) };
  }
}

/** Sample moments that the model explains; those of fixed covariates are given, so they do not count. */
function moments(model: Model): number {
  const given = model.rows.filter(({ exogenous }) => exogenous).length;
  return model.structures.reduce((sum, structure) => {
    const k = observedNames(structure).length;
    return sum + (k * (k + 1)) / 2 + (model.meanStructure ? k : 0);
  }, -given);
}
