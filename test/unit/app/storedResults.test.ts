import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  isCurrent,
  createAppStore,
  type FinishedFit,
  type Inputs,
} from "../../../harness/app/state/appState.ts";
import { projectText, readProject } from "../../../harness/app/state/project.ts";
import { analysisOf, DEFAULT_SETTINGS } from "../../../harness/app/state/settings.ts";
import {
  packResults,
  unpackResults,
  type Results,
  type StoredResults,
} from "../../../harness/app/state/storedResults.ts";
import { plainView, readView, viewOf } from "../../../harness/app/state/viewState.ts";
import { runAnalysis } from "../../../src/embed/analysis.ts";
import { formatTable } from "../../../src/presentation/table.ts";

const text = readFileSync(join(import.meta.dirname, "../../../harness/examples/holzinger.csv"), "utf8");
const inputs: Inputs = {
  model: "visual =~ x1 + x2 + x3",
  settings: { ...DEFAULT_SETTINGS, as: "cfa" },
  data: { name: "holzinger.csv", text },
};

let results: Results;
beforeAll(async () => {
  const fitted = async (model: string): Promise<FinishedFit> => {
    const result = await runAnalysis(analysisOf(model, text, inputs.settings));
    return { inputs: { ...inputs, model }, result, history: [], notes: [] };
  };
  results = {
    finished: await fitted(inputs.model),
    kept: [{ ...(await fitted("visual =~ x4 + x5 + x6")), name: "Model 1" }],
    identification: {
      model: inputs.model,
      settings: inputs.settings,
      isRunning: false,
      answer: { rows: [null, true, false], effects: [] },
      failure: undefined,
    },
  };
});

/** What the database of a browser does to what it stores. */
const stored = (): unknown => structuredClone(packResults(results));
/** The same inputs in the objects of another visit. */
const later = (): Inputs => structuredClone(inputs);

describe("stored results", () => {
  test("come back as they were, and belong to the page's own inputs", () => {
    const page = later();
    const back = unpackResults(stored(), page)!;
    expect(back).toEqual(results);
    const store = createAppStore(page);
    store.update(back);
    expect(isCurrent(store.state)).toBe(true);
    expect(back.kept[0]!.inputs.data).toBe(page.data);
  });

  test("keep the inputs that they were computed from when the page's are others", () => {
    const page = { ...later(), data: { name: "other.csv", text: "x1,x2\n1,2\n" } };
    const back = unpackResults(stored(), page)!;
    expect(back.finished!.inputs).toEqual(inputs);
    const store = createAppStore(page);
    store.update(back);
    expect(isCurrent(store.state)).toBe(false);
  });

  test("hold a data set once, however many fits it has", () => {
    expect(packResults(results).datasets).toEqual([inputs.data]);
    expect(packResults(results, inputs.data).datasets).toEqual([null]);
  });

  test("of another version are none", () => {
    expect(unpackResults({ ...(stored() as object), version: "0.0.0" }, inputs)).toBeUndefined();
  });

  // Every part that a view reads without asking, taken away or replaced.
  const ofFit = (change: object) => (form: StoredResults) => ({
    ...form,
    finished: { ...form.finished, ...change },
  });
  const parts = ["parameters", "fitMeasures", "backend", "iterations", "phases", "warnings", "discrepancy"];
  const damages: readonly (readonly [string, (form: StoredResults) => unknown])[] = [
    ["nothing", () => undefined],
    ["a text", () => "results"],
    ["kept in no list", (form) => ({ ...form, kept: {} })],
    ["full of holes", (form) => ({ ...form, kept: [null] })],
    ["without data", (form) => ({ ...form, datasets: [] })],
    ["without an answer", (form) => ({ ...form, identification: { model: "", answer: {} } })],
    ["without a result", ofFit({ result: undefined })],
    ...parts.map((key) => {
      const damaged = (form: StoredResults): unknown =>
        ofFit({ result: { ...form.finished!.result, [key]: null } })(form);
      return [`without ${key}`, damaged] as const;
    }),
  ];
  test.each(damages)("that are %s are none", (_what, damage) => {
    expect(unpackResults(damage(packResults(results)), inputs)).toBeUndefined();
  });
});

describe("project files", () => {
  test("hold inputs and results, numbers to the last digit and NaN among them", () => {
    const project = readProject(projectText({ ...inputs, ...results }))!;
    expect(project).toEqual({ inputs, results });
    expect(project.results!.finished!.inputs.data).toBe(project.inputs.data);
    expect(formatTable(project.results!.finished!.result)).toBe(formatTable(results.finished!.result));
    expect(results.finished!.result.parameters[0]!.z).toBeNaN();
  });

  test("without results, or with those of another version, still hold the inputs", () => {
    const nothing = { finished: undefined, kept: [], identification: undefined };
    expect(readProject(projectText({ ...inputs, ...nothing }))).toEqual({ inputs, results: nothing });
    const text = projectText({ ...inputs, ...results });
    const older = { ...(JSON.parse(text) as object), version: 1, results: undefined };
    expect(readProject(JSON.stringify(older))).toEqual({ inputs, results: undefined });
    const other = { ...(JSON.parse(text) as object), results: { version: "none" } };
    expect(readProject(JSON.stringify(other))).toEqual({ inputs, results: undefined });
    const { data: _data, ...bare } = inputs;
    expect(readProject(projectText({ ...bare, data: undefined, ...nothing }))!.inputs.data).toBeUndefined();
  });

  test.each(["", "x,y\n1,2", "{}", "null", "3"])("%j is none", (text) => {
    expect(readProject(text)).toBeUndefined();
  });

  test("without a model are refused", () => {
    expect(() => readProject('{"format":"semnan project"}')).toThrow("this project file has no model");
  });
});

describe("the view", () => {
  const standard = viewOf(createAppStore({}).state);

  test("comes back from JSON", () => {
    const view = {
      ...standard,
      resultTab: "effects",
      coloursEdges: true,
      moved: { lying: new Map([["x1", { x: 3, y: -4.5 }]]), upright: new Map([["f", { x: 1, y: 2 }]]) },
      interventions: [{ variable: "x1", deviations: 1.5 }],
    };
    expect(readView(JSON.parse(JSON.stringify(plainView(view))), standard)).toEqual(view);
  });

  test.each([
    undefined,
    null,
    3,
    { moved: "all", resultTab: 7 },
    { moved: { lying: [["x", null], 1], upright: 3 }, interventions: [{}] },
  ])("%j leaves it as it is", (damaged) => {
    expect(readView(damaged, standard)).toEqual(standard);
  });
});
