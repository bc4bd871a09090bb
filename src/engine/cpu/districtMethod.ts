import type { Moments } from "../../data/moments.ts";
import { addToGradient, type CompiledStructure } from "./compiled.ts";
import { type District, type Districts, findDistricts } from "./districts.ts";
import { addScaled, cholesky, dot, inverseFromCholesky, symmetricSandwich } from "./linalg.ts";
import { sampleFactor } from "./discrepancies/sample.ts";

/** Working arrays of one district with m members; U = members and their causes. */
interface Block {
  readonly district: District;
  readonly m: number;
  /** Internal positions of U, members first. */
  readonly rows: Int32Array;
  /** Paths into the district: entry number, and the place of the cause in U. */
  readonly paths: Int32Array;
  readonly causeRow: Int32Array;
  readonly omega: Float64Array;
  readonly factor: Float64Array;
  readonly inverse: Float64Array;
  readonly scratch: Float64Array;
  readonly residual: Float64Array;
  readonly omegaGradient: Float64Array;
  /** Y = S(I − B) on U × members, plus mᵀr where means are modelled. */
  readonly sampleProduct: Float64Array;
}

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
  private readonly blocks: readonly Block[];
  private readonly districts: Districts;
  private readonly sample: Float64Array;
  private readonly mean: Float64Array | undefined;
  private readonly meanResidual: Float64Array;
  private readonly constant: number;

  constructor(
    private readonly c: CompiledStructure,
    moments: Moments,
    meanStructure: boolean,
  ) {
    const { p, observed } = c;
    this.districts = findDistricts(c);
    this.sample = new Float64Array(p * p);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++)
        this.sample[observed[i]! * p + observed[j]!] = moments.covariance[i * p + j]!;
    }
    this.mean = meanStructure ? new Float64Array(p) : undefined;
    if (this.mean) for (let i = 0; i < p; i++) this.mean[observed[i]!] = moments.mean![i]!;
    this.meanResidual = new Float64Array(p);
    this.constant = sampleFactor(moments).logDeterminant + p;
    this.blocks = this.districts.list.map((district) => createBlock(c, district));
  }

  /** F at the loaded parameters, adding `weight` · ∂F/∂θ to `gradient`; NaN where some Ω_D is not positive definite. */
  evaluate(weight: number, gradient: Float64Array): number {
    let value = -this.constant;
    if (this.mean) this.computeMeanResidual(this.mean);
    for (const block of this.blocks) {
      const term = this.evaluateBlock(block);
      if (Number.isNaN(term)) return NaN;
      value += term;
      this.addBlockGradient(block, weight, gradient);
    }
    return value;
  }

  private evaluateBlock(block: Block): number {
    const { m, omega, factor, inverse, scratch, residual, omegaGradient } = block;
    this.fillErrorCovariance(block);
    const logDeterminant = cholesky(omega, m, factor);
    if (Number.isNaN(logDeterminant)) return NaN;
    inverseFromCholesky(factor, m, inverse, scratch);
    this.fillSampleProduct(block);
    this.fillResidual(block);
    symmetricSandwich(inverse, residual, m, scratch, omegaGradient);
    for (let i = 0; i < m * m; i++) omegaGradient[i] = inverse[i]! - omegaGradient[i]!;
    return logDeterminant + dot(inverse, 0, residual, 0, m * m);
  }

  private fillErrorCovariance({ district, m, omega }: Block): void {
    const { covariances, loadings, loadingsOfSource } = this.c;
    const { positionOf } = this.districts;
    omega.fill(0);
    for (const e of district.covariances) {
      const l = covariances.row[e]!;
      const n = covariances.column[e]!;
      for (let i = loadingsOfSource.start[l]!; i < loadingsOfSource.start[l + 1]!; i++) {
        const left = loadingsOfSource.entry[i]!;
        const scale = covariances.value[e]! * loadings.value[left]!;
        const row = positionOf[loadings.column[left]!]!;
        for (let j = loadingsOfSource.start[n]!; j < loadingsOfSource.start[n + 1]!; j++) {
          const right = loadingsOfSource.entry[j]!;
          const column = positionOf[loadings.column[right]!]!;
          omega[row * m + column]! += scale * loadings.value[right]!;
          if (l !== n) omega[column * m + row]! += scale * loadings.value[right]!;
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

  private fillSampleProduct({ district, rows, m, paths, sampleProduct }: Block): void {
    const { p } = this.c;
    const { positionOf } = this.districts;
    for (let u = 0; u < rows.length; u++) {
      const row = rows[u]! * p;
      for (let j = 0; j < m; j++) sampleProduct[u * m + j] = this.sample[row + district.members[j]!]!;
      for (const e of paths) {
        const column = positionOf[this.c.paths.column[e]!]!;
        sampleProduct[u * m + column]! -= this.c.paths.value[e]! * this.sample[row + this.c.paths.row[e]!]!;
      }
    }
  }

  /** M = (I − B)ᵀY + rᵀr; then Y gains mᵀr, which the gradient of B needs. */
  private fillResidual({ district, rows, m, paths, causeRow, residual, sampleProduct }: Block): void {
    const { positionOf } = this.districts;
    residual.set(sampleProduct.subarray(0, m * m));
    for (let i = 0; i < paths.length; i++) {
      const e = paths[i]!;
      const row = positionOf[this.c.paths.column[e]!]!;
      addScaled(-this.c.paths.value[e]!, sampleProduct, causeRow[i]! * m, residual, row * m, m);
    }
    if (!this.mean) return;
    for (let j = 0; j < m; j++) {
      const deviation = this.meanResidual[district.members[j]!]!;
      for (let i = 0; i < m; i++)
        residual[i * m + j]! += this.meanResidual[district.members[i]!]! * deviation;
      for (let u = 0; u < rows.length; u++) sampleProduct[u * m + j]! += this.mean[rows[u]!]! * deviation;
    }
  }

  private addBlockGradient(block: Block, weight: number, gradient: Float64Array): void {
    const { district, m, paths, causeRow, inverse, omegaGradient, sampleProduct } = block;
    const { c } = this;
    const { positionOf } = this.districts;
    for (let i = 0; i < paths.length; i++) {
      const e = paths[i]!;
      if (c.paths.parameter[e]! < 0) continue;
      const column = positionOf[c.paths.column[e]!]!;
      const product = dot(sampleProduct, causeRow[i]! * m, inverse, column * m, m);
      addToGradient(c.paths, e, -2 * weight * product, gradient);
    }
    for (const e of district.covariances) this.addSourceGradient(e, omegaGradient, m, weight, gradient);
    if (this.mean) this.addInterceptGradient(block, weight, gradient);
  }

  /** The share of one entry ψ_ln in ∂F/∂Ψ = Λ E Λᵀ and in ∂F/∂Λ = 2ΨΛE. */
  private addSourceGradient(
    e: number,
    g: Float64Array,
    m: number,
    weight: number,
    gradient: Float64Array,
  ): void {
    const { covariances, loadings, loadingsOfSource } = this.c;
    const { positionOf } = this.districts;
    const l = covariances.row[e]!;
    const n = covariances.column[e]!;
    const scale = (l === n ? 1 : 2) * weight;
    const psi = covariances.value[e]!;
    let sum = 0;
    for (let i = loadingsOfSource.start[l]!; i < loadingsOfSource.start[l + 1]!; i++) {
      const left = loadingsOfSource.entry[i]!;
      const row = positionOf[loadings.column[left]!]! * m;
      for (let j = loadingsOfSource.start[n]!; j < loadingsOfSource.start[n + 1]!; j++) {
        const right = loadingsOfSource.entry[j]!;
        const adjoint = g[row + positionOf[loadings.column[right]!]!]!;
        sum += loadings.value[left]! * loadings.value[right]! * adjoint;
        addToGradient(loadings, left, scale * psi * loadings.value[right]! * adjoint, gradient);
        addToGradient(loadings, right, scale * psi * loadings.value[left]! * adjoint, gradient);
      }
    }
    addToGradient(covariances, e, scale * sum, gradient);
  }

  private addInterceptGradient(
    { district, m, inverse }: Block,
    weight: number,
    gradient: Float64Array,
  ): void {
    const { intercepts } = this.c;
    const residual = Float64Array.from(district.members, (variable) => this.meanResidual[variable]!);
    const d = this.districts.districtOf[district.members[0]!]!;
    for (let e = 0; e < intercepts.count; e++) {
      const column = intercepts.column[e]!;
      if (intercepts.parameter[e]! < 0 || this.districts.districtOf[column] !== d) continue;
      const product = dot(residual, 0, inverse, this.districts.positionOf[column]! * m, m);
      addToGradient(intercepts, e, -2 * weight * product, gradient);
    }
  }
}

function createBlock(c: CompiledStructure, district: District): Block {
  const m = district.members.length;
  const rows = Array.from(district.members);
  const place = new Map(rows.map((variable, u) => [variable, u]));
  const paths: number[] = [];
  const causeRow: number[] = [];
  for (const member of district.members) {
    for (let i = c.causesOf.start[member]!; i < c.causesOf.start[member + 1]!; i++) {
      const e = c.causesOf.entry[i]!;
      const cause = c.paths.row[e]!;
      if (!place.has(cause)) place.set(cause, rows.push(cause) - 1);
      paths.push(e);
      causeRow.push(place.get(cause)!);
    }
  }
  const square = (): Float64Array => new Float64Array(m * m);
  return {
    district,
    m,
    rows: Int32Array.from(rows),
    paths: Int32Array.from(paths),
    causeRow: Int32Array.from(causeRow),
    omega: square(),
    factor: square(),
    inverse: square(),
    scratch: square(),
    residual: square(),
    omegaGradient: square(),
    sampleProduct: new Float64Array(rows.length * m),
  };
}
