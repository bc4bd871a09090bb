import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readModel } from "../../../src/embed/analysis.ts";
import { findBlocks } from "../../../src/presentation/diagram/blocks.ts";
import { diagramOf, type Diagram } from "../../../src/presentation/diagram/diagram.ts";
import { overlaps, segmentMeets, segmentsCross } from "../../../src/presentation/diagram/geometry.ts";
import { layoutDiagram, layoutFromPositions } from "../../../src/presentation/diagram/layout.ts";
import { LANDSCAPE, PORTRAIT } from "../../../src/presentation/diagram/layoutCost.ts";
import { diagramFile } from "../../../src/presentation/diagram/modelDiagram.ts";
import { buildScene, type Scene } from "../../../src/presentation/diagram/scene.ts";
import type { FitResult } from "../../../src/statistics/result.ts";

const democracy = readFileSync("harness/examples/democracy.lav", "utf8");
const REFERENCES = [
  "01a_hs_cfa_marker",
  "02_poldem_sem",
  "04a_mediation_fixedx",
  "06a_wheaton_corr_err",
  "08a_hs_second_order",
  "12_pmdag_p10",
];

function reference(name: string): string {
  const text = readFileSync(`test/fixtures/reference/${name}.json`, "utf8");
  return (JSON.parse(text) as { model: string }).model;
}

function sceneOf(text: string, aspect: number): { diagram: Diagram; scene: Scene } {
  const diagram = diagramOf(readModel(text));
  return { diagram, scene: buildScene(diagram, layoutDiagram(diagram, aspect), { label: () => "0.12" }) };
}

describe("what is drawn", () => {
  test("every loading, regression, covariance and variance has its line", () => {
    const { nodes, edges } = diagramOf(readModel(democracy));
    const count = (kind: string): number => edges.filter((edge) => edge.kind === kind).length;
    expect(nodes.filter(({ latent }) => latent).map(({ name }) => name)).toEqual(["ind60", "dem60", "dem65"]);
    // 11 loadings and 3 regressions; 6 residual covariances; 11 residual and 3 latent variances.
    expect([count("path"), count("covariance"), count("variance")]).toEqual([14, 6, 14]);
  });

  test("a source of one variable is its error, a source of several a latent", () => {
    const { nodes, edges } = diagramOf(readModel("dag { U [latent] U -> { X Y } X -> Y }"));
    expect(nodes.map(({ name }) => name).sort()).toEqual(["U", "X", "Y"]);
    expect(edges.filter(({ kind }) => kind === "variance").map(({ from }) => from)).toEqual(["X", "Y"]);
  });

  test("moments of fixed covariates are faint, and left out where they are many", () => {
    const faint = (count: number): number => {
      const covariates = Array.from({ length: count }, (_, at) => `x${at}`).join(" + ");
      return diagramOf(readModel(`y ~ ${covariates}`)).edges.filter(({ exogenous }) => exogenous).length;
    };
    expect(faint(3)).toBe(3);
    expect(faint(8)).toBe(0);
  });
});

describe("measurement blocks", () => {
  test("indicators go with their latent; a general factor has none of its own", () => {
    const bifactor = "g =~ x1 + x2 + x3 + x4\na =~ x1 + x2\nb =~ x3 + x4";
    const { blocks, single } = findBlocks(diagramOf(readModel(bifactor)));
    expect(blocks).toEqual([
      { latents: ["a"], indicators: ["x1", "x2"] },
      { latents: ["b"], indicators: ["x3", "x4"] },
    ]);
    expect(single).toEqual(["g"]);
  });

  test("latents with the same indicators share a block", () => {
    const growth = "i =~ 1*t1 + 1*t2 + 1*t3\ns =~ 0*t1 + 1*t2 + 2*t3";
    expect(findBlocks(diagramOf(readModel(growth))).blocks).toEqual([
      { latents: ["i", "s"], indicators: ["t1", "t2", "t3"] },
    ]);
  });
});

