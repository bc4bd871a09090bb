import type { Moments } from "../../data/moments.ts";
import type { Structure } from "../../model/model.ts";
import type { CustomDiscrepancy, DiscrepancyName, Method } from "../engine.ts";
import { AccumulationMethod } from "./accumulationMethod.ts";
import { addToGradient, compileStructure, type CompiledStructure, loadParameters } from "./compiled.ts";
import { CovarianceMethod } from "./covarianceMethod.ts";
import { createDiscrepancy, supportsMeans } from "./discrepancies/create.ts";
import type { Discrepancy } from "./discrepancies/discrepancy.ts";
import { DistrictMaximumLikelihood } from "./districtMethod.ts";
import type { MomentMethod } from "./momentMethod.ts";
import { backpropagateColumns, impliedMean } from "./recursions.ts";

/** What one group of a problem needs to be evaluated. */
export interface GroupProblem {
  readonly structure: Structure;
  readonly moments: Moments;
  readonly parameterCount: number;
  readonly meanStructure: boolean;
  readonly discrepancy: DiscrepancyName | CustomDiscrepancy;
}

/** F of one group and its gradient in float64. */
export interface GroupObjective {
  readonly method: Method;
  /** F at θ, adding `weight` · ∂F/∂θ to `gradient`; NaN where Σ(θ) is not positive definite. */
  evaluate(theta: Float64Array, weight: number, gradient: Float64Array): number;
}

/** Whether the district form computes this group: maximum likelihood with every variable observed. */
export function districtApplies(
  compiled: CompiledStructure,
  discrepancy: GroupProblem["discrepancy"],
): boolean {
  return discrepancy === "maximumLikelihood" && compiled.k === compiled.p;
}

/** Makes the evaluator of one group; `method` undefined takes the district form where it applies, else covariance. */
export function createGroupObjective(problem: GroupProblem, method: Method | undefined): GroupObjective {
  const compiled = compileStructure(problem.structure, problem.parameterCount);
  const applies = districtApplies(compiled, problem.discrepancy);
  if (method === "district" || (method === undefined && applies)) return districtObjective(problem, compiled);
  const moments =
    method === "accumulation" ? new AccumulationMethod(compiled) : new CovarianceMethod(compiled);
  return new MomentObjective(compiled, problem, moments, method ?? "covariance");
}

function districtObjective(problem: GroupProblem, compiled: CompiledStructure): GroupObjective {
  const form = new DistrictMaximumLikelihood(compiled, problem.moments, problem.meanStructure);
  return {
    method: "district",
    evaluate(theta, weight, gradient) {
      loadParameters(compiled, theta);
      return form.evaluate(weight, gradient);
    },
  };
}

/** Σ by a moment method, then the discrepancy on the observed block, then back. */
class MomentObjective implements GroupObjective {
  private readonly discrepancy: Discrepancy;
  private readonly sigma: Float64Array;
  private readonly g: Float64Array;
  private readonly gFull: Float64Array;
  private readonly mean: Float64Array | undefined;
  private readonly observedMean: Float64Array;
  private readonly gMean: Float64Array;
  private readonly gMeanFull: Float64Array;

  constructor(
    private readonly c: CompiledStructure,
    problem: GroupProblem,
    private readonly moments: MomentMethod,
    readonly method: Method,
  ) {
    this.discrepancy = createDiscrepancy(problem.discrepancy, problem.moments);
    this.sigma = c.fullyObserved ? moments.sigma : new Float64Array(c.k * c.k);
    this.g = new Float64Array(c.k * c.k);
    this.gFull = c.fullyObserved ? this.g : new Float64Array(c.p * c.p);
    const usesMeans = problem.meanStructure && supportsMeans(problem.discrepancy);
    this.mean = usesMeans ? new Float64Array(c.p) : undefined;
    this.observedMean = new Float64Array(c.k);
    this.gMean = new Float64Array(c.k);
    this.gMeanFull = new Float64Array(c.p);
  }

  evaluate(theta: Float64Array, weight: number, gradient: Float64Array): number {
    const { c, g } = this;
    loadParameters(c, theta);
    this.moments.forward();
    if (!c.fullyObserved) this.gatherObserved();
    if (this.mean) {
      impliedMean(c, this.mean);
      for (let i = 0; i < c.k; i++) this.observedMean[i] = this.mean[c.observed[i]!]!;
    }
    const value = this.discrepancy.evaluate(this.sigma, this.mean && this.observedMean, g, this.gMean);
    if (Number.isNaN(value)) return NaN;
    if (weight !== 1) for (let i = 0; i < g.length; i++) g[i]! *= weight;
    if (!c.fullyObserved) this.scatterObserved();
    this.moments.backward(this.gFull, gradient);
    if (this.mean) this.meanBackward(this.mean, weight, gradient);
    return value;
  }

  private gatherObserved(): void {
    const { p, k, observed } = this.c;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++)
        this.sigma[i * k + j] = this.moments.sigma[observed[i]! * p + observed[j]!]!;
    }
  }

  private scatterObserved(): void {
    const { p, k, observed } = this.c;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) this.gFull[observed[i]! * p + observed[j]!] = this.g[i * k + j]!;
    }
  }

  /** t = (I − B)⁻¹ ∂F/∂μᵀ; ∂F/∂α_c = t_c, ∂F/∂B_ac gains μ_a t_c. */
  private meanBackward(mean: Float64Array, weight: number, gradient: Float64Array): void {
    const { c, gMeanFull } = this;
    gMeanFull.fill(0);
    for (let i = 0; i < c.k; i++) gMeanFull[c.observed[i]!] = weight * this.gMean[i]!;
    backpropagateColumns(c, gMeanFull, 1);
    for (let e = 0; e < c.intercepts.count; e++) {
      addToGradient(c.intercepts, e, gMeanFull[c.intercepts.column[e]!]!, gradient);
    }
    for (let e = 0; e < c.paths.count; e++) {
      addToGradient(c.paths, e, mean[c.paths.row[e]!]! * gMeanFull[c.paths.column[e]!]!, gradient);
    }
  }
}
