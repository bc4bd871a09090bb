const worker = new Worker("./fits.js", { type: "module" });
worker.addEventListener("message", ({ data }) => {
  document.querySelector("#outcome").textContent = JSON.stringify(data);
});
worker.postMessage({ model: "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", data: "./pupils.csv" });
