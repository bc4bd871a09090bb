import { DataError } from "../../errors.ts";
import type { ModelKind } from "../../model/parseModel.ts";
import type { Estimator } from "../../statistics/settings.ts";
import type { Analysis } from "../analysis.ts";

/** The texts of an element: its own properties first, then what its attributes point to, then its content. */
export interface StatedInputs {
  readonly model: string | undefined;
  readonly data: string | undefined;
}

/**
 * The analysis that a `<semnan-fit>` describes; `undefined` while it has no model or no data.
 * Throws DataError where a file that it names cannot be fetched.
 */
export async function readInputs(host: HTMLElement, stated: StatedInputs): Promise<Analysis | undefined> {
  const content = host.textContent.trim();
  const model = stated.model ?? (await fetchNamed(host, "model")) ?? content;
  const data = stated.data ?? (await fetchNamed(host, "data"));
  if (model === "" || data === undefined) return undefined;
  const choice = <Value extends string>(name: string): { [key: string]: Value } => {
    const value = host.getAttribute(name);
    return value === null ? {} : { [camelCase(name)]: value as Value };
  };
  return {
    model,
    data,
    modelSettings: {
      ...choice<ModelKind>("as"),
      ...(host.hasAttribute("std-lv") && { stdLv: true }),
      ...(host.hasAttribute("meanstructure") && { meanStructure: true }),
    },
    dataSettings: {
      ...choice<string>("group"),
      ...(host.hasAttribute("n") && { n: Number(host.getAttribute("n")) }),
    },
    fitSettings: {
      ...choice<Estimator>("estimator"),
      ...choice<"listwise" | "fiml">("missing"),
      ...choice<"auto" | "cpu" | "webgpu">("backend"),
    },
  };
}

async function fetchNamed(host: HTMLElement, attribute: string): Promise<string | undefined> {
  const address = host.getAttribute(attribute);
  if (address === null || address === "") return undefined;
  const response = await fetch(new URL(address, host.ownerDocument.baseURI)).catch(() => undefined);
  if (response?.ok) return response.text();
  throw new DataError(
    `The file ${address} could not be fetched${response ? ` (${response.status})` : ""}.`,
    `Correct the attribute "${attribute}".`,
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
