import { createWorker, formatTable, SemnanError } from "semnan";
import "semnan/element";

// One worker for the page: fits run one after the other, and the page never waits for them.
const worker = createWorker();
const outcome = document.querySelector("#outcome")!;
let controller = new AbortController();

async function fitHere(): Promise<void> {
  controller = new AbortController();
  const data = await (await fetch("./pupils.csv")).text();
  const model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
  try {
    const result = await worker.call(
      "fit",
      { model, data, modelSettings: { as: "cfa" }, fitSettings: { estimator: "MLR" } },
      {
        signal: controller.signal,
        onProgress: (news) => {
          if (news.kind === "iterations") outcome.textContent = `iteration ${news.entries.at(-1)?.iteration}`;
        },
      },
    );
    outcome.textContent = formatTable(result);
  } catch (error) {
    outcome.textContent = error instanceof SemnanError ? `${error.message} ${error.advice}` : String(error);
  }
}

document.querySelector("#fit")!.addEventListener("click", () => void fitHere());
document.querySelector("#cancel")!.addEventListener("click", () => controller.abort());