const LAYOUTS = REFERENCES.flatMap((name) => [
  { name, shape: "landscape", aspect: LANDSCAPE },
  { name, shape: "portrait", aspect: PORTRAIT },
]);

describe.each(LAYOUTS)("layout of $name in $shape", ({ name, aspect }) => {
  const { diagram, scene } = sceneOf(reference(name), aspect);

  test("no two nodes overlap, and everything lies within the bounds", () => {
    for (const [i, node] of scene.nodes.entries()) {
      for (const other of scene.nodes.slice(0, i)) expect(overlaps(node, other)).toBe(false);
      const { x, y, width, height } = scene.bounds;
      expect(node.x - node.width / 2).toBeGreaterThan(x);
      expect(node.x + node.width / 2).toBeLessThan(x + width);
      expect(node.y - node.height / 2).toBeGreaterThan(y);
      expect(node.y + node.height / 2).toBeLessThan(y + height);
    }
  });

  test("no number covers a node, and numbers do not cover each other", () => {
    const labels = scene.routes.flatMap(({ label }) => label ?? []);
    for (const [i, label] of labels.entries()) {
      for (const node of scene.nodes) expect(overlaps(label, node), `${label.x} on ${node.name}`).toBe(false);
      for (const other of labels.slice(0, i)) expect(overlaps(label, other)).toBe(false);
    }
  });

  test("the same diagram is drawn the same way", () => {
    expect(layoutDiagram(diagram, aspect)).toEqual(layoutDiagram(diagram, aspect));
  });
});

test.each(["01a_hs_cfa_marker", "02_poldem_sem"])("on a phone %s is higher than wide", (name) => {
  const { width, height } = sceneOf(reference(name), PORTRAIT).scene.bounds;
  expect(height).toBeGreaterThan(1.2 * width);
  // The numbers, 11 pixels high, are then no smaller than 9 in the 362 pixels that a phone of 390 leaves them.
  expect((11 * 362) / width).toBeGreaterThan(9);
});

test("stated positions are kept up to scale, and only where all are stated", () => {
  const diagram = diagramOf(readModel("dag { X -> Y }"));
  const positions = layoutFromPositions(
    diagram,
    new Map([
      ["X", [0, 0] as const],
      ["Y", [0, 2] as const],
    ]),
  );
  expect(positions?.get("Y")).toEqual({ x: 0, y: 130 });
  expect(layoutFromPositions(diagram, new Map([["X", [0, 0] as const]]))).toBeUndefined();
});

test("a file says in words what it draws, escapes names, and shows the numbers of a fit", () => {
  const model = readModel('"a<b" ~ 1*x');
  const row = { estimate: 1, standardized: 0.5, free: false };
  const result = { parameters: model.rows.map(() => row) } as unknown as FitResult;
  const text = diagramFile(model, result, { title: "A & B" });
  expect(text).toContain("<title>A &amp; B</title>");
  expect(text).toContain("x to a&lt;b: 1");
  expect(text).not.toMatch(/<script|style=|NaN|undefined/);
});

test("segments and boxes", () => {
  const box = { x: 0, y: 0, width: 2, height: 2 };
  expect(segmentMeets({ x: -3, y: 0 }, { x: 3, y: 0.5 }, box)).toBe(true);
  expect(segmentMeets({ x: -3, y: 2 }, { x: 3, y: 2 }, box)).toBe(false);
  expect(segmentMeets({ x: -3, y: -3 }, { x: -2, y: -2 }, box)).toBe(false);
  expect(segmentsCross({ x: 0, y: 0 }, { x: 2, y: 2 }, { x: 0, y: 2 }, { x: 2, y: 0 })).toBe(true);
  expect(segmentsCross({ x: 0, y: 0 }, { x: 2, y: 2 }, { x: 2, y: 2 }, { x: 3, y: 0 })).toBe(false);
});
