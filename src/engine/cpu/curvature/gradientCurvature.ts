import { multiply, quadraticForm } from "../linalg.ts";
import { type EntryPlace, type Generators, selectRows } from "./generators.ts";
import { denseSourceCovariance, meanSecondDerivative } from "./observed.ts";
import { secondDerivativeTrace, tabulateEntries } from "./pairs.ts";

/**
 * What the second derivatives of the moments add to a Hessian, by pairs of entries:
 *
 *     tr(G d²Σ_ij) + gμ · d²μ_ij
 *
 * for any gradient G = ∂F/∂Σ (k×k, symmetric, every entry its own variable) and gμ = ∂F/∂μ (k; absent without means).
 * Returned m×m in the order of `places`. With the first-order part Δᵀ(∂²F)Δ this is the exact Hessian of any F(Σ, μ).
 */
export function gradientCurvature(
  generators: Generators,
  places: readonly EntryPlace[],
  g: Float64Array,
  gMean: Float64Array | undefined,
): Float64Array {
  const { k } = generators.c;
  const table = tabulateEntries(generators, places, gMean !== undefined);
  const width = table.used.length;
  const selected = selectRows(generators, table.used);
  const gram = quadraticForm(selected, g, width, k);
  const alongMean = gMean && multiply(selected, gMean, width, k, 1);
  const sourceCovariance = denseSourceCovariance(generators);
  const m = places.length;
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let value = 0;
      if (table.u[i]! >= 0 && table.u[j]! >= 0) {
        value += secondDerivativeTrace(generators, sourceCovariance, table, gram, i, j);
      }
      if (alongMean && table.meanRow[i]! >= 0 && table.meanRow[j]! >= 0) {
        value += meanSecondDerivative(generators, table, alongMean, i, j);
      }
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  return out;
}
