import { describe, expect, it } from "vitest";
import { ModelError, ModelSyntaxError, UnsupportedError } from "../../../src/errors.ts";
import { makeGraph, type CausalGraph } from "../../../src/causal/graph.ts";
import { readDagitty } from "../../../src/causal/graph/dagitty.ts";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { modelGraph } from "../../../src/causal/graph/fromModel.ts";
import { structureMatrixToGraph } from "../../../src/causal/graph/fromAmasem.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { graphFromJson, graphToDagitty, graphToDot, graphToJson } from "../../../src/causal/graph/writers.ts";

/** Edges by name, sorted: what a graph says, whatever the order of the text. */
function edges(graph: CausalGraph): string[] {
  return graph.edges
    .map(({ from, to }) => `${graph.vertices[from]!.name}>${graph.vertices[to]!.name}`)
    .sort();
}

function latents(graph: CausalGraph): string[] {
  return graph.vertices.flatMap(({ name, latent }) => (latent ? [name] : []));
}

describe("readDagitty", () => {
  it("reads attributes, chains, groups, reversed and bidirected edges", () => {
    const graph = readDagitty(`dag napkin {
      bb="0,0,1,1"
      X [exposure, pos="0.5,-1"]
      Y [outcome]
      "U 1" [latent] // a comment
      W -> Z -> X -> Y
      { W X } <- "U 1"
      W <-> Y; A
    }`);
    expect(edges(graph)).toEqual(["U 1>W", "U 1>X", "U(W,Y)>W", "U(W,Y)>Y", "W>Z", "X>Y", "Z>X"]);
    expect(latents(graph)).toEqual(["U 1", "U(W,Y)"]);
    expect(graph.exposures).toEqual(["X"]);
    expect(graph.outcomes).toEqual(["Y"]);
    expect(graph.positions.get("X")).toEqual([0.5, -1]);
    expect(graph.vertices.some(({ name }) => name === "A")).toBe(true);
  });

  it("reads names with hyphens and arrows without spaces", () => {
    expect(edges(readDagitty("dag{a-b->c<-d}"))).toEqual(["a-b>c", "d>c"]);
  });

  it("crosses groups", () => {
    expect(edges(readDagitty("dag { {A B} -> {C D} }"))).toEqual(["A>C", "A>D", "B>C", "B>D"]);
  });

  it.each<[string, string, number, number]>([
    ["no brace", "dag X -> Y", 1, 7],
    ["unclosed", "dag {\n X -> Y", 2, 8],
    ["arrow to nothing", "dag {\n X -> \n}", 3, 1],
    ["cycle", "dag {\n X -> Y\n Y -> Z\n Z -> X\n}", 4, 4],
    ["edge twice", "dag {\n X -> Y\n X -> Y }", 3, 4],
    ["bidirected twice", "dag {\n X <-> Y\n Y <-> X }", 3, 4],
    ["self loop", "dag { X -> X }", 1, 9],
    ["bad position", 'dag { X [pos="a,b"] }', 1, 10],
    ["strange character", "dag { X ~ Y }", 1, 9],
    ["open quote", 'dag { "X }', 1, 7],
    ["undirected edge", "dag { X -- Y }", 1, 9],
    ["text after", "dag { X } Y", 1, 11],
    ["another type", "graph { X }", 1, 1],
  ])("names the place of: %s", (_, text, line, column) => {
    const error = failure(() => readDagitty(text));
    expect(error).toBeInstanceOf(ModelSyntaxError);
    expect(error).toMatchObject({ line, column });
  });

  it("refuses pdags by name", () => {
    expect(failure(() => readDagitty("pdag { X -- Y }"))).toBeInstanceOf(UnsupportedError);
  });

  it("names the variables of a cycle", () => {
    expect(failure(() => readDagitty("dag { A -> B -> C -> A }")).message).toContain("A → B → C → A");
  });
});

