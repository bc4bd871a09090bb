import type { Moments } from "../../data/moments.ts";
import { addToGradient, type CompiledStructure } from "./compiled.ts";
import { sampleFactor } from "./discrepancies/sample.ts";
import { createBlock, type DistrictBlock } from "./districtBlock.ts";
import { findDistricts } from "./districts.ts";
import { addScaled, cholesky, dot, inverseFromCholesky, multiplyTransposed } from "./linalg.ts";

/**
 * Maximum likelihood in district form (DESIGN, "Forward and backward"): no p×p factorisation.
 *
 *     Ω = ΛᵀΨΛ,   M = (I − B)ᵀ S (I − B) + rᵀr,   r = m(I − B) − α
 *     F = Σ_D ln|Ω_D| + tr(Ω_D⁻¹ M_D) − ln|S| − p
 *     ∂F/∂B = −2 (S(I − B) + mᵀr) Ω⁻¹,   ∂F/∂Ω = Ω⁻¹ − Ω⁻¹MΩ⁻¹,   ∂F/∂Λ = 2ΨΛ ∂F/∂Ω,   ∂F/∂α = −2 r Ω⁻¹
 *
 * Only for structures whose variables are all observed (after exogenisation).
 */
export class DistrictMaximumLikelihood {
  private readonly blocks: readonly DistrictBlock[];
  /** S in internal order, and m where means are modelled. */
  private readonly sample: Float64Array;
  private readonly mean: Float64Array | undefined;
  private readonly meanResidual: Float64Array;
  /** Place, inside its district, of the variable that each loading leads to. */
  private readonly place: Int32Array;
  private readonly constant: number;

