import type { Model } from "../../../model/model.ts";
import { candidates, type Program, traceForm } from "../program/program.ts";

/**
 * The program for float32: through Σ itself. The conditional form is several times shorter, but divides by error
 * variances, and where one is near zero float32 loses the gradient (measured on bootstraps of political democracy:
 * 29 % of replicates astray, against none).
 */
export function traceForm32(model: Model, shares: readonly number[], limit: number): Program | undefined {
  for (const [form, structures] of candidates(model)) {
    if (form !== "covariance") continue;
    const program = traceForm(model, structures, form, shares, 2 * limit);
    return program && program.operations <= limit ? program : undefined;
  }
  return undefined;
}
