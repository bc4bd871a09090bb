// Makes frontdoor.csv: 500 draws from a front-door model whose truth is a = 0.7, b = 0.5, so that total = 0.35.
//   node harness/examples/frontdoor.js > harness/examples/frontdoor.csv
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const generator = xoroshiro128plus(20230914);

/** A standard normal draw (Box and Muller). */
function normal() {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
}

console.log("X,M,Y");
for (let row = 0; row < 500; row++) {
  const unseen = normal();
  const x = 0.8 * unseen + normal();
  const m = 0.7 * x + 0.6 * normal();
  const y = 0.5 * m + 0.9 * unseen + normal();
  console.log([x, m, y].map((value) => value.toFixed(6)).join(","));
}
