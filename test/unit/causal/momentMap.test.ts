import { expect, it } from "vitest";
import { genericParameters, withGenericSample } from "../../../src/causal/identifiability/genericValues.ts";
import { momentMap } from "../../../src/causal/identifiability/momentMap.ts";
import { levenbergMarquardt } from "../../../src/causal/identifiability/perfectFit.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { randomGraph } from "./randomGraph.ts";

const LATENT = "f =~ x1 + x2 + a*x3\ng =~ y1 + y2 + a*y3\ng ~ f + z\nx1 ~~ y1";

it.each([
  ["latent variables, a shared label, a covariate", parseModel(LATENT)],
  ["means", parseModel("x1 + x2 ~ 1\nf =~ x1 + x2 + x3\nx3 ~ z", { meanStructure: true })],
  ["two groups", parseModel("y ~ c(a, a)*x + z\nx ~~ z", { groups: ["A", "B"], fixedX: false })],
])("the Jacobian is that of central differences: %s", (_, stated) => {
  const random = randomFrom(4);
  const model = withGenericSample(stated, random);
  const map = momentMap(model);
  const theta = genericParameters(model, random, 0.8);
  const { jacobian } = map.jacobian(theta);
  const h = 1e-5;
  theta.forEach((value, j) => {
    const [above, below] = [map.moments(theta.with(j, value + h)), map.moments(theta.with(j, value - h))];
    above.forEach((moment, i) => {
      // Central differences of polynomials of low degree: h² times third derivatives, and 1e-16/h.
      expect(Math.abs(jacobian[i * theta.length + j]! - (moment - below[i]!) / (2 * h))).toBeLessThan(1e-8);
    });
  });
});

it("perfect fits are found from near the truth, also with 24 parameters and more", () => {
  const random = randomFrom(9);
  for (let repeat = 0; repeat < 20; repeat++) {
    const graph = randomGraph(random, { visible: 8, latents: 4, edgeShare: 0.4, latentEffects: 5 });
    const model = graphToModel(graph);
    const map = momentMap(model);
    const truth = genericParameters(model, random, 0.9);
    const near = truth.map((value) => value * (1 + 0.01 * (random() - 0.5)));
    // Quadratic convergence ends at the rounding of the moments, a few units in the last place.
    expect(levenbergMarquardt(map, map.moments(truth), near).residual).toBeLessThan(1e-13);
  }
});