  constructor(
    private readonly c: CompiledStructure,
    moments: Moments,
    meanStructure: boolean,
  ) {
    const { p, observed } = c;
    const districts = findDistricts(c);
    this.sample = new Float64Array(p * p);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        this.sample[observed[i]! * p + observed[j]!] = moments.covariance[i * p + j]!;
      }
    }
    this.mean = meanStructure ? new Float64Array(p) : undefined;
    if (this.mean) for (let i = 0; i < p; i++) this.mean[observed[i]!] = moments.mean![i]!;
    this.meanResidual = new Float64Array(p);
    this.constant = sampleFactor(moments).logDeterminant + p;
    this.place = Int32Array.from(c.loadings.column, (variable) => districts.positionOf[variable]!);
    this.blocks = districts.list.map((district) => createBlock(c, districts, district));
  }

  /** F at the loaded parameters, adding `weight` · ∂F/∂θ to `gradient`; NaN where some Ω_D is not positive definite. */
  evaluate(weight: number, gradient: Float64Array): number {
    let value = -this.constant;
    if (this.mean) this.computeMeanResidual(this.mean);
    for (const block of this.blocks) {
      const term = this.evaluateBlock(block);
      if (Number.isNaN(term)) return NaN;
      value += term;
      this.addPathGradient(block, weight, gradient);
      this.addErrorGradient(block, weight, gradient);
      if (this.mean) this.addInterceptGradient(block, weight, gradient);
    }
    return value;
  }

  private evaluateBlock(block: DistrictBlock): number {
    const { m, omega, factor, inverse, scratch, residual } = block;
    this.fillErrorCovariance(block);
    const logDeterminant = cholesky(omega, m, factor);
    if (Number.isNaN(logDeterminant)) return NaN;
    inverseFromCholesky(factor, m, inverse, scratch);
    this.fillSampleProduct(block);
    this.fillResidual(block);
    fillOmegaGradient(block);
    return logDeterminant + dot(inverse, 0, residual, 0, m * m);
  }

  private fillErrorCovariance({ m, covariances, omega }: DistrictBlock): void {
    const { loadings, covariances: psi } = this.c;
    const { start, entry } = this.c.loadingsOfSource;
    omega.fill(0);
    for (let c = 0; c < covariances.length; c++) {
      const e = covariances[c]!;
      const l = psi.row[e]!;
      const n = psi.column[e]!;
      for (let i = start[l]!; i < start[l + 1]!; i++) {
        const scale = psi.value[e]! * loadings.value[entry[i]!]!;
        const row = this.place[entry[i]!]!;
        for (let j = start[n]!; j < start[n + 1]!; j++) {
          const value = scale * loadings.value[entry[j]!]!;
          const column = this.place[entry[j]!]!;
          omega[row * m + column]! += value;
          if (l !== n) omega[column * m + row]! += value;
        }
      }
    }
  }

  private computeMeanResidual(mean: Float64Array): void {
    const { paths, intercepts } = this.c;
    this.meanResidual.set(mean);
    for (let e = 0; e < paths.count; e++) {
      this.meanResidual[paths.column[e]!]! -= paths.value[e]! * mean[paths.row[e]!]!;
    }
    for (let e = 0; e < intercepts.count; e++)
      this.meanResidual[intercepts.column[e]!]! -= intercepts.value[e]!;
  }

  private fillSampleProduct({ rows, m, paths, causeVariable, effect, sampleProduct }: DistrictBlock): void {
    const { sample } = this;
    const { value } = this.c.paths;
    for (let u = 0; u < rows.length; u++) {
      const source = rows[u]! * this.c.p;
      const target = u * m;
      for (let j = 0; j < m; j++) sampleProduct[target + j] = sample[source + rows[j]!]!;
      for (let i = 0; i < paths.length; i++) {
        sampleProduct[target + effect[i]!]! -= value[paths[i]!]! * sample[source + causeVariable[i]!]!;
      }
    }
  }

  /** M = (I − B)ᵀY + rᵀr; then Y gains mᵀr, which the gradient of B needs. */
  private fillResidual({ rows, m, paths, cause, effect, residual, sampleProduct }: DistrictBlock): void {
    const { value } = this.c.paths;
    for (let i = 0; i < m * m; i++) residual[i] = sampleProduct[i]!;
    for (let i = 0; i < paths.length; i++) {
      addScaled(-value[paths[i]!]!, sampleProduct, cause[i]! * m, residual, effect[i]! * m, m);
    }
    if (!this.mean) return;
    for (let j = 0; j < m; j++) {
      const deviation = this.meanResidual[rows[j]!]!;
      for (let i = 0; i < m; i++) residual[i * m + j]! += this.meanResidual[rows[i]!]! * deviation;
      for (let u = 0; u < rows.length; u++) sampleProduct[u * m + j]! += this.mean[rows[u]!]! * deviation;
    }
  }

  private addPathGradient(block: DistrictBlock, weight: number, gradient: Float64Array): void {
    const { m, paths, cause, effect, inverse, sampleProduct } = block;
    const table = this.c.paths;
    for (let i = 0; i < paths.length; i++) {
      if (table.parameter[paths[i]!]! < 0) continue;
      const product = dot(sampleProduct, cause[i]! * m, inverse, effect[i]! * m, m);
      addToGradient(table, paths[i]!, -2 * weight * product, gradient);
    }
  }

  /** ∂F/∂Ψ = Λ E Λᵀ and ∂F/∂Λ = 2ΨΛE with E = ∂F/∂Ω, entry by entry of Ψ. */
  private addErrorGradient(
    { m, covariances, omegaGradient }: DistrictBlock,
    weight: number,
    gradient: Float64Array,
  ): void {
    const { loadings, covariances: psi } = this.c;
    const { start, entry } = this.c.loadingsOfSource;
    for (let c = 0; c < covariances.length; c++) {
      const e = covariances[c]!;
      const l = psi.row[e]!;
      const n = psi.column[e]!;
      const scale = (l === n ? 1 : 2) * weight;
      let sum = 0;
      for (let i = start[l]!; i < start[l + 1]!; i++) {
        const left = entry[i]!;
        const row = this.place[left]! * m;
        for (let j = start[n]!; j < start[n + 1]!; j++) {
          const right = entry[j]!;
          const adjoint = omegaGradient[row + this.place[right]!]!;
          const scaled = scale * psi.value[e]! * adjoint;
          sum += loadings.value[left]! * loadings.value[right]! * adjoint;
          addToGradient(loadings, left, scaled * loadings.value[right]!, gradient);
          addToGradient(loadings, right, scaled * loadings.value[left]!, gradient);
        }
      }
      addToGradient(psi, e, scale * sum, gradient);
    }
  }

  private addInterceptGradient(
    { m, rows, inverse, intercepts, interceptPlace }: DistrictBlock,
    weight: number,
    gradient: Float64Array,
  ): void {
    const residual = Float64Array.from(rows.subarray(0, m), (variable) => this.meanResidual[variable]!);
    for (let i = 0; i < intercepts.length; i++) {
      const product = dot(residual, 0, inverse, interceptPlace[i]! * m, m);
      addToGradient(this.c.intercepts, intercepts[i]!, -2 * weight * product, gradient);
    }
  }
}

/** E = Ω⁻¹ − Ω⁻¹MΩ⁻¹ where some term of Ω reads it: few of its entries, so that the second product costs little. */
function fillOmegaGradient(block: DistrictBlock): void {
  const { m, inverse, residual, scratch, omegaGradient, readRow, readColumn } = block;
  multiplyTransposed(inverse, residual, m, m, m, scratch);
  for (let i = 0; i < readRow.length; i++) {
    const row = readRow[i]! * m;
    const column = readColumn[i]! * m;
    const value = inverse[row + readColumn[i]!]! - dot(scratch, row, inverse, column, m);
    omegaGradient[row + readColumn[i]!] = value;
    omegaGradient[column + readRow[i]!] = value;
  }
}
