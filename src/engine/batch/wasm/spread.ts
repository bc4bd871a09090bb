import { Code, type Local, ValueTypes } from "./code.ts";
import { PAIR } from "./straightLine.ts";

/** `spread(from, count, to)`: writes `count` (at least one) float64 in a row into one lane of as many pairs. */
export function spreadCode(): Code {
  const code = new Code(Array.from({ length: 3 }, () => ValueTypes.i32));
  const [from, count, to] = Array.from({ length: 3 }, (_, i) => code.parameter(i)) as [Local, Local, Local];
  const place = code.local(ValueTypes.i32);
  code.loop(place, 1, count.get, () => {
    code.storeF64(to.get, code.loadF64(from.get));
    code.set(from, code.plain("i32Add", from.get, code.i32(PAIR / 2)));
    code.set(to, code.plain("i32Add", to.get, code.i32(PAIR)));
  });
  return code;
}
