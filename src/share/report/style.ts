/** How a report looks, on screen and on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: #20242c; background: #fff;
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
.quiet { margin: .25rem 0; color: #5c6470; font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #dcdfe4;
  overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #868e9b; white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; font-size: .85rem; }
.legend svg { width: 30px; height: 10px; margin-right: .4rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; break-inside: avoid; } figcaption { font-weight: 600; font-size: .85rem; }
figure svg { width: 100%; height: auto; } figure text { font: 11px system-ui, sans-serif; fill: #5c6470; }
.grid { stroke: #dcdfe4; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; font-size: .85rem; }
dt { color: #5c6470; } dd { margin: 0; overflow-wrap: anywhere; }
a { color: #1e27a9; }
section, tr { break-inside: avoid; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } a::after {
  content: none; } }
`;
