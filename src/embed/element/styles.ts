/** The looks of `<semnan-fit>`. Custom properties let the page choose its own: `--semnan-accent`, `--semnan-border`. */
export const STYLES = `
:host {
  display: block;
  color-scheme: light dark;
  --accent: var(--semnan-accent, light-dark(#0b6e75, #4fc3ca));
  --border: var(--semnan-border, light-dark(#d5dcde, #3a4548));
  --soft: light-dark(#55656a, #a3b1b5);
  --bad: light-dark(#b3261e, #ff9a92);
  --ground: light-dark(#fff, #181d1f);
  --ink: light-dark(#162022, #e8eded);
  padding: 14px 16px;
  border: 1px solid var(--border);
  border-radius: 8px;
  background: var(--ground);
  color: var(--ink);
  font: 14px/1.5 system-ui, sans-serif;
}
:host([hidden]) { display: none; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 12px; min-height: 36px; }
button {
  min-height: 34px;
  padding: 4px 16px;
  border: 1px solid var(--accent);
  border-radius: 6px;
  background: none;
  color: var(--accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
p { margin: 0; }
.soft { color: var(--soft); }
.bad { color: var(--bad); }
svg { display: block; width: 100%; max-height: 560px; margin: 8px auto; }
svg text { fill: var(--ink); }
svg :is(rect, ellipse) { fill: var(--ground); stroke: var(--ink); }
svg .ground { fill: var(--ground); stroke: none; }
svg :is(.line, .error) { stroke: var(--ink); }
svg .head { fill: var(--ink); }
.scroll {
  overflow: auto;
  max-height: 420px;
  background:
    linear-gradient(to left, var(--ground) 50%, transparent) right / 32px 100% local,
    linear-gradient(to left, var(--border), transparent) right / 12px 100% scroll;
  background-repeat: no-repeat;
}
table { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; border-bottom: 1px solid var(--border); text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
thead th { position: sticky; z-index: 2; top: 0; background: var(--ground); }
th:first-child { position: sticky; left: 0; background: var(--ground); text-align: left; }
tbody th { z-index: 1; color: inherit; font-weight: 500; }
thead th:first-child { z-index: 3; }
.warnings { margin: 8px 0; padding-left: 20px; color: light-dark(#8a5300, #f0b95a); font-size: 13px; }
.measures { margin: 8px 0; font-size: 13px; }
`;
