import * as Plot from "@observablehq/plot";
import type { CausalGraph } from "../../src/causal/graph.ts";
import { readEdgeList } from "../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../src/causal/graph/toModel.ts";
import { localIdentifiability } from "../../src/causal/identifiability/local.ts";
import { momentMap } from "../../src/causal/identifiability/momentMap.ts";
import { levenbergMarquardt } from "../../src/causal/identifiability/perfectFit.ts";
import { genericParameters } from "../../src/causal/identifiability/genericValues.ts";
import { randomFrom, type Random } from "../../src/causal/identifiability/random.ts";
import { marginalise } from "../../src/causal/operations/marginalise.ts";
import { latentProjection } from "../../src/causal/operations/projection.ts";
import { marginaliseWeighted } from "../../src/causal/operations/weighted.ts";
import { observedMoments } from "../../src/causal/weighted.ts";
import { estimate } from "../../src/fit/estimate.ts";
import { renderSvg } from "../charts/svg.ts";
import { markdownTable, quantile, type Study } from "./study.ts";

const SEED = 230914073;
const DRAWS = 200;

/** Margins to be represented: the graph, the variable that goes, and what coalescence would leave out. */
const CASES = [
  {
    name: "four variables, two latents",
    edges: "latent U1, U2\nA -> B -> C -> D\nU1 -> A; U1 -> C\nU2 -> B; U2 -> D",
    removed: "B",
    merged: "latent U1, U2\nA -> C -> D\nU1 -> A; U1 -> C\nU2 -> D; U2 -> C",
  },
  {
    name: "a latent inside another",
    edges: "latent U\nU -> A; U -> B; U -> C; U -> D\nM -> A; M -> B",
    removed: "M",
    merged: "latent U\nU -> A; U -> B; U -> C; U -> D",
  },
] as const;

interface Outcome {
  readonly margin: string;
  readonly representation: string;
  readonly dimension: number;
  /** −log10 would lose zeros: relative residual of the best fit to each margin. */
  readonly residuals: readonly number[];
}

/** Study (b): marginalise a variable, compare with the analytic margin, and fit it by rival representations. */
export const marginalisation: Study = {
  name: "marginalisation",
  title: "(b) Removing a variable: what the AMASEM keeps and other representations lose",
  seed: SEED,
  async run() {
    const random = randomFrom(SEED);
    const outcomes: Outcome[] = [];
    let analytic = 0;
    for (const { name, edges, removed, merged } of CASES) {
      const graph = readEdgeList(edges);
      const margins = Array.from({ length: DRAWS }, () => marginOf(graph, removed, random));
      analytic = Math.max(analytic, ...margins.map(({ error }) => error));
      const margin = marginalise(graph, [removed]);
      const projected = latentProjection(margin);
      const pairs = [
        ...projected.directed.map(({ from, to }) => `${projected.names[from]} -> ${projected.names[to]}`),
        ...projected.bidirected.map(([a, b]) => `${projected.names[a]} <-> ${projected.names[b]}`),
      ];
      const rivals = {
        "AMASEM, nothing merged": margin,
        "latents merged (coalescence)": readEdgeList(merged),
        "latent projection, one latent a pair": readEdgeList(pairs.join("\n")),
      };
      for (const [representation, rival] of Object.entries(rivals)) {
        const residuals = margins.map(({ covariance, names }) =>
          bestResidual(rival, names, covariance, random),
        );
        const { rank } = localIdentifiability(graphToModel(rival));
        outcomes.push({ margin: name, representation, dimension: rank, residuals });
      }
    }
    return describe(outcomes, analytic, await trained(random));
  },
};

/** A random model over the graph, its margin as Σ, and how far the marginal AMASEM's Σ is from it. */
function marginOf(graph: CausalGraph, removed: string, random: Random) {
  const model = graphToModel(graph);
  const weighted = { structure: model.structures[0]!, theta: genericParameters(model, random, 0.9) };
  const whole = observedMoments(weighted);
  const kept = whole.names.flatMap((name, index) => (name === removed ? [] : [index]));
  const n = whole.names.length;
  const covariance = Float64Array.from(kept.flatMap((i) => kept.map((j) => whole.covariance[i * n + j]!)));
  const names = kept.map((index) => whole.names[index]!);
  const margin = observedMoments(marginaliseWeighted(weighted, [removed]));
  const at = names.map((name) => margin.names.indexOf(name));
  const k = names.length;
  const error = Math.max(
    ...covariance.map((value, e) => {
      const found = margin.covariance[at[Math.floor(e / k)]! * k + at[e % k]!]!;
      return Math.abs(found - value) / Math.abs(value || 1);
    }),
  );
  return { names, covariance, error };
}

