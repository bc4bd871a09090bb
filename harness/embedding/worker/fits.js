import {
  dataSetFor,
  fit,
  parseModel,
  readData,
  requestDevice,
  webgpu,
} from "./node_modules/semnan/dist/embed/semnan.js";

addEventListener("message", async ({ data: { model: modelText, data: address } }) => {
  const model = parseModel(modelText, { as: "cfa" });
  const data = dataSetFor(model, readData(await (await fetch(address)).text()));
  // A device of this worker's own, used by two fits at once.
  const gpu = webgpu(await requestDevice());
  const options = { gpu, backend: "webgpu" };
  const [first, second] = await Promise.all([fit(model, data, options), fit(model, data, options)]);
  postMessage({
    chisq: [first.fitMeasures.chisq, second.fitMeasures.chisq],
    backend: first.backend.kind,
  });
});
