import { describe, expect, test } from "vitest";
import { type Entry, FIXED, type Structure } from "../../../src/model/model.ts";
import { planDistricts } from "../../../src/plan/districts.ts";
import { type Graph, listOf, type Lists, planGraph } from "../../../src/plan/graph.ts";
import { planLayers } from "../../../src/plan/layers.ts";
import { packTables } from "../../../src/plan/tables.ts";

function free(row: number, column: number, parameter: number, factor = 1): Entry {
  return { row, column, parameter, factor, value: NaN, fromSample: false };
}

function fixed(row: number, column: number, value: number): Entry {
  return { row, column, parameter: FIXED, factor: 1, value, fromSample: false };
}

/**
 * Worked by hand. Stated order Y, M, X, W; X → M → Y, X → Y, W alone; u confounds X and Y; every variable has an error.
 * Sources: u 0, then errors of Y, M, X, W as 1, 2, 3, 4. M is not observed.
 */
const structure: Structure = {
  label: "",
  variables: ["Y", "M", "X", "W"].map((name) => ({ name, observed: name !== "M" })),
  sources: ["u", "eY", "eM", "eX", "eW"],
  loadings: [free(0, 2, 0), free(0, 0, 0, 2), fixed(1, 0, 1), fixed(2, 1, 1), fixed(3, 2, 1), fixed(4, 3, 1)],
  paths: [free(1, 0, 1), free(2, 0, 2), free(2, 1, 3)],
  covariances: [...[0, 1, 2, 3].map((l) => fixed(l, l, 1)), free(4, 4, 4), free(0, 4, 5)],
  intercepts: [],
};

const graph = planGraph(structure, 6);
const [X, W, M, Y] = [0, 1, 2, 3];

function all(lists: Lists): number[][] {
  return Array.from({ length: lists.start.length - 1 }, (_, index) => [...listOf(lists, index)]);
}

function edges(of: Graph, list: readonly number[]): number[][] {
  return list.map((e) => [of.entries.row[e]!, of.entries.column[e]!]);
}

describe("the tables of a graph", () => {
  test("variables stand in topological order, ties as stated", () => {
    expect([...graph.order]).toEqual([2, 3, 1, 0]);
    expect([...graph.observed]).toEqual([X, W, Y]);
    // Among the observed, as the moments list them, Y is 0, X 1, W 2.
    expect([...graph.moment]).toEqual([1, 2, 0]);
  });

  test("entries are sorted by effect and keep parameter and factor", () => {
    const { entries } = graph;
    expect(entries.loadings).toEqual({ first: 0, count: 6 });
    expect(entries.paths).toEqual({ first: 6, count: 3 });
    expect(entries.covariances).toEqual({ first: 9, count: 6 });
    const loadings = [0, 1, 2, 3, 4, 5];
    expect(edges(graph, loadings)).toEqual([[0, X], [3, X], [4, W], [2, M], [0, Y], [1, Y]]); // prettier-ignore
    expect(edges(graph, [6, 7, 8])).toEqual([[X, M], [X, Y], [M, Y]]); // prettier-ignore
    expect(Array.from(entries.parameter).slice(0, 9)).toEqual([0, -1, -1, -1, 0, -1, 3, 2, 1]);
    expect(Array.from(entries.constant).slice(0, 6)).toEqual([1, 1, 1, 1, 2, 1]);
  });

  test("lists find the entries of a variable, a source and a parameter", () => {
    expect(all(graph.pathsInto)).toEqual([[], [], [6], [7, 8]]);
    expect(all(graph.pathsOutOf)).toEqual([[6, 7], [], [8], []]);
    expect(all(graph.loadingsOfSource)).toEqual([[0, 4], [5], [3], [1], [2]]);
    expect(all(graph.entriesOfParameter)[0]).toEqual([0, 4]);
  });

  test("an off-diagonal covariance is listed under both sources, the one with fewer effects as its column", () => {
    const lists = all(graph.covariancesOfSource);
    const shared = lists[0]!.filter((e) => lists[4]!.includes(e));
    expect(edges(graph, shared)).toEqual([[0, 4]]);
    const swapped = planGraph({ ...structure, covariances: [free(0, 1, 5), free(1, 2, 4)] }, 6);
    const { first } = swapped.entries.covariances;
    expect(edges(swapped, [first, first + 1])).toEqual([[0, 1], [1, 2]]); // prettier-ignore
    const reversed = planGraph({ ...structure, loadings: [free(1, 0, 0), free(1, 1, 0)], covariances: [free(0, 1, 5)] }, 6); // prettier-ignore
    expect(edges(reversed, [reversed.entries.covariances.first])).toEqual([[1, 0]]);
  });

  test("packing keeps every table where its offset says", () => {
    const { sizes, tables } = packTables(graph, planDistricts(graph));
    expect(sizes).toMatchObject({
      variables: 4,
      sources: 5,
      observed: 3,
      source_quads: 2,
      observed_quads: 1,
    });
    expect([...tables.subarray(sizes.observed_place, sizes.observed_place + 4)]).toEqual([0, 1, 3, 2]);
    expect([...tables.subarray(sizes.path_start, sizes.path_start + 5)]).toEqual([0, 0, 0, 1, 3]);
    expect(tables[sizes.parameter + 1]).toBe(0xffffffff);
    expect(tables[sizes.row + 8]).toBe(M);
  });
});

describe("the minimal layers H0", () => {
  test("a variable stands one layer after the last of its parents", () => {
    const { layerOf, list } = planLayers(graph);
    expect([...layerOf]).toEqual([1, 1, 2, 3]);
    expect(list.map((layer) => layer.variables)).toEqual([[X, W], [M], [Y]]);
  });

  test("aliases carry what later layers or the output need", () => {
    const { list } = planLayers(graph);
    // X and W are observed, so they reach the last layer; M is used up in layer 3.
    expect(list.map((layer) => layer.aliases)).toEqual([[], [X, W], [X, W]]);
    // eM enters in layer 2; u and eY are still needed for Y in layer 3.
    expect(list.map((layer) => layer.sourceAliases)).toEqual([[0, 1, 2], [0, 1], []]);
  });

  test("a chain has one layer a variable, independent variables one in all", () => {
    const variables = Array.from({ length: 5 }, (_, i) => ({ name: `x${i}`, observed: true }));
    const chain = { ...structure, variables, loadings: [], covariances: [] };
    const paths = [0, 1, 2, 3].map((i) => free(i + 1, i, 0));
    expect(planLayers(planGraph({ ...chain, paths }, 1)).list).toHaveLength(5);
    expect(planLayers(planGraph({ ...chain, paths: [] }, 1)).list).toHaveLength(1);
  });
});

test("districts are linked through shared and through correlated sources", () => {
  const districts = planDistricts(graph);
  // u links X and Y; the covariance of u and eW adds W; M is alone.
  expect(all(districts.members)).toEqual([[X, W, Y], [M]]);
  expect([...districts.districtOf]).toEqual([0, 0, 1, 0]);
  expect([...districts.placeOf]).toEqual([0, 1, 0, 2]);
  expect(districts.sizes).toEqual([3, 1]);
  // Blocks of 3 and 1 rows, each row padded to 4 elements.
  expect([...districts.offset]).toEqual([0, 12]);
  expect(districts.elements).toBe(16);
});
