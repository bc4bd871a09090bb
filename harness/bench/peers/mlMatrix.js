// Its build is a script that calls itself a module: in Node it leaves its functions in a global.
import "fmin";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";

const { conjugateGradient } = globalThis.fmin;

/** F and its gradient with ml-matrix, for fmin: `NaN` never leaves it, a Σ that is not positive definite costs 1e10. */
function objective({ p, observed, paths, errors, sample }) {
  const k = observed.length;
  const s = new Matrix(Array.from({ length: k }, (_, i) => sample.slice(i * k, (i + 1) * k)));
  const offset = logDeterminant(new CholeskyDecomposition(s)) + k;
  const identity = Matrix.eye(p);
  const small = Matrix.eye(k);
  const value = ({ parameter, factor, value: constant }, theta) =>
    parameter < 0 ? constant : factor * theta[parameter];
  return (theta, gradient) => {
    const b = Matrix.zeros(p, p);
    for (const entry of paths) b.set(entry.row, entry.column, value(entry, theta));
    const omega = Matrix.zeros(p, p);
    for (const entry of errors) {
      const x = value(entry, theta);
      omega.set(entry.row, entry.column, x);
      omega.set(entry.column, entry.row, x);
    }
    const total = inverse(Matrix.sub(identity, b));
    const full = total.transpose().mmul(omega).mmul(total);
    const sigma = full.selection(observed, observed);
    // It refuses a matrix that is not symmetric to the last bit.
    const chol = new CholeskyDecomposition(Matrix.add(sigma, sigma.transpose()).mul(0.5));
    if (!chol.isPositiveDefinite()) {
      gradient?.fill(0);
      return 1e10;
    }
    const sigmaInverse = chol.solve(small);
    const product = sigmaInverse.mmul(s);
    if (gradient) {
      const g = Matrix.sub(sigmaInverse, product.mmul(sigmaInverse));
      const spread = Matrix.zeros(p, p);
      for (let i = 0; i < k; i++)
        for (let j = 0; j < k; j++) spread.set(observed[i], observed[j], g.get(i, j));
      const h = spread.mmul(total.transpose());
      const byPaths = full.mmul(h);
      const byErrors = total.mmul(h);
      gradient.fill(0);
      for (const { row, column, parameter, factor } of paths)
        if (parameter >= 0) gradient[parameter] += 2 * factor * byPaths.get(row, column);
      for (const { row, column, parameter, factor } of errors)
        if (parameter >= 0)
          gradient[parameter] += (row === column ? 1 : 2) * factor * byErrors.get(row, column);
    }
    return logDeterminant(chol) + product.trace() - offset;
  };
}

function logDeterminant(chol) {
  const { lowerTriangularMatrix: l } = chol;
  let sum = 0;
  for (let i = 0; i < l.rows; i++) sum += 2 * Math.log(l.get(i, i));
  return sum;
}

/** One fit with standard errors: conjugate gradients, then the Hessian by central differences of the gradient. */
export function fitWithMlMatrix(problem) {
  const f = objective(problem);
  const found = conjugateGradient((x, gradient) => f(x, gradient), [...problem.start], {
    maxIterations: 5000,
  });
  const theta = found.x;
  const t = theta.length;
  const hessian = Matrix.zeros(t, t);
  const [above, below] = [Array.from({ length: t }, () => 0), Array.from({ length: t }, () => 0)];
  for (let j = 0; j < t; j++) {
    const step = 1e-5 * Math.max(1, Math.abs(theta[j]));
    const moved = [...theta];
    moved[j] = theta[j] + step;
    f(moved, above);
    moved[j] = theta[j] - step;
    f(moved, below);
    for (let i = 0; i < t; i++) hessian.set(i, j, (above[i] - below[i]) / (2 * step));
  }
  const standardErrors = inverse(hessian, true)
    .diagonal()
    .map((variance) => Math.sqrt((2 / problem.n) * variance));
  return { chisq: problem.n * f(theta), standardErrors };
}
