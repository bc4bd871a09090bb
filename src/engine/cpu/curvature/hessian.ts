import type { Moments } from "../../../data/moments.ts";
import type { Model } from "../../../model/model.ts";
import { compileStructure, type CompiledStructure } from "../compiled.ts";
import { accumulateParameters, expectedHessian } from "./expected.ts";
import { createGenerators, type FreeEntry, freeEntries } from "./generators.ts";
import { observedHessian } from "./observed.ts";

interface Group {
  readonly compiled: CompiledStructure;
  readonly entries: readonly FreeEntry[];
  readonly weight: number;
  readonly moments: Moments;
}

/**
 * Second derivatives of F(θ) = Σ_g (n_g / N) F_g in float64, t×t for t free parameters.
 * Standard errors of maximum likelihood are √diag((2/N) H⁻¹).
 */
export class Hessian {
  private readonly groups: readonly Group[];
  private readonly parameterCount: number;
  private readonly meanStructure: boolean;

  constructor(model: Model, moments: readonly Moments[]) {
    const total = moments.reduce((sum, { n }) => sum + n, 0);
    this.parameterCount = model.parameters.length;
    this.meanStructure = model.meanStructure;
    this.groups = model.structures.map((structure, g) => {
      const compiled = compileStructure(structure, this.parameterCount);
      const weight = moments.length === 1 ? 1 : moments[g]!.n / total;
      return { compiled, entries: freeEntries(compiled), weight, moments: moments[g]! };
    });
  }

  /** E[∂²F/∂θ²] of maximum likelihood at θ; `undefined` where Σ(θ) is not positive definite. */
  expected(theta: Float64Array): Float64Array | undefined {
    return this.assemble((group) => {
      const generators = createGenerators(group.compiled, theta);
      const places = group.entries.map(({ place }) => place);
      return expectedHessian(generators, places, undefined, this.meanStructure);
    });
  }

  /** The Gauss–Newton matrix Σ tr(W dΣ W dΣ) + 2 dμ W dμᵀ for given weights W, one per group. */
  gaussNewton(theta: Float64Array, weights: readonly Float64Array[]): Float64Array | undefined {
    return this.assemble((group, g) => {
      const places = group.entries.map(({ place }) => place);
      return expectedHessian(
        createGenerators(group.compiled, theta),
        places,
        weights[g]!,
        this.meanStructure,
      );
    });
  }

  /** ∂²F/∂θ² of maximum likelihood at θ, exact; `undefined` where Σ(θ) is not positive definite. */
  observed(theta: Float64Array): Float64Array | undefined {
    return this.assemble((group) => {
      const generators = createGenerators(group.compiled, theta);
      const places = group.entries.map(({ place }) => place);
      const mean = this.meanStructure ? group.moments.mean : undefined;
      return observedHessian(generators, places, group.moments.covariance, mean);
    });
  }

  private assemble(
    byEntry: (group: Group, index: number) => Float64Array | undefined,
  ): Float64Array | undefined {
    const out = new Float64Array(this.parameterCount ** 2);
    for (const [g, group] of this.groups.entries()) {
      const matrix = byEntry(group, g);
      if (matrix === undefined) return undefined;
      accumulateParameters(group.entries, matrix, group.weight, out, this.parameterCount);
    }
    return out;
  }
}
