import { type Entry, FIXED, type Model, observedIndices, type Structure } from "../../../model/model.ts";
import { topologicalOrder } from "../../../model/topology.ts";
import { promoteSharedSources } from "../program/promote.ts";
import { type GroupLayout, layoutSample, sampleSlots } from "../program/sampleLayout.ts";

/** Override constants of `quasi_newton_workgroup` that a model decides. */
export interface WorkgroupSizes {
  readonly PARAMETERS: number;
  readonly MOMENTS: number;
  readonly GROUPS: number;
  readonly VARIABLES: number;
  readonly OBSERVED: number;
  readonly VALUES: number;
  readonly CELLS: number;
}

/** A model as shaders/lib/workgroup_likelihood.wgsl reads it. */
export interface WorkgroupTables {
  readonly sizes: WorkgroupSizes;
  readonly tables: Int32Array<ArrayBuffer>;
  /** The factor of the list item that begins at the same place of `tables`. */
  readonly factors: Float32Array<ArrayBuffer>;
}

/** A group's head: the fields of `Group` in order, but for the last, which is the factor beside the first. */
export const GROUP_FIELDS = [
  "variables",
  "observed",
  "covariance_place",
  "mean_place",
  "values",
  "value_count",
  "paths",
  "path_count",
  "cells",
  "cell_count",
  "intercepts",
  "intercept_count",
  "observed_variable",
  "observed_place",
  "cell_share_start",
  "path_share_start",
  "mean_share_start",
] as const;

type GroupHead = Readonly<Record<(typeof GROUP_FIELDS)[number], number>>;

/** Integers that grow, and beside each a factor. */
class TableWriter {
  readonly integers: number[] = [];
  readonly factors: number[] = [];

  get length(): number {
    return this.integers.length;
  }

  /** Appends an item; returns where it begins. */
  push(item: readonly number[], factor = 0): number {
    const at = this.length;
    this.integers.push(...item);
    this.factors.push(factor, ...item.slice(1).map(() => 0));
    return at;
  }

  /** Appends lists one after the other and before them where each begins, and the last ends; returns where that stands. */
  pushLists(lists: readonly (readonly Item[])[]): number {
    const starts = this.push(Array.from({ length: lists.length + 1 }, () => 0));
    lists.forEach((list, i) => {
      this.integers[starts + i] = this.length;
      for (const { integers, factor } of list) this.push(integers, factor);
    });
    this.integers[starts + lists.length] = this.length;
    return starts;
  }
}

interface Item {
  readonly integers: readonly number[];
  readonly factor: number;
}

/** Packs the tables of a model whose groups have the given shares of the cases. */
export function packWorkgroupTables(model: Model, shares: readonly number[]): WorkgroupTables {
  const layout = layoutSample(model);
  const writer = new TableWriter();
  const t = model.parameters.length;
  for (const share of shares) {
    writer.push(
      GROUP_FIELDS.map(() => 0),
      share,
    );
  }
  const groups = model.structures.map((structure, g) =>
    packGroup(writer, promoteSharedSources(structure), layout.groups[g]!, t, shares[g]!),
  );
  groups.forEach((head, g) =>
    GROUP_FIELDS.forEach((name, i) => (writer.integers[g * GROUP_FIELDS.length + i] = head[name])),
  );
  const largest = (name: keyof GroupHead): number => Math.max(1, ...groups.map((head) => head[name]));
  return {
    sizes: {
      PARAMETERS: t,
      MOMENTS: layout.size,
      GROUPS: groups.length,
      VARIABLES: largest("variables"),
      OBSERVED: largest("observed"),
      VALUES: largest("value_count"),
      CELLS: largest("cell_count"),
    },
    tables: Int32Array.from(writer.integers),
    factors: Float32Array.from(writer.factors),
  };
}

/** A structure's variables in topological order, and its entries by number. */
interface Numbering {
  /** Topological position of a stated variable. */
  readonly position: (variable: number) => number;
  /** Place of an entry's value. */
  readonly value: (entry: Entry) => number;
}

