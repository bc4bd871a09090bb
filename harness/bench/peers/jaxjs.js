import { blockUntilReady, defaultDevice, init, jit, lax, numpy as np } from "@jax-js/jax";

/**
 * F_ML and its gradient in jax-js, as its users would write it: one jitted function of dense matrices.
 * The gradient is by hand, because jax-js's reverse mode does not pass through triangularSolve under jit.
 */
export async function createJaxPeer(backend, { p, q, loadings, paths, sample }) {
  await init(backend);
  defaultDevice(backend);
  const valueAndGradient = jit((lambda, b, s) => {
    const identity = np.eye(p);
    const total = lax.linalg.triangularSolve(np.subtract(identity.ref, b), identity.ref, {
      leftSide: true,
      lower: false,
    });
    const a = np.matmul(lambda, total.ref);
    const sigma = np.matmul(np.matrixTranspose(a.ref), a.ref);
    const l = lax.linalg.cholesky(sigma.ref);
    const inverseL = lax.linalg.triangularSolve(l.ref, identity, { leftSide: true, lower: true });
    const inverse = np.matmul(np.matrixTranspose(inverseL.ref), inverseL);
    const product = np.matmul(inverse.ref, s);
    const logDeterminant = np.multiply(2, np.sum(np.log(np.diagonal(l))));
    const value = np.add(logDeterminant, np.trace(product.ref));
    const g = np.subtract(inverse.ref, np.matmul(product, inverse));
    const h = np.matmul(g, np.matrixTranspose(total));
    return [value, np.matmul(a, h.ref), np.matmul(sigma, h)];
  });
  const matrix = (values, rows) => np.array(values, { shape: [rows, p] });
  const inputs = [matrix(loadings, q), matrix(paths, p), matrix(sample, p)];
  const step = async () => {
    const outputs = valueAndGradient(...inputs.map((input) => input.ref));
    await blockUntilReady(outputs);
    return outputs;
  };
  return {
    async run() {
      for (const output of await step()) output.dispose();
    },
    /** F without its constants, and the first entries of the gradient by Λ, to be checked against ours. */
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
