import { bootstrap, dataSetFor, fit, parseModel, readData } from "./semnan.js";

// Says whether the page's policy is in force.
let evaluation = "allowed";
try {
  // oxlint-disable-next-line no-new-func
  new Function("return 1")();
} catch (error) {
  evaluation = error.name;
}

const model = parseModel("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", { as: "cfa" });
const data = dataSetFor(model, readData(await (await fetch("./pupils.csv")).text()));
const result = await fit(model, data);
const outcome = document.querySelector("#outcome");
const replicates = Number(outcome.dataset.replicates);
const refits = await bootstrap(model, data, result, { replicates, threads: 2, backend: "cpu" });
const { converged, backend } = refits.result.bootstrap;
const chisq = Number(result.fitMeasures.chisq.toFixed(3));
const { description, reason } = backend;
outcome.textContent = JSON.stringify({
  evaluation,
  chisq,
  converged: converged / replicates,
  description,
  reason,
});