/** Smallest relative residual over several starts: zero where the representation contains the margin. */
function bestResidual(
  graph: CausalGraph,
  names: readonly string[],
  covariance: Float64Array,
  random: Random,
): number {
  const model = graphToModel(graph);
  const map = momentMap(model);
  const order = model.structures[0]!.variables.map(({ name }) => names.indexOf(name));
  const target = Float64Array.from(
    order.flatMap((i, at) => order.slice(at).map((j) => covariance[i * names.length + j]!)),
  );
  let best = Infinity;
  for (let start = 0; start < 12 && best > 1e-12; start++) {
    best = Math.min(best, levenbergMarquardt(map, target, genericParameters(model, random, 1)).residual);
  }
  return best;
}

/** The four-variable margin once more, by the fit a user runs (maximum likelihood). */
async function trained(random: Random): Promise<number> {
  const [{ edges, removed }] = CASES;
  const graph = readEdgeList(edges);
  const { names, covariance } = marginOf(graph, removed, random);
  const model = graphToModel(marginalise(graph, [removed]));
  const order = model.structures[0]!.variables.map(({ name }) => names.indexOf(name));
  const k = names.length;
  const sorted = Float64Array.from(order.flatMap((i) => order.map((j) => covariance[i * k + j]!)));
  const moments = [{ names: order.map((i) => names[i]!), n: 1000, covariance: sorted, mean: undefined }];
  return (await estimate({ model, moments, discrepancy: "maximumLikelihood" })).value;
}

function describe(outcomes: readonly Outcome[], analytic: number, discrepancy: number) {
  const share = ({ residuals }: Outcome): number =>
    residuals.filter((residual) => residual < 1e-9).length / residuals.length;
  const table = markdownTable(
    ["margin", "representation", "dimension", "margins reproduced", "median misfit", "worst misfit"],
    outcomes.map((outcome) => [
      outcome.margin,
      outcome.representation,
      outcome.dimension,
      `${(100 * share(outcome)).toFixed(0)} %`,
      quantile(outcome.residuals, 0.5).toExponential(1),
      quantile(outcome.residuals, 1).toExponential(1),
    ]),
  );
  const report = `
A variable is removed from ${DRAWS} random models of each graph. The covariance that its marginal AMASEM implies
differs from the analytic margin by at most ${analytic.toExponential(0)} (relative; rounding). Then rival
representations are fitted to the same margins, and trained by maximum likelihood the four-variable margin's AMASEM
ends at a discrepancy of ${discrepancy.toExponential(1)}.

${table}

The misfit is the largest covariance error of the best of 12 fits, relative to the largest entry of Σ. "Dimension"
counts the directions in which the representation's Σ can move (rank of the Jacobian).

What to remember: the AMASEM reproduces every margin. The four-variable case with two latents leaves three variables
and six free moments, and there every representation still does; it takes a fourth variable to tell them apart. Merging a latent into another whose effects include its own,
which mDAGs may do, loses covariance as soon as enough variables share the larger one. The latent projection fails
twice: with a latent for each pair it has more dimensions than the margin and still cannot reach many margins, because
the pairs compete for the variance that one shared latent gives to all at once.`;
  const points = outcomes.flatMap(({ margin, representation, residuals }) =>
    residuals.map((residual) => ({ margin, representation, residual: Math.max(residual, 1e-17) })),
  );
  const chart = renderSvg("Misfit of three representations of a margin", {
    height: 380,
    width: 860,
    marginLeft: 260,
    marginRight: 210,
    x: { type: "log", label: "relative misfit of the best fit →", domain: [1e-17, 1], tickFormat: ".0e" },
    y: { label: null },
    fy: { label: null },
    color: { scheme: "Tableau10" },
    marks: [
      Plot.ruleX([1e-9], { stroke: "#bbb", strokeDasharray: "4 3" }),
      Plot.tickX(points, {
        x: "residual",
        y: "representation",
        fy: "margin",
        stroke: "representation",
        strokeOpacity: 0.35,
        strokeWidth: 2,
      }),
    ],
  });
  return { data: { outcomes, analytic, discrepancy }, report, charts: { misfit: chart } };
}
