import { ByteList } from "./byteList.ts";
import type { Code, ValueType } from "./code.ts";

/** One function of a module, in the order of its index after the imports. */
export interface ModuleFunction {
  readonly code: Code;
  /** Name under which the host sees it. */
  readonly exportedAs?: string;
}

export interface ImportedFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Section numbers of the binary format (WebAssembly core specification 2.0, section 5.5). */
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;

/**
 * Encodes a WebAssembly module that imports `host.memory` and `host.<name>` for every imported function.
 * Function indices count the imports first.
 */
export function encodeModule(
  imports: readonly ImportedFunction[],
  functions: readonly ModuleFunction[],
): Uint8Array<ArrayBuffer> {
  const out = new ByteList();
  out.push(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const signatures = [...imports, ...functions.map(({ code }) => code)];
  section(out, TYPE_SECTION, signatures.length, (body) => {
    for (const { parameters, results } of signatures) {
      body.push(0x60);
      body.unsigned(parameters.length).push(...parameters);
      body.unsigned(results.length).push(...results);
    }
  });
  section(out, IMPORT_SECTION, imports.length + 1, (body) => {
    // Kind 2 is a memory; flag 0: at least one page, no maximum.
    name(name(body, "host"), "memory").push(2, 0, 1);
    imports.forEach((imported, index) => {
      name(name(body, "host"), imported.name).push(0);
      body.unsigned(index);
    });
  });
  section(out, FUNCTION_SECTION, functions.length, (body) => {
    functions.forEach((_, index) => body.unsigned(imports.length + index));
  });
  const exported = functions.flatMap(({ exportedAs }, index) =>
    exportedAs === undefined ? [] : [{ exportedAs, index: imports.length + index }],
  );
  section(out, EXPORT_SECTION, exported.length, (body) => {
    for (const { exportedAs, index } of exported) {
      name(body, exportedAs).push(0);
      body.unsigned(index);
    }
  });
  section(out, CODE_SECTION, functions.length, (body) => {
    for (const { code } of functions) {
      const encoded = code.encode();
      body.unsigned(encoded.length).append(encoded);
    }
  });
  return out.bytes();
}

function section(out: ByteList, id: number, count: number, write: (body: ByteList) => void): void {
  const body = new ByteList().unsigned(count);
  write(body);
  out.push(id);
  out.unsigned(body.length).append(body.bytes());
}

function name(body: ByteList, text: string): ByteList {
  const encoded = new TextEncoder().encode(text);
  return body.unsigned(encoded.length).append(encoded);
}
