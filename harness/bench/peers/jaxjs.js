import { blockUntilReady, defaultDevice, init, jit, lax, numpy as np } from "@jax-js/jax";

/**
 * F_ML and its gradient in jax-js: everything between the factorisations jitted, the gradient by hand.
 * Under jit its triangularSolve takes no computed operand and has no reverse mode, so the solves stand outside.
 */
export async function createJaxPeer(backend, { p, q, loadings, paths, sample }) {
  await init(backend);
  defaultDevice(backend);
  const identity = np.eye(p);
  const difference = jit((b) => np.subtract(np.eye(p), b));
  const covariance = jit((lambda, total) => {
    const a = np.matmul(lambda, total);
    return [a.ref, np.matmul(np.matrixTranspose(a.ref), a)];
  });
  const finish = jit((total, a, sigma, l, inverseL, s) => {
    const inverse = np.matmul(np.matrixTranspose(inverseL.ref), inverseL);
    const product = np.matmul(inverse.ref, s);
    const logDeterminant = np.multiply(2, np.sum(np.log(np.diagonal(l))));
    const value = np.add(logDeterminant, np.trace(product.ref));
    const g = np.subtract(inverse.ref, np.matmul(product, inverse));
    const h = np.matmul(g, np.matrixTranspose(total));
    return [value, np.matmul(a, h.ref), np.matmul(sigma, h)];
  });
  const matrix = (values, rows) => np.array(values, { shape: [rows, p] });
  const [lambda, b, s] = [matrix(loadings, q), matrix(paths, p), matrix(sample, p)];
  const step = async () => {
    // Another peer on the page may have chosen its own.
    defaultDevice(backend);
    const solve = (left, lower) => lax.linalg.triangularSolve(left, identity.ref, { leftSide: true, lower });
    const total = solve(difference(b.ref), false);
    const [a, sigma] = covariance(lambda.ref, total.ref);
    const l = lax.linalg.cholesky(sigma.ref);
    const inverseL = solve(l.ref, true);
    const outputs = finish(total, a, sigma, l, inverseL, s.ref);
    await blockUntilReady(outputs);
    return outputs;
  };
  return {
    async run() {
      for (const output of await step()) output.dispose();
    },
    /** F without its constants and ∂F/∂Λ, to be checked against ours. */
    async answer() {
      const [value, byLoadings, byPaths] = await step();
      byPaths.dispose();
      return {
        value: (await value.data())[0],
        byLoadings: Float64Array.from(await byLoadings.data(), (x) => 2 * x),
      };
    },
  };
}
