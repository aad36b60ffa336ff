/**
 * How the page looks: light and dark, wide and narrow, on screen and on paper.
 *
 * @module
 */

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1a1d21; --quiet: #565d66; --line: #d5d9de; --shade: #f3f5f7; --link: #1a5fb4;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #14171b; --text: #e6e8eb; --quiet: #a5adb6; --line: #3a4048; --shade: #1e2227; --link: #8ab8f5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
li { max-width: 60rem; overflow-wrap: anywhere; }
a { color: var(--link); }
.note, .machine, figcaption { color: var(--quiet); font-size: .875rem; }
.note { max-width: 60rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .75rem 0 0; padding: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .5rem 0; padding: 0; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; padding: .4rem .6rem; color: var(--quiet); }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
td { white-space: nowrap; }
tbody th { font-weight: 600; }
thead th { vertical-align: bottom; background: var(--shade); border-top: 0; line-height: 1.25; }
tbody tr:hover { background: var(--shade); }
.figure, td[data-value] { text-align: right; font-variant-numeric: tabular-nums; }
article td { white-space: normal; }
article td.figure { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; font-size: .875rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .4rem 0; }
summary { cursor: pointer; }
figure { margin: 1.5rem 0; }
.picture, .table { content-visibility: auto; contain-intrinsic-size: auto 30rem; padding: 0 5px; margin-left: -5px; margin-right: -5px; }
.picture .scroll { border: 0; }
.picture svg { display: block; height: auto; max-width: 100%; min-width: 34rem; }
.strip { margin: .5rem 0 .75rem; }
.strip svg { display: block; width: 100%; height: 4.5rem; background: var(--shade); border-radius: 4px; }
.strip path { fill: none; vector-effect: non-scaling-stroke; }
.dots { stroke: var(--scheme); stroke-width: 4px; stroke-linecap: round; }
.median { stroke: var(--quiet); stroke-width: 1px; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; font-size: .875rem; }
.tools input[type=search] { font: inherit; padding: .25rem .5rem; width: 14rem; max-width: 100%; }
button { font: inherit; color: inherit; background: var(--shade); border: 1px solid var(--line); border-radius: 4px; padding: .25rem .6rem; cursor: pointer; }
.tools details { margin: 0; }
.tools details[open] { flex-basis: 100%; }
.tools .choice { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .1rem .75rem; padding: .5rem 0; }
th button { all: unset; cursor: pointer; display: inline; }
th button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
th button::after { content: "\\a0\\2195"; color: var(--quiet); opacity: .6; }
th[aria-sort=ascending] button::after { content: "\\a0\\2191"; opacity: 1; }
th[aria-sort=descending] button::after { content: "\\a0\\2193"; opacity: 1; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  body { font-size: 15px; }
  h1 { font-size: 1.4rem; }
  td, article td.figure { white-space: normal; }
  th, td { padding: .3rem .35rem; }
  th:not([aria-sort]) button::after { content: ""; }
  .cards, .cards caption, .cards tbody { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: grid; grid-template-columns: 1fr 1fr; gap: .2rem .75rem; padding: .5rem .6rem; border-top: 1px solid var(--line); }
  .cards tbody th { grid-column: 1 / -1; border: 0; padding: 0; }
  .cards td, .cards td.figure { border: 0; padding: 0; text-align: left; }
  .cards td::before { content: attr(data-title); display: block; color: var(--quiet); font-size: .85em; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  :root { --page: #fff; --text: #000; --quiet: #444; --line: #bbb; --shade: #f4f4f4; --link: #000; }
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 10pt; }
  nav, .tools, #samples { display: none; }
  header, main, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; border: 0; }
  table { font-size: 8pt; }
  .data { font-size: 6pt; }
  .data td, .data th { padding: 1pt 2pt; white-space: normal; }
  .picture, .table { content-visibility: visible; }
  .picture { margin: 5mm 0; }
  .picture svg { max-height: 78mm; min-width: 0; }
  article details::details-content { content-visibility: visible; }
  tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  th button::after { content: ""; }
}
`;
