import { store } from "../state/appStore.ts";

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a short message, which screen readers read out, and takes it away after a while. */
export function notify(notice: string): void {
  clearTimeout(timer);
  store.update({ notice });
  timer = setTimeout(() => store.update({ notice: "" }), 5000);
}