/** Writes a group's lists and returns its head. */
function packGroup(
  writer: TableWriter,
  structure: Structure,
  layout: GroupLayout,
  t: number,
  share: number,
): GroupHead {
  const firstValue = writer.length;
  const values = packValues(writer, structure, layout, t);
  const positions = new Map(topologicalOrder(structure).map((variable, place) => [variable, place]));
  const position = (variable: number): number => positions.get(variable)!;
  const numbering: Numbering = { position, value: (entry) => values.get(entry)! };
  const observed = observedIndices(structure).map(position);
  const placeOf = new Map(observed.map((variable, place) => [variable, place]));
  const paths = [...structure.paths].sort((a, b) => position(a.column) - position(b.column));
  const firstPath = writer.length;
  for (const path of paths) {
    writer.push([position(path.row), position(path.column), numbering.value(path)]);
  }
  const cells = errorCells(structure, numbering);
  const firstCell = packCells(writer, cells);
  const firstIntercept = writer.length;
  for (const entry of structure.intercepts) writer.push([position(entry.column), numbering.value(entry)]);
  const shareOf = (cause: readonly number[], entry: Entry, times: number): Item => ({
    integers: [...cause, position(entry.column)],
    factor: times * share * entry.factor,
  });
  return {
    variables: structure.variables.length,
    observed: observed.length,
    covariance_place: layout.covariance,
    mean_place: layout.mean,
    values: firstValue,
    value_count: values.size,
    paths: firstPath,
    path_count: paths.length,
    cells: firstCell,
    cell_count: cells.length,
    intercepts: firstIntercept,
    intercept_count: structure.intercepts.length,
    observed_variable: writer.push(observed),
    observed_place: writer.push(
      structure.variables.map((_, variable) => placeOf.get(variable) ?? observed.length),
    ),
    cell_share_start: writer.pushLists(cellShares(cells, share, t)),
    path_share_start: writer.pushLists(
      byParameter(paths, t, (entry) => shareOf([position(entry.row)], entry, 2)),
    ),
    mean_share_start: writer.pushLists(
      byParameter(structure.intercepts, t, (entry) => shareOf([], entry, -2)),
    ),
  };
}

/** Writes where the value of every entry comes from; returns their numbers. */
function packValues(
  writer: TableWriter,
  structure: Structure,
  layout: GroupLayout,
  t: number,
): Map<Entry, number> {
  const numbers = new Map<Entry, number>();
  const slots = sampleSlots(structure, layout);
  const write = (entries: readonly Entry[], slot?: (entry: Entry) => number): void => {
    for (const entry of entries) {
      numbers.set(entry, numbers.size);
      if (entry.fromSample) writer.push([t + slot!(entry)], 1);
      else writer.push([entry.parameter], entry.parameter === FIXED ? entry.value : entry.factor);
    }
  };
  write(structure.loadings);
  write(structure.paths);
  write(structure.covariances, slots.covariance);
  write(structure.intercepts, slots.intercept);
  return numbers;
}

/** What the free entries of a list mean for their parameters. */
function byParameter(entries: readonly Entry[], t: number, item: (entry: Entry) => Item): Item[][] {
  const lists = Array.from({ length: t }, (): Item[] => []);
  for (const entry of entries) if (entry.parameter !== FIXED) lists[entry.parameter]!.push(item(entry));
  return lists;
}

/** λ_l ψ_lm λ_m, a summand of Ω; with the places of the three values. */
interface Term {
  readonly entries: readonly [Entry, Entry, Entry];
  readonly values: readonly [number, number, number];
}

/** An element of Ω on or above the diagonal. */
interface Cell {
  readonly row: number;
  readonly column: number;
  readonly terms: Term[];
}

function errorCells({ loadings, covariances }: Structure, { position, value }: Numbering): Cell[] {
  const cells = new Map<string, Cell>();
  const loadingsOf = new Map<number, Entry[]>();
  for (const entry of loadings) {
    loadingsOf.set(entry.row, [...(loadingsOf.get(entry.row) ?? []), entry]);
  }
  const add = (psi: Entry, left: Entry, right: Entry): void => {
    const [row, column] = [position(left.column), position(right.column)];
    // Its mirror image comes too.
    if (row > column) return;
    const key = `${row},${column}`;
    const cell = cells.get(key) ?? { row, column, terms: [] };
    cells.set(key, cell);
    const entries = [left, psi, right] as const;
    cell.terms.push({ entries, values: [value(left), value(psi), value(right)] });
  };
  for (const psi of covariances) {
    const { row, column } = psi;
    const pairs =
      row === column
        ? [[row, row]]
        : [
            [row, column],
            [column, row],
          ];
    for (const [l, m] of pairs as [number, number][]) {
      for (const left of loadingsOf.get(l) ?? []) {
        for (const right of loadingsOf.get(m) ?? []) add(psi, left, right);
      }
    }
  }
  return [...cells.values()];
}

function packCells(writer: TableWriter, cells: readonly Cell[]): number {
  const first = writer.length;
  for (const { row, column } of cells) writer.push([row, column, 0, 0]);
  cells.forEach(({ terms }, i) => {
    writer.integers[first + 4 * i + 2] = writer.length;
    for (const { values } of terms) writer.push(values);
    writer.integers[first + 4 * i + 3] = writer.length;
  });
  return first;
}

/** What ∂F/∂Ω means for the parameters of its terms; an element beside the diagonal stands twice in Ω. */
function cellShares(cells: readonly Cell[], share: number, t: number): Item[][] {
  const lists = Array.from({ length: t }, (): Item[] => []);
  for (const { row, column, terms } of cells) {
    const weight = row === column ? share : 2 * share;
    for (const { entries, values } of terms) {
      entries.forEach(({ parameter, factor }, role) => {
        if (parameter === FIXED) return;
        const others = values.filter((_, i) => i !== role);
        lists[parameter]!.push({ integers: [row, column, ...others], factor: weight * factor });
      });
    }
  }
  return lists;
}
