/** Numerator and denominator coefficients, lowest power first. */
type Rational = readonly [readonly number[], readonly number[]];

const CENTRE: Rational = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852545925,
  ],
];
const TAIL: Rational = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
];

/**
 * Φ⁻¹(p) for 1e-11 < p < 1 − 1e-11, to 16 digits (Wichura 1988, algorithm AS 241, doi:10.2307/2347330).
 * NaN outside.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 1e-11 && probability < 1 - 1e-11)) return NaN;
  const centred = probability - 0.5;
  if (Math.abs(centred) <= 0.425) return centred * ratio(CENTRE, 0.180625 - centred * centred);
  const tail = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  return Math.sign(centred) * ratio(TAIL, tail - 1.6);
}

function ratio([numerator, denominator]: Rational, x: number): number {
  const polynomial = (coefficients: readonly number[]): number =>
    coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
  return polynomial(numerator) / polynomial(denominator);
}
