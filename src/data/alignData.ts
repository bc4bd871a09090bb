import { DataError } from "../errors.ts";
import type { DataSet, DataGroup } from "./dataSet.ts";
import type { Moments, Table } from "./moments.ts";

/**
 * The data with each group's variables picked and put in the order of `names[g]`, the order in which everything after
 * it reads S and m. Variables that are not named are left out.
 *
 * @throws DataError where a name is not in the data, or the number of groups differs.
 */
export function alignData(data: DataSet, names: readonly (readonly string[])[]): DataSet {
  if (data.groups.length !== names.length) {
    throw new DataError(
      `The model has ${names.length} groups and the data ${data.groups.length}.`,
      "Give one set of moments per group of the model.",
    );
  }
  const groups = data.groups.map((group, g) => alignGroup(group, names[g]!));
  return groups.every((group, g) => group === data.groups[g]) ? data : { ...data, groups };
}

function alignGroup(group: DataGroup, names: readonly string[]): DataGroup {
  const given = group.moments.names;
  if (given.length === names.length && names.every((name, i) => name === given[i])) return group;
  const places = names.map((name) => given.indexOf(name));
  const missing = names.filter((_, i) => places[i]! < 0);
  if (missing.length > 0) {
    throw new DataError(
      `The data have no variable ${missing.join(", ")}.`,
      `They have ${given.join(", ")}; rename the variable in the model or in the data.`,
    );
  }
  const table = group.table && alignTable(group.table, names);
  return { label: group.label, moments: alignMoments(group.moments, names, places), ...(table && { table }) };
}

function alignMoments(moments: Moments, names: readonly string[], places: readonly number[]): Moments {
  const k = moments.names.length;
  const covariance = new Float64Array(names.length ** 2);
  places.forEach((row, i) => {
    places.forEach((column, j) => (covariance[i * names.length + j] = moments.covariance[row * k + column]!));
  });
  const { mean } = moments;
  return {
    names,
    n: moments.n,
    covariance,
    mean: mean && Float64Array.from(places, (place) => mean[place]!),
  };
}

function alignTable(table: Table, names: readonly string[]): Table {
  return { ...table, names, columns: names.map((name) => table.columns[table.names.indexOf(name)]!) };
}
