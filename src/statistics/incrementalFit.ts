/** A χ² statistic with its degrees of freedom. */
export interface Test {
  readonly chisq: number;
  readonly df: number;
}

/**
 * CFI (Bentler 1990): 1 − max(χ² − c·df, 0) / max(χ² − c·df, χ²₀ − c₀·df₀, 0).
 * c and c₀ are 1, or the scaling factors of the robust version (Brosseau-Liard and Savalei 2014).
 */
export function comparativeFit(model: Test, baseline: Test, c = 1, c0 = 1): number {
  const [cModel, cBaseline] = scalings(model, c, c0);
  const excess = Math.max(model.chisq - cModel * model.df, 0);
  const worst = Math.max(model.chisq - cModel * model.df, baseline.chisq - cBaseline * baseline.df, 0);
  if (isUndefined(model, baseline)) return NaN;
  if (Math.abs(excess) < 1.5e-8 && Math.abs(worst) < 1.5e-8) return 1;
  return 1 - excess / worst;
}

/** TLI, also NNFI (Tucker and Lewis 1973). */
export function tuckerLewis(model: Test, baseline: Test, c = 1, c0 = 1): number {
  const [cModel, cBaseline] = scalings(model, c, c0);
  const numerator = (model.chisq - cModel * model.df) * baseline.df;
  const denominator = (baseline.chisq - cBaseline * baseline.df) * model.df;
  if (isUndefined(model, baseline)) return NaN;
  return model.df > 0 && Math.abs(denominator) > 0 ? 1 - numerator / denominator : 1;
}

/** RNI (McDonald and Marsh 1990): CFI without its truncation. */
export function relativeNoncentrality(model: Test, baseline: Test, c = 1, c0 = 1): number {
  const [cModel, cBaseline] = scalings(model, c, c0);
  const excess = model.chisq - cModel * model.df;
  const worst = baseline.chisq - cBaseline * baseline.df;
  return worst > 0 ? 1 - excess / worst : NaN;
}

function isUndefined(model: Test, baseline: Test): boolean {
  return !Number.isFinite(model.chisq + model.df + baseline.chisq + baseline.df);
}

function scalings(model: Test, c: number, c0: number): readonly [number, number] {
  return model.df > 0 && c !== 1 && c0 !== 1 ? [c, c0] : [1, 1];
}

/** NFI (Bentler and Bonett 1980). */
export function normedFit(model: Test, baseline: Test): number {
  if (isUndefined(model, baseline) || model.df > baseline.df || baseline.chisq === 0) return NaN;
  return model.df > 0 ? (baseline.chisq - model.chisq) / baseline.chisq : 1;
}

/** PNFI: NFI times df / df₀. */
export function parsimonyNormedFit(model: Test, baseline: Test): number {
  if (!(baseline.df > 0 && baseline.chisq > 0)) return NaN;
  return ((model.df / baseline.df) * (baseline.chisq - model.chisq)) / baseline.chisq;
}

/** RFI (Bollen 1986). */
export function relativeFit(model: Test, baseline: Test): number {
  if (isUndefined(model, baseline) || model.df > baseline.df) return NaN;
  if (!(model.df > 0 && baseline.df > 0)) return 1;
  const worst = baseline.chisq / baseline.df;
  const gain = worst - model.chisq / model.df;
  return gain < 0 || worst < 0 ? 1 : gain / worst;
}

/** IFI (Bollen 1989). */
export function incrementalFit(model: Test, baseline: Test): number {
  const room = baseline.chisq - model.df;
  if (room < 0) return 1;
  return room < 1.5e-8 ? NaN : (baseline.chisq - model.chisq) / room;
}
