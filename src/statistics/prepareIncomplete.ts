import type { DataSet } from "../data/dataSet.ts";
import type { Table } from "../data/moments.ts";
import { selectRows } from "../data/table.ts";
import type { Problem } from "../engine/engine.ts";
import { OptionError } from "../errors.ts";
import { saturatedMoments } from "../fit/saturated.ts";
import { covariateIndices } from "./baseline.ts";
import type { IncompleteGroup } from "./incomplete.ts";
import { exogenousIndices } from "./logLikelihood.ts";

/** What full-information maximum likelihood starts from, and what had to be left out. */
export interface IncompleteData {
  readonly groups: readonly IncompleteGroup[];
  readonly warnings: readonly string[];
}

/**
 * Makes raw data ready for full-information maximum likelihood: leaves out cases that miss a fixed covariate (the model
 * says nothing about its distribution), and fits the saturated model to each group.
 * Throws OptionError where there are no cases or the model has no means, DataError as `saturatedMoments` does.
 */
export function prepareIncomplete(problem: Problem, data: DataSet): IncompleteData {
  if (!problem.model.meanStructure) {
    throw new OptionError(
      'missing = "fiml" needs the means in the model.',
      "Read the model with meanStructure: true (--meanstructure).",
    );
  }
  const warnings: string[] = [];
  const groups = data.groups.map(({ table }, g) => {
    if (!table) {
      throw new OptionError(
        'missing = "fiml" needs raw data.',
        "Give the cases instead of a covariance matrix.",
      );
    }
    const covariates = exogenousIndices(problem, g);
    const kept = selectRows(table, (row) => covariates.every((j) => !Number.isNaN(table.columns[j]![row]!)));
    const dropped = table.rows - kept.rows;
    if (dropped > 0) warnings.push(`${dropped} cases were left out because a fixed covariate is missing`);
    const { mean, covariance, value, patterns } = saturatedMoments(kept);
    const moments = { names: table.names, n: kept.rows, covariance, mean };
    const indices = covariateIndices(problem.model, g, table.names);
    const joint = indices.length > 1 ? saturatedMoments(pickColumns(kept, indices)) : undefined;
    return {
      table: kept,
      patterns,
      moments,
      saturatedValue: value,
      covariates: { indices, moments: joint },
    };
  });
  return { groups, warnings };
}

function pickColumns({ names, columns, rows }: Table, indices: readonly number[]): Table {
  return { names: indices.map((j) => names[j]!), columns: indices.map((j) => columns[j]!), rows };
}
