/**
 * The front-door effect of X on Y from a covariance matrix (3×3, order X, M, Y): β(X→M) · β(M→Y), the second the
 * coefficient of M in the regression of Y on M and X.
 */
export function frontDoorEffect(s: Float64Array): number {
  const [xx, xm, xy, mm, my] = [s[0]!, s[1]!, s[2]!, s[4]!, s[5]!];
  return (xm / xx) * ((my * xx - xy * xm) / (mm * xx - xm * xm));
}

/** The variance of M's own error, from the same matrix: what is left of M after its regression on X. */
export function mediatorErrorVariance(s: Float64Array): number {
  const [xx, xm, mm] = [s[0]!, s[1]!, s[4]!];
  return mm - (xm * xm) / xx;
}

/** Derivative of a function of S by every entry, symmetric ones sharing theirs: central differences, good to 1e-9. */
export function momentGradient(quantity: (s: Float64Array) => number, s: Float64Array): Float64Array {
  const gradient = new Float64Array(9);
  const h = 1e-5;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      const shifted = (step: number): number => {
        const moved = s.slice();
        moved[i * 3 + j]! += step;
        if (i !== j) moved[j * 3 + i]! += step;
        return quantity(moved);
      };
      const derivative = (shifted(h) - shifted(-h)) / (2 * h);
      gradient[i * 3 + j] = i === j ? derivative : derivative / 2;
      gradient[j * 3 + i] = gradient[i * 3 + j]!;
    }
  }
  return gradient;
}
