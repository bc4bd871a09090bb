import { type EntryPlace, type Generators, type StackLayout, stackLayout } from "./generators.ts";

/** coefficient · (row of the stack P). */
export interface RowTerm {
  readonly coefficient: number;
  readonly row: number;
}

/**
 * How the two generator rows u, v of entry `of` move with entry `by`, as combinations of stacked rows.
 *
 * For B_ac:  δT_b = T_ba T_c,  δA_l = A_la T_c,  δX_l = X_la T_c,  δΣ_b = Σ_ba T_c + T_cb Σ_a
 * For Λ_lc:  δA_l = T_c,  δX_m = Ψ_ml T_c,  δΣ_b = X_lb T_c + T_cb X_l
 * For Ψ_lm:  δX_l = A_m,  δX_m = A_l,  δΣ_b = A_lb A_m + A_mb A_l  (once where l = m)
 */
export function rowDerivatives(
  generators: Generators,
  of: EntryPlace,
  by: EntryPlace,
): { u: readonly RowTerm[]; v: readonly RowTerm[] } {
  const layout = stackLayout(generators.c);
  switch (of.kind) {
    case "path":
      return {
        u: sigmaRow(generators, layout, of.row, by),
        v: inverseRow(generators, layout, of.column, by),
      };
    case "loading":
      return {
        u: crossRow(generators, layout, of.row, by),
        v: inverseRow(generators, layout, of.column, by),
      };
    case "covariance":
      return {
        u: totalEffectRow(generators, layout, of.row, by),
        v: totalEffectRow(generators, layout, of.column, by),
      };
    case "intercept":
      return { u: [], v: [] };
  }
}

function inverseRow(
  { inverse, c }: Generators,
  layout: StackLayout,
  variable: number,
  by: EntryPlace,
): RowTerm[] {
  if (by.kind !== "path") return [];
  return [{ coefficient: inverse[variable * c.p + by.row]!, row: layout.inverse(by.column) }];
}

function totalEffectRow(
  generators: Generators,
  layout: StackLayout,
  source: number,
  by: EntryPlace,
): RowTerm[] {
  if (by.kind === "path") {
    const coefficient = generators.totalEffects[source * generators.c.p + by.row]!;
    return [{ coefficient, row: layout.inverse(by.column) }];
  }
  if (by.kind === "loading" && by.row === source) return [{ coefficient: 1, row: layout.inverse(by.column) }];
  return [];
}

function crossRow(generators: Generators, layout: StackLayout, source: number, by: EntryPlace): RowTerm[] {
  switch (by.kind) {
    case "path":
      return [
        { coefficient: generators.cross[source * generators.c.p + by.row]!, row: layout.inverse(by.column) },
      ];
    case "loading":
      return [{ coefficient: sourceCovariance(generators, source, by.row), row: layout.inverse(by.column) }];
    case "covariance": {
      const terms: RowTerm[] = [];
      if (by.row === source) terms.push({ coefficient: 1, row: layout.totalEffect(by.column) });
      if (by.column === source && by.row !== by.column) {
        terms.push({ coefficient: 1, row: layout.totalEffect(by.row) });
      }
      return terms;
    }
    case "intercept":
      return [];
  }
}

function sigmaRow(generators: Generators, layout: StackLayout, variable: number, by: EntryPlace): RowTerm[] {
  const { sigma, inverse, cross, totalEffects } = generators;
  const p = generators.c.p;
  switch (by.kind) {
    case "path":
      return [
        { coefficient: sigma[variable * p + by.row]!, row: layout.inverse(by.column) },
        { coefficient: inverse[by.column * p + variable]!, row: layout.sigma(by.row) },
      ];
    case "loading":
      return [
        { coefficient: cross[by.row * p + variable]!, row: layout.inverse(by.column) },
        { coefficient: inverse[by.column * p + variable]!, row: layout.cross(by.row) },
      ];
    case "covariance": {
      const first = { coefficient: totalEffects[by.row * p + variable]!, row: layout.totalEffect(by.column) };
      if (by.row === by.column) return [first];
      return [
        first,
        { coefficient: totalEffects[by.column * p + variable]!, row: layout.totalEffect(by.row) },
      ];
    }
    case "intercept":
      return [];
  }
}

/** Ψ_lm. */
function sourceCovariance({ c }: Generators, l: number, m: number): number {
  const { row, column, value, count } = c.covariances;
  for (let e = 0; e < count; e++) {
    if ((row[e] === l && column[e] === m) || (row[e] === m && column[e] === l)) return value[e]!;
  }
  return 0;
}
