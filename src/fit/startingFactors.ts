import { FIXED, type Structure } from "../model/model.ts";

/** Covariances of all variables of a structure, filled in as latents become known. */
export interface Extended {
  readonly p: number;
  readonly covariance: Float64Array;
  readonly known: Uint8Array;
}

/**
 * Estimates one latent as the leading factor of its known indicators and fills its row of the extended covariance.
 *
 * With factor loadings v on a factor of variance 1, the latent is scaled so that its first fixed loading is met
 * (a marker), or has variance 1; its covariance with any variable z is Σ_i v_i cov(z, x_i) / Σ_i v_i².
 */
export function estimateFactor(structure: Structure, latent: number, extended: Extended): void {
  const { p, covariance, known } = extended;
  const measured = structure.paths.filter(({ row, column }) => row === latent && known[column]);
  known[latent] = 1;
  if (measured.length === 0) {
    covariance[latent * p + latent] = 1;
    return;
  }
  const children = measured.map(({ column }) => column);
  const loadings =
    children.length > 1 ? leadingFactor(children, covariance, p) : singleIndicator(children[0]!, extended);
  const markerAt = measured.findIndex(({ parameter, value }) => parameter === FIXED && value !== 0);
  const deviation = markerAt < 0 ? 1 : markerDeviation(loadings, markerAt, measured[markerAt]!.value);
  const square = loadings.reduce((sum, value) => sum + value * value, 0);
  for (let other = 0; other < p; other++) {
    if (other === latent || !known[other]) continue;
    let sum = 0;
    children.forEach((child, i) => {
      // An indicator's own error is not shared with the factor: cov(f, x_i) is its loading.
      if (child !== other) sum += loadings[i]! * covariance[other * p + child]!;
      else sum += loadings[i]! * loadings[i]! * loadings[i]!;
    });
    const value = (deviation * sum) / Math.max(square, 1e-6);
    covariance[latent * p + other] = value;
    covariance[other * p + latent] = value;
  }
  covariance[latent * p + latent] = deviation * deviation;
}

/** The factor's standard deviation (with sign) that turns the marker's loading into its fixed value; never near zero. */
function markerDeviation(loadings: Float64Array, marker: number, fixed: number): number {
  const loading = loadings[marker]! / fixed;
  return loading < 0 ? Math.min(loading, -0.3) : Math.max(loading, 0.3);
}

function singleIndicator(child: number, { p, covariance }: Extended): Float64Array {
  return Float64Array.of(Math.sqrt(0.7 * covariance[child * p + child]!));
}

/** Loadings of one factor for the covariances among `children`, by power iteration with communalities on the diagonal. */
export function leadingFactor(
  children: readonly number[],
  covariance: Float64Array,
  p: number,
): Float64Array {
  const m = children.length;
  const reduced = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    let communality = 0;
    for (let j = 0; j < m; j++) {
      reduced[i * m + j] = covariance[children[i]! * p + children[j]!]!;
      if (i !== j) communality = Math.max(communality, Math.abs(reduced[i * m + j]!));
    }
    reduced[i * m + i] = communality;
  }
  const vector = Float64Array.from({ length: m }, (_, i) => (reduced[i]! < 0 ? -1 : 1));
  let eigenvalue = 0;
  for (let iteration = 0; iteration < 30; iteration++) {
    const image = vector.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += reduced[i * m + j]! * vector[j]!;
      return sum;
    });
    eigenvalue = Math.hypot(...image);
    if (eigenvalue < 1e-12) break;
    image.forEach((value, i) => (vector[i] = value / eigenvalue));
  }
  return vector.map((value) => value * Math.sqrt(Math.max(eigenvalue, 0)));
}
