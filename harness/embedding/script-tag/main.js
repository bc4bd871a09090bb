import { dataSetFor, fit, parseModel, readData } from "./node_modules/semnan/dist/embed/semnan.js";

const text = await (await fetch("./pupils.csv")).text();
const model = parseModel("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", { as: "cfa" });
const result = await fit(model, dataSetFor(model, readData(text)));
document.querySelector("#outcome").textContent = `χ² = ${result.fitMeasures.chisq.toFixed(3)}`;
