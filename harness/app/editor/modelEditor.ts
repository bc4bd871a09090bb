import { autocompletion, closeBrackets, type CompletionContext } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import { dagittyLanguage } from "./dagittyLanguage.ts";
import { editorTheme } from "./editorTheme.ts";
import { lavaanLanguage } from "./lavaanLanguage.ts";

const EXAMPLE_TEXT = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual";

/** The focus ring lies above the gutter, which would cover an outline. */
const HOST_STYLES = `
:host { display: block; position: relative; overflow: hidden }
:host(:focus-within)::after {
  position: absolute; z-index: 300; inset: 0; border: 2px solid var(--accent); content: ""; pointer-events: none;
}
.cm-editor { height: 100% }`;

/**
 * `<model-editor>`: a CodeMirror editor for models. It stands in a shadow tree, where CodeMirror's styles are adopted
 * sheets rather than inline ones, which a strict Content-Security-Policy allows. Fires `edit` when the text changes.
 */
export class ModelEditor extends HTMLElement {
  readonly #language = new Compartment();
  #view: EditorView | undefined;
  #names: readonly string[] = [];
  #text = "";

  /** The text as the page has it. Setting it to what the editor already shows changes nothing, so the cursor stays. */
  set text(text: string) {
    this.#text = text;
    const view = this.#view;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }

  get text(): string {
    return this.#view?.state.doc.toString() ?? this.#text;
  }

  /** Names that are offered while typing. */
  set names(names: readonly string[]) {
    this.#names = names;
  }

  /** Underlines the word at which a failure stands; `undefined` takes the underline away. */
  set failure(failure: Failure | undefined) {
    const view = this.#view;
    if (!view) return;
    view.dispatch(setDiagnostics(view.state, failure ? [diagnosticOf(failure, view.state)] : []));
  }

  connectedCallback(): void {
    if (this.#view) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(HOST_STYLES);
    root.adoptedStyleSheets = [sheet];
    this.#view = new EditorView({ root, parent: root, state: this.#createState() });
  }

  disconnectedCallback(): void {
    this.#text = this.text;
    this.#view?.destroy();
    this.#view = undefined;
  }

  override focus(): void {
    this.#view?.focus();
  }

  #createState(): EditorState {
    return EditorState.create({
      doc: this.#text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        // Tab is left alone: it must lead out of the editor for those who work without a mouse.
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": "Model",
          tabindex: "0",
          spellcheck: "false",
          autocapitalize: "off",
        }),
        placeholder(EXAMPLE_TEXT),
        autocompletion({ override: [(context) => this.#complete(context)] }),
        this.#language.of(languageOf(this.#text)),
        editorTheme,
        EditorView.updateListener.of(({ docChanged, state, view }) => {
          if (docChanged) this.#changed(state, view);
        }),
      ],
    });
  }

  #changed(state: EditorState, view: EditorView): void {
    const language = languageOf(state.doc.toString());
    if (this.#language.get(state) !== language) {
      view.dispatch({ effects: this.#language.reconfigure(language) });
    }
    this.dispatchEvent(new Event("edit"));
  }

  #complete(context: CompletionContext): { from: number; options: { label: string; type: string }[] } | null {
    const word = context.matchBefore(/[\p{L}_.][\p{L}\p{N}_.]*/u);
    if (!word && !context.explicit) return null;
    return {
      from: word?.from ?? context.pos,
      options: this.#names.map((label) => ({ label, type: "variable" })),
    };
  }
}

function languageOf(text: string): typeof lavaanLanguage {
  return /^\s*(?:dag|digraph|graph)\b/.test(text) ? dagittyLanguage : lavaanLanguage;
}

/** From the place of the failure to the end of the word there, or of the line where the place is at its end. */
function diagnosticOf(failure: Failure, { doc }: EditorState): Diagnostic {
  const { message, advice = "" } = failure;
  const found = { severity: "error" as const, message: advice === "" ? message : `${message}\n${advice}` };
  if (failure.line === undefined) return { ...found, from: 0, to: Math.min(doc.length, doc.line(1).to) };
  const line = doc.line(Math.min(Math.max(failure.line, 1), doc.lines));
  const at = Math.min(line.from + Math.max((failure.column ?? 1) - 1, 0), line.to);
  const rest = line.text.slice(at - line.from);
  const word = /^(?:[\p{L}\p{N}_.]+|[^\s\p{L}\p{N}_.]+)/u.exec(rest)?.[0].length ?? 0;
  const to = at + word;
  return { ...found, from: to > at ? at : Math.max(line.from, at - 1), to: Math.max(to, at) };
}
