import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";
import { exogenise, isExogenous } from "../../../src/causal/operations/exogenise.ts";
import { semnanLayers } from "../../../src/causal/operations/layers.ts";
import { marginalise } from "../../../src/causal/operations/marginalise.ts";
import { latentProjection } from "../../../src/causal/operations/projection.ts";
import {
  canonicalForm,
  exogeniseWeighted,
  hideWeighted,
  marginaliseWeighted,
} from "../../../src/causal/operations/weighted.ts";
import { structureGraph } from "../../../src/causal/graph/fromModel.ts";
import { localIdentifiability } from "../../../src/causal/identifiability/local.ts";
import { observedMoments, type WeightedModel } from "../../../src/causal/weighted.ts";
import type { Model } from "../../../src/model/model.ts";
import { parseModel, type GroupEqual, type ModelKind } from "../../../src/model/parseModel.ts";
import { bindSample } from "../../../src/fit/bindSample.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import type { Moments } from "../../../src/data/moments.ts";
import { randomWeighted } from "./randomWeighted.ts";

/** Largest difference of two sets of observed moments, matched by name, relative to the variances. */
function distance(a: WeightedModel, b: WeightedModel): number {
  const [x, y] = [observedMoments(a), observedMoments(b)];
  const k = y.names.length;
  const at = y.names.map((name) => x.names.indexOf(name));
  let largest = 0;
  const n = x.names.length;
  for (let i = 0; i < k; i++) {
    largest = Math.max(largest, Math.abs(x.mean[at[i]!]! - y.mean[i]!) / Math.max(1, Math.abs(y.mean[i]!)));
    for (let j = 0; j < k; j++) {
      const scale = Math.sqrt(y.covariance[i * k + i]! * y.covariance[j * k + j]!);
      const difference = x.covariance[at[i]! * n + at[j]!]! - y.covariance[i * k + j]!;
      largest = Math.max(largest, Math.abs(difference) / scale);
    }
  }
  return largest;
}

// A few units in the last place per operation of sums of products of up to 20 numbers, in float64.
const ROUNDING = 1e-12;

describe("operations on weighted models keep Σ of what stays", () => {
  const random = randomFrom(11);
  const models = Array.from({ length: 60 }, () =>
    randomWeighted(random, 3 + Math.floor(random() * 6), 1 + Math.floor(random() * 4)),
  );

  it.each(models.map((model, index) => [index, model] as const))("random model %i", (_, weighted) => {
    const names = weighted.structure.variables.map(({ name }) => name);
    for (const name of names) {
      const margin = marginaliseWeighted(weighted, [name]);
      expect(margin.structure.variables.every(({ observed }) => observed)).toBe(true);
      expect(distance(weighted, margin)).toBeLessThan(ROUNDING);
      expect(distance(weighted, canonicalForm(margin))).toBeLessThan(ROUNDING);
    }
    const pair = [names[0]!, names.at(-1)!];
    if (names.length > 2)
      expect(distance(weighted, marginaliseWeighted(weighted, pair))).toBeLessThan(ROUNDING);
  });

  it("marginalising in two steps or in one is the same model", () => {
    for (const weighted of models) {
      const [first, second] = weighted.structure.variables;
      if (weighted.structure.variables.length < 3) continue;
      const stepwise = marginaliseWeighted(marginaliseWeighted(weighted, [first!.name]), [second!.name]);
      expect(distance(stepwise, marginaliseWeighted(weighted, [first!.name, second!.name]))).toBeLessThan(
        ROUNDING,
      );
    }
  });
});

interface ReferenceParameter {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly est: number;
  readonly group?: number;
}

interface Reference {
  readonly model: string;
  readonly lavaan_function: ModelKind;
  readonly group_labels: readonly string[] | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ReferenceParameter[];
  readonly sample: readonly {
    readonly names: string[];
    readonly cov: readonly (readonly number[])[];
    readonly mean?: readonly number[];
  }[];
}

