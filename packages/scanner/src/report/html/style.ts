/** The look of the page; prints on white paper, follows a dark screen. */
export const style = `
:root { --paper: #fff; --ink: #1c2024; --faint: #5d6570; --line: #dde1e6; --soft: #f6f7f9;
  --CRITICAL: #a4133c; --HIGH: #e85d04; --MEDIUM: #d9a400; --LOW: #3a7ca5; --UNKNOWN: #8a929c; --none: #2f9e5f; }
@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --ink: #e8eaed; --faint: #9aa3ad; --line: #343a41;
  --soft: #1e2328; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
.about { color: var(--faint); margin: .3rem 0 1.5rem; overflow-wrap: anywhere; }
.warning { border-left: 4px solid var(--CRITICAL); padding: .5rem .8rem; background: var(--soft); }
.plots { display: grid; grid-template-columns: 150px 150px 1fr; gap: 1.5rem; align-items: center;
  padding: 1.2rem; background: var(--soft); border-radius: 8px; break-inside: avoid; }
.ring { width: 140px; }
.arc { fill: none; stroke-width: 20; } .arc.none { stroke: var(--none); }
.arc.CRITICAL { stroke: var(--CRITICAL); } .arc.HIGH { stroke: var(--HIGH); } .arc.MEDIUM { stroke: var(--MEDIUM); }
.arc.LOW { stroke: var(--LOW); } .arc.UNKNOWN { stroke: var(--UNKNOWN); }
.number { font-size: 30px; font-weight: 700; } .unit { font-size: 12px; }
.ring text { text-anchor: middle; fill: var(--ink); }
.key { list-style: none; margin: 0; padding: 0; } .key li { display: flex; gap: .5rem; align-items: center; }
.key b { margin-left: auto; font-variant-numeric: tabular-nums; }
.dot { width: .8rem; height: .8rem; border-radius: 2px; flex: none; }
.bar { display: grid; grid-template-columns: minmax(6rem, 16rem) 1fr 3rem; gap: .6rem; align-items: center; }
.bar .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.track { display: flex; height: .8rem; } .count { text-align: right; font-variant-numeric: tabular-nums; }
span.CRITICAL, .dot.CRITICAL { background: var(--CRITICAL); } span.HIGH, .dot.HIGH { background: var(--HIGH); }
span.MEDIUM, .dot.MEDIUM { background: var(--MEDIUM); } span.LOW, .dot.LOW { background: var(--LOW); }
span.UNKNOWN, .dot.UNKNOWN { background: var(--UNKNOWN); }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th { text-align: left; font-weight: 600; color: var(--faint); border-bottom: 2px solid var(--line); }
th, td { padding: .4rem .6rem .4rem 0; vertical-align: top; overflow-wrap: anywhere; }
td { border-bottom: 1px solid var(--line); } tr { break-inside: avoid; }
td:first-child { font-weight: 600; } .path { font-weight: 400; color: var(--faint); font-size: .85em; }
.tag { display: inline-block; min-width: 5.2rem; text-align: center; color: #fff; border-radius: 4px; padding: 0 .4rem;
  font-size: .8rem; font-weight: 600; overflow-wrap: normal; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.track span, .dot, .plots { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.upgrades { background: var(--soft); border-radius: 8px; padding: .7rem 1rem; margin: .8rem 0; }
.upgrades p { margin: 0; } .clean { color: var(--none); }
a { color: inherit; text-decoration-color: var(--faint); }
pre { background: var(--soft); padding: .6rem; overflow-x: auto; font-size: .85rem; }
@media (max-width: 50rem) { .plots { grid-template-columns: 1fr; } }
@media print { body { max-width: none; padding: 0; font-size: 11px; } a { text-decoration: none; } }
`;