describe("readEdgeList", () => {
  it("reads one relation a line, and latents", () => {
    const graph = readEdgeList("latent U\nU -> X; U -> Y\nX -> M -> Y # front door\nA <- X\nA <-> M");
    expect(edges(graph)).toEqual(["M>Y", "U(A,M)>A", "U(A,M)>M", "U>X", "U>Y", "X>A", "X>M"]);
    expect(latents(graph)).toEqual(["U", "U(A,M)"]);
  });

  it.each<[string, number, number]>([
    ["X -> Y\nX Y", 2, 3],
    ["X -> Y\nY ->", 2, 3],
    ["-> Y", 1, 1],
    ["latent U\nX -> Y", 1, 8],
  ])("names the place in %j", (text, line, column) => {
    expect(failure(() => readEdgeList(text))).toMatchObject({ name: "ModelSyntaxError", line, column });
  });
});

describe("structureMatrixToGraph", () => {
  it("reads latents above visibles; single-effect latents are private errors", () => {
    const graph = structureMatrixToGraph({
      struct: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
      ],
      names: ["X", "M", "Y"],
    });
    expect(edges(graph)).toEqual(["M>Y", "U1>X", "U1>Y", "X>M"]);
    expect(graph.vertices.filter(({ ownError }) => !ownError)).toEqual([]);
  });

  it("refuses a variable without an error source, other entries, ragged rows", () => {
    expect(
      failure(() =>
        structureMatrixToGraph({
          struct: [
            [1, 0],
            [0, 1],
            [0, 0],
          ],
        }),
      ).message,
    ).toContain("V2");
    expect(failure(() => structureMatrixToGraph({ struct: [[2], [0]] }))).toBeInstanceOf(ModelError);
    expect(failure(() => structureMatrixToGraph({ struct: [[1, 0], [1], [0, 0]] }))).toBeInstanceOf(
      ModelError,
    );
    expect(failure(() => structureMatrixToGraph({ struct: [] }))).toBeInstanceOf(ModelError);
  });

  it("refuses two variables whose only error source is one latent", () => {
    const error = failure(() =>
      structureMatrixToGraph({
        struct: [
          [1, 1],
          [0, 0],
          [0, 0],
        ],
      }),
    );
    expect(error).toBeInstanceOf(ModelError);
  });
});

describe("writers", () => {
  const graph = readDagitty(
    'dag { "U 1" [latent] X [exposure,pos="0,1"] Y [outcome] X <- "U 1" -> Y X -> Y }',
  );

  it("writes dagitty text that reads back to the same graph", () => {
    expect(readDagitty(graphToDagitty(graph))).toEqual(graph);
  });

  it("writes JSON that reads back to the same graph", () => {
    const json: unknown = JSON.parse(JSON.stringify(graphToJson(graph)));
    expect(graphFromJson(json as ReturnType<typeof graphToJson>).edges).toEqual(graph.edges);
  });

  it("writes DOT with quoted names", () => {
    expect(graphToDot(graph)).toContain('"U 1" -> "X" [style=dashed];');
  });
});

describe("graphToModel", () => {
  it("has a free loading for each latent cause and error, and a free coefficient for each edge", () => {
    const model = graphToModel(readDagitty("dag { U [latent] X -> Y X <- U -> Y }"));
    expect(model.parameters.map(({ name }) => name).sort()).toEqual([
      "U=~X",
      "U=~Y",
      "Y~X",
      "e.X=~X",
      "e.Y=~Y",
    ]);
    const [structure] = model.structures;
    expect(structure!.sources).toEqual(["U", "e.X", "e.Y"]);
    expect(structure!.covariances.every(({ value }) => value === 1)).toBe(true);
  });

  it("comes back from the model as the graph that went in", () => {
    const graph = readDagitty("dag { U [latent] X -> M -> Y X <- U -> Y }");
    expect(edges(modelGraph(graphToModel(graph)))).toEqual(edges(graph));
  });
});

describe("makeGraph", () => {
  it("refuses a variable declared twice", () => {
    const vertex = { name: "X", latent: false, ownError: true };
    expect(failure(() => makeGraph({ vertices: [vertex, vertex], edges: [] }))).toBeInstanceOf(ModelError);
  });
});

function failure(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
