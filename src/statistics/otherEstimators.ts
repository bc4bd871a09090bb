// What estimators other than maximum likelihood of complete data need, and corrections of its tests: one module, so that
// a page fetches one file, and only with a fit that needs it.
export { incompleteForm, leastSquaresForm } from "./momentForm.ts";
export { otherInformation } from "./otherInformation.ts";
export { correctedMeasures, testParts } from "./otherTests.ts";
export { prepareIncomplete } from "./prepareIncomplete.ts";
export { robustMeat } from "./scoreMeats.ts";
