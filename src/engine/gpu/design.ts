import { OptionError } from "../../errors.ts";
import { exogeniseRoots } from "../../model/exogenise.ts";
import { cheapestMethod, type MethodChoice } from "../../plan/cost.ts";
import { type Districts, planDistricts } from "../../plan/districts.ts";
import { type Graph, planGraph } from "../../plan/graph.ts";
import type { MemoryDesign } from "../../plan/memory.ts";
import { sampleFactor } from "../cpu/discrepancies/sample.ts";
import { cholesky, inverseFromCholesky } from "../cpu/linalg.ts";
import { submatrix } from "../cpu/submatrix.ts";
import type { Method, Problem } from "../engine.ts";
import { type WgslDiscrepancy, wgslDiscrepancy } from "./discrepancies.ts";
import type { Divergence } from "./largeIngredients.ts";
import { MOST_SWEPT } from "./sweep.ts";

export interface EvaluatorOptions {
  /** Default: the cheapest that applies, by the cost model of the plan. */
  readonly method?: Method | undefined;
  /** Observed variables from which on blocked factorisations take over from one workgroup's. */
  readonly largeFrom?: number | undefined;
  /** Whether paths are worked with as a dense matrix, where they can be; default: by the cost model. */
  readonly dense?: boolean | undefined;
}

/** What is decided about a problem, on the host and before anything is allocated. */
export interface Design {
  readonly graph: Graph;
  readonly districts: Districts;
  readonly method: Method;
  readonly discrepancy: WgslDiscrepancy;
  /** The whole form that takes the place of `discrepancy`'s functions, where there is one. */
  readonly divergence: Divergence | undefined;
  readonly isLarge: boolean;
  readonly memory: MemoryDesign;
  /** Computed in float64, in the graph's order, row-major k×k. */
  readonly sample: {
    /** S, or the triangle C of S = CCᵀ, or C⁻¹: what the matrix `sample` is to hold. */
    readonly uploaded: Float64Array;
    readonly inverse: Float64Array | undefined;
    readonly logDeterminant: number;
    /** The largest 1 / (1 − R²) of a variable on those before it; at most the condition number in unit variances. */
    readonly condition: number;
  };
}

/**
 * Chooses method and forms for a problem of one group without means.
 *
 * @throws ModelError on a cycle, DataError where S is singular, OptionError where the method does not apply.
 */
export function designSolver(problem: Problem, options: EvaluatorOptions): Design {
  const moments = problem.moments[0]!;
  const structure = exogeniseRoots(problem.model.structures[0]!);
  const graph = planGraph(structure, problem.model.parameters.length);
  const districts = planDistricts(graph);
  const isLarge = graph.k >= (options.largeFrom ?? MOST_SWEPT + 1);
  const { method, dense } = chooseMethod(graph, districts, problem, isLarge, options);
  const discrepancy = wgslDiscrepancy(problem.discrepancy);
  const divergence = isLarge && method !== "district" ? wholeForm(problem) : undefined;
  const memory = {
    method,
    dense,
    inverse: discrepancy.sigmaInverse,
    mixedInverse: discrepancy.mixedInverse,
    sampleInverse: discrepancy.sampleInverse && divergence === undefined,
  };
  const sample = submatrix(moments.covariance, moments.names.length, graph.moment);
  const triangle = new Float64Array(graph.k ** 2);
  const logDeterminant = cholesky(sample, graph.k, triangle);
  // Throws the error that says what is wrong with S.
  if (Number.isNaN(logDeterminant)) sampleFactor(moments);
  const condition = moments.names.reduce(
    (most, _, i) => Math.max(most, sample[i * (graph.k + 1)]! / triangle[i * (graph.k + 1)]! ** 2),
    1,
  );
  const inverted = discrepancy.sampleInverse ? invertTriangle(triangle, graph.k) : undefined;
  const whole = divergence === "maximumLikelihood" ? triangle : inverted?.triangleInverse;
  return {
    graph,
    districts,
    method,
    discrepancy,
    divergence,
    isLarge,
    memory,
    sample: {
      uploaded: (divergence && whole) ?? sample,
      inverse: inverted?.inverse,
      logDeterminant,
      condition,
    },
  };
}

function chooseMethod(
  graph: Graph,
  districts: Districts,
  { discrepancy }: Problem,
  isLarge: boolean,
  { method, dense }: EvaluatorOptions,
): MethodChoice {
  const isObserved = graph.k === graph.p;
  const conditions = {
    district: isObserved && discrepancy === "maximumLikelihood",
    dense: isObserved && isLarge && dense !== false,
    accumulation: isLarge,
  };
  if (method === "district" && !conditions.district) {
    throw new OptionError(
      "The district method needs maximum likelihood and a model whose effects are all observed.",
      "Choose the method `covariance`, or let semnan choose.",
    );
  }
  if (dense && conditions.dense) return { method: "covariance", dense };
  return cheapestMethod(graph, districts, conditions, method);
}

function wholeForm({ discrepancy }: Problem): Divergence | undefined {
  return discrepancy === "maximumLikelihood" || discrepancy === "reverseKullbackLeibler"
    ? discrepancy
    : undefined;
}

/** (CCᵀ)⁻¹ and C⁻¹ for a lower triangle C. */
function invertTriangle(
  triangle: Float64Array,
  k: number,
): { inverse: Float64Array; triangleInverse: Float64Array } {
  const inverse = new Float64Array(k * k);
  const transposed = new Float64Array(k * k);
  inverseFromCholesky(triangle, k, inverse, transposed);
  const triangleInverse = transposed.map((_, at) => transposed[(at % k) * k + Math.floor(at / k)]!);
  return { inverse, triangleInverse };
}
