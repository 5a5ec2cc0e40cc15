/**
 * The style of the site: the colours of the report, in light and dark.
 */

/** A whole style sheet. */
export const siteStyle = `
:root {
  --back: light-dark(#ffffff, #14171c); --panel: light-dark(#f4f5f7, #1d2128);
  --text: light-dark(#1b1f24, #dde2ea); --dim: light-dark(#5b6470, #98a2b0);
  --line: light-dark(#d7dbe0, #333a44); --accent: light-dark(#0b62c4, #6cb1ff);
  --passed: light-dark(#187a33, #4cc26d); --failed: light-dark(#b3201f, #ff7b72);
  --flaky: light-dark(#8a5a00, #e3b341); --errored: light-dark(#7a2ea0, #d08bff);
}
body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0; }
header { background: var(--panel); border-bottom: 1px solid var(--line); padding: .6rem 1.2rem; }
main { padding: 0 1.2rem 3rem; }
a { color: var(--accent); }
.dim { color: var(--dim); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: .15rem .5rem; text-align: left; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--dim); }
.heat th, .heat td { padding: 1px 2px; border: 0; white-space: nowrap; }
.heat tbody th { position: sticky; left: 0; background: var(--back); padding-right: .8rem; }
.cell { display: inline-block; min-width: 1.5em; padding: 0 .2em; text-align: center; border-radius: 3px;
  color: var(--back); background: var(--dim); }
.cell.passed { background: var(--passed); } .cell.failed { background: var(--failed); }
.cell.flaky { background: var(--flaky); } .cell.errored, .cell.missing { background: var(--errored); }
rect { fill: var(--dim); } rect.passed { fill: var(--passed); } rect.failed { fill: var(--failed); }
rect.flaky { fill: var(--flaky); } rect.errored { fill: var(--errored); }
section { break-inside: avoid; overflow-x: auto; } h3 { margin-bottom: 0; } section p { margin: 0 0 .3rem; }
`;
