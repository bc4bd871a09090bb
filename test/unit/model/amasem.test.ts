import { describe, expect, it } from "vitest";
import { ModelError } from "../../../src/errors.ts";
import { buildAmasem, type Amasem } from "../../../src/model/buildAmasem.ts";
import { FIXED } from "../../../src/model/model.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { readStructureMatrix } from "../../../src/model/structureMatrix.ts";
import { impliedMoments, valuesAt } from "./implied.ts";

/** The front door X → M → Y with U behind X and Y; every variable has its error. */
const frontDoor: Amasem = {
  visible: ["X", "M", "Y"],
  latents: [
    { name: "U", children: ["X", "Y"] },
    { name: "e.X", children: ["X"] },
    { name: "e.M", children: ["M"] },
    { name: "e.Y", children: ["Y"] },
  ],
  edges: [
    ["X", "M"],
    ["M", "Y"],
  ],
};

describe("AMASEMs", () => {
  it("have latents as sources, free loadings and Ψ = I", () => {
    const model = buildAmasem(frontDoor);
    const [structure] = model.structures;
    expect(structure!.sources).toEqual(["U", "e.X", "e.M", "e.Y"]);
    expect(structure!.variables.every(({ observed }) => observed)).toBe(true);
    expect(
      structure!.covariances.map(({ row, column, value, parameter }) => [row, column, value, parameter]),
    ).toEqual([0, 1, 2, 3].map((source) => [source, source, 1, FIXED]));
    expect(model.rows.map(({ lhs, op, rhs }) => `${lhs} ${op} ${rhs}`)).toEqual([
      "U =~ X",
      "U =~ Y",
      "e.X =~ X",
      "e.M =~ M",
      "e.Y =~ Y",
      "M ~ X",
      "Y ~ M",
    ]);
    expect(model.parameters).toHaveLength(7);
    expect(model.meanStructure).toBe(false);
  });

  it("imply the covariance worked out by hand", () => {
    const model = buildAmasem(frontDoor);
    // X = 2U + 1e, M = 3X + 1e, Y = -1U + 0.5M + 1e.
    const theta = [2, -1, 1, 1, 1, 3, 0.5];
    const structure = model.structures[0]!;
    const { covariance } = impliedMoments(
      structure,
      valuesAt(structure, theta, () => Number.NaN),
    );
    const [varX, varM] = [5, 46];
    const covXY = 0.5 * 3 * varX - 2;
    const covMY = 0.5 * varM - 6;
    expect(covariance).toEqual([
      [varX, 15, covXY],
      [15, varM, covMY],
      [covXY, covMY, 0.25 * varM + 1 + 1 + 2 * 0.5 * -6],
    ]);
  });

  it.each<[string, Partial<Amasem>, RegExp]>([
    ["unknown children", { latents: [...frontDoor.latents, { name: "V", children: ["Z"] }] }, /"Z"/],
    ["unknown edges", { edges: [["X", "m"]] }, /no visible variable "m"/],
    ["edges from latents", { edges: [["U", "M"]] }, /no visible variable "U"/],
    ["no latent cause", { latents: frontDoor.latents.slice(0, 2) }, /"M" has no latent cause/],
    ["double names", { visible: ["X", "M", "Y", "U"] }, /named "U"/],
    [
      "edges twice",
      {
        edges: [
          ["X", "M"],
          ["X", "M"],
        ],
      },
      /X → M is stated twice/,
    ],
    ["children twice", { latents: [...frontDoor.latents, { name: "V", children: ["X", "X"] }] }, /V → X/],
    ["self edges", { edges: [["X", "X"]] }, /"X" causes itself/],
    [
      "cycles",
      {
        edges: [
          ["X", "M"],
          ["M", "Y"],
          ["Y", "X"],
        ],
      },
      /feedback loop.*X/,
    ],
  ])("refuse %s", (_, change, message) => {
    expect(() => buildAmasem({ ...frontDoor, ...change })).toThrow(ModelError);
    expect(() => buildAmasem({ ...frontDoor, ...change })).toThrow(message);
  });
});

describe("structure matrices", () => {
  // The health graph of the reference's introduction: latents {X, BP, BMI}, {BP, Y} and a private one each.
  const struct = [
    [1, 1, 1, 0],
    [0, 1, 0, 1],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 1, 1, 1],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ];

  it("are read with names", () => {
    const names = ["X", "BP", "BMI", "Y"];
    const model = parseModel(JSON.stringify({ struct, names }));
    expect(model.structures[0]!.sources).toEqual(["U1", "U2", "e.X", "e.BP", "e.BMI", "e.Y"]);
    expect(model.rows.filter(({ op }) => op === "~").map(({ lhs, rhs }) => `${rhs} → ${lhs}`)).toEqual([
      "X → BP",
      "X → BMI",
      "X → Y",
      "BP → BMI",
      "BMI → Y",
    ]);
    expect(model.rows.filter(({ op }) => op === "=~")).toHaveLength(9);
    const latents = ["a", "b", "c", "d", "e", "f"];
    expect(readStructureMatrix({ struct, latents }).structures[0]).toMatchObject({
      sources: latents,
      variables: [{ name: "V1" }, { name: "V2" }, { name: "V3" }, { name: "V4" }],
    });
  });

  it.each<[string, object, RegExp]>([
    ["other shapes", { struct: [[1, 0], [1]] }, /same length/],
    [
      "no latents",
      {
        struct: [
          [0, 1],
          [0, 0],
        ],
      },
      /more than p rows/,
    ],
    ["nothing", { struct: [] }, /more than p rows/],
    ["other numbers", { struct: [[2]].concat([[0]]) }, /Row 1, column 1 .* is 2/],
    [
      "edges backwards",
      {
        struct: [
          [1, 0],
          [0, 1],
          [0, 0],
          [1, 0],
        ],
      },
      /Row 4, column 1/,
    ],
    ["latents without children", { struct: [[1], [0], [0]] }, /Row 2 .* without children/],
    ["the wrong number of names", { struct: [[1], [0]], names: ["a", "b"] }, /2 names/],
    ["other keys", { struct: [[1], [0]], latent: ["a"] }, /unknown key "latent"/],
    [
      "variables without a latent",
      {
        struct: [
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      },
      /"V2" has no latent cause/,
    ],
  ])("refuse %s", (name, matrix, message) => {
    // Three rows of two columns are one latent above two visibles.
    const text = JSON.stringify(matrix);
    expect(() => parseModel(text), name).toThrow(ModelError);
    expect(() => parseModel(text), name).toThrow(message);
  });
});
