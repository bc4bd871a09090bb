import { quadsOf } from "./quads.ts";
import type { Districts } from "./districts.ts";
import type { Graph, Lists } from "./graph.ts";

/**
 * The uniform struct `Graph` of shaders/lib/graph.wgsl: sizes of the model, and where its tables begin.
 * The order of the fields is the struct's; a test compares the two.
 */
export const GRAPH_FIELDS = {
  variables: "u32",
  sources: "u32",
  observed: "u32",
  parameters: "u32",
  source_quads: "u32",
  observed_quads: "u32",
  variable_quads: "u32",
  entries: "u32",
  first_path: "u32",
  first_covariance: "u32",
  row: "u32",
  column: "u32",
  parameter: "u32",
  loading_start: "u32",
  path_start: "u32",
  effect_start: "u32",
  effect: "u32",
  source_start: "u32",
  source_loading: "u32",
  covariance_start: "u32",
  covariance: "u32",
  parameter_start: "u32",
  parameter_entry: "u32",
  observed_variable: "u32",
  observed_place: "u32",
  districts: "u32",
  district_start: "u32",
  district_member: "u32",
  district_of: "u32",
  district_place: "u32",
  district_quads: "u32",
  district_offset: "u32",
} as const;

export type GraphSizes = Readonly<Record<keyof typeof GRAPH_FIELDS, number>>;

/** All index tables of a graph in one buffer, and the numbers that find them there. */
export interface PackedTables {
  readonly sizes: GraphSizes;
  readonly tables: Uint32Array<ArrayBuffer>;
}

/** Packs the tables of a graph and of its districts one after the other. */
export function packTables(graph: Graph, districts: Districts): PackedTables {
  const { entries } = graph;
  const pieces: ArrayLike<number>[] = [];
  let length = 0;
  const append = (piece: ArrayLike<number>): number => {
    const offset = length;
    pieces.push(piece);
    length += piece.length;
    return offset;
  };
  const appendLists = (lists: Lists): [number, number] => [append(lists.start), append(lists.values)];
  const [source_start, source_loading] = appendLists(graph.loadingsOfSource);
  const [effect_start, effect] = appendLists(graph.pathsOutOf);
  const [covariance_start, covariance] = appendLists(graph.covariancesOfSource);
  const [parameter_start, parameter_entry] = appendLists(graph.entriesOfParameter);
  const [district_start, district_member] = appendLists(districts.members);
  const place = new Uint32Array(graph.p).fill(graph.k);
  graph.observed.forEach((variable, index) => (place[variable] = index));
  const sizes: GraphSizes = {
    variables: graph.p,
    sources: graph.q,
    observed: graph.k,
    parameters: graph.parameterCount,
    source_quads: quadsOf(graph.q),
    observed_quads: quadsOf(graph.k),
    variable_quads: quadsOf(graph.p),
    entries: entries.count,
    first_path: entries.paths.first,
    first_covariance: entries.covariances.first,
    row: append(entries.row),
    column: append(entries.column),
    // FIXED, −1, becomes the largest u32: no parameter has that number.
    parameter: append(Uint32Array.from(entries.parameter, (parameter) => parameter >>> 0)),
    // Entries are sorted by effect, so the start tables alone describe these two lists.
    loading_start: append(graph.loadingsOfVariable.start),
    path_start: append(graph.pathsInto.start),
    effect_start,
    effect,
    source_start,
    source_loading,
    covariance_start,
    covariance,
    parameter_start,
    parameter_entry,
    observed_variable: append(graph.observed),
    observed_place: append(place),
    districts: districts.count,
    district_start,
    district_member,
    district_of: append(districts.districtOf),
    district_place: append(districts.placeOf),
    district_quads: append(districts.quads),
    district_offset: append(districts.offset),
  };
  const tables = new Uint32Array(length);
  let at = 0;
  for (const piece of pieces) {
    tables.set(piece, at);
    at += piece.length;
  }
  return { sizes, tables };
}
