import { html, type TemplateResult } from "lit-html";
import { formatNumber } from "../../../../src/presentation/numbers.ts";
import type { ModificationIndex } from "../../../../src/statistics/result.ts";
import { setModel } from "../../actions/inputs.ts";
import { notify } from "../../actions/notify.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { store } from "../../state/appStore.ts";
import { parameterName } from "../parameterName.ts";
import { counted } from "../words.ts";
import { sortableTable, type Column } from "./sortableTable.ts";

const number = (pick: (row: ModificationIndex) => number) => ({
  value: pick,
  text: (row: ModificationIndex): string => formatNumber(pick(row), 3),
});

const COLUMNS: readonly Column<ModificationIndex>[] = [
  { head: "Parameter", value: parameterName },
  { head: "MI", title: "By how much χ² would fall", ...number(({ mi }) => mi) },
  { head: "EPC", title: "Expected value of the freed parameter", ...number(({ epc }) => epc) },
  { head: "Std EPC", title: "The same, standardised", ...number(({ sepcAll }) => sepcAll) },
];

/** A χ² of one degree of freedom at 5 %; smaller gains are chance. */
const WORTH_A_LOOK = 3.84;
const OFFERED = 6;

/** Parameters that the model fixes at zero and that the data would rather have free. */
export function modificationView({ result, inputs }: FinishedFit): TemplateResult {
  const all = (result.modificationIndices ?? []).filter(({ mi }) => Number.isFinite(mi));
  const rows = all.filter(({ mi }) => mi >= WORTH_A_LOOK).toSorted((a, b) => b.mi - a.mi);
  if (rows.length === 0)
    return html`<p class="soft">No single parameter would improve the fit noticeably.</p>`;
  return html`
    <p class="soft">
      ${rows.length} of ${counted(all.length, "fixed parameter")} would lower χ² by more than ${WORTH_A_LOOK}.
      Free one only if it makes sense without looking at this table.
    </p>
    <div class="chips">
      <span class="soft small">Add to the model:</span>
      ${rows.slice(0, OFFERED).map((row) => {
        const line = parameterName({ ...row, group: 1 });
        return html`<button type="button" class="small" @click=${() => addLine(inputs.model, line)}>
          + ${line}
        </button>`;
      })}
    </div>
    ${sortableTable("Modification indices", rows, COLUMNS)}
  `;
}

function addLine(model: string, line: string): void {
  if (store.state.model !== model) {
    notify("The model has changed since this fit.");
    return;
  }
  setModel(`${model.trimEnd()}\n${line}\n`);
  notify(`${line} was added to the model.`);
}
