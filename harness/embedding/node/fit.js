import { readFile } from "node:fs/promises";
import { dataSetFor, fit, parseModel, readData, webgpu } from "semnan";
import { create, globals } from "webgpu";

// npm's `webgpu` is Dawn, Chrome's implementation, for Node. It needs a Vulkan, Metal or Direct3D driver.
Object.assign(globalThis, globals);
// This must live as long as its devices; collected as garbage, it would take them along.
globalThis.dawn = create([]);
const adapter = await globalThis.dawn.requestAdapter();
if (!adapter)
  throw new Error("There is no GPU here; leave out `gpu`, and the fit runs in float64 on the CPU.");
const device = await adapter.requestDevice();

const model = parseModel("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", { as: "cfa" });
const data = dataSetFor(model, readData(await readFile("pupils.csv", "utf8")));
const result = await fit(model, data, {
  gpu: webgpu(device),
  backend: "webgpu",
  signal: AbortSignal.timeout(60_000),
});

console.log(JSON.stringify({ chisq: result.fitMeasures.chisq, backend: result.backend }));
// The device is still ours: semnan uses what it is given and never destroys it.
device.destroy();
