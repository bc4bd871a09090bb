import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { identifyCommand, type IdentifyCommandOptions } from "../../../src/cli/identifyCommand.ts";

const FRONT_DOOR = `dag {
  U [latent]
  X [exposure]
  Y [outcome]
  X -> M -> Y
  X <- U -> Y
}`;

afterEach(() => vi.restoreAllMocks());

async function run(
  text: string,
  options: Partial<IdentifyCommandOptions> = {},
): Promise<{ code: number; output: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "identify-"));
  const path = join(folder, "model.txt");
  await writeFile(path, text);
  let output = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  const diagram = options.diagram === undefined ? {} : { diagram: join(folder, options.diagram) };
  const code = await identifyCommand(path, { format: "table", ...options, ...diagram });
  return { code, output, folder };
}

describe("semnan identify", () => {
  it("prints the JSON of the contract", async () => {
    const { code, output } = await run(FRONT_DOOR, { format: "json", effect: ["X -> Y"] });
    const { effects } = JSON.parse(output) as { effects: Record<string, unknown>[] };
    expect(code).toBe(0);
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({ from: "X", to: "Y", kind: "total", verdict: "identifiable" });
    expect(effects[0]).toHaveProperty("certificate.formula", "τ(X→Y) = β(X→M)·β(M→Y)");
    expect(effects[0]).toHaveProperty("evidence.local.rank", 6);
  });

  it("prints a table, and exits with 1 where an effect is not identifiable", async () => {
    const { code, output } = await run("dag { X -> Y X <-> Y }");
    expect(code).toBe(1);
    expect(output).toContain("NOT identifiable");
    expect(output).toContain("Y~X");
  });

  it("draws the graph with latents dashed and edges in the colour of their verdict", async () => {
    const { folder } = await run("dag { Z -> X -> Y Z <-> X }", { diagram: "graph.svg" });
    const svg = await readFile(join(folder, "graph.svg"), "utf8");
    expect(svg).toContain("<title>Z → X: not identifiable</title>");
    expect(svg).toContain("<title>X → Y: identifiable</title>");
    expect(svg.match(/<ellipse/g)).toHaveLength(1);
  });

  it("answers for lavaan models with latent variables", async () => {
    const model = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3\ng ~ f";
    const { code, output } = await run(model, { format: "json", effect: ["f -> g"] });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ effects: [{ kind: "direct", verdict: "identifiable" }] });
  });

  it("leaves only the sign open where a latent's scale is fixed by its variance", async () => {
    const { output } = await run("f =~ x1 + x2 + x3", { format: "json", effect: ["f -> x2"], stdLv: true });
    expect(JSON.parse(output)).toMatchObject({
      effects: [{ verdict: "locallyIdentifiable", evidence: { numerical: { distinct: 2, signOnly: true } } }],
    });
  });

  it.each([
    ["an unknown variable", "dag { X -> Y }", ["X -> Q"], "There is no variable Q"],
    ["an effect that is none", "dag { X -> Y }", ["X, Y"], "is not an effect"],
    ["a cycle", "dag { X -> Y -> X }", undefined, "cycle"],
    ["an equality constraint", "y ~ a*x + b*z\na == 2*b", undefined, "constraint"],
  ])("refuses %s", async (_, text, effect, message) => {
    await expect(run(text, effect === undefined ? {} : { effect })).rejects.toThrow(message);
  });
});