/** Every reference with estimates of a recursive model; 11b–11f are variants without a proper optimum. */
const REFERENCES = [
  "01a_hs_cfa_marker",
  "01b_hs_cfa_stdlv",
  "02_poldem_sem",
  "03_poldem_equal_loadings",
  "04a_mediation_fixedx",
  "05a_growth_linear",
  "05b_growth_tvc_fixedx",
  "06a_wheaton_corr_err",
  "07a_hs_mg_configural",
  "07c_hs_mg_scalar",
  "08a_hs_second_order",
  "08c_hs_one_factor",
  "10c_hs_complete_meanstructure",
  "11a_heywood",
  "12_pmdag_p10",
  "12_pmdag_p40",
];

/** One weighted model for each group of a reference, at the certified estimates. */
function referenceGroups(name: string): WeightedModel[] {
  const path = new URL(`../../fixtures/reference/${name}.json`, import.meta.url);
  const stated = JSON.parse(readFileSync(path, "utf8")) as Reference;
  const { options, group_labels: labels } = stated;
  const model = parseModel(stated.model, {
    as: stated.lavaan_function,
    stdLv: options["std.lv"] === true,
    meanStructure: options["meanstructure"] === true,
    fixedX: options["fixed.x"] === true,
    ...(labels === null ? {} : { groups: labels }),
    groupEqual: options["group.equal"] as readonly GroupEqual[],
  });
  const theta = new Float64Array(model.parameters.length).fill(NaN);
  const matches = (row: Model["rows"][number], other: ReferenceParameter): boolean =>
    other.op === row.op &&
    (other.group ?? 1) === row.group &&
    ((other.lhs === row.lhs && other.rhs === row.rhs) ||
      (row.op === "~~" && other.lhs === row.rhs && other.rhs === row.lhs));
  for (const row of model.rows) {
    if (row.parameter < 0) continue;
    const found = stated.parameters.find((other) => matches(row, other));
    if (found !== undefined) theta[row.parameter] = found.est;
  }
  expect([...theta].filter((value) => Number.isNaN(value))).toEqual([]);
  const moments = stated.sample.map(({ names, cov, mean }) => ({
    names,
    n: 1,
    covariance: Float64Array.from(cov.flat()),
    mean: mean === undefined ? undefined : Float64Array.from(mean),
  }));
  return bindSample(model, moments).structures.map((structure) => ({ structure, theta }));
}

function reference(name: string): WeightedModel {
  return referenceGroups(name)[0]!;
}

describe("marginalising reference models", () => {
  it.each(REFERENCES)("%s: leaves the covariance of the rest, whichever variable goes", (name) => {
    for (const weighted of referenceGroups(name)) {
      for (const { name: variable, observed } of weighted.structure.variables) {
        if (!observed) continue;
        const margin = marginaliseWeighted(weighted, [variable]);
        expect(distance(hideWeighted(weighted, [variable]), margin)).toBeLessThan(ROUNDING);
      }
    }
  });

  it("refitting: the marginal AMASEM fits as well as the model with the variable hidden, or better", async () => {
    const weighted = reference("12_pmdag_p10");
    const graph = structureGraph(weighted.structure);
    for (const { name } of weighted.structure.variables.filter(({ observed }) => observed)) {
      const hidden = hideWeighted(weighted, [name]);
      const { names, covariance } = observedMoments(hidden);
      const moments = { names, n: 1000, covariance: perturbed(covariance, names.length), mean: undefined };
      const before = await discrepancy(modelOf(hidden), moments);
      const after = await discrepancy(graphToModel(marginalise(graph, [name])), moments);
      // A hidden variable with r causes and s effects ties r·s new edges to r + s numbers; the AMASEM frees them,
      // so that it is the same model where the variable has at most one cause or one effect, else a larger one.
      const vertex = graph.vertices.findIndex((each) => each.name === name);
      const causes = graph.edges.filter(({ to }) => to === vertex).length;
      const effects = graph.edges.filter(({ from }) => from === vertex).length;
      // Both fits end at gradients below 1e-9, so their values are exact to far below 1e-8.
      if (causes === 0 || effects === 0)
        expect([name, Math.abs(after - before) < 1e-8]).toEqual([name, true]);
      else expect([name, after < before + 1e-8]).toEqual([name, true]);
    }
  });
});

