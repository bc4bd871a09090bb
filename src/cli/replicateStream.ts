import { open, type FileHandle } from "node:fs/promises";
import { SemnanError } from "../errors.ts";
import { replicateHeader, replicateLines, type ReplicateFileHead } from "../fit/bootstrap/replicateCsv.ts";
import type { Replicates } from "../fit/bootstrap/replicates.ts";

/** A replicate file that grows while the replicates are fitted: what is in it is whole lines. */
export class ReplicateStream {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly head: ReplicateFileHead,
  ) {}

  /** Begins a file anew. @throws SemnanError where it cannot be written. */
  static async create(path: string, head: ReplicateFileHead): Promise<ReplicateStream> {
    const file = await open(path, "w").catch((error: Error) => refuse(path, error));
    const stream = new ReplicateStream(file, path, head);
    await stream.#append(replicateHeader(head));
    return stream;
  }

  /** @throws SemnanError where the file cannot be written any more. */
  async write(chunk: Replicates): Promise<void> {
    await this.#append(replicateLines(this.head, chunk));
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #append(text: string): Promise<void> {
    await this.file.appendFile(text).catch((error: Error) => refuse(this.path, error));
  }
}

function refuse(path: string, { message }: Error): never {
  throw new SemnanError(
    `${path} cannot be written (${message})`,
    "Check the path and the space that is left.",
  );
}
