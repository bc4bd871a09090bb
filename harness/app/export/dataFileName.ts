/** A name for the file of a data set: its own, or one for data that were pasted. */
export function dataFileName(name: string): string {
  return /\.\w+$/.test(name) ? name : "data.csv";
}
