import { addScaled, dot } from "../engine/cpu/linalg.ts";

/**
 * The covariance matrix V of the estimates as the delta method reads it. Every gradient g has an image, linear in g,
 * such that g V gᵀ is one inner product: images of a few gradients serve all functions that are made of them.
 */
export interface EstimateVariance {
  /** √V_jj. */
  standardError(parameter: number): number;
  /** image += scale · (image of g). */
  addImage(scale: number, gradient: Float64Array, image: Float64Array): void;
  /** image += scale · (image of the j-th unit vector). */
  addUnitImage(scale: number, parameter: number, image: Float64Array): void;
  /** g V gᵀ, given the image of g. */
  variance(gradient: Float64Array, image: Float64Array): number;
}

/** V = share · R Rᵀ for an upper triangular R (t×t): the image of g is gR. */
export function factoredVariance(factor: Float64Array, t: number, share: number): EstimateVariance {
  const addUnitImage = (scale: number, j: number, image: Float64Array): void =>
    addScaled(scale, factor, j * t + j, image, j, t - j);
  return {
    addUnitImage,
    standardError: (j) => Math.sqrt(share * dot(factor, j * t + j, factor, j * t + j, t - j)),
    addImage: (scale, gradient, image) => addRows(addUnitImage, scale, gradient, image),
    variance: (_, image) => share * dot(image, 0, image, 0, t),
  };
}

/** V given whole, t×t: the image of g is gV. */
export function fullVariance(v: Float64Array, t: number): EstimateVariance {
  const addUnitImage = (scale: number, j: number, image: Float64Array): void =>
    addScaled(scale, v, j * t, image, 0, t);
  return {
    addUnitImage,
    standardError: (j) => Math.sqrt(v[j * t + j]!),
    addImage: (scale, gradient, image) => addRows(addUnitImage, scale, gradient, image),
    variance: (gradient, image) => dot(gradient, 0, image, 0, t),
  };
}

/** Gradients are sparse: only the rows of parameters that matter are read. */
function addRows(
  addUnitImage: EstimateVariance["addUnitImage"],
  scale: number,
  gradient: Float64Array,
  image: Float64Array,
): void {
  for (let j = 0; j < gradient.length; j++) {
    if (gradient[j] !== 0) addUnitImage(scale * gradient[j]!, j, image);
  }
}