async function discrepancy(model: Model, moments: Moments): Promise<number> {
  const problem = { model, moments: [ordered(moments, model)], discrepancy: "maximumLikelihood" as const };
  return (await estimate(problem)).value;
}

function modelOf(weighted: WeightedModel) {
  const parameters = Array.from(weighted.theta, (_, index) => ({
    name: `p${index}`,
    start: undefined,
    lower: -Infinity,
    upper: Infinity,
  }));
  return { parameters, structures: [weighted.structure], meanStructure: false, rows: [] };
}

/** A sample covariance near Σ, deterministic. */
function perturbed(covariance: Float64Array, k: number): Float64Array {
  const random = randomFrom(5);
  const sample = Float64Array.from(covariance);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const scale = Math.sqrt(covariance[i * k + i]! * covariance[j * k + j]!);
      const shifted = covariance[i * k + j]! + 0.02 * scale * (random() - 0.5);
      sample[i * k + j] = shifted;
      sample[j * k + i] = shifted;
    }
  }
  return sample;
}

function ordered(moments: Moments, model: { structures: readonly WeightedModel["structure"][] }): Moments {
  const names = model.structures[0]!.variables.filter(({ observed }) => observed).map(({ name }) => name);
  const at = names.map((name) => moments.names.indexOf(name));
  const k = names.length;
  const covariance = Float64Array.from(at.flatMap((i) => at.map((j) => moments.covariance[i * k + j]!)));
  return { ...moments, names, covariance };
}

describe("graph operations", () => {
  it("exogenises chains of latents", () => {
    const graph = readEdgeList("latent L, M\nX -> L -> M; M -> Y; M -> Z; L -> W");
    const result = exogenise(graph);
    expect(isExogenous(result)).toBe(true);
    const edges = result.edges
      .map(({ from, to }) => `${result.vertices[from]!.name}>${result.vertices[to]!.name}`)
      .sort();
    expect(edges).toEqual(["L>W", "L>Y", "L>Z", "M>Y", "M>Z", "X>W", "X>Y", "X>Z"]);
  });

  it("does not merge a latent whose effects are among another's", () => {
    const graph = marginalise(readEdgeList("latent U\nM -> A; M -> B; U -> A; U -> B; U -> C"), ["M"]);
    expect(graph.vertices.filter(({ latent }) => latent).map(({ name }) => name)).toEqual(["M", "U"]);
  });

  it("keeps the covariance that projection loses: a latent of four effects has dimension 8, not 10", () => {
    const graph = readEdgeList("latent U\nU -> A; U -> B; U -> C; U -> D");
    const projected = latentProjection(graph);
    expect(projected.bidirected).toHaveLength(6);
    const asProjected = readEdgeList(
      projected.bidirected.map(([a, b]) => `${projected.names[a]} <-> ${projected.names[b]}`).join("\n"),
    );
    expect(localIdentifiability(graphToModel(graph)).rank).toBe(8);
    expect(localIdentifiability(graphToModel(asProjected)).rank).toBe(10);
  });

  it("shows the layers of the minimal SEMNAN with its aliases", () => {
    expect(semnanLayers(readEdgeList("X -> M -> Y; X <-> Y"))).toEqual([
      { variables: ["e.X", "e.M", "e.Y", "U(X,Y)"], aliases: [] },
      { variables: ["X"], aliases: ["e.M", "e.Y", "U(X,Y)"] },
      { variables: ["M"], aliases: ["e.Y", "U(X,Y)", "X"] },
      { variables: ["Y"], aliases: ["X", "M"] },
    ]);
  });

  it("refuses to marginalise over everything, the unknown, the latent", () => {
    const graph = readEdgeList("latent U\nU -> X; U -> Y");
    expect(() => marginalise(graph, ["X", "Y"])).toThrow("No observed variable");
    expect(() => marginalise(graph, ["Q"])).toThrow("There is no variable Q");
    expect(() => marginalise(graph, ["U"])).toThrow("latent already");
  });

  it("exogenising a weighted model twice changes nothing more", () => {
    const weighted = reference("08a_hs_second_order");
    const once = exogeniseWeighted(weighted);
    expect(distance(once, exogeniseWeighted(once))).toBe(0);
  });
});
