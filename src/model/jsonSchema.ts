/**
 * The JSON form of a model, version 1. It states the general form directly (DESIGN, "The model") and adds no defaults:
 * what is not listed is zero.
 *
 *     {
 *       "semnan": 1,
 *       "variables": ["x", "m", "y"],
 *       "latents": ["f"],
 *       "paths": [{ "from": "x", "to": "m", "label": "a" }, { "from": "m", "to": "y", "label": "b", "start": 0.5 }],
 *       "covariances": [{ "of": ["m", "m"] }, { "of": ["y", "y"], "lower": 0 }, { "of": ["x", "x"] }],
 *       "intercepts": [{ "of": "y" }],
 *       "definitions": [{ "name": "indirect", "expression": "a*b" }],
 *       "constraints": ["a > 0"]
 *     }
 *
 * An AMASEM lists independent latents of unit variance as `sources` and their effects as `loadings`:
 *
 *     { "semnan": 1, "variables": ["X", "Y"], "sources": ["U", "V"],
 *       "loadings": [{ "from": "U", "to": "X" }, { "from": "U", "to": "Y" }, { "from": "V", "to": "Y" }],
 *       "paths": [{ "from": "X", "to": "Y" }] }
 *
 * Several groups: `"groups": [{ "label": "a", "paths": […], … }, …]` instead of the lists; a label used in two groups
 * is one parameter. Also read: `{ "struct": [[0, 1], …], "names": […], "latents": […] }` (see readStructureMatrix).
 */
export interface JsonModel extends JsonGroup {
  readonly semnan: 1;
  readonly groups?: readonly (JsonGroup & { readonly label: string })[];
  readonly definitions?: readonly { readonly name: string; readonly expression: string }[];
  /** lavaan's `==`, `<` and `>` between expressions of labels. */
  readonly constraints?: readonly string[];
  /** Model the means even where no intercept is listed. */
  readonly meanStructure?: boolean;
}

/** Variables and entries of one group. */
export interface JsonGroup {
  /** Observed variables. */
  readonly variables?: readonly string[];
  /** Unobserved variables, which may have causes. */
  readonly latents?: readonly string[];
  /** Exogenous terms that are no variables; of unit variance and independent unless `covariances` says otherwise. */
  readonly sources?: readonly string[];
  /** Observed variables whose variances, covariances and means are the sample's (lavaan's `fixed.x`). */
  readonly exogenous?: readonly string[];
  /** Λ: from a source to a variable. */
  readonly loadings?: readonly (JsonEntry & { readonly from: string; readonly to: string })[];
  /** B: from a variable, observed or latent, to another. */
  readonly paths?: readonly (JsonEntry & { readonly from: string; readonly to: string })[];
  /** Ψ: of the errors of two variables, or of two sources; a variance names the same one twice. */
  readonly covariances?: readonly (JsonEntry & { readonly of: readonly [string, string] })[];
  /** α. */
  readonly intercepts?: readonly (JsonEntry & { readonly of: string })[];
}

/** Free unless `fixed` gives a value. */
export interface JsonEntry {
  readonly fixed?: number;
  readonly label?: string;
  readonly start?: number;
  readonly lower?: number;
  readonly upper?: number;
}

export const JSON_VERSION = 1;
