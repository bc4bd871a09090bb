/** A function of one number with its derivative. */
export interface RealFunction {
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
}

/** The functions that `:=` and constraints know, under R's names. */
export const REAL_FUNCTIONS: ReadonlyMap<string, RealFunction> = new Map(
  Object.entries({
    exp: { value: Math.exp, derivative: Math.exp },
    expm1: { value: Math.expm1, derivative: Math.exp },
    log: { value: Math.log, derivative: (x) => 1 / x },
    log1p: { value: Math.log1p, derivative: (x) => 1 / (1 + x) },
    log2: { value: Math.log2, derivative: (x) => 1 / (x * Math.LN2) },
    log10: { value: Math.log10, derivative: (x) => 1 / (x * Math.LN10) },
    sqrt: { value: Math.sqrt, derivative: (x) => 0.5 / Math.sqrt(x) },
    abs: { value: Math.abs, derivative: Math.sign },
    sin: { value: Math.sin, derivative: Math.cos },
    cos: { value: Math.cos, derivative: (x) => -Math.sin(x) },
    tan: { value: Math.tan, derivative: (x) => 1 / Math.cos(x) ** 2 },
    asin: { value: Math.asin, derivative: (x) => 1 / Math.sqrt(1 - x * x) },
    acos: { value: Math.acos, derivative: (x) => -1 / Math.sqrt(1 - x * x) },
    atan: { value: Math.atan, derivative: (x) => 1 / (1 + x * x) },
    sinh: { value: Math.sinh, derivative: Math.cosh },
    cosh: { value: Math.cosh, derivative: Math.sinh },
    tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
  } satisfies Record<string, RealFunction>),
);
