import * as tf from "@tensorflow/tfjs-core";

/**
 * F_ML and its gradient in TensorFlow.js. It has no Cholesky factorisation and no triangular solve, so (I − B)⁻¹ and
 * Σ⁻¹ are computed in float64 JavaScript between its matrix products, as its users have to.
 */
export async function createTensorflowPeer(backend, wasmFolder, { p, q, loadings, paths, sample }) {
  if (backend === "wasm") (await import("@tensorflow/tfjs-backend-wasm")).setWasmPaths(wasmFolder);
  else await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
  await tf.ready();
  const lambda = tf.tensor2d(loadings, [q, p]);
  const s = tf.tensor2d(sample, [p, p]);
  const step = async () => {
    // Another peer on the page may have chosen its own.
    await tf.setBackend(backend);
    const total = tf.tensor2d(inverseOfUnitUpper(paths, p), [p, p]);
    const a = tf.matMul(lambda, total);
    const sigma = tf.matMul(a, a, true, false);
    const factorised = invert(await sigma.data(), p);
    const inverse = tf.tensor2d(factorised.inverse, [p, p]);
    const [trace, byLoadings, byPaths] = tf.tidy(() => {
      const product = tf.matMul(inverse, s);
      const h = tf.matMul(tf.sub(inverse, tf.matMul(product, inverse)), total, false, true);
      return [tf.sum(tf.mul(inverse, s)), tf.matMul(a, h), tf.matMul(sigma, h)];
    });
    for (const tensor of [total, a, sigma, inverse]) tensor.dispose();
    const value = factorised.logDeterminant + (await trace.data())[0];
    await byPaths.data();
    const gradient = await byLoadings.data();
    for (const tensor of [trace, byLoadings, byPaths]) tensor.dispose();
    return { value, byLoadings: Float64Array.from(gradient, (x) => 2 * x) };
  };
  return { run: step, answer: step };
}

/** (I − B)⁻¹ for strictly upper triangular B, row by row from the last. */
function inverseOfUnitUpper(paths, p) {
  const out = new Float32Array(p * p);
  for (let i = p - 1; i >= 0; i--) {
    out[i * p + i] = 1;
    for (let a = i + 1; a < p; a++) {
      const weight = paths[i * p + a];
      if (weight !== 0) for (let j = a; j < p; j++) out[i * p + j] += weight * out[a * p + j];
    }
  }
  return out;
}

/** Inverse and log-determinant of a symmetric positive-definite matrix through its Cholesky factor. */
function invert(matrix, n) {
  const l = new Float64Array(n * n);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
    logDeterminant += 2 * Math.log(l[i * n + i]);
  }
  const u = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    u[j * n + j] = 1 / l[j * n + j];
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k] * u[j * n + k];
      u[j * n + i] = sum / l[i * n + i];
    }
  }
  const inverse = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += u[i * n + k] * u[j * n + k];
      inverse[i * n + j] = inverse[j * n + i] = sum;
    }
  }
  return { inverse, logDeterminant };
}
